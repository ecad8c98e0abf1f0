"""What would change a rating: the same rules over evidence that does not exist yet. It promises nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kb.grading.certainty import assess_body
from kb.grading.verdict import LARGE_STUDY, assessment_of
from kb.model import (
    Appraisal,
    Assessment,
    BodyAssessment,
    BodyJudgement,
    Certainty,
    Comparison,
    Domain,
    Finding,
    Instrument,
    Intervention,
    Judgement,
    Result,
    Study,
    Synthesis,
    Verdict,
)

NEW_TRIAL = 400
"""People in the trial that is imagined: from there on their number is no reason for imprecision."""
_SOUND = Appraisal(tool="imagined", overall=Judgement.LOW)
_OF_DATA = frozenset({Domain.RISK_OF_BIAS, Domain.IMPRECISION, Domain.INCONSISTENCY})


@dataclass(frozen=True)
class Scenario:
    """What the rating would be if something were known."""

    condition: str
    """A clause that begins with "If"."""
    verdict: Verdict
    label: str
    certainty: Certainty | None


def scenarios(
    intervention: Intervention, assessment: Assessment, instruments: Mapping[str, Instrument]
) -> tuple[Scenario, ...]:
    """What would change certainty or verdict, each computed by the rules; empty where the headline has no estimate."""
    body = assessment.headline
    if body is None or body.synthesis is None or body.key.review:
        return ()
    found = []
    for condition, results in _imagined(body):
        made = assess_body(intervention.slug, body.key, results, _kept(body.judgement), instruments)
        bodies = [made if each is body else each for each in assessment.bodies]
        then = assessment_of(intervention, bodies, assessment.waiting)
        if (then.certainty, then.verdict) != (assessment.certainty, assessment.verdict):
            found.append(Scenario(condition, then.verdict, then.label, then.certainty))
    return tuple(found)


def _imagined(body: BodyAssessment) -> Iterator[tuple[str, Sequence[Result]]]:
    if any(result.risk is None for result in body.counted):
        yield "If its studies were judged and had a low risk of bias", [_sound(result) for result in body.results]
    elif any(each.domain is Domain.RISK_OF_BIAS for each in body.adjustments):
        yield "If its studies had a low risk of bias", [_sound(result) for result in body.results]
    made = body.synthesis
    if made and body.key.kind is Comparison.RANDOMIZED:
        trial = f"a sound trial of {NEW_TRIAL} people at several sites"
        yield f"If {trial} found the same", [*body.results, _trial(made, made.estimate)]
        yield f"If {trial} found no difference", [*body.results, _trial(made, made.null)]


def _sound(result: Result) -> Result:
    return replace(result, study=result.study.model_copy(update={"appraisals": (_SOUND,)}))


def _kept(judgement: BodyJudgement | None) -> BodyJudgement | None:
    """The curator's steps that a new study would not touch."""
    if judgement is None:
        return None
    down = tuple(step for step in judgement.down if step.domain not in _OF_DATA)
    return judgement.model_copy(update={"down": down, "overrides": (), "not_pooled": None})


def _trial(made: Synthesis, estimate: float) -> Result:
    """A trial of the size imagined, as precise as the present studies would be at that size."""
    ratio = made.measure.ratio
    low, high = (math.log(end) if ratio else end for end in (made.low, made.high))
    error = (high - low) / 3.92 * math.sqrt((made.people or LARGE_STUDY) / NEW_TRIAL)
    first = made.contributions[0]
    value = Decimal(str(round(estimate, 4)))
    update = {
        "id": "imagined",
        "measure": made.measure,
        "estimate": value,
        "ci": None,
        "p": None,
        "se": Decimal(str(round(error, 6))),
        "n": NEW_TRIAL,
        "arms": (),
        "range": None,
        "primary": None,
    }
    finding: Finding = first.finding.model_copy(update=update)
    study: Study = first.study.model_copy(
        update={
            "slug": "imagined-trial",
            "appraisals": (_SOUND,),
            "findings": (finding,),
            "discrepancies": (),
            "sites": 2,
            "allocation": None,
            "reading_basis": "full-text",
        }
    )
    return replace(first.results[0], study=study, finding=finding, sign=1, arm=None, people=NEW_TRIAL)
