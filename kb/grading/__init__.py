"""Findings to certainty and verdict, by the public rules of the page How we grade. Pure functions of the model."""

from __future__ import annotations

from collections.abc import Mapping

from kb.grading.certainty import Evidence, assess_body, counted_twice, floors, i_squared, required
from kb.grading.direction import CONTROLLED, EFFECT, direction_of
from kb.grading.grade import (
    CERTAINTY_WORDS,
    Grade,
    Scheme,
    explained,
    instrument_grade,
    intervention_grade,
    study_grade,
)
from kb.grading.verdict import VERDICT_RANK, assessment_of, headline_of, strength, verdict_of
from kb.grading.wording import outcome_name, statement
from kb.model import Assessment, EvidenceBody, Finding, Instrument, Intervention, Status, Study

__all__ = [
    "CERTAINTY_WORDS",
    "CONTROLLED",
    "EFFECT",
    "VERDICT_RANK",
    "Evidence",
    "Grade",
    "Scheme",
    "assess",
    "assess_body",
    "assessment_of",
    "counted_twice",
    "direction_of",
    "evidence_of",
    "explained",
    "floors",
    "headline_of",
    "higher_is_worse",
    "i_squared",
    "instrument_grade",
    "intervention_grade",
    "outcome_name",
    "required",
    "statement",
    "strength",
    "study_grade",
    "verdict_of",
]


def assess(
    intervention: Intervention, studies: Mapping[str, Study], instruments: Mapping[str, Instrument]
) -> Assessment:
    """Grade all bodies of an intervention and give its verdict. Findings that do not exist are passed over."""
    bodies = [assess_body(body, evidence_of(body, studies, instruments)) for body in intervention.evidence]
    naming = [s.slug for s in studies.values() if intervention.slug in s.interventions and s.status is Status.PUBLISHED]
    return assessment_of(bodies, naming)


def evidence_of(
    body: EvidenceBody, studies: Mapping[str, Study], instruments: Mapping[str, Instrument]
) -> list[Evidence]:
    """The findings that a body names, in its order, with what grading must know of each."""
    found = []
    for path in body.findings:
        slug, _, finding_id = path.partition("/")
        study = studies.get(slug)
        finding = next((f for f in study.findings if f.id == finding_id), None) if study else None
        if study and finding:
            worse = higher_is_worse(finding, instruments)
            found.append(Evidence(slug, finding, study.reading_basis, worse, study.sample_size))
    return found


def higher_is_worse(finding: Finding, instruments: Mapping[str, Instrument]) -> bool | None:
    """Whether a higher score on the finding's scale is worse; None where no scale says."""
    instrument = instruments.get(finding.instrument or "")
    scale = next((s for s in instrument.scales if s.slug == finding.scale), None) if instrument else None
    return scale.higher_is_worse if scale else None
