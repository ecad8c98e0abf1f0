"""Numbers that must agree: checks on a printed result, each number standing for all values that round to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from kb.model import Finding, Measure

RATIOS = frozenset({Measure.ODDS_RATIO, Measure.RISK_RATIO, Measure.HAZARD_RATIO})
DIFFERENCES = frozenset({Measure.MEAN_DIFFERENCE, Measure.MEAN_CHANGE, Measure.RISK_DIFFERENCE})
NULL_ZERO = DIFFERENCES | {Measure.STANDARDIZED_MEAN_DIFFERENCE, Measure.RELATIVE_CHANGE, Measure.CORRELATION}
NORMAL = NormalDist()
# Intervals are often from the t distribution, whose z equivalent differs by a few percent in small samples (house).
SLACK = 1.05


@dataclass(frozen=True)
class Mismatch:
    """Numbers of one finding that cannot all be right."""

    code: str
    field: str
    message: str
    hint: str


Range = tuple[float, float]


def spread(number: Decimal) -> Range:
    """All values that round to a number as printed: 0.60 stands for 0.595 to 0.605."""
    exponent = number.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    return float(number - half), float(number + half)


def null_of(measure: Measure) -> float | None:
    """The value that means no effect: 0 for differences, changes and correlations, 1 for ratios, else none."""
    return 1.0 if measure in RATIOS else 0.0 if measure in NULL_ZERO else None


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
    """Whether a finding is clear of no effect, by its interval, else its P value; None where it prints neither."""
    null = null_of(finding.measure)
    if finding.ci and null is not None:
        return not float(finding.ci[0]) <= null <= float(finding.ci[1])
    if finding.p:
        low, high = p_range(finding.p)
        return high <= 0.05 if finding.p.startswith("<") else (low + high) / 2 < 0.05
    return None


def mismatches(finding: Finding) -> Iterator[Mismatch]:
    """Every check on one finding that fails for all values that round to what is printed."""
    yield from _interval(finding)
    yield from _p_value(finding)
    yield from _percentage(finding)


def _interval(finding: Finding) -> Iterator[Mismatch]:
    if not finding.ci:
        return
    low, high = finding.ci
    if low > high:
        yield Mismatch("KB301", "ci", f"ci must run from low to high, got [{low}, {high}]", "swap the two values")
        return
    if finding.estimate is None:
        return
    estimate = spread(finding.estimate)
    if estimate[1] < spread(low)[0] or estimate[0] > spread(high)[1]:
        yield Mismatch(
            "KB301",
            "estimate",
            f"the estimate {finding.estimate} must lie inside its interval {low} to {high}",
            _remedy(finding),
        )
    elif finding.measure in DIFFERENCES:
        middle = ((spread(low)[0] + spread(high)[0]) / 2, (spread(low)[1] + spread(high)[1]) / 2)
        if middle[1] < estimate[0] - 1e-9 or middle[0] > estimate[1] + 1e-9:
            yield Mismatch(
                "KB302",
                "ci",
                f"the interval {low} to {high} must be symmetric about the estimate {finding.estimate}, "
                f"its middle is {(low + high) / 2}",
                _remedy(finding),
            )


def _p_value(finding: Finding) -> Iterator[Mismatch]:
    """Compare the P value with the one that estimate and interval imply, on the log scale for ratios."""
    null = null_of(finding.measure)
    if finding.estimate is None or finding.ci is None or finding.p is None or null is None:
        return
    ends = [spread(number) for number in (finding.estimate, *finding.ci)]
    if finding.measure in RATIOS:
        if min(end[0] for end in ends) <= 0:
            return
        ends, null = [(math.log(end[0]), math.log(end[1])) for end in ends], 0.0
    (estimate_low, estimate_high), low, high = ends
    critical = 2 * NORMAL.inv_cdf(0.5 + float(finding.ci_level) / 200)
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
            "p",
            f"P {finding.p} must fit the estimate {finding.estimate} and its interval "
            f"{finding.ci[0]} to {finding.ci[1]}, which imply P {_about(implied)}",
            _remedy(finding),
        )


def _remedy(finding: Finding) -> str:
    return f"check against {finding.place}; if the source prints it so, record a discrepancy that names {finding.id}"


def _about(implied: Range) -> str:
    low, high = (f"{value:.2g}" for value in implied)
    return low if low == high else f"{low} to {high}"


def _percentage(finding: Finding) -> Iterator[Mismatch]:
    if finding.events is None or finding.total is None:
        return
    if finding.events > finding.total or finding.total == 0:
        yield Mismatch(
            "KB304",
            "events",
            f"events must be at most total, got {finding.events} of {finding.total}",
            "check both numbers",
        )
    elif finding.measure is Measure.PROPORTION and finding.unit == "%" and finding.estimate is not None:
        exact = 100 * finding.events / finding.total
        low, high = spread(finding.estimate)
        if not low - 1e-9 <= exact <= high + 1e-9:
            yield Mismatch(
                "KB304",
                "estimate",
                f"{finding.estimate}% must fit {finding.events} of {finding.total}, which is {exact:.1f}%",
                _remedy(finding),
            )
