"""Remedies: what a value must be, and how the one that was found is written right."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import ErrorDetails

from kb.model.fields import FINDING_FORM, P_FORM, SLUG, SLUG_FORM, TERM_FORM, URL_FORM, Form
from kb.problems import Speller
from kb.read.frontmatter.figures import read_day, read_interval, read_numbers, read_p, readings_of, why_no_day
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


@dataclass(frozen=True)
class Field:
    """What is known of the field that holds a wrong value."""

    name: str
    about: str
    """What it means."""
    form: Form | None
    """How its values are written."""
    allowed: Collection[str]
    """The words that it takes; none where it is free."""
    beside: Collection[str]
    """The fields of its group."""
    written: str
    """Its line as it stands."""

    @property
    def must(self) -> str:
        """How its values are written, as a demand."""
        return f"must be {self.form.words}" if self.form else "must be written in another form"

    def example(self, right: str) -> str:
        """What it means, with a value after what stands before it."""
        return f"{self.about} Write e.g. {right}{self.form.example}" if self.form else self.about


def expectation(error: ErrorDetails, field: Field, speller: Speller) -> tuple[str, str]:
    """What a value must be, and a hint that shows the right one."""
    name, about = field.name, field.about
    kind, context, found = error["type"], error.get("ctx", {}), error["input"]
    right = f"{name}: " if isinstance(error["loc"][-1], str) else ""  # what stands before the value
    match kind:
        case "enum":
            guess = speller.nearest(str(found).lower().replace("_", "-"), field.allowed)
            meant = f"did you mean {guess!r}? " if guess else ""
            return "must be one of the allowed words", f"{meant}allowed: {', '.join(field.allowed)}"
        case "int_type" | "int_from_float" | "int_parsing":
            return field.must, _number(found, field, right, whole=True)
        case "number" | "decimal_type" | "finite_number":
            return field.must, _number(found, field, right)
        case "day":
            return _day(found, field, right)
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
            inside = re.search(r"\[.*", field.written)
            ends = read_interval(inside[0]) if inside and kind == "too_long" else None
            example = f"write {name}: [{', '.join(ends)}], with points" if ends else ""
            return "must hold exactly two values", example or f"{about} Write e.g. {name}: [-1.27, -0.32]"
        case "greater_than_equal":
            return "must not be negative", about
        case "less_than_equal":
            return f"must be at most {context['le']}", about
        case "string_pattern_mismatch":
            return field.must, _form(str(found), field, right)
        case _:
            return error["msg"], about


def _number(found: Any, field: Field, right: str, whole: bool = False) -> str:
    numbers = read_numbers(found, whole) if isinstance(found, str) else ()
    if len(numbers) == 1 and numbers[0]:
        first, *others = numbers[0]
        said = f"write {right}{first}" + "".join(f", or {other} if the comma is that of a fraction" for other in others)
        left = re.sub(r"[\d.,\s+\u2010-\u2015\u2212'’-]", "", str(found))
        if left and "unit" in field.beside:
            return f"{said}; the unit belongs in unit:"
        return said + (", digits only" if left else "" if others or first != found else ", without quotes")
    if len(numbers) == 3 and "ci" in field.beside and all(numbers):
        estimate, low, high = (number[-1] for number in numbers)
        return f"write {right}{estimate}, and ci: [{low}, {high}]"
    if isinstance(found, Decimal) and found == found.to_integral_value():
        return f"write {right}{found.to_integral_value()}"
    return field.example(right)


def _day(found: Any, field: Field, right: str) -> tuple[str, str]:
    written = found.isoformat()[:10] if isinstance(found, date) else str(found)
    if why := why_no_day(written):
        return f"must be a real date: {why}", field.example(right)
    if day := read_day(written):
        quoted = ", without quotes" if day == written else ", year-month-day"
        return field.must, f"write {right}{day}{quoted}"
    if two := readings_of(written):
        return field.must, f"write {right}{', or '.join(two)}"
    return field.must, field.example(right)


def _list(found: Any, name: str, about: str) -> tuple[str, str]:
    if isinstance(found, str):
        if name == "ci" and (ends := read_interval(found)):
            return "must be a list", f"write {name}: [{', '.join(ends)}]"
        parts = re.split(r"[,;]\s*", found.strip("[] "))
        if all(SLUG.fullmatch(part) for part in parts):
            return "must be a list", f"write {name}: [{', '.join(parts)}]"
    return "must be a list", f"{about} Write each item on a line of its own, after a dash"


def _form(found: str, field: Field, right: str) -> str:
    """How a text is written in the form of its field."""
    repair = _REPAIRS.get(field.form) if field.form else None
    if field.form is P_FORM and found.strip().lower() in ("ns", "n.s.", "not significant"):
        return f"leave {field.name}: out where the source gives no figure"
    if repair and (repaired := repair(found)):
        return f"write {right}{repaired}"
    return field.example(right)


def _slug(found: str) -> str:
    """A text as a slug: Latin letters in lower case, a hyphen before a year and for every other sign."""
    parted = re.sub(r"(?<=[A-Za-z])(?=(?:19|20)\d\d)", "-", as_latin(found)).lower()
    return re.sub(r"[^a-z0-9]+", "-", parted).strip("-")


def _path(found: str) -> str:
    """Two slugs and a slash; empty where there are not two."""
    parts = [_slug(part) for part in found.split("/")]
    return "/".join(parts) if len(parts) == 2 and all(parts) else ""


def _p_value(found: str) -> str:
    figure = read_p(found.strip("\u2018\u2019\u201c\u201d'\" "))
    return f"'{figure}'" if figure else ""


def _url(found: str) -> str:
    return f"https://{found}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", found) else ""


_REPAIRS: Mapping[Form, Callable[[str], str]] = {
    SLUG_FORM: _slug,
    FINDING_FORM: _path,
    TERM_FORM: _path,
    P_FORM: _p_value,
    URL_FORM: _url,
}
"""How a text is put into a form; the result is empty where that cannot be told."""


def plain(value: Any) -> str:
    """A value as it would be written."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("0.", ".", 1) if isinstance(value, Decimal) else str(value)
