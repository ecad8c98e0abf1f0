"""The values of front matter to a model, every error as a problem at its line with a remedy."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kb.frontmatter.placeholders import PLACEHOLDER, placeholders
from kb.frontmatter.source import FrontMatter, Loc
from kb.problems import Problem, did_you_mean, nearest

M = TypeVar("M", bound=BaseModel)


def build(model: type[M], front: FrontMatter, **from_file: str) -> tuple[M | None, list[Problem]]:
    """A model of the front matter's values and ``from_file``; None and the problems where they do not fit."""
    taken = [key for key in from_file if key in front.values]
    problems = [
        front.problem((key,), "KB104", f"{key} is not a field of the front matter", "remove it: the file gives it")
        for key in taken
    ]
    values = {key: value for key, value in front.values.items() if key not in taken}
    left = list(placeholders(values)) if PLACEHOLDER in front.source else []
    problems += [_unfilled(model, front, loc) for loc in left]
    try:
        entry = model.model_validate(values | from_file)
        return (None if left else entry), problems
    except ValidationError as error:
        causes = (detail for detail in _causes(model, error.errors()) if detail["loc"] not in left)
        return None, problems + [_problem(model, front, detail) for detail in causes]


def _unfilled(model: type[BaseModel], front: FrontMatter, loc: Loc) -> Problem:
    """A field of a skeleton that nobody has filled in yet."""
    field = next(index for index in reversed(range(len(loc))) if isinstance(loc[index], str))
    name, where = str(loc[field]), f" of {_name(loc[:field])}" if field else ""
    about = _described(_model_at(model, loc[:field]), name)
    hint = f"replace {PLACEHOLDER}. {name}: {about}".strip()
    return front.problem(loc, "KB105", f"the field {name}{where} is still to be filled in", hint)


def _causes(model: type[BaseModel], errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those that follow from others.

    A list is not empty because its items are wrong, and a field is not missing because its name is misspelled.
    """
    places = [error["loc"] for error in errors]
    misspelled = {
        (*loc[:-1], nearest(str(loc[-1]), _known(_model_at(model, loc[:-1]))))
        for loc in (error["loc"] for error in errors if error["type"] == "extra_forbidden")
    }
    for error in errors:
        loc = error["loc"]
        inside = any(len(place) > len(loc) and place[: len(loc)] == loc for place in places)
        follows = (error["type"] == "too_short" and inside) or (error["type"] == "missing" and loc in misspelled)
        if not follows:
            yield error


def _problem(model: type[BaseModel], front: FrontMatter, error: ErrorDetails) -> Problem:
    loc, kind = error["loc"], error["type"]
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "the entry")
    owner = _model_at(model, loc[:-1])
    if kind == "missing" and isinstance(loc[-1], str):
        where = f" of {_name(loc[:-1])}" if len(loc) > 1 else ""
        return front.problem(
            loc, "KB105", f"the field {name}{where} is missing", f"add {name}: {_described(owner, name)}"
        )
    if kind == "extra_forbidden":
        known = _known(owner)
        hint = did_you_mean(name, known, f"known here: {', '.join(known)}")
        return front.problem(
            loc, "KB104", f"there is no field {name}{' in ' + _name(loc[:-1]) if len(loc) > 1 else ''}", hint
        )
    if kind == "withdrawal":
        hint = "write status: withdrawn, and below withdrawn: its date and reason; or neither"
        return front.problem(("status",), "KB103", error["msg"], hint)
    must, hint = _expectation(error, name, owner)
    got = "" if isinstance(error["input"], dict | list | BaseModel) else f", got {_shown(error['input'])}"
    return front.problem(loc, "KB103", f"{name} {must}{got}", hint.strip())


def _expectation(error: ErrorDetails, name: str, owner: type[BaseModel] | None) -> tuple[str, str]:
    """What a value must be, and a hint that shows one."""
    kind, context = error["type"], error.get("ctx", {})
    about = _described(owner, name)
    match kind:
        case "enum":
            allowed = re.findall(r"[\w/-]+", str(context["expected"]).replace(" or ", " "))
            guess = nearest(str(error["input"]), allowed)
            return "must be a word of its list", (
                f"did you mean {guess!r}? " if guess else ""
            ) + "allowed: " + ", ".join(allowed)
        case "int_type" | "int_from_float" | "int_parsing":
            example = {"steps": 1, "floor": 1, "item_count": 10}.get(name, 128)
            return "must be a whole number", f"{about} Write e.g. {name}: {example}"
        case "number" | "decimal_type" | "finite_number":
            return "must be a number", f"{about} Write digits only, with a leading zero, e.g. {name}: -0.79"
        case "day":
            return "must be a date", f"{about} Write year-month-day without quotes, e.g. {name}: 2026-11-22"
        case "bool_type":
            return "must be true or false", about
        case "string_type":
            quoted = f"{about} Put it in quotes, e.g. {name}: '{_plain(error['input'])}'"
            return "must be text", about if isinstance(error["input"], dict | list | None) else quoted
        case "tuple_type":
            return "must be a list", f"{about} Write each item on a line of its own, after a dash"
        case "model_type":
            return "must be a group of fields", f"{about} Indent its fields below it"
        case "string_too_short" if context.get("min_length", 1) > 1:
            return f"must say why in at least {context['min_length']} characters", about
        case "string_too_short" | "too_short":
            return "must not be empty", about
        case "string_too_long":
            return f"must have at most {context['max_length']} characters", about
        case "missing" | "too_long":
            return "must hold exactly two values", f"{about} Write e.g. {name}: [-1.27, -0.32]"
        case "greater_than_equal":
            return "must not be negative", about
        case "less_than_equal":
            return f"must be at most {context['le']}", about
        case "string_pattern_mismatch":
            return "is not written in its form", f"{about} {_form(str(context.get('pattern')), name)}"
        case _:
            return error["msg"].removeprefix("Value error, "), about


def _form(pattern: str, name: str) -> str:
    forms = {
        "[<>]": f"As printed, digits with a sign before if there is one, e.g. {name}: '<.001'",
        "https?": "A full address that starts with https://",
        "a-z0-9-]+/": f"Two slugs and a slash, e.g. {name}: kiser-2024/pfi-burnout-3-months",
        "a-z0-9": f"Lower-case words joined by hyphens, e.g. {name}: quiet-hours",
        ">|": "One of > >= < <=, in quotes",
    }
    return next((form for mark, form in forms.items() if mark in pattern), "")


def _plain(value: Any) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else str(value).replace("0.", ".", 1)
        if isinstance(value, Decimal)
        else str(value)
    )


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value) if isinstance(value, str) else _plain(value) if isinstance(value, bool) else str(value)
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


def _described(owner: type[BaseModel] | None, name: str) -> str:
    if owner is None:
        return ""
    found = owner.model_fields.get(name) or next((f for f in owner.model_fields.values() if f.alias == name), None)
    return (found.description or "") if found else ""


def field_names(model: type[BaseModel], loc: Loc = ()) -> list[str]:
    """The fields that may be written at ``loc`` in front matter, in the model's order; none where no group stands."""
    return _known(_model_at(model, loc))


def _known(owner: type[BaseModel] | None) -> list[str]:
    """The fields that may be written in a model's place."""
    fields = owner.model_fields.items() if owner else ()
    return [field.alias or name for name, field in fields if not _from_file(field)]


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
