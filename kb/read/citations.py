"""The works that an entry cites: in its text as ``[@key]``, ``[@key, place]``, ``[@a; @b]``, and in its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kb.model import Entry
from kb.model.fields import Record

Loc = tuple[str | int, ...]

PATTERN = r"\[(@[^\[\]]*)\]"
_CITATION = re.compile(PATTERN)
_PART = re.compile(r"^@([a-z0-9]+(?:-[a-z0-9]+)*)(?:,\s*(\S.*))?$", re.S)
# An @ and a word outside of brackets; in an address it follows a letter or a slash.
_STRAY = re.compile(r"\[?(?<![\w./=&%+@-])@\w[\w-]*")
# Code is blanked out, line by line, so that places stay. Only what the page shows as code is code: not what follows a
# fence that nothing closes, and no backticks in two paragraphs.
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+) *(?:\{[^\n]*\}|\.?[\w#.+-]* *)\n.*?(?:^(?P=fence) *$|(?P<open>\Z))"
    r"|(?<!`)(?P<ticks>`++)(?:[^\n]|\n(?=[^\W\d_]))+?(?<!`)(?P=ticks)(?!`)",
    re.S | re.M,
)


@dataclass(frozen=True)
class Citation:
    """One work cited, with the place in it."""

    key: str
    place: str | None = None


@dataclass(frozen=True)
class Group:
    """One pair of brackets: the works it cites, and its line, counted from 1."""

    citations: tuple[Citation, ...]
    line: int
    malformed: str | None = None
    """The text of what is not a citation: a bracket with another part, or an @ and a word outside of brackets."""


def parse(inside: str) -> tuple[Citation, ...] | None:
    """The citations between two brackets, e.g. ``@a, page 3; @b``; None if a part has another form."""
    matches = [_PART.match(part.strip()) for part in inside.split(";")]
    if not all(matches):
        return None
    return tuple(Citation(m[1], " ".join(m[2].split()) if m[2] else None) for m in matches if m)


def without_code(text: str) -> str:
    """The text with code blanked out, every line where it was."""
    return _CODE.sub(lambda match: _blank(match) if match["open"] is None else match[0], text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


@lru_cache(maxsize=4096)  # checks, pages, data and relations all ask for those of each text
def find(text: str) -> tuple[Group, ...]:
    """All citations of a Markdown text in order, code left out; after them what only looks like one."""
    meant = without_code(text)
    strays = _STRAY.finditer(_CITATION.sub(_blank, meant))
    return (
        *(_group(text, match, parse(match[1])) for match in _CITATION.finditer(meant)),
        *(_group(text, match, None) for match in strays),
    )


def _group(text: str, match: re.Match[str], citations: tuple[Citation, ...] | None) -> Group:
    line = text.count("\n", 0, match.start()) + 1
    return Group(citations or (), line, None if citations else match[0])


def keys(text: str) -> tuple[str, ...]:
    """The keys cited in a text, each once, in order of first use."""
    return tuple(dict.fromkeys(citation.key for group in find(text) for citation in group.citations))


_KEY_FIELDS = frozenset({"reference", "source"})


def keys_in_fields(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every reference key in an entry's front matter with its place there, in the order of the fields."""
    if isinstance(value, Record):
        for name in type(value).model_fields:
            part = getattr(value, name, None)  # missing if an entry is wrong in part
            if name in _KEY_FIELDS and isinstance(part, str):
                yield (*loc, name), part
            elif isinstance(part, Record | tuple):
                yield from keys_in_fields(part, (*loc, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], Record):
        for index, item in enumerate(value):
            yield from keys_in_fields(item, (*loc, index))


def cited_keys(entry: Entry) -> tuple[str, ...]:
    """The works of an entry's bibliography: those of its text in order of first use, then those of its fields."""
    return tuple(dict.fromkeys([*keys(entry.body), *(key for _, key in keys_in_fields(entry))]))
