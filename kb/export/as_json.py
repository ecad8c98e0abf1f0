"""Entries as JSON: as in front matter, with what grading makes of them; one by one or all in one file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from kb.grading import direction_of, higher_is_worse, instrument_grade, intervention_grade, study_grade
from kb.grading.grade import Grade
from kb.model import (
    KINDS,
    Assessment,
    BodyAssessment,
    Entry,
    Instrument,
    Intervention,
    KnowledgeBase,
    Reference,
    Status,
    Study,
)

_TOMBSTONE = frozenset({"slug", "title", "status", "withdrawn"})


def as_bytes(data: Any) -> bytes:
    """Plain values as indented JSON, keys in order."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(data, default=_plain, option=options)


def as_data(knowledge: KnowledgeBase) -> dict[str, Any]:
    """The whole knowledge base, for as_bytes; numbers are numbers, a figure that is not known is left out."""
    references = knowledge.references.values()
    return {
        "version": knowledge.version,
        **{
            kind.folder: [_listed(entry_data(entry, knowledge)) for entry in knowledge.of_kind(kind).values()]
            for kind in KINDS
        },
        "references": list(map(_reference, references)),
    }


def _listed(fields: dict[str, Any]) -> orjson.Fragment:
    """An entry as it stands among all."""
    return _indented(fields, 2)


def _reference(reference: Reference) -> dict[str, Any]:
    return reference.model_dump(exclude_none=True, exclude={"html"})


def entry_data(entry: Entry, knowledge: KnowledgeBase) -> dict[str, Any]:
    """One entry field by field, for as_bytes; of a withdrawn one only that and why it was withdrawn."""
    assessment = knowledge.assessments[entry.slug] if isinstance(entry, Intervention) else None
    findings = entry.findings if isinstance(entry, Study) else ()
    return _fields(entry, assessment, tuple(knowledge.instruments.get(f.instrument or "") for f in findings))


def _fields(entry: Entry, assessment: Assessment | None, instruments: tuple[Instrument | None, ...]) -> dict[str, Any]:
    """The fields of an entry, given its assessment, or the instrument of each of its findings; long ones finished."""
    values = _values(entry, assessment, instruments).items()
    return {name: _indented(value, 1) if isinstance(value, dict | list | tuple) else value for name, value in values}


def _values(entry: Entry, assessment: Assessment | None, instruments: tuple[Instrument | None, ...]) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": entry.kind, "path": entry.path}
    if entry.status is Status.WITHDRAWN:
        return data | entry.model_dump(exclude_none=True, include=set(_TOMBSTONE))
    data |= entry.model_dump(exclude_none=True, exclude_defaults=True)
    if assessment:
        data["verdict"] = assessment.verdict
        data["grade"] = _grade(intervention_grade(assessment))
        data["assessments"] = [_body(body) for body in assessment.bodies]
    elif isinstance(entry, Instrument):
        data["grade"] = _grade(instrument_grade(entry))
    elif isinstance(entry, Study):
        known = {instrument.slug: instrument for instrument in instruments if instrument}
        data["grade"] = _grade(study_grade(entry))
        data["directions"] = {
            finding.id: direction_of(finding, higher_is_worse(finding, known)) for finding in entry.findings
        }
    return data


def _indented(data: Any, depth: int) -> orjson.Fragment:
    """Finished JSON to stand at a depth. Line feeds within its texts are escaped, so each that is left is a line's."""
    return orjson.Fragment(as_bytes(data).rstrip().replace(b"\n", b"\n" + b"  " * depth))


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
