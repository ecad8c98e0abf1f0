"""The scalar types of front matter: strict, so that a slip is a problem and never a silent conversion."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from kb.text import addresses
from kb.text.characters import suspects

SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
SLUG = re.compile(SLUG_PATTERN)
LONGEST_SLUG = 80
# What an integer of the API can hold.
LARGEST_COUNT = 2_147_483_647


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, Decimal) and value.is_finite() and not -9 <= value.adjusted() <= 15:
        raise PydanticCustomError("number", "must be a number of a size that a source could print")
    return value


def _level(value: Decimal) -> Decimal:
    if not Decimal(50) <= value <= Decimal("99.99"):
        raise PydanticCustomError("percent", "must lie between 50 and 99.99, in percent")
    return value


def _readable(value: str) -> str:
    for suspect in suspects(value):
        message = "must hold only characters that are what they seem, found {what}"
        raise PydanticCustomError("character", message, {"what": suspect.what, "hint": suspect.hint})
    return value


def _address(value: str) -> str:
    if told := addresses.fault(value):
        raise PydanticCustomError("address", "must lead where it seems to: {told}", {"told": told})
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


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_readable)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20), AfterValidator(_readable)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=LONGEST_SLUG)]
Key = Slug
FindingPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
TermPath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
PValue = Annotated[str, StringConstraints(pattern=r"^[<>]?(?:0?\.\d+|1|1\.0+)$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$"), AfterValidator(_address)]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0, le=LARGEST_COUNT)]
# Decimal keeps the digits as printed (-0.60), so that checks know what a number was rounded to.
Number = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False)]
Percent = Annotated[Number, AfterValidator(_level)]
Day = Annotated[date, BeforeValidator(_day)]
