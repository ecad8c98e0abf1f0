"""What most likely went wrong where numbers of a finding do not agree, and what to look up in the source.

A slip is named only where the numbers agree once it is undone. Where two corrections are possible the hint names both,
and what in the source decides: it never says to write a figure that only the source can tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from kb.grading.intervals import DIFFERENCES, FORMS, LOGARITHMS, PLAIN, RATIOS, centered, contains, width
from kb.grading.rounding import Range, meet, spread
from kb.model import EffectMeasure, Finding


class Slip(NamedTuple):
    """What is wrong, to be said after what must hold, and how to fix it."""

    what: str
    hint: str


Interval = tuple[Decimal, Decimal]
_LEVELS = (90.0, 99.0, 99.9, 80.0)
"""Levels of intervals that sources print beside 95%."""
NEAR = 0.06
"""How far figures may be apart that are taken for the same one, as a share: intervals by t are a little wider."""


def turned(measure: EffectMeasure, value: Decimal) -> Decimal:
    """The same figure with the other side first: the other sign, or one divided by a ratio, with as many digits."""
    if measure not in RATIOS:
        return -value
    exponent = value.as_tuple().exponent
    return (1 / value).quantize(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


def turned_interval(measure: EffectMeasure, interval: Interval) -> Interval:
    return turned(measure, interval[1]), turned(measure, interval[0])


def shown(interval: Interval) -> str:
    return f"[{interval[0]}, {interval[1]}]"


def with_other_side(finding: Finding) -> str:
    """How a finding's estimate and interval are written with the other side first; an interval that fits then stays."""
    measure, estimate, interval = finding.measure, finding.estimate or Decimal(0), finding.ci
    opposite = turned(measure, estimate)
    right = f"estimate: {opposite}"
    if interval and interval[0] <= interval[1] and (measure not in RATIOS or interval[0] > 0):
        stays = contains(opposite, *interval) and not contains(estimate, *interval)
        right += f" and ci: {shown(interval if stays else turned_interval(measure, interval))}"
    return right


def of_order(measure: EffectMeasure, value: Decimal | None, interval: Interval, place: str) -> Slip:
    """An interval that runs from high to low."""
    high, low = interval
    if value is None or _fits(measure, value, low, high):
        return Slip("", f"swap the two values: {shown((low, high))}")
    if (signed := _signed(measure, value, interval)) is not None:
        return Slip("; a sign is wrong", f"look in {place}; the estimate {value} is in the middle of {shown(signed)}")
    return Slip("", f"look in {place} for the two ends and their signs")


def of_value(finding: Finding, name: str, value: Decimal, interval: Interval, measure: EffectMeasure) -> Slip | None:
    """A value that is not inside its interval, or not in its middle; None where nothing known explains it."""
    return next(_of_value(finding, name, value, interval, measure), None)


def _of_value(
    finding: Finding, name: str, value: Decimal, interval: Interval, measure: EffectMeasure
) -> Iterator[Slip]:
    low, high = interval
    place = finding.place
    if measure in RATIOS:
        yield from _logarithms(name, value, interval, place)
        if min(value, low, high) <= 0:
            return
    if low == -high and value and not contains(value, low, high):
        yield Slip(
            "; the two ends are distances from it, or a standard error",
            _distances(name, value, abs(high), place),
        )
    if value in interval and measure in FORMS:
        other = high if value == low else low
        yield Slip(
            f"; one end repeats the {name}",
            f"look in {place} what {other} is: {_either(abs(other))}; else write both ends of the interval",
        )
    if (not measure.ratio or value > 0) and value and _fits(measure, turned(measure, value), low, high):
        opposite, ends = turned(measure, value), turned_interval(measure, interval)
        if measure in RATIOS:
            what = "; one of them compares the other way round"
            hint = f"look in {place} which group comes first: write {name}: {opposite}, or ci: {shown(ends)}"
        else:
            what = "; one of them has the wrong sign"
            hint = (
                f"look in {place}: if the figure fell, or is lower in the first arm, write {name}: "
                f"{min(value, opposite)} and ci: {shown(interval if low < 0 else ends)}; else {name}: "
                f"{max(value, opposite)} and ci: {shown(interval if low >= 0 else ends)}"
            )
        yield Slip(what, hint)
    if measure not in RATIOS and (signed := _signed(measure, value, interval)) is not None:
        yield Slip("; an end has the wrong sign", f"look in {place}; the interval is then {shown(signed)}")
    inside = contains(value, low, high)
    if measure in DIFFERENCES and inside and min(value, low, high) > 0 and centered(LOGARITHMS, value, low, high):
        hint = f"look in {place} what kind of figure it is; of an odds, risk or hazard ratio correct measure:"
        yield Slip("; it is so on the log scale, as that of a ratio", hint)
    if measure in RATIOS and inside and centered(PLAIN, value, low, high):
        hint = (
            f"look in {place}: of a difference or a coefficient correct measure:; of logarithms write "
            f"{name}: {_exp(value)} and ci: [{_exp(low)}, {_exp(high)}], and how you computed them in derived:"
        )
        yield Slip("; it is so on the plain scale, as that of a difference or of logarithms", hint)
    for factor in (Decimal(100), Decimal("0.01")):
        if _fits(measure, value * factor, low, high):
            times = "100 times" if factor < 1 else "a hundredth of"
            yield Slip(f"; it is {times} what would fit", f"look in {place}, and write both in percent: {_percent()}")


def _percent() -> str:
    return "42 for 42%, not 0.42"


def _fits(measure: EffectMeasure, value: Decimal, low: Decimal, high: Decimal) -> bool:
    if low > high or (measure in RATIOS and min(value, low, high) <= 0):
        return False
    return contains(value, low, high) and centered(FORMS.get(measure), value, low, high)


def _signed(measure: EffectMeasure, value: Decimal, interval: Interval) -> Interval | None:
    """The only interval of the same digits, in any order and with any signs, that fits a value."""
    if measure not in FORMS or measure in RATIOS:
        return None
    a, b = interval
    found = {
        (low, high)
        for first, second in ((a, b), (b, a))
        for one, two in product((1, -1), repeat=2)
        for low, high in [(one * first, two * second)]
        if _fits(measure, value, low, high)
    }
    return found.pop() if len(found) == 1 else None


def _logarithms(name: str, value: Decimal, interval: Interval, place: str) -> Iterator[Slip]:
    """A ratio, its interval, or both, that are logarithms."""
    low, high = interval
    if low > 0 and value <= 0 and low <= _exp(value) <= high:
        hint = f"look in {place}; the ratio is then {name}: {_exp(value)}"
        yield Slip(f"; the {name} looks like a logarithm", hint)
    elif low <= 0 < value and low <= high and abs(math.log(value) - float(low + high) / 2) < 0.05:
        hint = f"look in {place}; the interval of the ratio is then ci: [{_exp(low)}, {_exp(high)}]"
        yield Slip("; the interval looks like one of logarithms", hint)
    elif low <= 0 and centered(PLAIN, value, low, high) and contains(value, low, high):
        hint = (
            f"look in {place}: of a difference or a coefficient correct measure:; of logarithms write "
            f"{name}: {_exp(value)} and ci: [{_exp(low)}, {_exp(high)}], and how you computed them in derived:"
        )
        yield Slip("; these look like a difference, or like logarithms", hint)


def _exp(number: Decimal) -> Decimal:
    """A ratio of its logarithm, to two digits after the point."""
    return Decimal(math.exp(min(float(number), 20.0))).quantize(Decimal("0.01"))


def _either(spread_of: Decimal) -> str:
    return f"a standard error belongs in se: {spread_of}, a standard deviation in sd: {spread_of}, and no ci: then"


def _distances(name: str, value: Decimal, distance: Decimal, place: str) -> str:
    return (
        f"look in {place} what {distance} is: {_either(distance)}; half of a confidence interval gives ci: "
        f"[{value - distance}, {value + distance}] about the {name}"
    )


def of_width(finding: Finding, error: Range, implied: Range) -> Slip | None:
    """An interval whose standard error ``error`` is not the ``implied`` one: it is of another level, or one error wide.

    Both errors are those of the interval as it is recorded, and of what else is reported: P, or deviations and sizes.
    """
    if finding.ci is None or implied[0] <= 0 or not math.isfinite(implied[1]):
        return None
    low, high = finding.ci
    recorded = width(float(finding.ci_level))
    for level in (68.27, 95.0, *_LEVELS):
        as_if = recorded / width(level)
        if not meet(_about(error[0] * as_if, error[1] * as_if), implied):
            continue
        if level == 95.0:
            return Slip("; that of an interval of 95% would fit", f"look in {finding.place}, and remove ci_level:")
        if level != 68.27:
            hint = f"look in {finding.place} which level it is; if so, write ci_level: {level:g}"
            return Slip(f"; that of an interval of {level:g}% would fit", hint)
        half = (high - low) / 2
        if finding.measure in RATIOS:
            hint = f"look in {finding.place}: if they are one standard error apart from it, remove ci: and write se:"
            return Slip(_ONE_ERROR, f"{hint}, that of the logarithm")
        hint = f"look in {finding.place}: if {half.normalize():f} is a standard error, remove ci: and write "
        return Slip(_ONE_ERROR, f"{hint}se: {half.normalize():f}")
    return None


_ONE_ERROR = "; its ends look one standard error away from the estimate"


def is_one_error(slip: Slip | None) -> bool:
    """Whether an interval reaches one standard error to each side."""
    return slip is not None and slip.what == _ONE_ERROR


def of_deviations(finding: Finding, error: Range, raw: float) -> Slip | None:
    """Standard deviations of two arms that are standard errors: with √n they give the error of the interval."""
    deviations = [arm.sd for arm in finding.arms]
    if finding.measure is not EffectMeasure.MEAN_DIFFERENCE or None in deviations or error[0] < 2 * raw:
        return None
    together = math.hypot(*(float(sd or 0) for sd in deviations))
    if not meet(_about(error[0], error[1]), (together, together)):
        return None
    figures = [f"{float(arm.sd or 0) * math.sqrt(arm.n or 0):.3g}" for arm in finding.arms]
    hint = f"look in {finding.place}: if these are standard errors, write sd: {figures[0]} and sd: {figures[1]}"
    return Slip("; they fit the interval as standard errors", f"{hint}, each times √n, and say so in derived:")


def _about(low: float, high: float) -> Range:
    return low * (1 - NEAR), high * (1 + NEAR)


def near(a: float, b: float) -> bool:
    """Whether two figures are as good as the same, with room for what rounding and t leave open."""
    return abs(a - b) <= NEAR * max(abs(a), abs(b))


def of_error(finding: Finding) -> Slip | None:
    """A standard error that is a standard deviation of an arm or of all."""
    if finding.se is None:
        return None
    deviations = [sd for arm in finding.arms for sd in (arm.sd, arm.baseline_sd, arm.change_sd)] + [finding.sd]
    if any(sd is not None and near(float(sd), float(finding.se)) for sd in deviations):
        hint = f"look in {finding.place}: if {finding.se} is a standard deviation, remove se:"
        return Slip("; it is as large as the standard deviation", f"{hint}, and write it as sd: of each arm")
    return None


def of_percentage(estimate: Decimal, exact: float, place: str) -> Slip | None:
    """A share of 1 that stands for a percentage, or a percentage of a percentage."""
    for factor in (100, Decimal("0.01")):
        low, high = spread(estimate)
        if low * float(factor) - 1e-9 <= exact <= high * float(factor) + 1e-9:
            return Slip("; percentages are entered as percentages", f"look in {place}: {_percent()}")
    return None
