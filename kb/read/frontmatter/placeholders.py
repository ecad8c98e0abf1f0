"""TODO, the placeholder of a skeleton: no value of a field, in whatever type of field it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kb.read.frontmatter.leaves import Loc, texts
from kb.read.frontmatter.source import FrontMatter

PLACEHOLDER = "TODO"
_LEFT = re.compile(rf"\s*{PLACEHOLDER}\b")
_IN_TEXT = re.compile(rf"\b{PLACEHOLDER}\b")


def placeholders(values: Mapping[str, Any]) -> Iterator[Loc]:
    """The places of all texts that start with the placeholder."""
    return (loc for loc, text in texts(values) if _LEFT.match(text))


def count_placeholders(front: FrontMatter) -> int:
    """How many placeholders are left in the fields and in the text."""
    return sum(1 for _ in placeholders(front.values)) + len(_IN_TEXT.findall(front.body))
