"""The verdict on an intervention, the body that it speaks of, the marks beside it, and the order of strength."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.grading import statements
from kb.grading.certainty import AGAINST, FOR, NEITHER
from kb.model import (
    Assessment,
    BodyAssessment,
    Certainty,
    ComparatorClass,
    Comparison,
    EffectDirection,
    EffectSize,
    FollowUpBand,
    Intervention,
    Outcome,
    OutcomeGroup,
    Verdict,
    VerdictMark,
)

VERDICT_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
OUTCOMES = {outcome: rank for rank, outcome in enumerate(Outcome)}
BANDS = {band: rank for rank, band in enumerate(FollowUpBand)}
LARGE_STUDY = 350
"""People from which on one study at several sites is enough (our own rule)."""
MOST_WEIGHT = 0.75
"""Share of the weight above which one study decides alone (our own rule)."""


def assessment_of(intervention: Intervention, bodies: Sequence[BodyAssessment], waiting: int = 0) -> Assessment:
    """Verdict, headline, marks and order of the bodies of an intervention; ``waiting`` controlled studies are known."""
    judged = [body for body in bodies if not _set_aside(body, bodies)]
    group = _group(judged)
    of_group = [body for body in judged if body.outcome.group is group]
    headline = min((body for body in of_group if body.usable), key=_precedence, default=None)
    verdict, speaks_of = _verdict(intervention, judged, of_group, headline, group)
    headline = speaks_of or headline
    outcome = headline.outcome if headline else None
    if verdict is Verdict.EARLY_SIGNS and headline is None and intervention.reported:
        outcome = intervention.reported[0].outcome
    if verdict is Verdict.UNCERTAIN and outcome is None:
        outcome = min(judged, key=lambda body: (body.outcome.group is not group, _precedence(body))).outcome
    ordered = sorted(bodies, key=lambda body: (body is not headline, _shown(body)))
    studies = sorted({result.study.slug for body in bodies for result in body.results})
    return Assessment(
        verdict=verdict,
        label=_label(verdict, headline, waiting),
        outcome=outcome if verdict is not Verdict.UNTESTED else None,
        headline=headline,
        bodies=tuple(ordered),
        marks=tuple(_marks(judged, of_group, headline, verdict, waiting)),
        reported=intervention.reported,
        studies=tuple(studies),
        waiting=waiting,
    )


def _set_aside(body: BodyAssessment, bodies: Sequence[BodyAssessment]) -> bool:
    """Whether a review's body gives way to the trials' or they to it, so that no study is judged twice.

    The trials' body is judged, unless fewer than half of the review's people are in it.
    """
    for other in bodies:
        if body.key.review is None and other.key.review and _matches(body, other):
            return (
                body.usable and other.usable and 2 * (body.people or 0) < (other.people or 0) and _overlaps(body, other)
            )
        if body.key.review and other.key.review is None and _matches(other, body):
            return other.usable and 2 * (other.people or 0) >= (body.people or 0)
    return False


def _matches(trials: BodyAssessment, review: BodyAssessment) -> bool:
    return (
        trials.outcome is review.outcome
        and trials.key.comparator is review.key.comparator
        and trials.key.band is review.key.band
    )


def _overlaps(trials: BodyAssessment, review: BodyAssessment) -> bool:
    """Whether a review pools a study that is in the trials' body, or leaves open which it pools."""
    pooled = review.results[0].finding.pooled
    includes = pooled.includes if pooled else ()
    return not includes or any(result.study.slug in includes for result in trials.counted)


def _group(bodies: Sequence[BodyAssessment]) -> OutcomeGroup:
    """Burnout; well-being where no controlled study measured burnout but one measured well-being."""
    controlled = {body.outcome.group for body in bodies if body.controlled}
    only_well_being = OutcomeGroup.BURNOUT not in controlled and OutcomeGroup.WELL_BEING in controlled
    return OutcomeGroup.WELL_BEING if only_well_being else OutcomeGroup.BURNOUT


def _precedence(body: BodyAssessment) -> tuple[object, ...]:
    """The order in which bodies come to be the headline, first the one that is."""
    certainty = body.certainty or 0
    specific = body.outcome in (Outcome.BURNOUT, Outcome.EXHAUSTION)
    by_word = OUTCOMES[body.outcome]
    return (
        not body.controlled,
        certainty < Certainty.LOW,
        body.key.comparator is ComparatorClass.ACTIVE,
        (not specific) if body.outcome.group is OutcomeGroup.BURNOUT else by_word,
        -certainty,
        body.key.kind is not Comparison.RANDOMIZED,
        by_word,
        -(body.people or 0),
        BANDS[body.key.band],
        str(body.key),
    )


def _shown(body: BodyAssessment) -> tuple[object, ...]:
    """The order in which bodies are listed: by group and outcome, then as they come to be the headline."""
    return (OUTCOMES[body.outcome], _precedence(body))


def _verdict(
    intervention: Intervention,
    bodies: Sequence[BodyAssessment],
    of_group: Sequence[BodyAssessment],
    headline: BodyAssessment | None,
    group: OutcomeGroup,
) -> tuple[Verdict, BodyAssessment | None]:
    """The first rule that matches, and the body it speaks of where that is not the headline."""
    if harmful := _harmful(of_group):
        return Verdict.HARMFUL, harmful
    if headline is not None:
        level, inactive = headline.certainty or 0, headline.key.comparator is ComparatorClass.INACTIVE
        favors = headline.direction is FOR
        if (
            favors
            and headline.size is EffectSize.IMPORTANT
            and _firm(headline) >= Certainty.MODERATE
            and _enough(headline)
        ):
            return Verdict.EVIDENCE_BASED, None
        if inactive and headline.size is EffectSize.LITTLE_OR_NONE and level >= Certainty.LOW:
            return Verdict.NO_IMPORTANT_EFFECT, None
        if headline.controlled and favors:
            return (Verdict.PROMISING if level >= Certainty.LOW else Verdict.EARLY_SIGNS), None
    if not any(body.controlled and body.usable for body in of_group):
        favoring = [body for body in bodies if body.direction is FOR]
        if favoring:
            return Verdict.EARLY_SIGNS, min(favoring, key=lambda b: (b.outcome.group is not group, _precedence(b)))
        leaning = [body for body in bodies if body.leaning is FOR]
        if leaning:
            return Verdict.EARLY_SIGNS, min(leaning, key=lambda b: (b.outcome.group is not group, _precedence(b)))
        if intervention.reported:
            return Verdict.EARLY_SIGNS, None
    if any(body.results for body in bodies):
        tested = [body for body in bodies if body.usable and body.outcome.group.decides]
        return Verdict.UNCERTAIN, headline or min(tested, key=_precedence, default=None)
    return Verdict.UNTESTED, None


def _harmful(bodies: Sequence[BodyAssessment]) -> BodyAssessment | None:
    """A controlled body against, important, at least low, with no controlled body for that is as certain."""
    controlled = [body for body in bodies if body.controlled]
    best = max((body.certainty or 0 for body in controlled if body.direction is FOR), default=0)
    against = [
        body
        for body in controlled
        if body.direction is AGAINST
        and body.size is EffectSize.IMPORTANT
        and body.key.comparator is ComparatorClass.INACTIVE
        and (body.certainty or 0) >= Certainty.LOW
        and (body.certainty or 0) > best
    ]
    return min(against, key=_precedence, default=None)


def _firm(body: BodyAssessment) -> int:
    """The certainty, less one step where the interval reaches below the threshold."""
    made = body.synthesis
    if made is None or made.threshold is None:
        return 0
    near = made.high if made.better < 0 else made.low
    short = near > made.threshold.low if made.better < 0 else near < made.threshold.high
    return (body.certainty or 0) - short


def _enough(body: BodyAssessment) -> bool:
    """Two or more studies of which none decides alone, or one at several sites with 350 people or more."""
    made = body.synthesis
    if made is None:
        return False
    if made.studies >= 2 and (body.key.review or all(c.weight <= MOST_WEIGHT for c in made.contributions)):
        return True
    return any((c.study.sites or 0) > 1 and (c.people or 0) >= LARGE_STUDY for c in made.contributions)


def _label(verdict: Verdict, headline: BodyAssessment | None, waiting: int) -> str:
    if verdict is Verdict.UNTESTED and waiting:
        return "Trials known, none entered yet"
    small = (
        headline is not None and headline.size is EffectSize.SMALL and (headline.certainty or 0) >= Certainty.MODERATE
    )
    return "Small effect" if verdict is Verdict.PROMISING and small else verdict.label


def _marks(
    bodies: Sequence[BodyAssessment],
    of_group: Sequence[BodyAssessment],
    headline: BodyAssessment | None,
    verdict: Verdict,
    waiting: int,
) -> Iterator[VerdictMark]:
    seen: set[Outcome] = set()
    for body in bodies:
        against = body.direction is AGAINST or body.leaning is AGAINST
        harms = body.outcome.group is OutcomeGroup.HARMS and against
        inactive = against and body.key.comparator is not ComparatorClass.ACTIVE
        said = body.outcome in seen or (verdict is Verdict.HARMFUL and body is headline)
        if (harms or inactive) and not said:
            seen.add(body.outcome)
            mixed = any(other.outcome is body.outcome and FOR in (other.direction, other.leaning) for other in bodies)
            sign = "A sign of harm, in mixed results" if mixed else "A sign of harm"
            yield VerdictMark("harm", f"{sign}: {body.outcome.label}, {statements.certainty(body.certainty)}")
    for body in bodies:
        if body.direction is AGAINST and body.key.comparator is ComparatorClass.ACTIVE:
            yield VerdictMark("active", f"Did worse than another program on {body.outcome.label}")
            break
    if headline is None or headline.direction is not FOR:
        gains = [
            b for b in of_group if b is not headline and b.direction is FOR and (b.certainty or 0) >= Certainty.LOW
        ]
        if gains:
            best = min(gains, key=_precedence)
            yield VerdictMark("gain", f"A gain on {best.outcome.label}")
    primary = [
        body
        for body in bodies
        if body.controlled
        and body.outcome.group.decides
        and body.direction is NEITHER
        and any(result.finding.primary for result in body.counted)
    ]
    if primary:
        yield VerdictMark("primary", f"Primary outcome, {primary[0].outcome.label}: no difference")
    if waiting:
        yield VerdictMark("waiting", f"Trials known, not entered: {waiting}")
    if headline is not None and headline.provisional:
        yield VerdictMark("provisional", "Provisional: the studies are not appraised")


def strength(intervention: Intervention, assessment: Assessment) -> tuple[int, int, int, str]:
    """A sort key, strongest first: verdict, certainty (not graded last), people studied, title."""
    return (
        VERDICT_RANK[assessment.verdict],
        -(assessment.certainty or 0),
        -assessment.people,
        intervention.title.casefold(),
    )


def needed(assessment: Assessment) -> str:
    """What would make an intervention evidence-based, in a sentence."""
    body = assessment.headline
    if assessment.verdict is Verdict.EVIDENCE_BASED:
        return "It is evidence-based: new studies could still change that."
    if body is None or not body.controlled:
        return "To be evidence-based it needs studies with a control group that measure burnout."
    if body.direction is EffectDirection.FAVORS_COMPARATOR or body.size is EffectSize.LITTLE_OR_NONE:
        return "To be evidence-based, new studies would have to show an important gain where those so far do not."
    wants: list[str] = []
    if body.synthesis is None or body.size is not EffectSize.IMPORTANT:
        wants.append("an estimate that is clearly an important gain")
    if _firm(body) < Certainty.MODERATE:
        wants.append("more certainty, from larger studies with a low risk of bias")
    if not _enough(body):
        wants.append("a second study, or a large one at several sites")
    return f"To be evidence-based it needs {_listed(wants)}."


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
