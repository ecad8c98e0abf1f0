"""Values: quotes that are missing or too many, and days written another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb import frontmatter
from kb.fixes.edits import Edit
from kb.fixes.places import front_span, placed
from kb.model import Entry

_COLON = re.compile(r"^( *(?:- )?\w+: )([^\s'\"\[{|>#&*!][^\n]*: [^\n]*?)[ \t]*$", re.M)
_RESERVED = re.compile(r"^( *(?:- )?\w+: )([@`%][^\n]*?)[ \t]*$", re.M)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<name>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})"),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_EITHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")


def unreadable(text: str) -> Iterator[Edit]:
    """Quotes around text that holds a colon, or starts with a sign that YAML keeps for itself, where it is no YAML."""
    start, end = front_span(text)
    try:
        yaml.CSafeLoader(text[start:end]).get_single_node()
    except yaml.YAMLError:
        for form in (_COLON, _RESERVED):
            for match in form.finditer(text, start, end):
                if " #" not in match[2]:  # it could be meant as a comment
                    yield Edit(match.start(2), match.end(2), _quoted(match[2]))


def mistyped(kind: type[Entry]) -> Callable[[str], Iterator[Edit]]:
    """Quotes and days of the values that an entry's model refuses."""

    def propose(text: str) -> Iterator[Edit]:
        front, _ = frontmatter.parse(text, "")
        if front is None:
            return
        try:
            kind.model_validate({**front.values, "slug": "slug", "body": ""})
        except ValidationError as error:
            values = {value.loc: value for value in placed(text)}
            for detail in error.errors():
                value = values.get(detail["loc"])
                if value and isinstance(value.node, yaml.ScalarNode):
                    words = _right(detail, value.node, text[value.start : value.end])
                    if words is not None:
                        yield Edit(value.start, value.end, words)

    return propose


def _right(error: ErrorDetails, node: yaml.ScalarNode, written: str) -> str | None:
    """The one right way to write a refused value, or None."""
    match error["type"]:
        case "string_type" if written and not node.style and written not in ("~", "null"):
            return _quoted(written)
        case "day":
            return read_day(node.value)
        case "number" | "int_type" if node.style in ("'", '"') and _NUMBER.fullmatch(node.value):
            return str(node.value)
        case "bool_type" if node.style in ("'", '"') and node.value in ("true", "false"):
            return str(node.value)
    return None


def read_day(written: str) -> str | None:
    """A day as year-month-day; None where it could be read in two ways, or is no day."""
    words = " ".join(written.split())
    for form in _DAY_FORMS:
        match = form.fullmatch(words)
        if match:
            parts = match.groupdict()
            month = _month(parts["name"]) if "name" in parts else int(parts["month"])
            return _iso(int(parts["year"]), month, int(parts["day"]))
    either = _EITHER.fullmatch(words)
    if either:
        first, second, year = map(int, either.groups())
        if first == second or first > 12:
            return _iso(year, second, first)
        if second > 12:
            return _iso(year, first, second)
    return None


def _month(name: str) -> int:
    """The number of a month's name or of its first letters; 0 where there is none."""
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())), 0)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
