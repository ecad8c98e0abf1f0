"""The verdict on an intervention, its headline body, and the order from strongest to weakest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.model import Assessment, BodyAssessment, Certainty, Direction, Intervention, OutcomeGroup, Verdict

FOR, AGAINST, UNCLEAR = Direction.FAVORS_INTERVENTION, Direction.FAVORS_COMPARATOR, Direction.NO_CLEAR_DIFFERENCE
PRIMARY = frozenset({OutcomeGroup.BURNOUT, OutcomeGroup.WELL_BEING})
VERDICT_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def verdict_of(bodies: Sequence[BodyAssessment]) -> Verdict:
    """The first rule of grading.md that matches, over the bodies on burnout and well-being."""
    primary = [body for body in bodies if body.body.group in PRIMARY]
    controlled = [body for body in primary if body.controlled]
    favorable = [body for body in controlled if body.direction is FOR]
    against = [body for body in controlled if body.direction is AGAINST]
    if any(_level(body) >= Certainty.LOW for body in against) and not favorable:
        return Verdict.HARMFUL
    if (favorable and against) or _contested(favorable, controlled):
        return Verdict.MIXED
    if any(_level(body) >= Certainty.LOW for body in favorable):
        return Verdict.EVIDENCE_BASED
    if any(body.direction is FOR for body in primary):
        return Verdict.PROMISING
    indirect = [b for b in bodies if b.body.group in (OutcomeGroup.PROCESS, OutcomeGroup.ORGANIZATIONAL)]
    primary_tested = any(body.can_show_effect for body in primary)
    if not primary_tested and any(body.direction is FOR for body in indirect):
        return Verdict.PROMISING
    if any(body.can_show_effect for body in bodies):
        return Verdict.NO_CLEAR_EFFECT
    return Verdict.PROPOSED


def _level(body: BodyAssessment) -> int:
    return body.certainty or 0


def _contested(favorable: Sequence[BodyAssessment], controlled: Sequence[BodyAssessment]) -> bool:
    """A favorable body beside an unclear one of the same outcome word and equal or higher certainty; both graded."""
    unclear = [body for body in controlled if body.direction is UNCLEAR and body.certainty is not None]
    return any(
        body.body.outcome == other.body.outcome and _level(other) >= _level(body)
        for body in favorable
        if body.certainty is not None
        for other in unclear
    )


def headline_of(bodies: Sequence[BodyAssessment]) -> BodyAssessment | None:
    """The body marked; else on burnout, then its other words, then well-being; the most certain, then the largest."""
    marked = next((body for body in bodies if body.body.headline), None)
    if marked:
        return marked
    tiers = (
        [body for body in bodies if body.body.outcome == "burnout"],
        [body for body in bodies if body.body.group is OutcomeGroup.BURNOUT],
        [body for body in bodies if body.body.group is OutcomeGroup.WELL_BEING],
    )
    best = next((tier for tier in tiers if tier), [])
    return min(best, key=lambda body: (-_level(body), -(body.sample_size or 0), body.body.id), default=None)


def support_of(assessment: Assessment) -> BodyAssessment | None:
    """The body that a verdict rests on: the headline body, or where that shows no effect, the surest that favors it."""
    headline = assessment.headline
    if headline and headline.can_show_effect:
        return headline
    favoring = [body for body in assessment.bodies if body.direction is FOR]
    return min(favoring, key=lambda body: (-_level(body), -(body.sample_size or 0), body.body.id), default=headline)


def assessment_of(bodies: Sequence[BodyAssessment], naming: Iterable[str] = ()) -> Assessment:
    """Verdict, headline, and the studies behind the bodies or ``naming`` the intervention."""
    studies = set(naming)
    for body in bodies:
        studies.update(path.partition("/")[0] for path in body.body.findings)
        studies.update(body.body.studies)
    return Assessment(verdict_of(bodies), tuple(bodies), headline_of(bodies), frozenset(studies))


def strength(intervention: Intervention, assessment: Assessment) -> tuple[int, int, int, str]:
    """A sort key, strongest first: verdict, certainty (not graded last), number of studies, title."""
    return (
        VERDICT_RANK[assessment.verdict],
        -(assessment.certainty or 0),
        -assessment.study_count,
        intervention.title.casefold(),
    )
