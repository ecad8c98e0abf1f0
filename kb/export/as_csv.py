"""Tables for spreadsheets: interventions, driver claims and findings, one row each.

A text that a spreadsheet would run as a formula has an apostrophe before its sign, as OWASP advises against CSV
injection; numbers are written as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from kb.model import Intervention
from kb.view.catalog import Catalog
from kb.view.fields import FindingView, InterventionView, as_data

# A formula starts with one of these signs: at the start of a cell, past blanks and quotes, or after what another
# program may take for the end of a cell.
_FORMULA = re.compile(r"(^[\s\"'`]*|[;\t\n][\"']?)(?=[=+@\uff1d\uff0b\uff20\uff0d-])")
_FIGURE = re.compile(r"[+-]?[0-9]*\.?[0-9]+%?")
_INTERVENTION = (
    *("slug", "title", "summary", "category", "level", "verdict", "certainty", "drivers", "study_count", "reviewed"),
)
_CLAIM = ("intervention", "driver", "basis", "source", "place", "term")
_FINDING = (
    *("study", "slug", "outcome", "instrument", "scale", "comparison", "contrast", "timepoint", "subgroup", "measure"),
    *("estimate", "ci_low", "ci_high", "ci_level", "p", "unit", "n", "events", "total", "direction"),
    *("place", "derived"),
)


def as_tables(catalog: Catalog) -> dict[str, str]:
    """The three tables by the names of their files, each with a header; a cell is empty where nothing is known."""
    relations = catalog.relations
    by_slug = sorted(relations.interventions, key=lambda entry: entry.slug)
    interventions = (_intervention(catalog, entry) for entry in by_slug)
    claims = ({"intervention": entry.slug, **as_data(claim)} for entry in by_slug for claim in entry.drivers)
    findings = (
        as_data(FindingView(catalog, finding, study))
        for study in sorted(relations.studies, key=lambda entry: entry.slug)
        for finding in study.findings
    )
    return {
        "interventions.csv": _table(_INTERVENTION, interventions),
        "claims.csv": _table(_CLAIM, claims),
        "findings.csv": _table(_FINDING, findings),
    }


def _intervention(catalog: Catalog, entry: Intervention) -> dict[str, Any]:
    view = InterventionView(catalog, entry)
    fields = {name: as_data(getattr(view, name)) for name in _INTERVENTION}
    return {**fields, "drivers": " ".join(view.drivers), "certainty": fields["certainty"] or "not-graded"}


def _table(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    return _lines([columns, *([row.get(column) for column in columns] for row in rows)])


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_inert, row) for row in rows)
    return file.getvalue()


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs; a text that is a number alone stays one."""
    if not isinstance(cell, str) or _FIGURE.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", cell)
