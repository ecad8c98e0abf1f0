"""The certainty of one body of evidence: where it starts, what the data force, what the curator recorded."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.grading.direction import CONTROLLED, EFFECT, agreed, known_direction, usable
from kb.grading.numbers import NORMAL, RATIOS, excludes_null, null_of
from kb.model import (
    BodyAssessment,
    Certainty,
    Comparison,
    Direction,
    Domain,
    EvidenceBody,
    Finding,
    Measure,
    ReadingBasis,
    Step,
)

DOWN_LIMITS = {
    Domain.RISK_OF_BIAS: 2,
    Domain.INCONSISTENCY: 2,
    Domain.INDIRECTNESS: 2,
    Domain.IMPRECISION: 2,
    Domain.PUBLICATION_BIAS: 1,  # our own rule
}
UP_LIMITS = {Domain.LARGE_EFFECT: 2, Domain.DOSE_RESPONSE: 1, Domain.RESIDUAL_CONFOUNDING: 1}

CONTINUOUS = frozenset(
    {
        Measure.MEAN,
        Measure.MEAN_DIFFERENCE,
        Measure.STANDARDIZED_MEAN_DIFFERENCE,
        Measure.MEAN_CHANGE,
        Measure.RELATIVE_CHANGE,
    }
)


@dataclass(frozen=True)
class Evidence:
    """A finding with what grading must know of its study and scale."""

    study: str
    finding: Finding
    reading_basis: ReadingBasis
    higher_is_worse: bool | None = None
    sample_size: int | None = None
    """Participants of the study, where the finding does not report how many were analyzed."""

    @property
    def participants(self) -> int | None:
        """Participants analyzed, else those of its arms, else those of the study."""
        arms = [arm.n for arm in self.finding.arms]
        in_arms = sum(n for n in arms if n is not None) if arms and None not in arms else None
        return next((n for n in (self.finding.n, in_arms, self.sample_size) if n is not None), None)

    @property
    def continuous(self) -> bool:
        """Whether the outcome is a score or amount; a result without an estimate is one where it names its scale."""
        measure = self.finding.measure
        return measure in CONTINUOUS or (measure is Measure.OTHER and self.finding.scale is not None)


@dataclass(frozen=True)
class Floor:
    """The least number of steps down that the data force in a domain, with the trigger."""

    domain: Domain
    steps: int
    reason: str
    lifted_by: tuple[str, ...] = ()
    """What a study must have for the floor to fall away, where a property of its own does it."""


ENOUGH = 400
"""Participants from which on the number alone is no reason for imprecision of a continuous outcome."""
_MORE_PEOPLE = f"{ENOUGH} participants or more"
_CLEAR_INTERVAL = "an interval that excludes “no effect”"


def floors(evidence: Sequence[Evidence]) -> Iterator[Floor]:
    """The machine floors of grading.md for the usable findings of a body. Within a domain the highest applies.

    Of several findings the least precise decides, and their numbers of participants add up (our own rule).
    """
    findings = [item.finding for item in evidence]
    if not findings:
        return
    crosses = any(f.ci and null_of(f.measure) is not None and excludes_null(f) is False for f in findings)
    sizes = [item.participants for item in evidence]
    total = sum(n for n in sizes if n is not None) if None not in sizes else None
    small = total is not None and total < ENOUGH and any(item.continuous for item in evidence)
    people = f"{total} participants are fewer than {ENOUGH}"
    if crosses and small:
        reason = f"the interval includes “no effect”, and {people}"
        yield Floor(Domain.IMPRECISION, 2, reason, (_MORE_PEOPLE, _CLEAR_INTERVAL))
    elif crosses:
        yield Floor(Domain.IMPRECISION, 1, "the interval includes “no effect”", (_CLEAR_INTERVAL,))
    elif small:
        yield Floor(Domain.IMPRECISION, 1, f"{people} for a continuous outcome", (_MORE_PEOPLE,))
    if any(finding.ci is None for finding in findings):
        yield Floor(Domain.IMPRECISION, 1, "no confidence interval is reported", ("a confidence interval",))
    heterogeneity = i_squared(findings)
    if heterogeneity is not None and heterogeneity >= 50:
        yield Floor(Domain.INCONSISTENCY, 1, f"I² is {heterogeneity:.0f}%")
    if all(finding.comparison is Comparison.UNCONTROLLED for finding in findings):
        yield Floor(Domain.RISK_OF_BIAS, 1, "no finding has a comparison group")
    if any(item.reading_basis is not ReadingBasis.FULL_TEXT for item in evidence):
        yield Floor(Domain.RISK_OF_BIAS, 1, "the full text of a study was not read")
    if any(item.reading_basis is ReadingBasis.PERSONAL_COMMUNICATION for item in evidence):
        yield Floor(Domain.PUBLICATION_BIAS, 1, "a finding is known only from personal communication")


def i_squared(findings: Sequence[Finding]) -> float | None:
    """The highest I² in percent over two or more findings with intervals on one scale; None where there are none."""
    scales: dict[object, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.estimate is not None and finding.ci is not None and null_of(finding.measure) is not None:
            scales[finding.measure, finding.instrument, finding.scale].append(finding)
    found = [value for group in scales.values() if (value := _heterogeneity(group)) is not None]
    return max(found, default=None)


def _heterogeneity(findings: Sequence[Finding]) -> float | None:
    """I² of findings of one measure and scale, inverse-variance weighted, ratios on the log scale."""
    if len(findings) < 2:
        return None
    weights, effects = [], []
    for finding in findings:
        low, high = (float(end) for end in finding.ci or ())
        effect = float(finding.estimate or 0)
        if finding.measure in RATIOS:
            if min(low, effect) <= 0:
                return None
            low, high, effect = math.log(low), math.log(high), math.log(effect)
        error = (high - low) / (2 * NORMAL.inv_cdf(0.5 + float(finding.ci_level) / 200))
        if error <= 0:
            return None
        weights.append(1 / error**2)
        effects.append(effect)
    mean = math.fsum(w * e for w, e in zip(weights, effects, strict=True)) / math.fsum(weights)
    q = math.fsum(w * (e - mean) ** 2 for w, e in zip(weights, effects, strict=True))
    return max(0.0, (q - (len(effects) - 1)) / q * 100) if q > 0 else 0.0


def required(evidence: Sequence[Evidence], body: EvidenceBody) -> dict[Domain, Floor]:
    """The floor of each domain that the body must reach, after the curator's overrides."""
    highest: dict[Domain, Floor] = {}
    for floor in floors(evidence):
        if floor.domain not in highest or floor.steps > highest[floor.domain].steps:
            highest[floor.domain] = floor
    for override in body.overrides:
        if override.domain in highest:
            highest[override.domain] = Floor(override.domain, override.floor, override.reason)
    return {domain: floor for domain, floor in highest.items() if floor.steps}


def assess_body(body: EvidenceBody, evidence: Sequence[Evidence]) -> BodyAssessment:
    """Grade one body from its findings; the order of the findings does not matter.

    Not graded where no finding can show an effect or none is a number with its direction. Otherwise the start (4 for
    randomized findings, else 2) less the steps down plus the steps up, kept between 1 and 4.
    """
    capable = [item for item in evidence if item.finding.comparison in EFFECT]
    counted = [item for item in capable if usable(item.finding, item.higher_is_worse)]
    directions = [d for item in capable if (d := known_direction(item.finding, item.higher_is_worse))]
    direction = agreed(directions) if directions else body.reported_direction or Direction.NOT_APPLICABLE
    sizes = [item.finding.n for item in (counted or capable)]
    size = sum(n for n in sizes if n is not None) if sizes and None not in sizes else None
    # The findings that give the direction must be controlled, all of them: no other lends its design.
    deciding = [item for item in capable if known_direction(item.finding, item.higher_is_worse)] or capable
    controlled = bool(deciding) and all(item.finding.comparison in CONTROLLED for item in deciding)
    can_show = bool(capable) or body.reported_direction is not None
    if not counted:
        reason = body.not_graded_reason or _why_not(evidence, body)
        return BodyAssessment(body, None, None, (), direction, reason, controlled, can_show, size)
    randomized = all(item.finding.comparison is Comparison.RANDOMIZED for item in counted)
    start = Certainty.HIGH if randomized else Certainty.LOW
    steps = tuple(_steps(body.down, -1)) + tuple(_steps(body.up, +1))
    level = certainty_after(start, sum(step for _, step, _ in steps))
    return BodyAssessment(body, level, start, steps, direction, None, controlled, can_show, size)


def certainty_after(start: Certainty, steps: int) -> Certainty:
    """The certainty so many steps from the start, kept between very low and high."""
    return Certainty(min(Certainty.HIGH, max(Certainty.VERY_LOW, start + steps)))


def _steps(steps: Sequence[Step], sign: int) -> Iterator[tuple[Domain, int, str]]:
    for step in steps:
        if step.steps:
            yield step.domain, sign * step.steps, step.reason


def _why_not(evidence: Sequence[Evidence], body: EvidenceBody) -> str:
    if not evidence:
        if body.reported_direction:
            return "A source reports the direction of a change without a figure."
        return "No published finding could be graded."
    if not any(item.finding.comparison in EFFECT for item in evidence):
        kinds = " and ".join(sorted({str(item.finding.comparison) for item in evidence}))
        return f"Its findings are {kinds}: they cannot show an effect of the intervention."
    return "No finding gives a number and its direction."


def counted_twice(evidence: Sequence[Evidence]) -> list[str]:
    """Studies that stand more than once among the findings that can show an effect."""
    seen = Counter(item.study for item in evidence if item.finding.comparison in EFFECT)
    return [study for study, count in seen.items() if count > 1]
