"""Everything as one JSON file: entries as in front matter, with what grading makes of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from kb.grading import direction_of, higher_is_worse, instrument_grade, intervention_grade, study_grade
from kb.grading.grade import Grade
from kb.model import BodyAssessment, Entry, KnowledgeBase


def write(knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    """Write ``burnout-kb.json``."""
    path = folder / "burnout-kb.json"
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    path.write_bytes(orjson.dumps(as_data(knowledge), default=_plain, option=options))
    return [path]


def as_data(knowledge: KnowledgeBase) -> dict[str, Any]:
    """The whole knowledge base as plain values; numbers are numbers, a figure that is not known is left out."""
    return {
        "version": knowledge.version,
        "interventions": [
            _entry(item)
            | {
                "verdict": knowledge.assessments[slug].verdict,
                "grade": _grade(intervention_grade(knowledge.assessments[slug])),
                "assessments": [_body(body) for body in knowledge.assessments[slug].bodies],
            }
            for slug, item in knowledge.interventions.items()
        ],
        "instruments": [_entry(i) | {"grade": _grade(instrument_grade(i))} for i in knowledge.instruments.values()],
        "studies": [
            _entry(study)
            | {
                "grade": _grade(study_grade(study)),
                "directions": {
                    finding.id: direction_of(finding, higher_is_worse(finding, knowledge.instruments))
                    for finding in study.findings
                },
            }
            for study in knowledge.studies.values()
        ],
        "drivers": [_entry(driver) for driver in knowledge.drivers.values()],
        "frameworks": [_entry(framework) for framework in knowledge.frameworks.values()],
        "pages": [_entry(page) for page in knowledge.pages.values()],
        "references": [r.model_dump(exclude_none=True, exclude={"html"}) for r in knowledge.references.values()],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"kind": entry.kind, "path": entry.path} | entry.model_dump(exclude_none=True, exclude_defaults=True)


def _grade(grade: Grade) -> dict[str, str]:
    return {"scheme": grade.scheme, "code": grade.code, "label": grade.label, "rationale": grade.rationale}


def _body(body: BodyAssessment) -> dict[str, Any]:
    return {
        "id": body.body.id,
        "certainty": body.certainty.name if body.certainty else None,
        "start": body.start.name if body.start else None,
        "direction": body.direction,
        "not_graded_reason": body.not_graded_reason,
        "sample_size": body.sample_size,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
