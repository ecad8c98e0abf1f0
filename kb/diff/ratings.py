"""Interventions and drivers whose verdict, certainty, estimates or best evidence changed, with what changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb.diff.difference import Change, DriverChange, RatingChange
from kb.grading import VERDICT_RANK, strength
from kb.model import Assessment, BodyAssessment, Certainty, ClaimBasis, EntryStatus, Intervention, KnowledgeBase


def rating_changes(
    before: KnowledgeBase, after: KnowledgeBase, former: Mapping[str, str], touched: frozenset[str]
) -> Iterator[RatingChange]:
    """The interventions of both versions whose rating, or one of their bodies of evidence, changed.

    ``former`` gives the slug that a renamed intervention had; ``touched`` are the paths, as folder/slug, of the entries
    that changed.
    """
    for slug, intervention in after.interventions.items():
        old = before.assessments.get(former.get(slug, slug))
        new = after.assessments[slug]
        if old is None:
            continue
        move = RatingChange(
            slug=slug,
            title=intervention.title,
            verdict=Change("verdict", verdict(old), verdict(new)),
            certainty=Change("certainty", _certainty(old.headline), _certainty(new.headline)),
            headline=Change("headline", _key(old.headline), _key(new.headline)),
            bodies=tuple(_body_changes(old, new)),
            estimates=tuple(_estimate_changes(old, new)),
            edited=tuple(sorted(_sources(slug, old, new) & touched)),
        )
        if move.moved or move.bodies or move.estimates or move.headline.moved:
            yield move


def _sources(slug: str, *assessments: Assessment) -> set[str]:
    """The files that an assessment rests on in either version, as folder/slug."""
    results = [result for item in assessments for body in item.bodies for result in body.results]
    instruments = {f"instruments/{result.finding.instrument}" for result in results if result.finding.instrument}
    return {f"interventions/{slug}", *(f"studies/{result.study.slug}" for result in results), *instruments}


def _pairs(old: Assessment, new: Assessment) -> Iterator[tuple[str, BodyAssessment | None, BodyAssessment | None]]:
    """The bodies of both versions by their keys, in the order of the new one."""
    for key in dict.fromkeys((*new.by_key, *old.by_key)):
        yield key, old.by_key.get(key), new.by_key.get(key)


def _body_changes(old: Assessment, new: Assessment) -> Iterator[Change]:
    for key, was, now in _pairs(old, new):
        causes = tuple(_causes(was, now)) if was and now else ()
        before, after = _certainty(was) if was else None, _certainty(now) if now else None
        if causes or before != after:
            yield Change(key, before, after, causes)


def _estimate_changes(old: Assessment, new: Assessment) -> Iterator[Change]:
    changes = (Change(key, estimate(was), estimate(now)) for key, was, now in _pairs(old, new))
    return (change for change in changes if change.moved)


def estimate(body: BodyAssessment | None) -> str | None:
    """The pooled estimate of a body with its interval and size, e.g. "-0.79 (-1.27 to -0.32) points, important"."""
    made = body.synthesis if body else None
    if made is None:
        return None
    middle, low, high = (f"{number:.{max(made.digits, 2)}f}" for number in (made.estimate, made.low, made.high))
    unit = made.unit or made.measure.label.lower()
    return f"{middle} ({low} to {high}) {unit}, {made.size.label.lower() if made.size else 'no threshold'}"


def _causes(was: BodyAssessment, now: BodyAssessment) -> Iterator[str]:
    """What differs on the way to a certainty, in words."""
    if was.start != now.start and was.start and now.start:
        yield f"start: {was.start.label} -> {now.start.label}"
    olds, news = ({each.domain: (each.steps, each.reason) for each in body.adjustments} for body in (was, now))
    for domain in dict.fromkeys((*olds, *news)):
        (old, _), (new, reason) = olds.get(domain, (0, "")), news.get(domain, (0, ""))
        if old != new:
            way = "up" if max(old, new) > 0 else "down"
            noun = "step" if abs(new) == 1 else "steps"
            why = f" ({reason.rstrip('.')})" if new else ""
            yield f"{domain.label.lower()}: {abs(old)} -> {abs(new)} {noun} {way}{why}"
    if was.direction != now.direction:
        yield f"direction: {was.direction} -> {now.direction}"
    if was.provisional != now.provisional:
        yield "half or more of it is not appraised" if now.provisional else "enough of it is appraised now"
    if (was.certainty is None) != (now.certainty is None):
        yield f"not graded any more: {now.not_graded_reason}" if now.certainty is None else "it can be graded now"


def driver_changes(before: KnowledgeBase, after: KnowledgeBase, former: Mapping[str, str]) -> Iterator[DriverChange]:
    """The drivers of both versions whose strongest intervention, or its rating, changed."""
    olds, news = _best(before), _best(after)
    for slug, driver in after.drivers.items():
        if slug not in before.drivers:
            continue
        old, new = olds.get(slug), news.get(slug)
        rank, now = _rank(before, old), _rank(after, new)
        same = old and new and former.get(new.slug, new.slug) == old.slug and rank == now
        best = Change("best", _rated(before, old), _rated(after, new))
        if best.moved and not same:
            yield DriverChange(slug, driver.title, best, gain=(now < rank) - (now > rank))


def _best(knowledge: KnowledgeBase) -> dict[str, Intervention]:
    """The strongest published intervention by the driver that a study measured or a source states it to act on."""
    listed = [item for item in knowledge.interventions.values() if item.status is EntryStatus.PUBLISHED]
    listed.sort(key=lambda item: (*strength(item, knowledge.assessments[item.slug]), item.slug), reverse=True)
    firm = (ClaimBasis.MEASURED, ClaimBasis.STATED)
    return {claim.driver: item for item in listed for claim in item.drivers if claim.basis in firm}


def _rank(knowledge: KnowledgeBase, item: Intervention | None) -> tuple[int, ...]:
    """Verdict and certainty, stronger is lower."""
    return strength(item, knowledge.assessments[item.slug])[:2] if item else (len(VERDICT_RANK),)


def _rated(knowledge: KnowledgeBase, item: Intervention | None) -> str | None:
    return f"{item.slug} ({rating(knowledge.assessments[item.slug])})" if item else None


def rating(assessment: Assessment) -> str:
    """A rating in words, e.g. "promising for exhaustion, low certainty"."""
    return f"{verdict(assessment)}, {_level(assessment.certainty)}"


def verdict(assessment: Assessment) -> str:
    """A verdict with the outcome of which it speaks, e.g. "promising for exhaustion"."""
    return f"{assessment.verdict} for {assessment.outcome.label}" if assessment.outcome else str(assessment.verdict)


def _level(certainty: Certainty | None) -> str:
    return f"{certainty.label} certainty" if certainty else "not graded"


def _certainty(body: BodyAssessment | None) -> str:
    return body.certainty.label if body and body.certainty else "not graded"


def _key(body: BodyAssessment | None) -> str | None:
    return str(body.key) if body else None
