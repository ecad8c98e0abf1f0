"""The grade of an entry, in the scheme that suits its kind, with the reasons that produced it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.grading import statements
from kb.grading.bodies import EFFECT
from kb.model import (
    Assessment,
    BodyAssessment,
    Instrument,
    Study,
    StudyDesign,
    Word,
)


class GradeScheme(Word):
    """The grading scheme of an entry."""

    GRADE = "grade", "GRADE", "GRADE certainty, for interventions."
    OCEBM_2011 = "ocebm-2011", "OCEBM 2011", "Oxford levels of evidence of 2011, for studies."
    COSMIN = "cosmin", "COSMIN", "COSMIN categories, for instruments."


@dataclass(frozen=True)
class Grade:
    """A code of its scheme, a label for people, and why."""

    scheme: GradeScheme
    """The grading scheme."""
    code: str
    """The grade in the scheme's own code: of GRADE the certainty or not-graded, of OCEBM 2011 1 to 5 or none, of COSMIN
    A, B, C or not-assessed."""
    label: str
    """The grade in words."""
    rationale: str
    """The reasons that produced it."""


_OCEBM: dict[StudyDesign, tuple[str, str]] = {
    StudyDesign.SYSTEMATIC_REVIEW: ("1", "systematic review of trials"),
    StudyDesign.META_ANALYSIS: ("1", "systematic review of trials"),
    StudyDesign.RCT: ("2", "randomized trial"),
    StudyDesign.CLUSTER_RCT: ("2", "cluster-randomized trial"),
    StudyDesign.NON_RANDOMIZED_CONTROLLED: ("3", "controlled study without randomization"),
    StudyDesign.BEFORE_AFTER: ("4", "uncontrolled before-after study"),
    StudyDesign.CASE_REPORT: ("4", "case series"),
}


_NOT_MEASURED = "No evidence here is about burnout or well-being."


def intervention_grade(assessment: Assessment) -> Grade:
    """GRADE: the certainty of the headline body, with its path from the start level."""
    body = assessment.headline
    if body is None or body.certainty is None:
        reason = body.not_graded_reason if body else _NOT_MEASURED
        if body is None and any(each.outcome.group.decides for each in assessment.bodies):
            reason = "Burnout or well-being was measured, but no figure can be used."
        return Grade(GradeScheme.GRADE, "not-graded", "Not graded", reason or "")
    return Grade(
        GradeScheme.GRADE, body.certainty.word, statements.certainty(body.certainty).capitalize(), explained(body)
    )


def explained(body: BodyAssessment) -> str:
    """The path of a graded body from its start level to its certainty, in words."""
    if body.certainty is None or body.start is None:
        return body.not_graded_reason or ""
    parts = [f"Starts at {body.start.label}."]
    for each in body.adjustments:
        way = "Down" if each.steps < 0 else "Up"
        parts.append(f"{way} {abs(each.steps)} for {each.domain.label.lower()}: {each.reason.rstrip('.')}.")
    if body.provisional:
        parts.append("At most low, since half or more of the evidence is not appraised.")
    return " ".join([*parts, f"Result: {body.certainty.label}."])


def study_grade(study: Study) -> Grade:
    """OCEBM 2011 level, derived from the design of studies that test an intervention; none for all else."""
    level = _OCEBM.get(study.design)
    if level is None or not _tests_an_intervention(study):
        return Grade(GradeScheme.OCEBM_2011, "none", "No level", "Levels are for studies that test an intervention.")
    code, words = level
    own = " (our own rule)" if code == "4" else ""
    return Grade(GradeScheme.OCEBM_2011, code, f"Level {code}", f"A {words} is level {code} of OCEBM 2011{own}.")


def _tests_an_intervention(study: Study) -> bool:
    if study.design in (StudyDesign.RCT, StudyDesign.CLUSTER_RCT, StudyDesign.NON_RANDOMIZED_CONTROLLED):
        return True
    if study.findings:
        return any(finding.comparison in EFFECT for finding in study.findings)
    return bool(study.interventions)


def instrument_grade(instrument: Instrument) -> Grade:
    """COSMIN category as recorded, or not assessed."""
    if instrument.cosmin is None:
        return Grade(GradeScheme.COSMIN, "not-assessed", "Not assessed", "We have not assessed it with COSMIN.")
    reasons = " ".join(f"{p.property}: {p.rating} ({p.evidence}). {p.reason}" for p in instrument.cosmin.properties)
    return Grade(
        GradeScheme.COSMIN,
        instrument.cosmin.category,
        f"COSMIN {instrument.cosmin.category}",
        f"By COSMIN it {instrument.cosmin.category.meaning}. {reasons}".strip(),
    )
