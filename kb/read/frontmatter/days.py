"""Days: a date written another way, as year-month-day, and why one is no day."""

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
