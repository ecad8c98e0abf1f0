"""Tables for spreadsheets.

A text that a spreadsheet would run as a formula has an apostrophe before its sign, as OWASP advises against CSV
injection; numbers are written as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from kb.export.tables import TABLES
from kb.view.catalog import Catalog

# A formula starts with one of these signs: at the start of a cell, past blanks and quotes, or after what another
# program may take for the end of a cell.
_FORMULA = re.compile(r"(^[\s\"'`]*|[;\t\n][\"']?)(?=[=+@\uff1d\uff0b\uff20\uff0d-])")
_FIGURE = re.compile(r"[+-]?[0-9]*\.?[0-9]+%?")


def as_tables(catalog: Catalog) -> dict[str, str]:
    """The tables by the names of their files, each with a header; a cell is empty where nothing is known."""
    return {
        f"{table.name}.csv": as_lines(
            [
                [column.name for column in table.columns],
                *([row.get(column.name) for column in table.columns] for row in table.rows(catalog)),
            ]
        )
        for table in TABLES
    }


def as_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV in which no spreadsheet runs a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_inert, row) for row in rows)
    return file.getvalue()


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs; a text that is a number alone stays one. R knows only TRUE and FALSE."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if not isinstance(cell, str) or _FIGURE.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", cell)
