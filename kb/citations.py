"""The works that an entry cites: in its text as ``[@key]``, ``[@key, place]``, ``[@a; @b]``, and in its fields."""

from __future__ import annotations

import re
import typing
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from kb.memo import by_identity, by_value
from kb.model import Entry

Loc = tuple[str | int, ...]

PATTERN = r"\[(@[^\[\]]*)\]"
_CITATION = re.compile(PATTERN)
_PART = re.compile(r"^@([a-z0-9]+(?:-[a-z0-9]+)*)(?:,\s*(\S.*))?$", re.S)
# An @ in place of a work that stands in no bracket of its own; in an address it follows a letter or a stroke.
_STRAY = re.compile(r"\[?(?<![\w./=&%+@-])@\w[\w-]*")
# Where code may start, and a whole block of it between fences.
_CODE = re.compile(r"^(?:```+|~~~+)|`+", re.M)
_FENCED = re.compile(r"^(```+|~~~+)[^\n]*\n.*?(?:^\1[ \t]*$|\Z)", re.S | re.M)


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


@by_value
def parse(inside: str) -> tuple[Citation, ...] | None:
    """The citations between two brackets, e.g. ``@a, page 3; @b``; None where a part has not this form."""
    matches = [_PART.match(part.strip()) for part in inside.split(";")]
    if not all(matches):
        return None
    return tuple(Citation(m[1], " ".join(m[2].split()) if m[2] else None) for m in matches if m)


@by_value
def without_code(text: str) -> str:
    """The text with code blanked out, every line where it was: code is quoted, not meant."""
    kept, position = [], 0
    for start, end in _code(text) if "`" in text or "~~~" in text else ():
        kept += [text[position:start], _blank(text[start:end])]
        position = end
    return "".join([*kept, text[position:]])


def _code(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the code of a text goes: a block between fences, or words between equal runs of ticks."""
    ticks: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        ticks[len(run[0])].append(run.start())
    position = 0
    while start := _CODE.search(text, position):
        position = start.end()
        closing = ticks[len(start[0])]
        following = bisect_right(closing, start.start())
        if block := _FENCED.match(text, start.start()):
            position = block.end()
        elif start[0][0] == "`" and following < len(closing):
            position = closing[following] + len(start[0])
        else:
            continue
        yield start.start(), position


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


@by_value
def find(text: str) -> tuple[Group, ...]:
    """All citations of a Markdown text in order, code left out; after them what looks like one and is none."""
    meant = without_code(text)
    brackets = list(_CITATION.finditer(meant))
    strays: Iterable[re.Match[str]] = ()
    if meant.count("@") > sum(match[0].count("@") for match in brackets):
        strays = _STRAY.finditer(_CITATION.sub(lambda match: _blank(match[0]), meant))
    return (*(_group(text, match, parse(match[1])) for match in brackets), *(_group(text, m, None) for m in strays))


def _group(text: str, match: re.Match[str], citations: tuple[Citation, ...] | None) -> Group:
    line = text.count("\n", 0, match.start()) + 1
    return Group(citations or (), line, None if citations else match[0])


def keys(text: str) -> tuple[str, ...]:
    """The keys cited in a text, each once, in order of first use."""
    return tuple(dict.fromkeys(citation.key for group in find(text) for citation in group.citations))


_KEY_FIELDS = frozenset({"reference", "source"})


def keys_in_fields(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every reference key in an entry's front matter with its place there, in the order of the fields."""
    if isinstance(value, BaseModel):
        for name in _leading(type(value)):
            field = getattr(value, name, None)  # missing where an entry is wrong in part
            if isinstance(field, str):
                yield (*loc, name), field
            elif field:
                yield from keys_in_fields(field, (*loc, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from keys_in_fields(item, (*loc, index))


@cache
def _leading(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold keys, or models with such fields."""
    fields = model.model_fields.items()
    return tuple(name for name, field in fields if name in _KEY_FIELDS or any(map(_leading, _models(field.annotation))))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field may hold, one or many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)


@by_identity
def cited_keys(entry: Entry) -> tuple[str, ...]:
    """The works of an entry's bibliography: those of its text in order of first use, then those of its fields."""
    return tuple(dict.fromkeys([*keys(entry.body), *(key for _, key in keys_in_fields(entry))]))
