"""TODO, the placeholder of a skeleton: no value of a field, in whatever type of field it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.frontmatter.source import Loc

PLACEHOLDER = "TODO"
_LEFT = re.compile(rf"\s*{PLACEHOLDER}\b")


def placeholders(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    """The places of all texts that start with the placeholder."""
    if isinstance(value, str):
        if _LEFT.match(value):
            yield loc
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from placeholders(part, (*loc, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from placeholders(part, (*loc, index))
