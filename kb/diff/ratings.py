"""Interventions and drivers whose certainty, verdict or best evidence changed, with the step that changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb.diff.difference import Change, DriverChange, RatingChange
from kb.grading import VERDICT_RANK, strength
from kb.model import Assessment, BodyAssessment, Intervention, KnowledgeBase, Status


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
            verdict=Change("verdict", str(old.verdict), str(new.verdict)),
            certainty=Change("certainty", _certainty(old.headline), _certainty(new.headline)),
            headline=Change("headline", _id(old.headline), _id(new.headline)),
            bodies=tuple(_body_changes(old, new)),
            edited=tuple(sorted(_sources(slug, old, new) & touched)),
        )
        if move.moved or move.bodies or move.headline.moved:
            yield move


def _sources(slug: str, *assessments: Assessment) -> set[str]:
    """The files that an assessment rests on in either version, as folder/slug."""
    studies = {f"studies/{study}" for item in assessments for study in item.studies}
    bodies = [item.body for assessment in assessments for item in assessment.bodies]
    return {f"interventions/{slug}", *studies, *(f"instruments/{body.instrument}" for body in bodies)}


def _body_changes(old: Assessment, new: Assessment) -> Iterator[Change]:
    olds, news = {item.body.id: item for item in old.bodies}, {item.body.id: item for item in new.bodies}
    for id in dict.fromkeys((*news, *olds)):
        was, now = olds.get(id), news.get(id)
        causes = tuple(_causes(was, now)) if was and now else ()
        before, after = _certainty(was) if was else None, _certainty(now) if now else None
        if causes or before != after:
            yield Change(id, before, after, causes)


def _causes(was: BodyAssessment, now: BodyAssessment) -> Iterator[str]:
    """What differs on the way to a certainty, in words."""
    if was.start != now.start and was.start and now.start:
        yield f"start: {was.start.label} -> {now.start.label}"
    olds, news = ({domain: (steps, why) for domain, steps, why in body.adjustments} for body in (was, now))
    for domain in dict.fromkeys((*olds, *news)):
        (old, _), (new, reason) = olds.get(domain, (0, "")), news.get(domain, (0, ""))
        if old != new:
            way = "up" if max(old, new) > 0 else "down"
            noun = "step" if abs(new) == 1 else "steps"
            why = f" ({reason.rstrip('.')})" if new else ""
            yield f"{domain.label.lower()}: {abs(old)} -> {abs(new)} {noun} {way}{why}"
    if was.direction != now.direction:
        yield f"direction: {was.direction} -> {now.direction}"
    if was.controlled != now.controlled:
        yield "it is compared with something else now" if now.controlled else "it has no comparison any more"
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
    """The strongest published intervention by the driver that it addresses."""
    listed = [item for item in knowledge.interventions.values() if item.status is Status.PUBLISHED]
    listed.sort(key=lambda item: (*strength(item, knowledge.assessments[item.slug]), item.slug), reverse=True)
    return {claim.driver: item for item in listed for claim in item.drivers}


def _rank(knowledge: KnowledgeBase, item: Intervention | None) -> tuple[int, ...]:
    """Verdict and certainty, stronger is lower."""
    return strength(item, knowledge.assessments[item.slug])[:2] if item else (len(VERDICT_RANK),)


def _rated(knowledge: KnowledgeBase, item: Intervention | None) -> str | None:
    return f"{item.slug} ({rating(knowledge.assessments[item.slug])})" if item else None


def rating(assessment: Assessment) -> str:
    """A rating in words, e.g. "promising, very low certainty"."""
    certainty = f"{assessment.certainty.label} certainty" if assessment.certainty else "not graded"
    return f"{assessment.verdict}, {certainty}"


def _certainty(body: BodyAssessment | None) -> str:
    return body.certainty.label if body and body.certainty else "not graded"


def _id(body: BodyAssessment | None) -> str | None:
    return body.body.id if body else None
