"""Checks across entries: one family a module, each rule a generator of problems whose docstring is the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.load import Content, load
from kb.model import KnowledgeBase
from kb.problems import ContentError, Problem, has_errors
from kb.rules import bodies, crosswalk, findings, links, references, text

Rule = Callable[[Content], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    *links.RULES,
    *crosswalk.RULES,
    *references.RULES,
    *findings.RULES,
    *bodies.RULES,
    *text.RULES,
)


@dataclass(frozen=True)
class Checked:
    """A knowledge base with all problems found in its content, sorted by place."""

    knowledge: KnowledgeBase
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether it may be published: warnings do not count."""
        return not has_errors(self.problems)


def check(root: Path, today: date | None = None) -> Checked:
    """Read a content folder and apply every rule; all problems of all files in one run."""
    content = load(root, today)
    found = {*content.problems, *(problem for rule in RULES for problem in rule(content))}
    return Checked(content.knowledge, tuple(sorted(found)))


def read(root: Path, today: date | None = None) -> KnowledgeBase:
    """The public knowledge base of a content folder: checked, and without drafts. Raises ContentError for any error."""
    checked = check(root, today)
    if not checked.ok:
        raise ContentError(checked.problems)
    return checked.knowledge.public()
