"""Numbers that must agree: checks on a printed result, each number standing for all values that round to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from kb.grading.rounding import EDGE, Range, spread
from kb.model import Arm, Finding, Measure

RATIOS = frozenset(measure for measure in Measure if measure.ratio)
DIFFERENCES = frozenset({Measure.MEAN_DIFFERENCE, Measure.MEAN_CHANGE, Measure.RISK_DIFFERENCE})
NORMAL = NormalDist()
# Intervals are often from the t distribution, whose z equivalent differs by a few percent in small samples (ours).
SLACK = 1.05
# Intervals by the profile of the likelihood or by exact methods lean a little; a slip of a digit leans far (ours).
LEANING = 0.1
# Adjusting for a baseline that agrees closely with the end, r = .95, leaves this part of a standard error (ours).
ADJUSTED = 0.3
SHARES = frozenset({Measure.PROPORTION, Measure.SENSITIVITY, Measure.SPECIFICITY})


Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Mismatch:
    """Numbers of one finding that cannot all be right."""

    code: str
    loc: Loc
    """Where in the finding."""
    message: str
    hint: str


def null_of(measure: Measure) -> float | None:
    """The value that means no effect: 0 for differences, changes and correlations, 1 for ratios, else none."""
    return measure.null


def p_range(printed: str) -> Range:
    """The P values that a printed one stands for: '<.001' is 0 to .001, '.04' is .035 to .045."""
    number = Decimal(printed.lstrip("<>"))
    if printed.startswith("<"):
        return 0.0, float(number)
    if printed.startswith(">"):
        return float(number), 1.0
    low, high = spread(number)
    return max(low, 0.0), min(high, 1.0)


def excludes_null(finding: Finding) -> bool | None:
    """Whether a finding is clear of no effect at the level of 5%; None where it reports nothing that shows it.

    A 95% interval decides, else the P value, else an interval of another level.
    """
    null = null_of(finding.measure)
    if finding.ci and null is not None and (finding.ci_level == 95 or not finding.p):
        return not float(finding.ci[0]) <= null <= float(finding.ci[1])
    if finding.p:
        low, high = p_range(finding.p)
        return high <= 0.05 if finding.p.startswith("<") else (low + high) / 2 < 0.05
    return None


def mismatches(finding: Finding) -> Iterator[Mismatch]:
    """Every check on one finding that fails for all values that round to what is printed."""
    yield from of_estimate(finding)
    yield from of_p_value(finding)
    yield from of_counts(finding)
    yield from of_arms(finding)
    yield from of_error(finding)


def of_estimate(finding: Finding) -> Iterator[Mismatch]:
    """The estimate lies inside its interval, and in its middle."""
    if finding.measure in RATIOS and any(
        value is not None and value <= 0 for value in (finding.estimate, *(finding.ci or ()))
    ):
        yield Mismatch("KB301", ("estimate",), "a ratio and its interval must be above 0", remedy(finding))
        return
    yield from _around(finding, finding.estimate, finding.ci, (), "estimate", finding.measure)


def _around(
    finding: Finding,
    value: Decimal | None,
    interval: tuple[Decimal, Decimal] | None,
    loc: Loc,
    name: str,
    measure: Measure,
) -> Iterator[Mismatch]:
    """An interval stands beside its value, runs from low to high around it, and has it in its middle."""
    if interval is None:
        return
    low, high = interval
    if low > high:
        message = f"ci must run from low to high, got [{low}, {high}]"
        yield Mismatch("KB301", (*loc, "ci"), message, "swap the two values")
    elif value is None:
        message = f"an interval needs its {name}, got {low} to {high} without one"
        yield Mismatch("KB313", (*loc, "ci"), message, f"add {name}: as the source reports it, or remove ci:")
    elif spread(value)[1] < spread(low)[0] or spread(value)[0] > spread(high)[1]:
        message = f"the {name} {value} must be inside its interval {low} to {high}"
        yield Mismatch("KB301", (*loc, name), message, remedy(finding))
    else:
        yield from _middle(finding, value, interval, loc, name, measure)


def _middle(
    finding: Finding,
    value: Decimal,
    interval: tuple[Decimal, Decimal],
    loc: Loc,
    name: str,
    measure: Measure,
) -> Iterator[Mismatch]:
    """An interval is symmetric about its value, on the scale on which its measure is: ratios on that of logarithms.

    Of differences and changes no combination of values that round to what is printed may agree. Of ratios,
    standardized differences and correlations the middle may besides be off by a tenth of half the interval.
    """
    form = _FORMS.get(measure)
    ranges = [spread(number) for number in (value, *interval)]
    if form is None or not all(form.least < low and high < form.most for low, high in ranges):
        return
    (least, most), low, high = [(form.to(a), form.to(b)) for a, b in ranges]
    middle = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
    room = EDGE + form.leaning * (high[1] - low[0]) / 2
    if middle[1] < least - room or middle[0] > most + room:
        found = form.back((form.to(float(interval[0])) + form.to(float(interval[1]))) / 2)
        message = (
            f"the interval {interval[0]} to {interval[1]} must be symmetric about the {name} {value}{form.where}, "
            f"its middle is {found:.4g}"
        )
        yield Mismatch("KB302", (*loc, "ci"), message, remedy(finding))


@dataclass(frozen=True)
class _Form:
    """The scale on which an interval is symmetric, to there and back, and where it is defined."""

    to: Callable[[float], float]
    back: Callable[[float], float]
    least: float = -math.inf
    most: float = math.inf
    where: str = ""
    leaning: float = LEANING


def _same(value: float) -> float:
    return value


_FORMS = {
    **dict.fromkeys(DIFFERENCES, _Form(_same, _same, leaning=0.0)),
    **dict.fromkeys(RATIOS, _Form(math.log, math.exp, least=0.0, where=" on the log scale")),
    Measure.STANDARDIZED_MEAN_DIFFERENCE: _Form(_same, _same),
    Measure.CORRELATION: _Form(math.atanh, math.tanh, -1.0, 1.0, " on Fisher's scale"),
}


def of_arms(finding: Finding) -> Iterator[Mismatch]:
    """The change of each arm lies inside its interval, and its events are at most its total."""
    for index, arm in enumerate(finding.arms):
        yield from _around(finding, arm.change, arm.ci, ("arms", index), "change", Measure.MEAN_CHANGE)
        yield from _events(arm.events, arm.total, ("arms", index))


def of_p_value(finding: Finding) -> Iterator[Mismatch]:
    """The P value is the one that estimate and interval imply, on the log scale for ratios.

    Nothing follows from an interval that is wrong itself.
    """
    null = null_of(finding.measure)
    if finding.estimate is None or finding.ci is None or finding.p is None or null is None:
        return
    if any(of_estimate(finding)):
        return
    ends = [spread(number) for number in (finding.estimate, *finding.ci)]
    if finding.measure in RATIOS:
        if min(end[0] for end in ends) <= 0:
            return
        ends, null = [(math.log(end[0]), math.log(end[1])) for end in ends], 0.0
    (estimate_low, estimate_high), low, high = ends
    critical = _width(finding)
    error_least, error_most = (high[0] - low[1]) / critical, (high[1] - low[0]) / critical
    if error_most <= 0:
        return
    distances = abs(estimate_low - null), abs(estimate_high - null)
    near, far = 0.0 if estimate_low <= null <= estimate_high else min(distances), max(distances)
    z_least = near / error_most / SLACK
    z_most = far / error_least * SLACK if error_least > 0 else math.inf
    implied = (2 * (1 - NORMAL.cdf(z_most)), 2 * (1 - NORMAL.cdf(z_least)))
    printed = p_range(finding.p)
    if printed[1] < implied[0] or printed[0] > implied[1]:
        yield Mismatch(
            "KB303",
            ("p",),
            f"P {finding.p} must match the estimate {finding.estimate} and its interval "
            f"{finding.ci[0]} to {finding.ci[1]}, which imply P {_about(implied)}",
            remedy(finding),
        )


def of_error(finding: Finding) -> Iterator[Mismatch]:
    """The standard error of a difference of two means is no smaller than their deviations and sizes allow (KB329).

    It may be smaller than that of the raw difference, since an analysis may be adjusted for the baseline, but not less
    than ``ADJUSTED`` of it. The smallest deviation counts that an arm reports; of standardized differences it is 1.
    """
    sizes = [arm.n for arm in finding.arms if arm.n]
    deviations = [sd for sd in (_deviation(finding, arm) for arm in finding.arms) if sd is not None]
    if not len(sizes) == len(deviations) == len(finding.arms) == 2:
        return
    least = ADJUSTED * math.sqrt(sum(spread(sd)[0] ** 2 / n for sd, n in zip(deviations, sizes, strict=True)))
    people = f"{sizes[0]} and {sizes[1]} people"
    if finding.measure is not Measure.STANDARDIZED_MEAN_DIFFERENCE:
        people += f" with standard deviations of {deviations[0]} and {deviations[1]}"
    if finding.ci is not None and finding.ci[0] <= finding.ci[1]:
        low, high = finding.ci
        error = (float(high) - float(low)) / _width(finding)
        if (spread(high)[1] - spread(low)[0]) / _width(finding) < least:
            message = (
                f"the interval {low} to {high} must be wider: its standard error is {error:.2g}, "
                f"but {people} give one of at least {least:.2g}"
            )
            yield Mismatch("KB329", ("ci",), message, remedy(finding))
    if finding.se is not None and spread(finding.se)[1] < least:
        message = f"se must be larger: {people} give a standard error of at least {least:.2g}, got {finding.se}"
        yield Mismatch("KB329", ("se",), message, remedy(finding))


def _deviation(finding: Finding, arm: Arm) -> Decimal | None:
    """The smallest standard deviation that is reported of an arm, else that of all participants."""
    if finding.measure is Measure.STANDARDIZED_MEAN_DIFFERENCE:
        return Decimal(1)
    if finding.measure is not Measure.MEAN_DIFFERENCE:
        return None
    return min((sd for sd in (arm.sd, arm.baseline_sd, arm.change_sd) if sd is not None), default=finding.sd)


def _width(finding: Finding) -> float:
    """How many standard errors wide the interval is."""
    return 2 * NORMAL.inv_cdf(0.5 + float(finding.ci_level) / 200)


def remedy(finding: Finding) -> str:
    """What to do about numbers of a finding that do not agree."""
    record = f"record a discrepancy that names {finding.id}"
    return f"check against {finding.place}; if the source reports it this way, {record}"


def _about(implied: Range) -> str:
    low, high = (f"{value:.2g}" for value in implied)
    return low if low == high else f"{low} to {high}"


def _events(events: int | None, total: int | None, loc: Loc) -> Iterator[Mismatch]:
    if events is not None and total is None:
        message = f"events need their total, got {events} without one"
        yield Mismatch("KB313", (*loc, "events"), message, "add total:, out of how many")
    elif events is not None and total is not None and (events > total or total == 0):
        message = f"events must be at most total, got {events} of {total}"
        yield Mismatch("KB304", (*loc, "events"), message, "check both numbers")


def of_counts(finding: Finding) -> Iterator[Mismatch]:
    """A percentage lies between 0 and 100 and fits its events of total."""
    events, total, estimate = finding.events, finding.total, finding.estimate
    yield from _events(events, total, ())
    if finding.measure not in SHARES or finding.unit != "%" or estimate is None:
        return
    if not 0 <= estimate <= 100:
        message = f"the {finding.measure} must be between 0 and 100%, got {estimate}"
        yield Mismatch("KB304", ("estimate",), message, remedy(finding))
    elif events is not None and total and events <= total:
        exact = 100 * events / total
        low, high = spread(estimate)
        if not low - EDGE <= exact <= high + EDGE:
            message = f"{estimate}% must match {events} of {total}, which is {exact:.1f}%"
            yield Mismatch("KB304", ("estimate",), message, remedy(finding))
