"""Bodies of evidence: what belongs in one, and how far the data require it to be rated down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from kb.check.rule import rule
from kb.check.rules.findings import DIRECTION
from kb.grading import EFFECT, Evidence, counted_twice, evidence_of, required
from kb.grading.certainty import DOWN_LIMITS, UP_LIMITS
from kb.grading.direction import computed, usable
from kb.model import (
    Arm,
    Comparison,
    Domain,
    EvidenceBody,
    Finding,
    Instrument,
    Intervention,
    Override,
    Scale,
    Step,
    Study,
)
from kb.problems import Problem
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Loc, Needs, lacks

_UNREAD = max(DOWN_LIMITS.values())
"""A number of steps that could not be read is taken for enough."""
_EVIDENCE: Needs = {
    Intervention: ("evidence",),
    EvidenceBody: ("findings", "instrument"),
    Study: ("findings", "reading_basis", "sample_size"),
    Finding: ("id", "instrument", "scale"),
    Instrument: ("scales",),
    Scale: ("slug", "higher_is_worse"),
}
"""What is needed to know the evidence of a body."""
_KINDS: Needs = {Finding: ("id", "outcome", "comparison"), EvidenceBody: ("outcome", "scale")}
_COUNTED: Needs = {Finding: DIRECTION}
_FLOORS: Needs = {
    Finding: (*DIRECTION, "n", "arms"),
    Arm: ("n",),
    EvidenceBody: ("overrides",),
    Override: ("domain", "floor"),
}


@dataclass(frozen=True)
class Place:
    """One body of evidence, where it is, and the evidence that it names."""

    source: FrontMatter
    index: int
    body: EvidenceBody
    evidence: tuple[Evidence, ...]
    on_known: bool
    """Whether the instrument that the body names exists."""

    def problem(self, loc: Loc, code: str, message: str, hint: str) -> Problem:
        """A problem at a field of the body."""
        return self.source.problem(("evidence", self.index, *loc), code, message, hint)

    def has(self, needs: Needs) -> bool:
        """Whether all fields that are needed could be read, of the body and of its evidence."""
        return not (lacks(self.body, needs) or any(lacks(item.finding, needs) for item in self.evidence))

    @cached_property
    def counted(self) -> list[Evidence]:
        """The evidence that counts for a grade."""
        return [item for item in self.evidence if usable(item.finding, item.higher_is_worse)]


@rule(Content, _EVIDENCE)
def bodies_are_graded_by_the_rules(content: Content) -> Iterator[Problem]:
    """Each body of evidence follows the rules of grading (KB305-KB308).

    It is checked where all its findings could be read. Of a body that mixes kinds of findings, nothing else is said.
    """
    knowledge = content.knowledge
    scales = {(slug, scale.slug) for slug, item in knowledge.instruments.items() for scale in item.scales}

    def known(finding: Finding) -> bool:
        slug, scale = finding.instrument or "", finding.scale
        return (not slug or slug in knowledge.instruments) and (not scale or (slug, scale) in scales)

    for intervention in knowledge.interventions.values():
        source = content.sources[intervention.folder, intervention.slug]
        for index, body in enumerate(intervention.evidence):
            evidence = evidence_of(body, knowledge.studies, knowledge.instruments)
            if len(evidence) == len(body.findings) and all(known(item.finding) for item in evidence):
                on_known = not body.instrument or body.instrument in content.slugs["instruments"]
                place = Place(source, index, body, evidence, on_known)
                mixed = list(_one_kind(place)) if place.has(_KINDS) else []
                yield from mixed
                for find, needs in () if mixed else _RULES:
                    if place.has(needs):
                        yield from find(place)


def _one_kind(place: Place) -> Iterator[Problem]:
    """A body holds findings of one outcome and scale; randomized and other findings are separate bodies (KB306)."""
    found = False
    for item in place.evidence:
        number = place.body.findings.index(f"{item.study}/{item.finding.id}")
        loc = ("findings", number)
        for field in ("outcome", "instrument", "scale") if place.on_known else ("outcome",):
            ours, theirs = getattr(place.body, field), getattr(item.finding, field)
            if ours and theirs != ours:
                whose = f"{item.study}/{item.finding.id}"
                message = f"the {field} of {whose} must match that of the body, {ours}, got {theirs or 'none'}"
                found = True
                yield place.problem(loc, "KB306", message, f"give it a body of its own, or correct {field}:")
                break  # another outcome has another scale
    whole = ("findings",)
    effects = [item.finding for item in place.evidence if item.finding.comparison in EFFECT]
    if not found and len({(finding.instrument, finding.scale) for finding in effects}) > 1:
        message = "the findings of a body must be on one scale of one instrument"
        yield place.problem(whole, "KB306", message, "give each scale a body of its own")
    comparisons = {item.finding.comparison for item in place.evidence}
    if Comparison.RANDOMIZED in comparisons and len(comparisons) > 1:
        others = ", ".join(sorted(comparisons - {Comparison.RANDOMIZED}))
        message = f"a body must not mix randomized findings with {others} ones"
        yield place.problem(whole, "KB306", message, "split it into two bodies")


def _trials_count_once(place: Place) -> Iterator[Problem]:
    """No trial is counted twice in a body (KB307)."""
    for study in counted_twice(place.evidence):
        message = f"a body must count each study once, {study} is in it more than once"
        hint = "keep one of its findings; other scales and follow-ups are bodies of their own"
        yield place.problem(("findings",), "KB307", message, hint)


def _floors_are_met(place: Place) -> Iterator[Problem]:
    """A body is downgraded at least as far as the data force, or an override says why not (KB305)."""
    recorded = {step.domain: getattr(step, "steps", _UNREAD) for step in place.body.down}
    for domain, floor in required(place.counted, place.body).items():
        steps = recorded.get(domain, 0)
        if steps < floor.steps:
            message = f"{domain} must be rated down by at least {floor.steps}: {floor.reason}; found {steps}"
            hint = f"under down: write domain: {domain}, steps: {floor.steps} and the reason, or add an override"
            yield place.problem(("down",), "KB305", message, hint)


def _steps_are_allowed(place: Place) -> Iterator[Problem]:
    """Steps stay within their domain's limits (KB308).

    One finding cannot be inconsistent. A body goes up only if it starts low and has no step down. Each domain is
    given once. A body that is not graded has no steps.
    """
    counted, down, up = place.counted, place.body.down, place.body.up
    for way, steps, limits in (("down", down, DOWN_LIMITS), ("up", up, UP_LIMITS)):
        seen: set[Domain] = set()
        for number, step in enumerate(steps):
            loc = (way, number)
            if step.domain not in limits:
                message = f"{step.domain} is no reason to rate {way}"
                yield place.problem(loc, "KB308", message, f"the reasons to rate {way} are: {', '.join(limits)}")
            elif step.steps > limits[step.domain]:
                message = f"{step.domain} may be rated {way} by at most {limits[step.domain]}, got {step.steps}"
                yield place.problem(loc, "KB308", message, f"write steps: {limits[step.domain]}")
            elif step.domain is Domain.INCONSISTENCY and step.steps and len(counted) == 1:
                message = "inconsistency cannot be assessed with one finding, it must be 0"
                yield place.problem(loc, "KB308", message, "remove this step")
            if step.domain in seen:
                message = f"duplicate {step.domain} under {way}"
                yield place.problem(loc, "KB308", message, "combine them in one step")
            seen.add(step.domain)
    randomized = any(item.finding.comparison is Comparison.RANDOMIZED for item in counted)
    if any(step.steps for step in up) and (randomized or any(step.steps for step in down)):
        message = "only a body that starts at low certainty and is not rated down may be rated up"
        yield place.problem(("up",), "KB308", message, "remove the steps up")
    if not counted and not any(map(_lacks_its_side, place.evidence)) and any(step.steps for step in chain(down, up)):
        message = "a body that cannot be graded must have no steps"
        hint = "a finding must report a number and its direction; if none does, remove down: and up:"
        yield place.problem((), "KB308", message, hint)


def _overrides_fit(place: Place) -> Iterator[Problem]:
    """An override sets aside a floor that the data force, once in its domain and to less than that floor (KB308)."""
    if not place.body.overrides:
        return
    forced = required(place.counted, place.body.model_copy(update={"overrides": ()}))
    seen: set[Domain] = set()
    for number, override in enumerate(place.body.overrides):
        loc = ("overrides", number)
        floor = forced.get(override.domain)
        if floor is None or override.floor >= floor.steps:
            message = f"{override.domain} has no floor above {override.floor} to override"
            yield place.problem(loc, "KB308", message, "remove this override")
        if override.domain in seen:
            message = f"duplicate override of {override.domain}"
            yield place.problem(loc, "KB308", message, "keep one of the two")
        seen.add(override.domain)


def _graded_bodies_need_no_excuse(place: Place) -> Iterator[Problem]:
    """A body that is graded has no reported_direction and no not_graded_reason (KB308)."""
    if not place.counted:
        return
    for field in ("reported_direction", "not_graded_reason"):
        if getattr(place.body, field, None):
            message = f"a graded body must not have {field}"
            yield place.problem((field,), "KB308", message, f"remove {field}:")


_RULES: tuple[tuple[Callable[[Place], Iterator[Problem]], Needs], ...] = (
    (_trials_count_once, {Finding: ("comparison",)}),
    (_floors_are_met, {**_FLOORS, EvidenceBody: ("down", "overrides"), Step: ("domain",)}),
    (_steps_are_allowed, {**_COUNTED, EvidenceBody: ("down", "up"), Step: ("domain", "steps")}),
    (_overrides_fit, _FLOORS),
    (_graded_bodies_need_no_excuse, _COUNTED),
)
"""The rules on a body, each with the fields that it needs."""


@rule(Intervention, {Intervention: ("evidence",), EvidenceBody: ("id", "headline")})
def one_headline(intervention: Intervention, source: FrontMatter) -> Iterator[Problem]:
    """One body at most is the headline (KB311)."""
    marked = [index for index, body in enumerate(intervention.evidence) if body.headline]
    for index in marked[1:]:
        message = f"only one body may be the headline, {intervention.evidence[marked[0]].id} already is"
        loc = ("evidence", index, "headline")
        yield source.problem(loc, "KB311", message, "remove headline: from one of the two")


@rule(Content, {**_EVIDENCE, Finding: ("id", *DIRECTION)})
def scales_say_which_end_is_better(content: Content) -> Iterator[Problem]:
    """A scale that a body of evidence uses says which end is better (KB322), unless the finding says it."""
    knowledge = content.knowledge
    seen: set[tuple[str, str]] = set()
    for intervention in knowledge.interventions.values():
        for body in intervention.evidence:
            for item in evidence_of(body, knowledge.studies, knowledge.instruments):
                slug, scale = item.finding.instrument or "", item.finding.scale or ""
                scales = (
                    [scale.slug for scale in knowledge.instruments[slug].scales]
                    if slug in knowledge.instruments and _lacks_its_side(item)
                    else []
                )
                if scale in scales and (slug, scale) not in seen:
                    seen.add((slug, scale))
                    message = (
                        f"the scale {scale} must say which end is better, since interventions/{intervention.slug} "
                        f"relies on {item.study}/{item.finding.id}"
                    )
                    hint = "add higher_is_worse: true where a higher score is worse, else higher_is_worse: false"
                    loc = ("scales", scales.index(scale))
                    yield content.problem(knowledge.instruments[slug], loc, "KB322", message, hint)


def _lacks_its_side(item: Evidence) -> bool:
    """Whether nothing but its scale keeps a finding from having a direction."""
    finding, on_scale = item.finding, item.higher_is_worse is None and item.finding.instrument and item.finding.scale
    return bool(on_scale and finding.direction is None and computed(finding, higher_is_worse=True))
