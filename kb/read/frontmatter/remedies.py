"""Remedies: what a value must be, and how the one that was found is written right."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import ErrorDetails

from kb.model.fields import SLUG
from kb.problems import Speller
from kb.read.frontmatter.days import read_day, readings_of, why_no_day
from kb.read.frontmatter.figures import read_interval, read_numbers, read_p
from kb.text.characters import as_latin

_YES = {"yes": "true", "y": "true", "on": "true", "1": "true", "true": "true"}
_NO = {"no": "false", "n": "false", "off": "false", "0": "false", "false": "false"}
COMPUTED = {
    **dict.fromkeys(
        ("certainty", "grade", "verdict", "rating", "quality", "strength", "level_of_evidence"),
        "remove it: certainty and verdict are computed from the findings and the steps under down: and up:",
    ),
    **dict.fromkeys(
        ("items", "item_texts", "questions", "wording"),
        "remove it: the texts of items belong to their owner; say how many there are in item_count:",
    ),
}
"""What is no field on purpose, with what to do instead."""


def expectation(
    error: ErrorDetails, name: str, about: str, written: str, beside: Collection[str], speller: Speller
) -> tuple[str, str]:
    """What a value must be, and a hint that shows the right one.

    ``about`` describes the field, ``written`` is its line as it stands, and ``beside`` are the fields of its group.
    """
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    right = f"{name}: " if isinstance(error["loc"][-1], str) else ""  # what stands before the value
    match kind:
        case "enum":
            allowed = re.findall(r"[\w/-]+", str(context["expected"]).replace(" or ", " "))
            guess = speller.nearest(str(found).lower().replace("_", "-"), allowed)
            return "must be a word of its list", (
                f"did you mean {guess!r}? " if guess else ""
            ) + "allowed: " + ", ".join(allowed)
        case "int_type" | "int_from_float" | "int_parsing":
            return "must be a whole number", _number(found, name, right, about, beside, whole=True)
        case "number" | "decimal_type" | "finite_number":
            return "must be a number", _number(found, name, right, about, beside)
        case "day":
            return _day(found, name, about)
        case "bool_type":
            word = {**_YES, **_NO}.get(str(found).lower())
            return "must be true or false", f"write {name}: {word}" if word else about
        case "string_type":
            quoted = f"{about} Put it in quotes, e.g. {name}: '{plain(found)}'"
            return "must be text", about if isinstance(found, dict | list | None) else quoted
        case "tuple_type":
            return _list(found, name, about)
        case "model_type":
            return "must be a group of fields", f"{about} Indent its fields below it"
        case "string_too_short" if context.get("min_length", 1) > 1:
            return f"must say why in at least {context['min_length']} characters", about
        case "string_too_short" | "too_short":
            return "must not be empty", about
        case "string_too_long":
            return f"must have at most {context['max_length']} characters", about
        case "missing" | "too_long":
            inside = re.search(r"\[.*", written)
            ends = read_interval(inside[0]) if inside and kind == "too_long" else None
            example = f"write {name}: [{', '.join(ends)}], with points" if ends else ""
            return "must hold exactly two values", example or f"{about} Write e.g. {name}: [-1.27, -0.32]"
        case "greater_than_equal":
            return "must not be negative", about
        case "less_than_equal":
            return f"must be at most {context['le']}", about
        case "string_pattern_mismatch":
            return "is not written in its form", _form(str(context.get("pattern")), name, str(found), about)
        case _:
            return error["msg"].removeprefix("Value error, "), about


def _number(found: Any, name: str, right: str, about: str, beside: Collection[str], whole: bool = False) -> str:
    numbers = read_numbers(found, whole) if isinstance(found, str) else ()
    if len(numbers) == 1 and numbers[0]:
        first, *others = numbers[0]
        said = f"write {right}{first}" + "".join(f", or {other} if the comma is that of a fraction" for other in others)
        left = re.sub(r"[\d.,\s+\u2010-\u2015\u2212'’-]", "", str(found))
        if left and "unit" in beside:
            return f"{said}; the unit belongs in unit:"
        return said + (", digits only" if left else "" if others or first != found else ", without quotes")
    if len(numbers) == 3 and "ci" in beside and all(numbers):
        estimate, low, high = (number[-1] for number in numbers)
        return f"write {right}{estimate}, and ci: [{low}, {high}]"
    if isinstance(found, Decimal) and found == found.to_integral_value():
        return f"write {right}{found.to_integral_value()}"
    if whole:
        example = {"steps": 1, "floor": 1, "item_count": 10}.get(name, 128)
        return f"{about} Write e.g. {name}: {example}"
    return f"{about} Write digits only, with a leading zero, e.g. {name}: -0.79"


def _day(found: Any, name: str, about: str) -> tuple[str, str]:
    written = found.isoformat()[:10] if isinstance(found, date) else str(found)
    if why := why_no_day(written):
        return f"must be a day that exists, and {why}", f"{about} Write year-month-day, e.g. {name}: 2026-11-22"
    if day := read_day(written):
        quoted = ", without quotes" if day == written else ", year-month-day"
        return "must be a date", f"write {name}: {day}{quoted}"
    if two := readings_of(written):
        return "must be a date", f"write year-month-day: {', or '.join(two)}"
    return "must be a date", f"{about} Write year-month-day without quotes, e.g. {name}: 2026-11-22"


def _list(found: Any, name: str, about: str) -> tuple[str, str]:
    if isinstance(found, str):
        if name == "ci" and (ends := read_interval(found)):
            return "must be a list", f"write {name}: [{', '.join(ends)}]"
        parts = re.split(r"[,;]\s*", found.strip("[] "))
        if all(SLUG.fullmatch(part) for part in parts):
            return "must be a list", f"write {name}: [{', '.join(parts)}]"
    return "must be a list", f"{about} Write each item on a line of its own, after a dash"


def _form(pattern: str, name: str, found: str, about: str) -> str:
    """How a text is written in the form of a pattern."""
    if "[<>]" in pattern:
        if printed := read_p(found.strip("\u2018\u2019\u201c\u201d'\" ")):
            return f"write {name}: '{printed}'"
        if found.strip().lower() in ("ns", "n.s.", "not significant"):
            return f"leave {name}: out where no figure is printed"
        return f"{about} As printed, digits with a sign before if there is one, e.g. {name}: '<.001'"
    if "https?" in pattern:
        if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", found):
            return f"write {name}: https://{found}"
        return f"{about} A full address that starts with https://"
    if "a-z0-9-]+/" in pattern:
        return f"{about} Two slugs and a slash, e.g. {name}: kiser-2024/pfi-burnout-3-months"
    if "a-z0-9" in pattern:
        slug = re.sub(
            r"[^a-z0-9]+", "-", re.sub(r"(?<=[A-Za-z])(?=(?:19|20)\d\d)", "-", as_latin(found)).lower()
        ).strip("-")
        example = f"{name}: {slug}" if slug else f"e.g. {name}: quiet-hours"
        return f"{about} Lower-case words joined by hyphens: {example}"
    return "One of > >= < <=, in quotes" if ">|" in pattern else ""


def plain(value: Any) -> str:
    """A value as it would be written."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("0.", ".", 1) if isinstance(value, Decimal) else str(value)
