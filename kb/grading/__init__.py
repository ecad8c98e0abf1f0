"""Findings to bodies of evidence, estimates, certainty and verdict, by the public rules of the page How we grade.

Pure functions of the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from kb.grading.bodies import CONTROLLED, EFFECT, bodies_of
from kb.grading.certainty import assess_body
from kb.grading.direction import direction_of, favors, higher_is_worse
from kb.grading.grade import Grade, GradeScheme, explained, instrument_grade, intervention_grade, study_grade
from kb.grading.verdict import VERDICT_RANK, assessment_of, needed, strength
from kb.model import Assessment, Instrument, Intervention, Study

__all__ = [
    "CONTROLLED",
    "EFFECT",
    "VERDICT_RANK",
    "Grade",
    "GradeScheme",
    "assess_all",
    "assess_body",
    "assessment_of",
    "bodies_of",
    "direction_of",
    "explained",
    "favors",
    "higher_is_worse",
    "instrument_grade",
    "intervention_grade",
    "needed",
    "strength",
    "study_grade",
]


def assess_all(
    interventions: Mapping[str, Intervention],
    studies: Mapping[str, Study],
    instruments: Mapping[str, Instrument],
    waiting: Mapping[str, int] | None = None,
) -> dict[str, Assessment]:
    """The assessment of every intervention by slug; ``waiting`` counts the controlled studies not yet entered."""
    bodies = bodies_of(interventions, studies.values(), instruments)
    made = {}
    for slug, intervention in interventions.items():
        judgements = {judgement.body: judgement for judgement in intervention.judgements}
        assessed = [
            assess_body(slug, key, results, judgements.get(str(key)), instruments)
            for key, results in bodies[slug].items()
        ]
        made[slug] = assessment_of(intervention, assessed, (waiting or {}).get(slug, 0))
    return made
