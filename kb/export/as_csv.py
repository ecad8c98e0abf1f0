"""Tables for spreadsheets: interventions, driver claims and findings, one row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kb.grading import direction_of, higher_is_worse
from kb.model import Intervention, KnowledgeBase, Status

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


def write(knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    """Write ``interventions.csv``, ``claims.csv`` and ``findings.csv``."""
    paths = []
    for name, text in as_tables(knowledge).items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def as_tables(knowledge: KnowledgeBase) -> dict[str, str]:
    """The three tables by the names of their files, each with a header; a cell is empty where nothing is known."""
    interventions = [i for i in knowledge.interventions.values() if i.status is Status.PUBLISHED]
    claims = ((i.slug, c.driver, c.basis, c.source, c.place, c.term) for i in interventions for c in i.drivers)
    rows = {
        "interventions.csv": (_INTERVENTION, (_intervention(item, knowledge) for item in interventions)),
        "claims.csv": (_CLAIM, claims),
        "findings.csv": (_FINDING, _findings(knowledge)),
    }
    return {name: _table(header, body) for name, (header, body) in rows.items()}


def _intervention(item: Intervention, knowledge: KnowledgeBase) -> Sequence[Any]:
    assessment = knowledge.assessments[item.slug]
    return (
        *(item.slug, item.title, item.summary, item.category, item.level, assessment.verdict),
        assessment.certainty.name if assessment.certainty else "NOT_GRADED",
        " ".join(dict.fromkeys(claim.driver for claim in item.drivers)),
        *(assessment.study_count, item.reviewed),
    )


def _findings(knowledge: KnowledgeBase) -> Iterable[Sequence[Any]]:
    for study in knowledge.studies.values():
        if study.status is not Status.PUBLISHED:
            continue
        for f in study.findings:
            low, high = f.ci or (None, None)
            yield (
                *(
                    study.slug,
                    f.id,
                    f.outcome,
                    f.instrument,
                    f.scale,
                    f.comparison,
                    f.contrast,
                    f.timepoint,
                    f.subgroup,
                ),
                *(f.measure, f.estimate, low, high, f.ci_level if f.ci else None, f.p, f.unit, f.n, f.events, f.total),
                *(direction_of(f, higher_is_worse(f, knowledge.instruments)), f.place, f.derived),
            )


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()
