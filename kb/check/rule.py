"""A rule: a generator of problems whose docstring is the rule, with what it looks at and which fields it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from kb.problems import Problem
from kb.read.frontmatter import Needs

Find = TypeVar("Find", bound=Callable[..., Iterator[Problem]])


@dataclass(frozen=True)
class Rule:
    """A rule on each entry of a kind, or on the whole content."""

    find: Callable[..., Iterator[Problem]]
    of: type[Any]
    """What is given to ``find``: an entry and its source, or a Content."""
    needs: Needs
    """Fields without which it cannot be applied: it is skipped for an entry in which one of them could not be read."""


RULES: list[Rule] = []
"""All rules, in the order of their modules."""


def rule(of: type[Any], needs: Needs | None = None) -> Callable[[Find], Find]:
    """Add a rule to ``RULES``."""

    def add(find: Find) -> Find:
        RULES.append(Rule(find, of, needs or {}))
        return find

    return add
