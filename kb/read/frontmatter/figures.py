"""Dates and numbers that are written another way, as front matter wants them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<name>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})"),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_EITHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_FIRST, _LAST = 1900, 2200


def read_day(written: str) -> str | None:
    """A day as year-month-day; None where it could be read in two ways, or is no day."""
    days = {day for year, month, number in _readings(written) if (day := _iso(year, month, number))}
    return days.pop() if len(days) == 1 else None


def why_no_day(written: str) -> str:
    """What is wrong with a day that is written in full; empty where it is not, or nothing is."""
    readings = _readings(written)
    if len(readings) != 1:
        return ""
    ((year, month, _),) = readings
    if not _FIRST <= year <= _LAST:
        return f"the year {year} is not between {_FIRST} and {_LAST}"
    if read_day(written):
        return ""
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    return f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days"


def readings_of(written: str) -> tuple[str, ...]:
    """The days that a date can mean, in words with their right form, where there are two."""
    found = [(year, month, day) for year, month, day in _readings(written) if _iso(year, month, day)]
    return tuple(f"{_iso(*one)} for {one[2]} {_MONTHS[one[1] - 1]}" for one in found) if len(found) == 2 else ()


def _readings(written: str) -> list[tuple[int, int, int]]:
    """The year, month and day that a text can stand for, possible or not: the day before the month is one way."""
    words = " ".join(written.split())
    for form in _FORMS:
        if match := form.fullmatch(words):
            parts = match.groupdict()
            month = _month(parts["name"]) if "name" in parts else int(parts["month"])
            return [(int(parts["year"]), month, int(parts["day"]))] if month or "month" in parts else []
    if either := _EITHER.fullmatch(words):
        first, second, year = map(int, either.groups())
        ways = [(year, second, first), (year, first, second)]
        possible = list(dict.fromkeys(way for way in ways if way[1] <= 12))
        return possible or ways[:1]
    return []


def _month(name: str) -> int:
    """The number of a month's name or of its first letters; 0 where there is none."""
    return next((number for number, month in enumerate(_MONTHS, 1) if month.lower().startswith(name.lower())), 0)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


_MINUS = re.compile(r"[\u2010-\u2015\u2212\ufe63\uff0d]\s*(?=[\d.,])")
_THOUSANDS = re.compile("(?<=\\d)[ \u00a0\u2009\u202f'\u2019](?=\\d{3}(?!\\d))")
_NUMBER = re.compile(r"(?<![\w.,])([-+]?)(\d+(?:[.,]\d+)*|[.,]\d+)(?!\w)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_P = re.compile(r"[pP]? ?([<>]?) ?=? ?(0?[.,]\d+|1(?:[.,]0+)?)")


def read_numbers(written: str, whole: bool = False) -> tuple[tuple[str, ...], ...]:
    """The numbers in a text, each with what it can mean: a point before the fraction, a hyphen for minus, no spaces.

    A number has two meanings where its comma can be that of thousands as well as that of a fraction, none where it is
    not ``whole`` and should be.
    """
    found = _NUMBER.finditer(_THOUSANDS.sub("", _MINUS.sub("-", written)))
    return tuple(_meanings(match[1].replace("+", ""), match[2], whole) for match in found)


def _meanings(sign: str, digits: str, whole: bool) -> tuple[str, ...]:
    marks = re.findall("[.,]", digits)
    if not marks:
        return (sign + digits,)
    joined = sign + re.sub("[.,]", "", digits)
    before, _, fraction = digits.rpartition(marks[-1])
    pointed = f"{sign}{re.sub('[.,]', '', before) or '0'}.{fraction}"
    if _GROUPED.fullmatch(digits):
        return (joined,) if whole or len(marks) > 1 else (joined, pointed)
    return () if whole or marks.count(marks[-1]) > 1 else (pointed,)


def read_interval(written: str) -> tuple[str, str] | None:
    """The two ends of an interval in a text, e.g. "-1,27 to -0,32" or "[-1,27, -0,32]"; None where it is no such."""
    parts = re.split(r",\s+|;|\bto\b|\bbis\b", written.strip("[]() "))
    if len(parts) == 1 and written.count(",") == 3:
        first, second, third, fourth = written.strip("[]() ").split(",")
        parts = [f"{first},{second}", f"{third},{fourth}"]
    ends = [read_numbers(part) for part in parts] if len(parts) == 2 else [(end,) for end in read_numbers(written)]
    if len(ends) != 2 or any(len(end) != 1 or not end[0] for end in ends):
        return None
    return ends[0][0][-1], ends[1][0][-1]


def read_p(written: str) -> str | None:
    """A P value as printed: digits with a point, and its sign before; None where it is none."""
    match = _P.fullmatch(" ".join(written.replace("≤", "<").replace("≥", ">").split()))
    return match[1] + match[2].replace(",", ".") if match else None
