"""The values of front matter one by one, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Loc = tuple[str | int, ...]
"""A place in front matter: names of fields, and numbers of items from 0."""


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text in the values of a front matter, with its place."""
    return ((place, leaf) for place, leaf in leaves(value, loc) if isinstance(leaf, str))


def leaves(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every value of a front matter that holds no others, with its place."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, (*loc, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*loc, index))
    else:
        yield loc, value
