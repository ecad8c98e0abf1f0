"""Dates and numbers that are written another way, as front matter wants them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

_YEAR_FIRST = ("%Y-%m-%d",)
_MONTH_BY_NAME = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_NUMBERS = ("%d-%m-%Y", "%m-%d-%Y")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def read_days(written: str) -> list[date]:
    """The days that a text can mean: two for 03/04/2027, none if it is no day."""
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=[A-Za-z])\.|,", "", " ".join(written.split()))
    words = re.sub(r"[/.](?=\d)", "-", words).replace(".", "")
    days: dict[date, None] = {}
    for form in (*_YEAR_FIRST, *_MONTH_BY_NAME, *_NUMBERS):
        with suppress(ValueError):
            days[datetime.strptime(words, form).date()] = None
    return list(days)


def is_full_date(written: str) -> bool:
    """Whether a text looks like a day with its year, possible or not."""
    return bool(re.fullmatch(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})", written.strip()))


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
    """The two ends of an interval in a text, e.g. "-1,27 to -0,32" or "[-1,27, -0,32]"; None if it is no such."""
    inside = written.strip("[]() ")
    parts = re.split(r",\s+|;|\bto\b|\bbis\b", inside)
    if len(parts) == 1 and written.count(",") == 3:
        first, second, third, fourth = inside.split(",")
        parts = [f"{first},{second}", f"{third},{fourth}"]
    ends = [read_numbers(part) for part in parts] if len(parts) == 2 else [(end,) for end in read_numbers(written)]
    if len(ends) != 2 or any(len(end) != 1 or not end[0] for end in ends):
        return None
    return ends[0][0][-1], ends[1][0][-1]


def read_p(written: str) -> str | None:
    """A P value as reported: digits with a point, and its sign before; None if it is none."""
    match = _P.fullmatch(" ".join(written.replace("≤", "<").replace("≥", ">").split()))
    return match[1] + match[2].replace(",", ".") if match else None
