"""The screening register, screening.csv: one line for each work that was considered and is not an entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from kb.model import Screening
from kb.model.fields import allowed
from kb.problems import Problem, did_you_mean

SCREENING = "screening.csv"
COLUMNS = tuple(Screening.model_fields)


def parse(text: str, shown: str) -> tuple[tuple[Screening, ...], tuple[int, ...], list[Problem]]:
    """What can be read of the register, the line of each work, and what is wrong with the other lines (KB217)."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Screening] = []
    lines: list[int] = []
    problems: list[Problem] = []

    def problem(line: int, message: str, hint: str) -> None:
        problems.append(Problem(shown, line, "KB217", message, hint))

    try:
        header = next(rows, [])
        if tuple(header) != COLUMNS:
            names = ",".join(COLUMNS)
            problem(1, f"the first line must name the columns, got {','.join(header) or 'nothing'}", f"write {names}")
            return (), (), problems
        for row in rows:
            line = rows.line_num
            if not row:
                continue
            if len(row) != len(COLUMNS):
                message = f"a line must have {len(COLUMNS)} values, got {len(row)}"
                problem(line, message, "put a value with a comma in double quotes")
                continue
            try:
                found.append(Screening.model_validate(dict(_values(row))))
                lines.append(line)
            except ValidationError as error:
                for fault in error.errors():
                    column = str(fault["loc"][0])
                    given = row[COLUMNS.index(column)]
                    words = allowed(Screening.model_fields[column])
                    otherwise = f"allowed are: {', '.join(words)}" if words else _FORMS[column]
                    hint = did_you_mean(given, words, otherwise)
                    problem(line, f"{column} cannot be {given!r}" if given else f"{column} must not be empty", hint)
    except csv.Error as error:
        hint = "put a value with a quotation mark in double quotes"
        problem(rows.line_num, f"the line cannot be read: {error}", hint)
    return tuple(found), tuple(lines), problems


_FORMS = {
    "key": "write the key of a record in references.bib",
    "interventions": "write slugs of interventions, separated by spaces",
    "screened": "write a date, year-month-day",
    "by": "write who decided, e.g. curator",
}


def _values(row: list[str]) -> Iterator[tuple[str, Any]]:
    for column, written in zip(COLUMNS, row, strict=True):
        value: Any = written.strip()
        if column == "interventions":
            value = tuple(value.split())
        elif column == "screened":
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        yield column, value
