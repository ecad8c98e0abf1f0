"""Salvage: a copy of an entry whose front matter is wrong in part, for the rules that do not need what is wrong.

A field that could not be read is no attribute of the copy. A rule declares which fields it needs, and is skipped for an
entry that ``lacks`` one of them; a field that it can do without it asks for by ``getattr`` with a default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from kb.model import Entry, Status
from kb.model.fields import Record
from kb.problems import nearest
from kb.read.frontmatter.source import FrontMatter, Loc, placeholders
from kb.read.frontmatter.validation import causes, misspelled_of

E = TypeVar("E", bound=Entry)

Needs = Mapping[type[Record], tuple[str, ...]]
"""Fields by the kind of record that has them; those of a kind of which there is no record are not needed."""


def lacks(record: Record, needs: Needs) -> bool:
    """Whether a field that is needed could not be read, of a record or of a part of it."""
    own = [fields for kind, fields in needs.items() if isinstance(record, kind)]
    if not all(hasattr(record, field) for fields in own for field in fields):
        return True
    if len(own) == len(needs):  # no part is of a kind that is needed
        return False
    parts = (part for value in vars(record).values() for part in (value if isinstance(value, tuple) else (value,)))
    return any(lacks(part, needs) for part in parts if isinstance(part, Record))


def salvage(kind: type[E], front: FrontMatter, **from_file: str) -> E:
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
    left: E = _rebuilt(kind, values, faults)
    return left


def _rebuilt(model: type[BaseModel], values: Mapping[str, Any], faults: Collection[Loc]) -> Any:
    """A record of the values without those at ``faults``."""
    kept: dict[str, Any] = {}
    lost: set[str] = set()
    within = _by_first(faults)
    for name, field in model.model_fields.items():
        written = field.alias or name
        inside = within.get(written, [])
        if inside:
            part = _part(field.annotation, values.get(written), inside)
            if part is None:
                lost.add(name)
            else:
                kept[written] = part
        elif written in values:
            kept[written] = _adapter(model, name).validate_python(values[written])
    record = model.model_construct(**kept)
    for name in lost:
        record.__dict__.pop(name, None)  # the default, which was not meant
    return record


def _part(annotation: Any, value: Any, faults: list[Loc]) -> Any:
    """What is left of a group of fields or of a list of them; None where it is something else, or broken as a whole."""
    model = next((option for option in (annotation, *get_args(annotation)) if _is_record(option)), None)
    if model is None:
        return None
    if get_origin(annotation) is not tuple:
        return _rebuilt(model, value, faults) if isinstance(value, dict) else None
    if () in faults or not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    within = _by_first(faults)
    return tuple(_rebuilt(model, item, within.get(index, [])) for index, item in enumerate(value))


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
