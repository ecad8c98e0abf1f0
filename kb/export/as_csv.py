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

from kb.grading import direction_of, higher_is_worse
from kb.model import Assessment, Direction, Finding, Instrument, Intervention, KnowledgeBase, Status, Study

# A formula starts with one of these signs: at the start of a cell, past blanks and quotes, or after what another
# program may take for the end of a cell.
_FORMULA = re.compile(r"(^[\s\"'`]*|[;\t\n][\"']?)(?=[=+@\uff1d\uff0b\uff20\uff0d-])")
_FIGURE = re.compile(r"[+-]?[0-9]*\.?[0-9]+%?")
_INTERVENTION = (
    "slug",
    "title",
    "summary",
    "category",
    "level",
    "verdict",
    "certainty",
    "drivers",
    "studies",
    "reviewed",
)
_CLAIM = ("intervention", "driver", "basis", "source", "place", "term")
_FINDING = (
    *("study", "id", "outcome", "instrument", "scale", "comparison", "contrast", "timepoint", "subgroup", "measure"),
    *(
        "estimate",
        "ci_low",
        "ci_high",
        "ci_level",
        "p",
        "unit",
        "n",
        "events",
        "total",
        "direction",
        "place",
        "derived",
    ),
)


def as_tables(knowledge: KnowledgeBase) -> dict[str, str]:
    """The three tables by the names of their files, each with a header; a cell is empty where nothing is known."""
    interventions = [i for i in knowledge.interventions.values() if i.status is Status.PUBLISHED]
    studies = [study for study in knowledge.studies.values() if study.status is Status.PUBLISHED]
    tables = {
        "interventions.csv": (_INTERVENTION, (_intervention(i, knowledge.assessments[i.slug]) for i in interventions)),
        "claims.csv": (_CLAIM, map(_claims, interventions)),
        "findings.csv": (_FINDING, (_findings(study, _instruments(study, knowledge)) for study in studies)),
    }
    return {name: "".join([_lines([header]), *parts]) for name, (header, parts) in tables.items()}


def _intervention(item: Intervention, assessment: Assessment) -> str:
    row = (
        *(item.slug, item.title, item.summary, item.category, item.level, assessment.verdict),
        assessment.certainty.name if assessment.certainty else "NOT_GRADED",
        " ".join(dict.fromkeys(claim.driver for claim in item.drivers)),
        *(assessment.study_count, item.reviewed),
    )
    return _lines([row])


def _claims(item: Intervention) -> str:
    return _lines((item.slug, c.driver, c.basis, c.source, c.place, c.term) for c in item.drivers)


def _instruments(study: Study, knowledge: KnowledgeBase) -> tuple[Instrument | None, ...]:
    """The instrument of each finding."""
    return tuple(knowledge.instruments.get(f.instrument or "") for f in study.findings)


def _findings(study: Study, instruments: tuple[Instrument | None, ...]) -> str:
    known = {instrument.slug: instrument for instrument in instruments if instrument}
    return _lines(_finding(study, f, direction_of(f, higher_is_worse(f, known))) for f in study.findings)


def _finding(study: Study, f: Finding, direction: Direction) -> Sequence[Any]:
    low, high = f.ci or (None, None)
    return (
        *(study.slug, f.id, f.outcome, f.instrument, f.scale, f.comparison, f.contrast, f.timepoint, f.subgroup),
        *(f.measure, f.estimate, low, high, f.ci_level if f.ci else None, f.p, f.unit, f.n, f.events, f.total),
        *(direction, f.place, f.derived),
    )


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_inert, row) for row in rows)
    return file.getvalue()


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs; a text that is a number alone stays one."""
    if not isinstance(cell, str) or _FIGURE.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", cell)
