"""Records and their scalar types: strict, so that a slip is a problem and never a silent conversion.

What the docstring under a field says is its documentation for everyone.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from kb.text import addresses
from kb.text.characters import suspects

SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
SLUG = re.compile(SLUG_PATTERN)
LONGEST_SLUG = 80
# What an integer of the API can hold.
LARGEST_COUNT = 2_147_483_647


@dataclass(frozen=True)
class Form:
    """How a scalar is written: for problems, the skeletons of ``kb new``, and JSON Schema."""

    words: str
    """What it must be."""
    example: str
    """One as it is written in front matter."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the scalar, with the example."""
        made = handler(schema)
        plain = made.get("type") in ("number", "integer", "boolean")
        example = json.loads(self.example) if plain else self.example.strip("'")
        return {**made, "examples": [example]}


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, Decimal) and value.is_finite() and not -9 <= value.adjusted() <= 15:
        raise PydanticCustomError("number", "must be a number of a size that a source could report")
    return value


def _level(value: Decimal) -> Decimal:
    if not Decimal(50) <= value <= Decimal("99.99"):
        raise PydanticCustomError("percent", "must be between 50 and 99.99 percent")
    return value


def _readable(value: str) -> str:
    for suspect in suspects(value):
        message = "must not contain hidden or look-alike characters, found {what}"
        raise PydanticCustomError("character", message, {"what": suspect.what, "hint": suspect.hint})
    return value


def _address(value: str) -> str:
    if fault := addresses.fault(value):
        raise PydanticCustomError("address", "must not mislead readers: {fault}", {"fault": fault})
    return value


def _day(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise PydanticCustomError("day", "must be a date, year-month-day without quotes")
    if not 1900 <= value.year <= 2200:
        raise PydanticCustomError("day", "must be a date of our time")
    return value


class Record(BaseModel):
    """A part of an entry: immutable, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


SLUG_FORM = Form("lower-case words joined by hyphens", "quiet-hours")
FINDING_FORM = Form("a study and one of its findings, study-slug/finding-id", "kiser-2024/pfi-burnout-3-months")
TERM_FORM = Form("a framework and one of its terms, framework-slug/term-slug", "nam-six-domains/leadership")
BODY_FORM = Form(
    "the key of a body of evidence, outcome/comparator/time/comparison", "exhaustion/inactive/short/randomized"
)
P_FORM = Form("a P value from 0 to 1 in quotes, as '.046' or '<.001'", "'<.001'")
URL_FORM = Form("a full web address that starts with https://", "https://example.org/toolkit")
SIGN_FORM = Form("one of > >= < <=, in quotes", "'>='")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_readable)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20), AfterValidator(_readable)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=LONGEST_SLUG), SLUG_FORM]
Key = Slug
FindingPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$"), FINDING_FORM]
TermPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$"), TERM_FORM]
BodyPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(?:/[a-z0-9-]+){3,4}$"), BODY_FORM]
PValue = Annotated[str, StringConstraints(pattern=r"^[<>]?(?:0?\.\d*[1-9]\d*|1|1\.0+)$"), P_FORM]
Url = Annotated[str, StringConstraints(pattern=r'^https?://[^\s<>"]+$'), URL_FORM, AfterValidator(_address)]
Sign = Annotated[str, StringConstraints(pattern="^(>|>=|<|<=)$"), SIGN_FORM]
Flag = Annotated[bool, Strict(), Form("true or false", "true")]
Count = Annotated[int, Strict(), Field(ge=0, le=LARGEST_COUNT), Form("a whole number", "128")]
Items = Annotated[Count, Form("a whole number", "10")]
Levels = Annotated[Count, Form("a whole number", "1")]
# Decimal keeps the digits as the source reports them (-0.60), so that checks know what a number was rounded to.
Number = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False), Form("a number", "-0.79")]
Weeks = Annotated[Number, Field(ge=0, le=2000), Form("a number of weeks", "12")]
Share = Annotated[Number, Field(ge=0, le=100), Form("a percentage", "88")]
Percent = Annotated[Number, AfterValidator(_level), Form("a number", "95")]
Day = Annotated[date, BeforeValidator(_day), Form("a date, year-month-day without quotes", "2026-11-22")]


def meaning(record: type, name: str) -> str:
    """What a field of a record means, by the docstring under it; empty if there is none.

    It is read from the source when it is asked for: pydantic would read all fields at each start.
    """
    owner = next((base for base in record.__mro__ if name in inspect.get_annotations(base)), None)
    return _docstrings(owner).get(name, "") if owner else ""


def form(info: FieldInfo) -> Form | None:
    """How the value of a field is written, or each item of its list; None if it is free text or no scalar."""
    inner = (mark for option in options(info.annotation) for mark in getattr(option, "__metadata__", ()))
    forms = [mark for mark in (*info.metadata, *inner) if isinstance(mark, Form)]
    return forms[-1] if forms else None


def allowed(info: FieldInfo) -> tuple[str, ...]:
    """The words of which a field takes one, none where it is free."""
    for option in options(info.annotation):
        if isinstance(option, type) and issubclass(option, Enum):
            return tuple(str(member.value) for member in option)
        if option is bool or typing.get_args(option)[:1] == (bool,):
            return ("true", "false")
    return ()


def record_in(annotation: Any) -> type[Record] | None:
    """The record that a field contains, once or in a list; None if it contains none."""
    kinds = (option for option in options(annotation) if isinstance(option, type) and issubclass(option, Record))
    return next(kinds, None)


def options(annotation: Any) -> Iterator[Any]:
    """The types inside tuple[Type, ...] and Type | None, or the type itself."""
    if typing.get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        for option in typing.get_args(annotation):
            yield from options(option)
    elif annotation not in (Ellipsis, type(None)):
        yield annotation


@cache
def _docstrings(record: type) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field, below in pairwise(_classes(record.__module__)[record.__name__].body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
    return found


@cache
def _classes(module: str) -> Mapping[str, ast.ClassDef]:
    """The classes of a module as they are written; inspect would parse the module for each of them again."""
    written = ast.parse(inspect.getsource(sys.modules[module])).body
    return {node.name: node for node in written if isinstance(node, ast.ClassDef)}
