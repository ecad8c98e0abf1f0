"""What would change a rating: each step of its grading reversed, by the rules of the page How we grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kb.grading import Evidence, evidence_of, floors
from kb.grading.certainty import certainty_after
from kb.grading.direction import usable
from kb.model import Assessment, BodyAssessment, Certainty, Direction, Domain, KnowledgeBase, Verdict


class Change(NamedTuple):
    """Something that would change the rating."""

    text: str
    """What a study would have to report, and what that would change."""
    now: str
    """The reason for the present step; empty where it is not about a step."""


def outlook(knowledge: KnowledgeBase, assessment: Assessment) -> tuple[Change, ...]:
    """What would change the certainty of the headline body, then what would change the verdict."""
    body = assessment.headline
    return (*(_of_body(knowledge, body) if body else ()), *_of_verdict(assessment))


def _of_body(knowledge: KnowledgeBase, body: BodyAssessment) -> Iterator[Change]:
    if body.certainty is None or body.start is None:
        outcome = body.body.outcome.label
        compared = f"A study that compares {outcome} with and without it and reports a figure"
        needed = "A figure and its direction" if body.can_show_effect else compared
        yield Change(f"{needed} would allow the certainty to be graded.", body.not_graded_reason or "")
        return
    evidence = [
        item
        for item in evidence_of(body.body, knowledge.studies, knowledge.instruments)
        if usable(item.finding, item.higher_is_worse)
    ]
    forced = {floor.domain: floor.steps for floor in sorted(floors(evidence), key=lambda floor: floor.steps)}
    downs = {domain: -steps for domain, steps, _ in body.adjustments if steps < 0}
    for domain, steps, reason in body.adjustments:
        if steps < 0:
            sure = "would" if forced.get(domain, 0) >= -steps else "could"
            what = "the step down" if steps == -1 else "both steps down"
            remedy = _remedy(domain, evidence)
            gain = _gain(body, downs, domain)
            yield Change(f"{remedy} {sure} remove {what} for {domain.label.lower()}{gain}.", reason)
    if body.start is Certainty.LOW:
        yield Change("A randomized trial would start at high certainty, not at low.", "")


def _remedy(domain: Domain, evidence: list[Evidence]) -> str:
    """What a study would have to be like for the steps down in a domain to fall away."""
    if domain is Domain.IMPRECISION:
        needs = [need for floor in floors(evidence) if floor.domain is domain for need in floor.lifted_by]
        return f"A study with {' and '.join(needs) or 'a narrower interval'}"
    return {
        Domain.RISK_OF_BIAS: "A study without this weakness",
        Domain.INCONSISTENCY: "Studies that agree",
        Domain.INDIRECTNESS: "A study of this exact intervention in the people it is meant for",
        Domain.PUBLICATION_BIAS: "A full published report",
    }[domain]


def _gain(body: BodyAssessment, downs: Mapping[Domain, int], domain: Domain) -> str:
    """The certainty without the steps of one domain, where that is higher."""
    if body.start is None or body.certainty is None:
        return ""
    level = certainty_after(body.start, sum(steps for _, steps, _ in body.adjustments) + downs[domain])
    if level <= body.certainty:
        return ""
    return f" and raise the certainty to {level.label}"


def _of_verdict(assessment: Assessment) -> Iterator[Change]:
    if assessment.verdict in (Verdict.PROMISING, Verdict.NO_CLEAR_EFFECT, Verdict.PROPOSED):
        # Beside a controlled body that does not favor it, the verdict may come out as mixed.
        doubtful = any(b.controlled and b.direction is not Direction.FAVORS_INTERVENTION for b in assessment.bodies)
        yield Change(
            f"A study with a comparison group that favors it for burnout or well-being, with low certainty or higher, "
            f"{'could' if doubtful else 'would'} make the verdict evidence-based.",
            "",
        )
    elif assessment.verdict is Verdict.EVIDENCE_BASED:
        yield Change(
            "A study with a comparison group that finds it worse, or that finds no clear difference in the same "
            "outcome with the same certainty or higher, would make the verdict mixed.",
            "",
        )
