"""Bodies of evidence: what they may hold, and the downgrades that the data force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kb.grading import EFFECT, Evidence, counted_twice, evidence_of, required
from kb.grading.certainty import DOWN_LIMITS, UP_LIMITS
from kb.grading.direction import usable
from kb.load import Content
from kb.model import Comparison, Domain, EvidenceBody, Finding, Intervention
from kb.problems import Problem

_Place = tuple[Intervention, int, EvidenceBody, list[Evidence]]


def _bodies(content: Content) -> Iterator[_Place]:
    """All bodies whose findings could be read: of the others nothing can be said."""
    knowledge = content.knowledge
    scales = {(slug, scale.slug) for slug, item in knowledge.instruments.items() for scale in item.scales}

    def known(finding: Finding) -> bool:
        scale = (finding.instrument or "", finding.scale)
        return (finding.instrument or "") in {"", *knowledge.instruments} and (not finding.scale or scale in scales)

    for intervention in knowledge.interventions.values():
        for index, body in enumerate(intervention.evidence):
            evidence = evidence_of(body, knowledge.studies, knowledge.instruments)
            whole = len(evidence) == len(body.findings)
            if whole and all(known(item.finding) for item in evidence):
                yield intervention, index, body, evidence


def _counted(evidence: list[Evidence]) -> list[Evidence]:
    return [item for item in evidence if usable(item.finding, item.higher_is_worse)]


def bodies_hold_one_kind(content: Content) -> Iterator[Problem]:
    """A body holds findings of one outcome and scale; randomized and other findings are separate bodies (KB306)."""
    for intervention, index, body, evidence in _bodies(content):
        for item in evidence:
            number = body.findings.index(f"{item.study}/{item.finding.id}")
            loc = ("evidence", index, "findings", number)
            for field in ("outcome", "instrument", "scale"):
                ours, theirs = getattr(body, field), getattr(item.finding, field)
                if ours and theirs != ours:
                    whose = f"{item.study}/{item.finding.id}"
                    message = f"the {field} of {whose} must be that of the body, {ours}, it is {theirs or 'none'}"
                    yield content.problem(
                        intervention, loc, "KB306", message, f"make a body of its own for it, or correct {field}:"
                    )
        whole = ("evidence", index, "findings")
        effects = [item.finding for item in evidence if item.finding.comparison in EFFECT]
        if len({(finding.instrument, finding.scale) for finding in effects}) > 1:
            message = "the findings of a body must be on one scale of one instrument"
            yield content.problem(intervention, whole, "KB306", message, "make a body of its own for each scale")
        comparisons = {item.finding.comparison for item in evidence}
        if Comparison.RANDOMIZED in comparisons and len(comparisons) > 1:
            others = ", ".join(sorted(comparisons - {Comparison.RANDOMIZED}))
            message = f"randomized findings must not stand with {others} ones"
            yield content.problem(intervention, whole, "KB306", message, "make two bodies of it")


def trials_count_once(content: Content) -> Iterator[Problem]:
    """No trial is counted twice in a body (KB307)."""
    for intervention, index, _, evidence in _bodies(content):
        for study in counted_twice(evidence):
            message = f"{study} must count once in a body, it stands there more than once"
            hint = "keep one of its findings; other scales and follow-ups are bodies of their own"
            yield content.problem(intervention, ("evidence", index, "findings"), "KB307", message, hint)


def floors_are_met(content: Content) -> Iterator[Problem]:
    """A body is downgraded at least as far as the data force, or an override says why not (KB305)."""
    for intervention, index, body, evidence in _bodies(content):
        recorded = {step.domain: step.steps for step in body.down}
        for domain, floor in required(_counted(evidence), body).items():
            steps = recorded.get(domain, 0)
            if steps < floor.steps:
                message = f"{domain} must go down at least {floor.steps}: {floor.reason}; recorded are {steps}"
                hint = f"under down: write domain: {domain}, steps: {floor.steps} and the reason, or add an override"
                yield content.problem(intervention, ("evidence", index, "down"), "KB305", message, hint)


def steps_are_allowed(content: Content) -> Iterator[Problem]:
    """Steps stay within their domain's limits (KB308).

    One finding cannot be inconsistent. A body goes up only if it starts low and has no step down. Each domain stands
    once. A body that is not graded has no steps.
    """
    for intervention, index, body, evidence in _bodies(content):
        counted = _counted(evidence)
        for way, steps, limits in (("down", body.down, DOWN_LIMITS), ("up", body.up, UP_LIMITS)):
            seen: set[Domain] = set()
            for number, step in enumerate(steps):
                loc = ("evidence", index, way, number)
                if step.domain not in limits:
                    message = f"{step.domain} does not go {way}"
                    yield content.problem(intervention, loc, "KB308", message, f"allowed there: {', '.join(limits)}")
                elif step.steps > limits[step.domain]:
                    message = f"{step.domain} goes {way} at most {limits[step.domain]}, got {step.steps}"
                    yield content.problem(intervention, loc, "KB308", message, f"write steps: {limits[step.domain]}")
                elif step.domain is Domain.INCONSISTENCY and step.steps and len(counted) == 1:
                    message = "inconsistency cannot be assessed with one finding, it must be 0"
                    yield content.problem(intervention, loc, "KB308", message, "remove this step")
                if step.domain in seen:
                    message = f"{step.domain} must stand once under {way}"
                    yield content.problem(intervention, loc, "KB308", message, "add the steps up in one")
                seen.add(step.domain)
        randomized = any(item.finding.comparison is Comparison.RANDOMIZED for item in counted)
        if any(step.steps for step in body.up) and (randomized or any(step.steps for step in body.down)):
            message = "only a body that starts at low and has no step down goes up"
            yield content.problem(intervention, ("evidence", index, "up"), "KB308", message, "remove the steps up")
        if not counted and any(step.steps for step in chain(body.down, body.up)):
            message = "a body that cannot be graded must have no steps"
            hint = "see its findings: one needs a number and a direction; if none has them, remove down: and up:"
            yield content.problem(intervention, ("evidence", index), "KB308", message, hint)


def overrides_fit(content: Content) -> Iterator[Problem]:
    """An override sets aside a floor that the data force, once in its domain and to less than that floor (KB308)."""
    for intervention, index, body, evidence in _bodies(content):
        forced = required(_counted(evidence), body.model_copy(update={"overrides": ()}))
        seen: set[Domain] = set()
        for number, override in enumerate(body.overrides):
            loc = ("evidence", index, "overrides", number)
            floor = forced.get(override.domain)
            if floor is None or override.floor >= floor.steps:
                message = f"{override.domain} has no floor above {override.floor} to override"
                yield content.problem(intervention, loc, "KB308", message, "remove this override")
            if override.domain in seen:
                message = f"{override.domain} must be overridden once"
                yield content.problem(intervention, loc, "KB308", message, "keep one of the two")
            seen.add(override.domain)


def graded_bodies_need_no_excuse(content: Content) -> Iterator[Problem]:
    """A body that is graded has no reported_direction and no not_graded_reason (KB308)."""
    for intervention, index, body, evidence in _bodies(content):
        if not _counted(evidence):
            continue
        for field in ("reported_direction", "not_graded_reason"):
            if getattr(body, field):
                message = f"{field} must not stand on a body that is graded"
                yield content.problem(intervention, ("evidence", index, field), "KB308", message, f"remove {field}:")


def one_headline(content: Content) -> Iterator[Problem]:
    """One body at most is the headline (KB311)."""
    for intervention in content.knowledge.interventions.values():
        marked = [index for index, body in enumerate(intervention.evidence) if body.headline]
        for index in marked[1:]:
            message = f"one body at most is the headline, {intervention.evidence[marked[0]].id} is one already"
            loc = ("evidence", index, "headline")
            yield content.problem(intervention, loc, "KB311", message, "remove headline: from one of the two")


RULES = (
    bodies_hold_one_kind,
    trials_count_once,
    floors_are_met,
    steps_are_allowed,
    overrides_fit,
    graded_bodies_need_no_excuse,
    one_headline,
)
