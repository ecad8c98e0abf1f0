"""The values of front matter to a model, every error as a problem at its line with a remedy.

An entry that is wrong in part is salvaged: a copy for the rules that do not need what is wrong. A field that could not
be read is no attribute of the copy. A rule declares which fields it needs, and is skipped for an entry that ``lacks``
one of them; a field that it can do without it asks for by ``getattr`` with a default.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from kb.model import Entry, EntryStatus
from kb.model.fields import Record, meaning, record_in
from kb.problems import Problem, Speller, nearest
from kb.read.frontmatter.parsing import PLACEHOLDER, FrontMatter, Loc, placeholders
from kb.read.frontmatter.remedies import COMPUTED, RENAMED, Field, divided, exact, expectation, plain
from kb.text import characters

E = TypeVar("E", bound=Entry)

Needs = Mapping[type[Record], tuple[str, ...]]
"""Fields by the kind of record that has them; those of a kind of which there is no record are not needed."""

_WITHDRAWAL = (
    "status withdrawn and the field withdrawn go together",
    "write status: withdrawn, and below withdrawn: its date and reason; or neither",
)


def build(model: type[E], front: FrontMatter, **from_file: str) -> tuple[E | None, list[Problem]]:
    """A model of the front matter's values and ``from_file``; None and the problems where they do not fit."""
    taken = [key for key in from_file if key in front.values]
    problems = [
        front.problem((key,), "KB104", f"{key} is not a field of the front matter", "remove it: it comes from the file")
        for key in taken
    ]
    left = [loc for loc in placeholders(front.values) if loc[0] not in taken]
    problems += [_unfilled(model, front, loc) for loc in left]
    reported = {*left, *front.unread}
    try:
        entry = model.model_validate({**front.values, **from_file})
        return (None if reported else entry), problems
    except ValidationError as error:
        errors = error.errors()
    speller = Speller()
    cut = _cut(front, errors)
    problems += [_divided(model, front, loc, name) for name, loc in cut.items()]
    reported |= cut.keys()
    problems += [
        _problem(model, front, e, speller)
        for e in _causes(model, errors)
        if e["loc"] not in reported and e["loc"] not in cut.values()
    ]
    # pydantic compares the status with the withdrawal only in an entry without other errors.
    if not any(error["loc"][:1] in ((), ("status",), ("withdrawn",)) for error in errors) and (
        ("withdrawn" in front.values) != (front.values.get("status") == EntryStatus.WITHDRAWN)
    ):
        problems.append(front.problem(("status",), "KB103", *_WITHDRAWAL))
    return None, problems


def salvage(kind: type[E], front: FrontMatter, **from_file: str) -> E:
    """What can be read of an entry that ``build`` refuses. A status that cannot be read counts as published."""
    values = {**front.values, **from_file}
    faults = {*front.unread, *placeholders(front.values)}
    try:
        kind.model_validate(values)
    except ValidationError as error:
        errors = error.errors()
        for cause in _causes(kind, errors):
            faults.add(("withdrawn",) if cause["type"] == "withdrawal" else cause["loc"])
        faults |= _misspelled(kind, errors) | set(_cut(front, errors).values())
    if ("status",) in faults:
        values["status"] = nearest(str(values.get("status")), EntryStatus) or EntryStatus.PUBLISHED
        faults.discard(("status",))
    left: E = _rebuilt(kind, values, faults)
    return left


def lacks(record: Record, needs: Needs) -> bool:
    """Whether a field that is needed could not be read, of a record or of a part of it."""
    if any(not hasattr(record, name) for kind, names in needs.items() if isinstance(record, kind) for name in names):
        return True
    parts = (part for value in vars(record).values() for part in (value if isinstance(value, tuple) else (value,)))
    return any(lacks(part, needs) for part in parts if isinstance(part, Record))


def field_names(model: type[Record] | None, loc: Loc = ()) -> tuple[str, ...]:
    """The fields that may be written at ``loc`` in front matter, in the model's order; none if no group belongs there.

    Those that come from the file's name and text are not written.
    """
    owner = _model_at(model, loc)
    fields = owner.model_fields.items() if owner else ()
    return tuple(info.alias or name for name, info in fields if not info.json_schema_extra)


def _model_at(model: type[Record] | None, loc: Loc) -> type[Record] | None:
    """The model of the group at ``loc``."""
    for name in loc:
        if isinstance(name, str):
            info = _field(model, name)[1]
            model = record_in(info.annotation) if info else None
    return model


def _field(owner: type[BaseModel] | None, written: str) -> tuple[str, FieldInfo | None]:
    """The name that a field has in its model, and what the model says of it."""
    fields = owner.model_fields.items() if owner else ()
    return next(((name, info) for name, info in fields if written == (info.alias or name)), ("", None))


def _described(owner: type[Record] | None, written: str) -> str:
    return meaning(owner, _field(owner, written)[0]) if owner else ""


def _causes(model: type[Record], errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those that follow from others.

    A list is not empty because its items are wrong, and a field is not missing because its name is misspelled.
    """
    around = {error["loc"][:length] for error in errors for length in range(len(error["loc"]))}
    misspelled = _misspelled(model, errors)
    items = {error["loc"][:-1] for error in errors if error["type"] != "missing" and error["loc"][-1:] == (0,)}
    for error in errors:
        loc = error["loc"]
        second = loc[-1:] == (1,) and loc[:-1] in items  # of a pair that was written as one text
        follows = (error["type"] == "too_short" and loc in around) or (
            error["type"] == "missing" and (loc in misspelled or second)
        )
        if not follows:
            yield error


def _misspelled(model: type[Record], errors: list[ErrorDetails]) -> set[Loc]:
    """The fields that were most likely meant by unknown ones."""
    speller = Speller()
    unknown = (error["loc"] for error in errors if error["type"] == "extra_forbidden")
    meant = (
        (loc[:-1], RENAMED.get(str(loc[-1])) or speller.nearest(str(loc[-1]), field_names(model, loc[:-1])))
        for loc in unknown
    )
    return {(*around, name) for around, name in meant if name}


_WORD = re.compile(r"[A-Za-z_][\w-]*")


def _cut(front: FrontMatter, errors: Iterable[ErrorDetails]) -> dict[Loc, Loc]:
    """What follows a comma within {} that is no field, as in {n: 1,017}, each with the field whose value it ends."""
    found: dict[Loc, Loc] = {}
    for loc in (error["loc"] for error in errors if error["type"] == "extra_forbidden"):
        group: Any = front.values
        for part in loc[:-1]:
            group = group[part]
        name = str(loc[-1])
        if group[loc[-1]] is None and (not _WORD.fullmatch(name) or _ends_a_value(front, loc, name)):
            names = list(group)
            before = names[: names.index(loc[-1])]
            if before and isinstance(group[before[-1]], str | int | Decimal):
                found[loc] = (*loc[:-1], before[-1])
    return found


def _ends_a_value(front: FrontMatter, loc: Loc, name: str) -> bool:
    """Whether a word stands between commas or braces, without the colon that a field has."""
    line = front.source.split("\n")[front.line(loc) - 2]
    return bool(re.search(rf",\s*{re.escape(name)}\s*(?:[,}}]|$)", line))


def _divided(model: type[Record], front: FrontMatter, loc: Loc, name: Loc) -> Problem:
    """A value with a comma within {}, which ends the value there."""
    around, field, _ = _named(loc)
    owner = _model_at(model, around)
    line = front.source.split("\n")[front.line(loc) - 2]
    match = re.search(rf"\b{re.escape(field)}:\s*([^,{{}}]*,\s*{re.escape(str(name[-1]))})", line)
    written = match[1].strip() if match else str(name[-1])
    about = Field(field, _described(owner, field), _field(owner, field)[1], field_names(owner), "")
    hint = divided(written, about)
    message = f"{field} must have no comma within {{ }}, where a comma ends a value, got {_shown(written)}"
    return front.problem(loc, "KB103", message, hint)


def _unfilled(model: type[Record], front: FrontMatter, loc: Loc) -> Problem:
    """A field of a skeleton that nobody has filled in yet."""
    around, name, where = _named(loc)
    hint = f"replace {PLACEHOLDER}. {name}: {_described(_model_at(model, around), name)}"
    place = f" of {where}" if where else ""
    return front.problem(loc, "KB105", f"the field {name}{place} is still to be filled in", hint.strip())


def _problem(model: type[Record], front: FrontMatter, error: ErrorDetails, speller: Speller) -> Problem:
    """A problem for one of pydantic's errors."""
    loc, kind = error["loc"], error["type"]
    around, name, where = _named(loc)
    owner = _model_at(model, around)
    about = _described(owner, name)
    if kind == "missing" and loc[-1] == name:
        message = f"the field {name}{f' of {where}' if where else ''} is missing"
        return front.problem(loc, "KB105", message, f"add {name}: {about}")
    beside = field_names(owner)
    if kind == "extra_forbidden":
        hint = COMPUTED.get(name) or speller.did_you_mean(name, beside, f"known here: {', '.join(beside)}")
        if (renamed := RENAMED.get(name)) in beside:
            hint = f"did you mean {renamed!r}?"
        return front.problem(loc, "KB104", f"there is no field {name}{f' in {where}' if where else ''}", hint)
    if kind == "withdrawal":
        return front.problem(("status",), "KB103", *_WITHDRAWAL)
    if kind == "character":
        return front.problem(loc, "KB110", f"{name} {error['msg']}", str(error["ctx"]["hint"]))
    written = front.source.split("\n")[front.line(loc) - 2] if kind == "too_long" else ""
    info = _field(owner, name)[1]
    first = next(iter(field_names(_model_at(model, loc))), "") if kind == "model_type" else ""
    must, hint = expectation(error, Field(name, about, info, beside, written, first), speller)
    if kind == "string_pattern_mismatch" and (looks := characters.like(str(error["input"]))):
        must = f"{must}: {looks}"
    got = "" if isinstance(error["input"], dict | list | BaseModel) else f", got {_shown(error['input'])}"
    return front.problem(loc, "KB103", f"{name} {must}{got}", hint.strip())


def right_way(model: type[Record], error: ErrorDetails) -> str | None:
    """The one right way to write the value of one of pydantic's errors; None where a person must choose."""
    around, name, _ = _named(error["loc"])
    owner = _model_at(model, around)
    return exact(error, Field(name, "", _field(owner, name)[1], field_names(owner), ""))


def _named(loc: Loc) -> tuple[Loc, str, str]:
    """The place of the group that holds a field, the field's name, and the group in words: findings 3, arms 1."""
    last = next((index for index in reversed(range(len(loc))) if isinstance(loc[index], str)), None)
    if last is None:
        return (), "the entry", ""
    words = "".join(f" {part + 1}" if isinstance(part, int) else f", {part}" for part in loc[:last])
    return loc[:last], str(loc[last]), words.removeprefix(", ")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value) if isinstance(value, str) else plain(value) if isinstance(value, bool) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _rebuilt(model: type[Record], values: Mapping[str, Any], faults: Collection[Loc]) -> Any:
    """A record of the values without those at ``faults``."""
    kept: dict[str, Any] = {}
    lost: set[str] = set()
    within = _by_first(faults)
    for name, info in model.model_fields.items():
        written = info.alias or name
        if written in within:
            part = _part(info.annotation, values.get(written), within[written])
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
    """What is left of a group of fields or of a list of them; None if it is something else, or broken as a whole."""
    model = record_in(annotation)
    if model is None or () in faults:
        return None
    if get_origin(annotation) is not tuple:
        return _rebuilt(model, value, faults) if isinstance(value, dict) else None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    within = _by_first(faults)
    return tuple(_rebuilt(model, item, within.get(index, [])) for index, item in enumerate(value))


@cache
def _adapter(model: type[Record], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(model.model_fields[name].rebuild_annotation())


def _by_first(faults: Iterable[Loc]) -> dict[str | int, list[Loc]]:
    """Places by their first part, each without it."""
    within: dict[str | int, list[Loc]] = {}
    for loc in faults:
        if loc:
            within.setdefault(loc[0], []).append(loc[1:])
    return within
