"""Tables for spreadsheets: interventions, driver claims and findings, one row each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kb.grading import direction_of, higher_is_worse
from kb.model import KnowledgeBase, Status

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
    """Write ``interventions.csv``, ``claims.csv`` and ``findings.csv``: UTF-8 with a header, empty where not known."""
    interventions = [i for i in knowledge.interventions.values() if i.status is Status.PUBLISHED]
    return [
        _table(
            folder / "interventions.csv",
            _INTERVENTION,
            (
                (
                    *(item.slug, item.title, item.summary, item.category, item.level),
                    (assessment := knowledge.assessments[item.slug]).verdict,
                    assessment.certainty.name if assessment.certainty else "NOT_GRADED",
                    " ".join(dict.fromkeys(claim.driver for claim in item.drivers)),
                    assessment.study_count,
                    item.reviewed,
                )
                for item in interventions
            ),
        ),
        _table(
            folder / "claims.csv",
            _CLAIM,
            (
                (item.slug, claim.driver, claim.basis, claim.source, claim.place, claim.term)
                for item in interventions
                for claim in item.drivers
            ),
        ),
        _table(folder / "findings.csv", _FINDING, _findings(knowledge)),
    ]


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


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
