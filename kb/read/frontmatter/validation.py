"""The values of front matter to a model, every error as a problem at its line with a remedy."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from kb.model.fields import allowed, form, meaning
from kb.problems import Problem, Speller
from kb.read.frontmatter.remedies import COMPUTED, Field, expectation, plain
from kb.read.frontmatter.source import PLACEHOLDER, FrontMatter, Loc, placeholders
from kb.text import characters

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], front: FrontMatter, **from_file: str) -> tuple[M | None, list[Problem]]:
    """A model of the front matter's values and ``from_file``; None and the problems where they do not fit."""
    taken = [key for key in from_file if key in front.values]
    problems = [
        front.problem((key,), "KB104", f"{key} is not a field of the front matter", "remove it: it comes from the file")
        for key in taken
    ]
    values = {key: value for key, value in front.values.items() if key not in taken}
    left = list(placeholders(values))
    problems += [_unfilled(model, front, loc) for loc in left]
    told = {*left, *front.unread}
    try:
        entry = model.model_validate(values | from_file)
        return (None if told else entry), problems
    except ValidationError as error:
        speller = Speller()
        details = (detail for detail in causes(model, error.errors()) if detail["loc"] not in told)
        problems += [_problem(model, front, detail, speller) for detail in details]
        return None, problems + list(_unmatched(front, error.errors()))


def _unmatched(front: FrontMatter, errors: list[ErrorDetails]) -> Iterator[Problem]:
    """A status without its withdrawal, or the other way round, of which an entry with other errors does not tell."""
    whole = not any(error["loc"][:1] in ((), ("status",), ("withdrawn",)) for error in errors)
    if whole and ("withdrawn" in front.values) != (front.values.get("status") == "withdrawn"):
        yield front.problem(("status",), "KB103", *_WITHDRAWAL)


_WITHDRAWAL = (
    "status withdrawn and the field withdrawn go together",
    "write status: withdrawn, and below withdrawn: its date and reason; or neither",
)


def _unfilled(model: type[BaseModel], front: FrontMatter, loc: Loc) -> Problem:
    """A field of a skeleton that nobody has filled in yet."""
    field = next(index for index in reversed(range(len(loc))) if isinstance(loc[index], str))
    name, where = str(loc[field]), f" of {_name(loc[:field])}" if field else ""
    about = _described(_model_at(model, loc[:field]), name)
    hint = f"replace {PLACEHOLDER}. {name}: {about}".strip()
    return front.problem(loc, "KB105", f"the field {name}{where} is still to be filled in", hint)


def causes(model: type[BaseModel], errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those that follow from others.

    A list is not empty because its items are wrong, and a field is not missing because its name is misspelled.
    """
    around = {error["loc"][:length] for error in errors for length in range(len(error["loc"]))}
    misspelled = misspelled_of(model, errors)
    for error in errors:
        loc = error["loc"]
        follows = (error["type"] == "too_short" and loc in around) or (error["type"] == "missing" and loc in misspelled)
        if not follows:
            yield error


def misspelled_of(model: type[BaseModel], errors: list[ErrorDetails]) -> set[Loc]:
    """The fields that were most likely meant by unknown ones."""
    speller = Speller()
    unknown = (error["loc"] for error in errors if error["type"] == "extra_forbidden")
    meant = ((loc[:-1], speller.nearest(str(loc[-1]), _known(_model_at(model, loc[:-1])))) for loc in unknown)
    return {(*around, name) for around, name in meant if name}


def _problem(model: type[BaseModel], front: FrontMatter, error: ErrorDetails, speller: Speller) -> Problem:
    loc, kind = error["loc"], error["type"]
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "the entry")
    owner = _model_at(model, _around(loc))
    if kind == "missing" and isinstance(loc[-1], str):
        where = f" of {_name(loc[:-1])}" if len(loc) > 1 else ""
        return front.problem(
            loc, "KB105", f"the field {name}{where} is missing", f"add {name}: {_described(owner, name)}"
        )
    if kind == "extra_forbidden":
        known = _known(owner)
        hint = COMPUTED.get(name) or speller.did_you_mean(name, known, f"known here: {', '.join(known)}")
        return front.problem(
            loc, "KB104", f"there is no field {name}{' in ' + _name(loc[:-1]) if len(loc) > 1 else ''}", hint
        )
    if kind == "withdrawal":
        return front.problem(("status",), "KB103", *_WITHDRAWAL)
    if kind == "character":
        return front.problem(loc, "KB110", f"{name} {error['msg']}", str(error["ctx"]["hint"]))
    written = front.source_lines[front.line(loc) - 2 : front.line(loc) - 1]
    info = _field(owner, name)
    field = Field(
        name,
        _described(owner, name),
        form(info) if info else None,
        allowed(info) if info else (),
        _known(owner),
        "".join(written),
    )
    must, hint = expectation(error, field, speller)
    if kind == "string_pattern_mismatch" and (looks := characters.like(str(error["input"]))):
        must = f"{must}: {looks}"
    got = "" if isinstance(error["input"], dict | list | BaseModel) else f", got {_shown(error['input'])}"
    return front.problem(loc, "KB103", f"{name} {must}{got}", hint.strip())


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value) if isinstance(value, str) else plain(value) if isinstance(value, bool) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _name(loc: Loc) -> str:
    """A place in the front matter in words: findings 3, arms 1."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)


def _around(loc: Loc) -> Loc:
    """The place of the group that holds a field, or an item of its list."""
    while loc and isinstance(loc[-1], int):
        loc = loc[:-1]
    return loc[:-1]


def _field(owner: type[BaseModel] | None, name: str) -> FieldInfo | None:
    """The field of a model that is written under a name."""
    fields = owner.model_fields.items() if owner else ()
    return next((info for field, info in fields if name == (info.alias or field)), None)


def _described(owner: type[BaseModel] | None, name: str) -> str:
    if owner is None:
        return ""
    return meaning(owner, next((field for field, info in owner.model_fields.items() if info.alias == name), name))


def field_names(model: type[BaseModel], loc: Loc = ()) -> tuple[str, ...]:
    """The fields that may be written at ``loc`` in front matter, in the model's order; none where no group stands."""
    return _known(_model_at(model, loc))


@cache
def _known(owner: type[BaseModel] | None) -> tuple[str, ...]:
    """The fields that may be written in a model's place."""
    fields = owner.model_fields.items() if owner else ()
    return tuple(field.alias or name for name, field in fields if not _from_file(field))


def _from_file(info: Any) -> bool:
    return bool(info.json_schema_extra and info.json_schema_extra.get("from_file"))


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The model class whose fields stand at ``loc``."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return None
        found = current.model_fields.get(part) or next(
            (f for f in current.model_fields.values() if f.alias == part), None
        )
        current = _inner(found.annotation) if found else None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _inner(annotation: Any) -> Any:
    """The model inside tuple[Model, ...] or Model | None, or the type itself."""
    if typing.get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        for option in typing.get_args(annotation):
            inner = _inner(option)
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                return inner
    return annotation
