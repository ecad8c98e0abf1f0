"""Scores that a scale can give: range, standard deviation, means of whole answers; figures that a measure can give."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from kb.grading.intervals import RATIOS, width
from kb.grading.numbers import SHARES, Loc, Mismatch, of_error, otherwise, remedy
from kb.grading.rounding import EDGE, Range, spread
from kb.model import EffectMeasure, Finding, Instrument, Scale

SCORES = frozenset(
    {
        *(EffectMeasure.MEAN, EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.MEAN_CHANGE),
        *(EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE, EffectMeasure.RELATIVE_CHANGE),
    }
)
"""Measures whose arms, where printed, hold means in points of the scale."""
_IN_POINTS = frozenset({EffectMeasure.MEAN, EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.MEAN_CHANGE})
_BOUNDS: dict[EffectMeasure, tuple[float, float]] = {
    EffectMeasure.CORRELATION: (-1, 1),
    EffectMeasure.RELIABILITY: (0, 1),
    EffectMeasure.RELATIVE_CHANGE: (-100, math.inf),
    EffectMeasure.RISK_DIFFERENCE: (-100, 100),
    EffectMeasure.COUNT: (0, math.inf),
}
_PERCENT = ("%",)
_UNITS: dict[EffectMeasure, tuple[str, ...]] = {
    **dict.fromkeys(SHARES, _PERCENT),
    EffectMeasure.RELATIVE_CHANGE: _PERCENT,
    EffectMeasure.RISK_DIFFERENCE: ("percentage points", "%"),
}
"""The units of measures that have one only."""
_WITHOUT = RATIOS | {EffectMeasure.CORRELATION, EffectMeasure.RELIABILITY}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_POINTS = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})[- ]point\b", re.I)
_ADDED = re.compile(r"\b(?:sum|summed|total of|added|averaged?|mean of)\b", re.I)
_SHARED = re.compile(r"\b(?:percent\w*|shares?|weight\w*)\b|%", re.I)


def of_bounds(finding: Finding) -> Iterator[Mismatch]:
    """A figure lies where its measure can (KB319)."""
    low, high = _BOUNDS.get(finding.measure, (-math.inf, math.inf))
    for loc, number in _figures(finding):
        if not low <= number <= high:
            message = f"{_a(finding)} must be {_between(low, high)}, got {number}"
            yield Mismatch("KB319", loc, message, remedy(finding))
        elif finding.measure is EffectMeasure.COUNT and number != number.to_integral():
            yield Mismatch("KB319", loc, f"a count must be a whole number, got {number}", "write measure: other")
    if finding.measure in SHARES:
        for loc, number in _figures(finding):
            if loc[0] == "ci" and not 0 <= number <= 100:
                message = f"the interval of {_a(finding)} must be between 0 and 100, got {number}"
                yield Mismatch("KB319", loc, message, remedy(finding))
    for index, arm in enumerate(finding.arms):
        for field in ("baseline_sd", "sd"):
            if (number := getattr(arm, field)) is not None and number < 0:
                message = f"a standard deviation must not be negative, got {number}"
                yield Mismatch("KB319", ("arms", index, field), message, remedy(finding))


MOST_DEVIATIONS = 3
"""Standard deviations of the largest difference that is likely; a very good program moves people by one (ours)."""


def of_size(finding: Finding) -> Iterator[Mismatch]:
    """A difference or change is at most three standard deviations (KB330): what is more is most likely a slip.

    A pooled estimate is left out, since it stands for what its review computed.
    """
    if finding.estimate is None or finding.pooled or not finding.arms:
        return
    if finding.measure not in (EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.MEAN_CHANGE) or any(of_error(finding)):
        return
    given = [max((sd for sd in (arm.sd, arm.baseline_sd) if sd), default=None) for arm in finding.arms]
    deviations = [sd for sd in given if sd]
    if not deviations or len(deviations) < len(given):
        return
    size = abs(float(finding.estimate)) / math.sqrt(sum(float(sd) ** 2 for sd in deviations) / len(deviations))
    if size > MOST_DEVIATIONS:
        name = finding.measure.replace("-", " ")
        message = f"the {name} {finding.estimate} is {size:.1f} standard deviations, which no program reaches"
        look = f"look in {finding.place} whether sd: holds standard errors, or a point is in a wrong place"
        yield Mismatch("KB330", ("estimate",), message, f"{look}; {otherwise(finding)}")


def of_share(finding: Finding) -> Iterator[Mismatch]:
    """A percentage is no share of 1 (KB332): one below 1 with two digits or more after its point most likely is."""
    measures = (*SHARES, EffectMeasure.RISK_DIFFERENCE, EffectMeasure.RELATIVE_CHANGE)
    if finding.measure not in measures or not finding.estimate or finding.events is not None:
        return
    figures = [number for _, number in _figures(finding)]
    exponent = finding.estimate.as_tuple().exponent
    if all(abs(number) <= 1 for number in figures) and isinstance(exponent, int) and exponent <= -2:
        percent = f"{100 * finding.estimate:f}".rstrip("0").rstrip(".")
        message = f"{_a(finding)} is entered as a percentage, got {finding.estimate}, which is less than 1%"
        hint = f"look in {finding.place}: if {percent}% is meant, write estimate: {percent}"
        if finding.ci:
            ends = [f"{100 * end:f}".rstrip("0").rstrip(".") for end in finding.ci]
            hint += f" and ci: [{', '.join(ends)}]"
        yield Mismatch("KB332", ("estimate",), message, f"{hint}; else leave it as it is")


def _figures(finding: Finding) -> Iterator[tuple[Loc, Decimal]]:
    if finding.estimate is not None:
        yield ("estimate",), finding.estimate
    for number in finding.ci or ():
        yield ("ci",), number


def _a(finding: Finding) -> str:
    """The measure with its article: ``an odds ratio``."""
    name = finding.measure.replace("-", " ")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _between(low: float, high: float) -> str:
    return f"between {low:g} and {high:g}" if high < math.inf else f"{low:g} or more"


def of_unit(finding: Finding) -> Iterator[Mismatch]:
    """An estimate is in the unit that its measure has (KB320)."""
    if finding.estimate is None:
        return
    units, unit = _UNITS.get(finding.measure), finding.unit
    if units and unit not in units:
        message = f"the unit of {_a(finding)} must be {' or '.join(units)}, got {unit or 'none'}"
        yield Mismatch("KB320", ("unit",), message, f"write unit: '{units[0]}', and the estimate as a percentage")
    elif unit and finding.measure in _WITHOUT:
        message = f"{_a(finding)} must have no unit, got {unit}"
        yield Mismatch("KB320", ("unit",), message, "remove unit:, or correct measure:")
    elif unit and finding.measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE and unit != "standard deviations":
        message = f"the unit of {_a(finding)} must be standard deviations, got {unit}"
        yield Mismatch("KB320", ("unit",), message, "write unit: standard deviations, or correct measure:")


def of_scale(finding: Finding, scale: Scale, named: str = "scale:") -> Iterator[Mismatch]:
    """Scores lie within the range of their scale (KB317), in its unit (KB320); ``named`` is how a hint names it."""
    if scale.min is None or scale.max is None or scale.min >= scale.max or finding.measure not in SCORES:
        return
    in_percent = scale.min == 0 and scale.max == 100 and finding.unit in ("%", "percentage points")
    if finding.measure in _IN_POINTS and finding.unit and "point" not in finding.unit and not in_percent:
        message = (
            f"the unit of a score on {scale.label}, {scale.min} to {scale.max}, must be points, got {finding.unit}"
        )
        yield Mismatch("KB320", ("unit",), message, "write unit: points, or correct measure: or scale:")
        return
    low, high, width = scale.min, scale.max, scale.max - scale.min
    if finding.measure in _IN_POINTS:
        ends = (low, high) if finding.measure is EffectMeasure.MEAN else (-width, width)
        for loc, number in _figures(finding):
            yield from _inside(finding, scale, named, loc, loc[0], number, *ends)
        yield from _implied(finding, scale, named)
    for index, arm in enumerate(finding.arms):
        at = ("arms", index)
        for field in ("baseline_mean", "mean"):
            yield from _inside(finding, scale, named, (*at, field), field, getattr(arm, field), low, high)
        yield from _inside(finding, scale, named, (*at, "change"), "change", arm.change, -width, width)
        for mean, sd in (("baseline_mean", "baseline_sd"), ("mean", "sd")):
            yield from _deviation(finding, scale, (*at, sd), getattr(arm, mean), getattr(arm, sd), arm.n)


_CLUSTERS = 1.5
"""By how much clusters may widen a standard error beyond what people alone give, before it cannot be one (ours)."""


def _implied(finding: Finding, scale: Scale, named: str) -> Iterator[Mismatch]:
    """A standard error is no larger than scores at the two ends of the scale would give (KB329)."""
    sizes = [arm.n for arm in finding.arms if arm.n]
    if (
        finding.measure is not EffectMeasure.MEAN_DIFFERENCE
        or len(sizes) != 2
        or scale.min is None
        or scale.max is None
    ):
        return
    if any(of_error(finding)):
        return
    most = float(scale.max - scale.min) / 2 * math.sqrt(sum(1 / n for n in sizes)) * _CLUSTERS
    errors: list[tuple[str, float, str]] = []
    if finding.se is not None:
        errors.append(("se", float(finding.se), f"se: {finding.se}"))
    if finding.ci is not None:
        error = float(finding.ci[1] - finding.ci[0]) / width(float(finding.ci_level))
        errors.append(("ci", error, f"the interval {finding.ci[0]} to {finding.ci[1]}"))
    for field, error, what in errors:
        if error > most:
            message = (
                f"{what} must be smaller: on {scale.label}, {scale.min} to {scale.max}, {sizes[0]} and {sizes[1]} "
                f"people give a standard error of at most {most:.2g}, got {error:.2g}"
            )
            hint = f"make sure that it is not a standard deviation, and that {named} is right; {remedy(finding)}"
            yield Mismatch("KB329", (field,), message, hint)


def _inside(
    finding: Finding,
    scale: Scale,
    named: str,
    loc: Loc,
    name: str | int,
    number: Decimal | None,
    low: Decimal,
    high: Decimal,
) -> Iterator[Mismatch]:
    if number is not None and not low <= number <= high:
        message = (
            f"the {name} must be between {low} and {high}, since {scale.label} goes from {scale.min} to {scale.max}; "
            f"got {number}"
        )
        yield Mismatch("KB317", loc, message, f"make sure that {named} is right; {remedy(finding)}")


def _deviation(
    finding: Finding, scale: Scale, loc: Loc, mean: Decimal | None, sd: Decimal | None, n: int | None
) -> Iterator[Mismatch]:
    """The standard deviation of scores with this mean is at most that of scores at the two ends of the scale.

    The square root of (mean - min)(max - mean), times n / (n - 1) for a sample (Bhatia and Davis 2000); of a sample of
    unknown size, two people. Mean and deviation stand for all values that round to them.
    """
    if sd is None or scale.min is None or scale.max is None:
        return
    low, high = float(scale.min), float(scale.max)
    middle = (low + high) / 2
    means: Range = spread(mean) if mean is not None else (low, high)
    widest = min(max(middle, means[0]), means[1])
    people = max(n if n is not None else 2, 2)
    most = math.sqrt(max((widest - low) * (high - widest), 0.0) * people / (people - 1))
    if spread(sd)[0] > most + EDGE:
        around = f" around {mean}" if mean is not None else ""
        message = (
            f"the standard deviation must be at most {most:.2f}{around} on {scale.label}, "
            f"{scale.min} to {scale.max}; got {sd}"
        )
        yield Mismatch("KB317", loc, message, f"make sure that it is not a variance; {remedy(finding)}")


def of_answers(finding: Finding, scale: Scale, instrument: Instrument) -> Iterator[Mismatch]:
    """A mean must be possible with whole-number answers of n people (KB318, after Brown and Heathers 2017, GRIM).

    Only where the score is the answer to one item, or a sum or average of items with as many answers as
    response_scale says, and where n is so small that it tells: a step of one answer in one person, divided by n, must
    be wider than what the printed digits stand for. It assumes that everybody answered all, and is a warning for that.
    """
    step = answer_step(scale, instrument)
    if step is None or scale.min is None or finding.measure not in SCORES:
        return
    means: list[tuple[Loc, Decimal | None, int | None]] = []
    if finding.measure is EffectMeasure.MEAN:
        means.append((("estimate",), finding.estimate, finding.n))
    for index, arm in enumerate(finding.arms):
        means += [(("arms", index, field), getattr(arm, field), arm.n) for field in ("baseline_mean", "mean")]
    told: set[tuple[Decimal, int]] = set()
    for loc, mean, n in means:
        if mean is None or not n or (mean, n) in told:
            continue
        told.add((mean, n))
        low, high = spread(mean)
        if step / n <= high - low:
            continue
        grain, least = step / n, float(scale.min)
        below = math.floor((float(mean) - least) / grain + EDGE)
        near = [least + grain * steps for steps in (below, below + 1)]
        if not any(low - EDGE <= value <= high + EDGE for value in near):
            message = (
                f"the mean of {n} people must be possible with whole-number answers, got {mean}; "
                f"the nearest possible means are {near[0]:.4f} and {near[1]:.4f}"
            )
            hint = f"check n: and the digits; {remedy(finding)}, also if answers were missing"
            yield Mismatch("KB318", loc, message, hint)


def answer_step(scale: Scale, instrument: Instrument) -> float | None:
    """What the next answer to one item adds to one person's score; None where the entry does not tell."""
    answers = _POINTS.search(instrument.response_scale or "")
    if not answers or not scale.item_count or scale.min is None or scale.max is None or scale.min >= scale.max:
        return None
    scoring = scale.scoring or ""
    if scale.item_count > 1 and (not _ADDED.search(scoring) or _SHARED.search(scoring)):
        return None
    word = answers[1].lower()
    points = _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)
    return float(scale.max - scale.min) / (scale.item_count * (points - 1)) if points > 1 else None
