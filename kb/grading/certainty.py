"""The certainty of a body of evidence: where it starts, what the data ask for, what the curator judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from kb.grading.bodies import counting
from kb.grading.direction import favors
from kb.grading.effects import SHARES
from kb.grading.synthesis import Syntheses, syntheses
from kb.model import (
    Adjustment,
    BodyAssessment,
    BodyJudgement,
    BodyKey,
    Certainty,
    Comparison,
    Contribution,
    Domain,
    EffectDirection,
    EffectSize,
    Instrument,
    Judgement,
    ReadingBasis,
    Result,
    RiskOfBias,
    Synthesis,
)

DOWN_LIMITS = {
    Domain.RISK_OF_BIAS: 2,
    Domain.INCONSISTENCY: 2,
    Domain.INDIRECTNESS: 2,
    Domain.IMPRECISION: 2,
    Domain.PUBLICATION_BIAS: 1,  # our own limit
}
UP_LIMITS = {Domain.LARGE_EFFECT: 2, Domain.DOSE_RESPONSE: 1, Domain.RESIDUAL_CONFOUNDING: 1}
ENOUGH_PEOPLE = 400
ENOUGH_EVENTS = 300
HALF = 0.5 - 1e-9
FOR, AGAINST, NEITHER = (
    EffectDirection.FAVORS_INTERVENTION,
    EffectDirection.FAVORS_COMPARATOR,
    EffectDirection.NO_CLEAR_DIFFERENCE,
)


def assess_body(
    intervention: str,
    key: BodyKey,
    results: Sequence[Result],
    judgement: BodyJudgement | None,
    instruments: Mapping[str, Instrument],
) -> BodyAssessment:
    """Grade one body from its findings and the curator's judgement of it; the order of the findings does not matter."""
    counted = counting(results, instruments)
    apart = judgement.not_pooled if judgement else None
    made = syntheses(key, counted, instruments, apart=apart is not None)
    used = made.judged.contributions if made.judged else tuple(c for s in made.others for c in s.contributions)
    flat = tuple(result for results in counted for result in results)
    directions = _directions((*((made.judged,) if made.judged else ()), *made.others))
    people = made.judged.people if made.judged else _sum([c.people for c in used])
    studies = made.judged.studies if made.judged else len(used)
    size = made.judged.size if made.judged else EffectSize.UNCLEAR if used else None
    direction = made.judged.direction if made.judged else NEITHER if used else EffectDirection.NOT_APPLICABLE
    start: Certainty | None = None
    certainty: Certainty | None = None
    adjustments: tuple[Adjustment, ...] = ()
    forced: tuple[Adjustment, ...] = ()
    provisional = False
    reason = None if used else _why_not(made)
    if used:
        start = Certainty.HIGH if key.kind is Comparison.RANDOMIZED else Certainty.LOW
        forced = tuple(_forced(key, start, made, used))
        adjustments = tuple(_adjusted(forced, judgement))
        level = Certainty(min(4, max(1, start + sum(each.steps for each in adjustments))))
        provisional = _share(used, made, _not_appraised) >= HALF
        certainty = min(level, Certainty.LOW) if provisional else level
    ordered = (*flat, *(result for result in results if result not in flat))
    return BodyAssessment(
        intervention=intervention,
        key=key,
        results=ordered,
        counted=flat,
        synthesis=made.judged,
        others=made.others,
        left_out=made.left_out,
        not_pooled=apart.reason if apart else None,
        directions=directions,
        certainty=certainty,
        start=start,
        adjustments=adjustments,
        forced=forced,
        not_graded_reason=reason,
        provisional=provisional,
        direction=direction,
        leaning=None if used else _leaning(flat, instruments),
        size=size,
        people=people,
        studies=studies,
        judgement=judgement,
    )


def _leaning(counted: Sequence[Result], instruments: Mapping[str, Instrument]) -> EffectDirection | None:
    sides = {favors(result.study, result.finding, instruments) for result in counted}
    return sides.pop() if len(sides) == 1 else None


def _why_not(made: Syntheses) -> str:
    reasons = sorted({reason for _, reason in made.left_out})
    return f"No result can be used: {'; '.join(reasons)}." if reasons else "No result can be used."


def _sum(numbers: Sequence[int | None]) -> int | None:
    return sum(n for n in numbers if n is not None) if numbers and None not in numbers else None


def _directions(made: Sequence[Synthesis]) -> tuple[int, int, int]:
    """How many single results favor the intervention, the comparator, or neither, by the side of the estimate."""
    signs = [(c.estimate - s.null) * s.better if c.estimate != s.null else 0.0 for s in made for c in s.contributions]
    return sum(x > 0 for x in signs), sum(x < 0 for x in signs), sum(x == 0 for x in signs)


def _forced(key: BodyKey, start: Certainty, made: Syntheses, used: Sequence[Contribution]) -> Iterator[Adjustment]:
    """The least number of steps down that the data ask for, by domain."""
    for domain, (steps, reason) in {
        Domain.RISK_OF_BIAS: _risk_of_bias(key, start, made, used),
        Domain.INCONSISTENCY: _inconsistency(made, used),
        Domain.IMPRECISION: _imprecision(made, used),
        Domain.PUBLICATION_BIAS: _publication_bias(used),
    }.items():
        if steps:
            yield Adjustment(domain, -steps, reason)


def _adjusted(forced: Sequence[Adjustment], judgement: BodyJudgement | None) -> Iterator[Adjustment]:
    """The steps that count: the curator's, at least as far as the data ask for or an override says."""
    asked = {each.domain: each for each in forced}
    overrides = {each.domain: each for each in judgement.overrides} if judgement else {}
    recorded = {step.domain: step for step in judgement.down} if judgement else {}
    for domain in DOWN_LIMITS:
        least, step, override = asked.get(domain), recorded.get(domain), overrides.get(domain)
        steps = step.steps if step else 0
        if override and least and override.floor < -least.steps:
            if steps >= override.floor and step:
                yield Adjustment(domain, -steps, f"{step.reason.rstrip('.')}. {override.reason}")
            else:
                yield Adjustment(domain, -override.floor, override.reason)
        elif step and (not least or steps >= -least.steps):
            yield Adjustment(domain, -steps, step.reason)
        elif least:
            yield least
    for up in judgement.up if judgement else ():
        if up.domain in UP_LIMITS and not forced and not recorded:
            yield Adjustment(up.domain, up.steps, up.reason)


def _share(used: Sequence[Contribution], made: Syntheses, holds: Callable[[Result], bool]) -> float:
    """The share of the evidence for which it holds: of the weight in the estimate, of people where not pooled."""
    if made.judged:
        return sum(c.weight for c in used if holds(c.results[0]))
    people = [c.people or 1 for c in used]
    return float(Fraction(sum(n for c, n in zip(used, people, strict=True) if holds(c.results[0])), sum(people)))


def _not_appraised(result: Result) -> bool:
    return result.risk is None


def _high(result: Result) -> bool:
    return result.risk in (RiskOfBias.HIGH, RiskOfBias.CRITICAL)


def _risk_of_bias(key: BodyKey, start: Certainty, made: Syntheses, used: Sequence[Contribution]) -> tuple[int, str]:
    """Half or more at high risk 1; half or more with some concerns, high or not appraised 1 from a start of high.

    From a start of low only high or not appraised, since confounding has cost two steps already. No comparison 1.
    A review that AMSTAR 2 rates low or critically low 1 (our own rule).
    """
    high, unknown = _share(used, made, _high), _share(used, made, _not_appraised)
    some = _share(used, made, lambda result: result.risk is RiskOfBias.SOME_CONCERNS)
    if any(_poor_review(c.results[0]) for c in used):
        return 1, "AMSTAR 2 rates the review low or critically low"
    parts = [(high, "is at high risk of bias"), (unknown, "is not appraised")]
    if start is Certainty.HIGH:
        parts.insert(1, (some, "raises some concerns"))
    if high >= HALF or sum(share for share, _ in parts) >= HALF:
        return 1, " and ".join(f"{_part(share)} of the evidence {what}" for share, what in parts if share > 1e-9)
    if key.kind is Comparison.UNCONTROLLED:
        return 1, "there is no comparison group"
    return 0, ""


def _part(share: float) -> str:
    return "all" if share > 1 - 1e-9 else f"{100 * share:.0f}%"


def _poor_review(result: Result) -> bool:
    low = (Judgement.LOW, Judgement.CRITICALLY_LOW)
    return bool(result.finding.pooled) and any(a.of_review and a.overall in low for a in result.study.appraisals)


def _inconsistency(made: Syntheses, used: Sequence[Contribution]) -> tuple[int, str]:
    judged = made.judged
    if judged is None:
        favor, against, _ = _directions(made.others)
        return (1, "the results point in different directions") if favor and against else (0, "")
    i_squared = judged.i_squared or 0.0
    if i_squared < 50:
        return 0, ""
    least, most = (judged.threshold.low, judged.threshold.high) if judged.threshold else (judged.null, judged.null)
    ends = judged.prediction
    if judged.contributions[0].finding.pooled:
        if ends is None:
            return 1, f"I² is {i_squared:.0f}%"
        over = ends[0] < judged.null < ends[1] or any(ends[0] < end < ends[1] for end in (least, most))
        return (
            (1, f"I² is {i_squared:.0f}%, and the prediction interval leaves open whether it matters")
            if over
            else (0, "")
        )
    estimates = [c.estimate for c in used]
    reach = (min(estimates), max(estimates)) if len(used) == 2 else ends
    null = judged.null
    if (
        i_squared >= 75
        and reach
        and ((reach[0] <= least and reach[1] > null) or (reach[1] >= most and reach[0] < null))
    ):
        return 2, f"I² is {i_squared:.0f}%, and further studies may find the opposite"
    classes = {-1 if e <= least else 1 if e >= most else 0 for e in estimates}
    return (
        (1, f"I² is {i_squared:.0f}%, and the studies' estimates differ in what they mean")
        if len(classes) > 1
        else (0, "")
    )


def _imprecision(made: Syntheses, used: Sequence[Contribution]) -> tuple[int, str]:
    """Few people or events; an interval that leaves open what matters; the larger of the two."""
    steps, reasons = _few(made, used)
    judged = made.judged
    if judged is None:
        people = _sum([c.people for c in used])
        open_steps = 2 if people is None or people < 100 else 1
        why = "the results are not pooled"
    elif judged.size is EffectSize.UNCLEAR:
        if judged.threshold is None:
            open_steps, why = 1, "the interval leaves open whether there is an effect"
        else:
            sides = (judged.low < judged.threshold.low) + (judged.high > judged.threshold.high)
            open_steps = max(1, sides)
            ends = "no effect to an important one" if sides < 2 else "an important gain to an important harm"
            why = f"the interval reaches from {ends}"
    else:
        open_steps, why = 0, ""
    missing = [r for r, _ in made.left_out]
    lost = _sum([r.people for r in missing]) or 0
    known = _sum([c.people for c in used]) or 0
    if missing and lost >= known and not open_steps:
        open_steps, why = 1, "half or more of the people are in results that lack an interval"
    most = max(steps, open_steps)
    reasons_given = [text for count, text in ((steps, reasons), (open_steps, why)) if text and count]
    return most, " and ".join(dict.fromkeys(reasons_given))


def _few(made: Syntheses, used: Sequence[Contribution]) -> tuple[int, str]:
    events = [_events(c) for c in used]
    if made.judged and made.judged.measure in SHARES and None not in events:
        number, enough, what = sum(n for n in events if n is not None), ENOUGH_EVENTS, "events"
    else:
        people = _sum([c.people for c in used])
        if people is None:
            return 2, "the number of people is not known"
        number, enough, what = people, ENOUGH_PEOPLE, "people"
    if number >= enough:
        return 0, ""
    if number * 4 < enough:
        return 2, f"{number} {what} are fewer than {enough // 4}"
    return 1, f"{number} {what} are fewer than {enough}"


def _events(contribution: Contribution) -> int | None:
    finding = contribution.finding
    counts = [arm.events for arm in finding.arms]
    return _sum(counts) if counts else finding.events


def _publication_bias(used: Sequence[Contribution]) -> tuple[int, str]:
    personal = [c for c in used if c.study.reading_basis is ReadingBasis.PERSONAL_COMMUNICATION]
    return (1, "it is known from a personal communication only") if len(personal) == len(used) else (0, "")
