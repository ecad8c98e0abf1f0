"""The works that an entry cites: in its text as ``[@key]``, ``[@key, place]``, ``[@a; @b]``, and in its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kb.model import Entry

PATTERN = r"\[(@[^\[\]]*)\]"
_CITATION = re.compile(PATTERN)
_PART = re.compile(r"^@([a-z0-9]+(?:-[a-z0-9]+)*)(?:,\s*(\S.*))?$", re.S)
# An @ in place of a work that stands in no bracket of its own; in an address it follows a letter or a stroke.
_STRAY = re.compile(r"\[?(?<![\w./=&%+@-])@\w[\w-]*")
# Code is quoted, not meant: it is blanked out, line by line, so that places stay.
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.S | re.M
)


@dataclass(frozen=True)
class Citation:
    """One work cited, with the place in it."""

    key: str
    place: str | None = None


@dataclass(frozen=True)
class Group:
    """One pair of brackets: the works it cites, and the line it stands on, counted from 1."""

    citations: tuple[Citation, ...]
    line: int
    malformed: str | None = None
    """The text of what is no citation: a bracket with another part, or an @ and a word outside of such brackets."""


def parse(inside: str) -> tuple[Citation, ...] | None:
    """The citations between two brackets, e.g. ``@a, page 3; @b``; None where a part has not this form."""
    matches = [_PART.match(part.strip()) for part in inside.split(";")]
    if not all(matches):
        return None
    return tuple(Citation(m[1], " ".join(m[2].split()) if m[2] else None) for m in matches if m)


def without_code(text: str) -> str:
    """The text with code blanked out, every line where it was."""
    return _CODE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def find(text: str) -> Iterator[Group]:
    """All citations of a Markdown text in order, code left out; after them what looks like one and is none."""
    meant = without_code(text)
    for match in _CITATION.finditer(meant):
        citations = parse(match[1])
        yield Group(citations or (), _line(text, match), None if citations else match[0])
    for match in _STRAY.finditer(_CITATION.sub(_blank, meant)):
        yield Group((), _line(text, match), match[0])


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def keys(text: str) -> tuple[str, ...]:
    """The keys cited in a text, each once, in order of first use."""
    return tuple(dict.fromkeys(citation.key for group in find(text) for citation in group.citations))


_KEY_FIELDS = frozenset({"reference", "source"})


def keys_in_fields(value: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every reference key in an entry's front matter with its place there, in the order of the fields."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            field = getattr(value, name)
            if name in _KEY_FIELDS and isinstance(field, str):
                yield (*loc, name), field
            elif isinstance(field, BaseModel | tuple):
                yield from keys_in_fields(field, (*loc, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from keys_in_fields(item, (*loc, index))


def cited_keys(entry: Entry) -> tuple[str, ...]:
    """The works of an entry's bibliography: those of its text in order of first use, then those of its fields."""
    return tuple(dict.fromkeys([*keys(entry.body), *(key for _, key in keys_in_fields(entry))]))
