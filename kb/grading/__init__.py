"""Findings to certainty and verdict, by the public rules of the page How we grade. Pure functions of the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kb.grading.certainty import Evidence, assess_body, counted_twice, floors, i_squared, required
from kb.grading.direction import CONTROLLED, EFFECT, direction_of, lower_is_better
from kb.grading.grade import Grade, Scheme, explained, instrument_grade, intervention_grade, study_grade
from kb.grading.verdict import VERDICT_RANK, assessment_of, headline_of, strength, support_of, verdict_of
from kb.grading.words import statement
from kb.model import Assessment, EvidenceBody, Finding, Instrument, Intervention, Status, Study, evidence_at

__all__ = [
    "CONTROLLED",
    "EFFECT",
    "VERDICT_RANK",
    "Evidence",
    "Grade",
    "Scheme",
    "assess",
    "assess_all",
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
    "lower_is_better",
    "required",
    "statement",
    "strength",
    "study_grade",
    "support_of",
    "verdict_of",
]


def assess(
    intervention: Intervention, studies: Mapping[str, Study], instruments: Mapping[str, Instrument]
) -> Assessment:
    """Grade all bodies of an intervention and give its verdict. Findings that do not exist are passed over."""
    return assess_all({intervention.slug: intervention}, studies, instruments)[intervention.slug]


def assess_all(
    interventions: Mapping[str, Intervention], studies: Mapping[str, Study], instruments: Mapping[str, Instrument]
) -> dict[str, Assessment]:
    """The assessment of every intervention, by slug; the same object again while all that it rests on is the same."""
    naming: dict[str, list[Study]] = defaultdict(list)
    for study in studies.values():
        if study.status is Status.PUBLISHED:
            for slug in study.interventions:
                naming[slug].append(study)
    return {
        slug: _assessment(
            intervention,
            tuple([evidence_of(body, studies, instruments) for body in intervention.evidence]),
            tuple(naming.get(slug, ())),
        )
        for slug, intervention in interventions.items()
    }


def _assessment(
    intervention: Intervention, evidence: tuple[tuple[Evidence, ...], ...], naming: tuple[Study, ...]
) -> Assessment:
    """The assessment of an intervention from the evidence of each body and the studies that name it."""
    bodies = [assess_body(body, items) for body, items in zip(intervention.evidence, evidence, strict=True)]
    return assessment_of(bodies, [study.slug for study in naming])


def evidence_of(
    body: EvidenceBody, studies: Mapping[str, Study], instruments: Mapping[str, Instrument]
) -> tuple[Evidence, ...]:
    """The findings that a body names, in its order, with what grading must know of each.

    The same tuple again while the studies and instruments that it rests on are the same objects.
    """
    found = _findings(body, tuple([studies.get(path.partition("/")[0]) for path in body.findings]))
    return _evidence(found, tuple([instruments.get(finding.instrument or "") for _, finding in found]))


def _findings(body: EvidenceBody, studies: tuple[Study | None, ...]) -> tuple[tuple[Study, Finding], ...]:
    """The findings of a body that exist, in its order, each with its study, which is one of the studies given."""
    by_slug = {study.slug: study for study in studies if study}
    return tuple([found for path in body.findings if (found := evidence_at(path, by_slug))])


def _evidence(
    found: tuple[tuple[Study, Finding], ...], instruments: tuple[Instrument | None, ...]
) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(study.slug, finding, study.reading_basis, _worse(finding, instrument), study.sample_size)
        for (study, finding), instrument in zip(found, instruments, strict=True)
    )


def higher_is_worse(finding: Finding, instruments: Mapping[str, Instrument]) -> bool | None:
    """Whether a higher score on the finding's scale is worse; None where no scale says."""
    return _worse(finding, instruments.get(finding.instrument or ""))


def _worse(finding: Finding, instrument: Instrument | None) -> bool | None:
    scale = instrument.scale(finding.scale) if instrument else None
    return scale.higher_is_worse if scale else None
