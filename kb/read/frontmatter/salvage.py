"""Salvage: a copy of an entry whose front matter is wrong in part, for the checks that do not need what is wrong.

A field that could not be read is no attribute of the copy: it is a hole. A rule ends quietly where it asks for one, and
goes on where it can do without, by ``getattr`` with a default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from kb.model import Entry, Status
from kb.model.fields import Record
from kb.problems import nearest
from kb.read.frontmatter.leaves import Loc
from kb.read.frontmatter.placeholders import placeholders
from kb.read.frontmatter.source import FrontMatter
from kb.read.frontmatter.validation import causes, misspelled_of

T = TypeVar("T")
E = TypeVar("E", bound=Entry)

Hole = tuple[type[BaseModel], str]
"""The kind of a record and the field that it lacks."""


@dataclass(frozen=True)
class Salvaged(Generic[E]):
    """What is left of an entry, and all the holes in it."""

    entry: E
    holes: frozenset[Hole]


def salvage(kind: type[E], front: FrontMatter, **from_file: str) -> Salvaged[E]:
    """What can be read of an entry that ``build`` refuses. A status that cannot be read counts as published."""
    values = {**front.values, **from_file}
    faults = {*front.unread, *placeholders(front.values)}
    try:
        kind.model_validate(values)
    except ValidationError as error:
        details = error.errors()
        found = list(causes(kind, details))
        faults |= {("withdrawn",) if detail["type"] == "withdrawal" else detail["loc"] for detail in found}
        faults |= misspelled_of(kind, details)
    if ("status",) in faults:
        values["status"] = nearest(str(values.get("status")), Status) or Status.PUBLISHED
        faults.discard(("status",))
    holes: set[Hole] = set()
    return Salvaged(_rebuilt(kind, values, faults, holes), frozenset(holes))


def _rebuilt(model: type[BaseModel], values: Mapping[str, Any], faults: Collection[Loc], holes: set[Hole]) -> Any:
    """A record of the values without those at ``faults``, each of which is added to ``holes``."""
    kept: dict[str, Any] = {}
    lost: set[str] = set()
    within = _by_first(faults)
    for name, field in model.model_fields.items():
        written = field.alias or name
        inside = within.get(written, [])
        if inside:
            part = _part(field.annotation, values.get(written), inside, holes)
            if part is None:
                lost.add(name)
            else:
                kept[written] = part
        elif written in values:
            kept[written] = _adapter(model, name).validate_python(values[written])
    record = model.model_construct(**kept)
    for name in lost:
        record.__dict__.pop(name, None)  # the default, which was not meant
    holes.update((model, name) for name in lost)
    return record


def _part(annotation: Any, value: Any, faults: list[Loc], holes: set[Hole]) -> Any:
    """What is left of a group of fields or of a list of them; None where it is something else, or broken as a whole."""
    model = next((option for option in (annotation, *get_args(annotation)) if _is_record(option)), None)
    if model is None:
        return None
    if get_origin(annotation) is not tuple:
        return _rebuilt(model, value, faults, holes) if isinstance(value, dict) else None
    if () in faults or not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    within = _by_first(faults)
    return tuple(_rebuilt(model, item, within.get(index, []), holes) for index, item in enumerate(value))


def _by_first(faults: Iterable[Loc]) -> dict[str | int, list[Loc]]:
    """Places by their first part, each without it."""
    within: dict[str | int, list[Loc]] = {}
    for loc in faults:
        if loc:
            within.setdefault(loc[0], []).append(loc[1:])
    return within


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(model.model_fields[name].rebuild_annotation())


def hole_of(error: AttributeError) -> Hole | None:
    """The hole that a rule has asked for; None where the error is one of the program."""
    record = error.obj
    if isinstance(record, Record) and error.name in type(record).model_fields:
        return type(record), error.name
    return None


def as_far_as_read(found: Iterable[T]) -> Iterator[T]:
    """What is found up to the first hole that is asked for."""
    try:
        yield from found
    except AttributeError as error:
        if not hole_of(error):
            raise
