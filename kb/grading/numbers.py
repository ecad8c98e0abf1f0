"""Numbers that must agree: checks on a printed result, each number standing for all values that round to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kb.grading import slips
from kb.grading.intervals import FORMS, NORMAL, RATIOS, centered, contains, middle, width
from kb.grading.rounding import EDGE, Range, meet, spread
from kb.model import Arm, EffectMeasure, Finding

# Intervals are often from the t distribution, whose z equivalent differs by a few percent in small samples (ours).
SLACK = 1.05
# Adjusting for a baseline that agrees closely with the end, r = .95, leaves this part of a standard error (ours).
ADJUSTED = 0.3
SHARES = frozenset({EffectMeasure.PROPORTION, EffectMeasure.SENSITIVITY, EffectMeasure.SPECIFICITY})


Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Mismatch:
    """Numbers of one finding that cannot all be right."""

    code: str
    loc: Loc
    """Where in the finding."""
    message: str
    hint: str
    turned: bool = False
    """Whether the numbers agree with the other sign, or with a ratio the other way round."""


def null_of(measure: EffectMeasure) -> float | None:
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
    estimate, interval = finding.estimate, finding.ci
    if finding.measure in RATIOS and any(value is not None and value <= 0 for value in (estimate, *(interval or ()))):
        slip = None
        if estimate is not None and interval is not None:
            slip = slips.of_value(finding, "estimate", estimate, interval, finding.measure)
        what = slip.what if slip else ""
        message = f"a ratio and its interval must be above 0{what}"
        yield Mismatch("KB301", ("estimate",), message, slip.hint if slip else remedy(finding))
        return
    yield from _around(finding, estimate, interval, (), "estimate", finding.measure)


def _around(
    finding: Finding,
    value: Decimal | None,
    interval: tuple[Decimal, Decimal] | None,
    loc: Loc,
    name: str,
    measure: EffectMeasure,
) -> Iterator[Mismatch]:
    """An interval stands beside its value, runs from low to high around it, and has it in its middle."""
    if interval is None:
        return
    low, high = interval
    form = FORMS.get(measure)
    if low > high:
        slip = slips.of_order(measure, value, interval, finding.place)
        message = f"ci must run from low to high, got [{low}, {high}]{slip.what}"
        yield Mismatch("KB301", (*loc, "ci"), message, slip.hint)
    elif value is None:
        message = f"an interval needs its {name}, got {low} to {high} without one"
        yield Mismatch("KB313", (*loc, "ci"), message, f"add {name}: as the source reports it, or remove ci:")
    elif not contains(value, low, high):
        message = f"the {name} {value} must be inside its interval {low} to {high}"
        yield _explained(finding, "KB301", (*loc, name), message, name, measure)
    elif form and not centered(form, value, low, high):
        message = (
            f"the interval {low} to {high} must be symmetric about the {name} {value}{form.where}, "
            f"its middle is {middle(form, low, high):.4g}"
        )
        yield _explained(finding, "KB302", (*loc, "ci"), message, name, measure)


def _explained(finding: Finding, code: str, loc: Loc, message: str, name: str, measure: EffectMeasure) -> Mismatch:
    """A value and its interval that do not agree, with what most likely went wrong."""
    of: Finding | Arm = finding.arms[loc[1]] if loc[0] == "arms" and isinstance(loc[1], int) else finding
    value, interval = getattr(of, name), of.ci
    slip = slips.of_value(finding, name, value, interval, measure) if interval else None
    return _slipped(finding, code, loc, message, slip)


def of_arms(finding: Finding) -> Iterator[Mismatch]:
    """The change of each arm lies inside its interval, and its events are at most its total."""
    for index, arm in enumerate(finding.arms):
        yield from _around(finding, arm.change, arm.ci, ("arms", index), "change", EffectMeasure.MEAN_CHANGE)
        yield from _events(arm.events, arm.total, ("arms", index))


def of_p_value(finding: Finding) -> Iterator[Mismatch]:
    """The P value is the one that estimate and interval imply, on the log scale for ratios.

    Nothing follows from an interval that is wrong itself.
    """
    away = _away(finding)
    if finding.ci is None or finding.p is None or away is None or any(of_estimate(finding)):
        return
    low, high = (spread(end) for end in finding.ci)
    if finding.measure in RATIOS:
        if min(low[0], high[0]) <= 0:
            return
        low, high = ((math.log(end[0]), math.log(end[1])) for end in (low, high))
    critical = width(float(finding.ci_level))
    error = (high[0] - low[1]) / critical, (high[1] - low[0]) / critical
    if error[1] <= 0:
        return
    implied = _p_of(away, error)
    if meet(p_range(finding.p), implied):
        return
    message = (
        f"P {finding.p} must match the estimate {finding.estimate} and its interval "
        f"{finding.ci[0]} to {finding.ci[1]}, which imply P {_about(implied)}"
    )
    slip = None if finding.p[0] in "<>" else slips.of_width(finding, error, _errors_of(away, finding.p))
    if slip is None and not (math.isfinite(implied[1]) and p_range(finding.p)[0] > implied[1]):
        test = f"check against {finding.place}: p: tests for a difference; leave out the P of another test, such as"
        hint = f"{test} one for noninferiority, or over all arms or times; {otherwise(finding)}"
        yield Mismatch("KB303", ("p",), message, hint)
        return
    yield _slipped(finding, "KB303", ("p",), message, slip)


def _p_of(away: Range, error: Range) -> Range:
    """The P values that an estimate so far from no effect implies with a standard error, with slack for t."""
    least = away[0] / error[1] / SLACK
    most = away[1] / error[0] * SLACK if error[0] > 0 else math.inf
    return 2 * (1 - NORMAL.cdf(most)), 2 * (1 - NORMAL.cdf(least))


def _errors_of(away: Range, p: str) -> Range:
    """The standard errors that an exact P value implies of an estimate so far from no effect."""
    low, high = (NORMAL.inv_cdf(1 - min(max(end, 1e-12), 1 - 1e-12) / 2) for end in p_range(p))
    return away[0] / low if low > 0 else math.inf, away[1] / high if high > 0 else math.inf


def of_error(finding: Finding) -> Iterator[Mismatch]:
    """A standard error fits its interval, P value, deviations and sizes (KB329).

    That of a difference of two means is no smaller than deviations and sizes allow. It may be smaller than that of the
    raw difference, since an analysis may be adjusted for the baseline, but not less than ``ADJUSTED`` of it. The
    smallest deviation counts that an arm reports; of standardized differences it is 1.
    """
    found = tuple(_of_deviations(finding))
    yield from found
    if not found:
        yield from _of_reported_error(finding)


def _of_deviations(finding: Finding) -> Iterator[Mismatch]:
    sizes = [arm.n for arm in finding.arms if arm.n]
    deviations = [sd for sd in (_deviation(finding, arm) for arm in finding.arms) if sd is not None]
    if not len(sizes) == len(deviations) == len(finding.arms) == 2:
        return
    raw = math.sqrt(sum(spread(sd)[0] ** 2 / n for sd, n in zip(deviations, sizes, strict=True)))
    most = math.sqrt(sum(spread(sd)[1] ** 2 / n for sd, n in zip(deviations, sizes, strict=True)))
    people = f"{sizes[0]} and {sizes[1]} people"
    if finding.measure is not EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        people += f" with standard deviations of {deviations[0]} and {deviations[1]}"
    if finding.ci is not None and finding.ci[0] <= finding.ci[1]:
        (low, high), wide = finding.ci, width(float(finding.ci_level))
        error = (float(high) - float(low)) / wide
        errors = (spread(low)[0], spread(high)[1]), (spread(low)[1], spread(high)[0])
        ends = (errors[1][1] - errors[1][0]) / wide, (errors[0][1] - errors[0][0]) / wide
        slip = None if finding.adjusted_for else slips.of_width(finding, ends, (raw, most))
        if slips.is_one_error(slip) or ends[1] < ADJUSTED * raw:
            message = (
                f"the interval {low} to {high} must be wider: its standard error is {error:.2g}, "
                f"but {people} give one of {'about' if slip else 'at least'} {raw if slip else ADJUSTED * raw:.2g}"
            )
            yield _slipped(finding, "KB329", ("ci",), message, slip)
        elif slip := slips.of_deviations(finding, ends, raw):
            yield _slipped(finding, "KB329", ("arms", 0, "sd"), _deviations_must(deviations), slip)
    elif finding.p and finding.p[0] not in "<>" and (away := _away(finding)):
        slip = slips.of_deviations(finding, _errors_of(away, finding.p), raw)
        if slip:
            yield _slipped(finding, "KB329", ("arms", 0, "sd"), _deviations_must(deviations), slip)
    if finding.se is not None and spread(finding.se)[1] < ADJUSTED * raw:
        least = ADJUSTED * raw
        message = f"se must be larger: {people} give a standard error of at least {least:.2g}, got {finding.se}"
        yield Mismatch("KB329", ("se",), message, remedy(finding))


def _deviations_must(deviations: list[Decimal]) -> str:
    return f"the standard deviations {deviations[0]} and {deviations[1]} must be larger"


def _of_reported_error(finding: Finding) -> Iterator[Mismatch]:
    """A standard error beside its interval, or its exact P value, gives the same."""
    if finding.se is None or finding.estimate is None or (finding.measure in RATIOS and finding.estimate <= 0):
        return
    reported, logs = spread(finding.se), finding.measure in RATIOS
    if finding.ci is not None and reported[1] > 0 and (not logs or min(finding.ci) > 0):
        low, high = (spread(end) for end in finding.ci)
        if logs:
            low, high = ((math.log(max(end[0], 1e-9)), math.log(end[1])) for end in (low, high))
        wide = width(float(finding.ci_level))
        implied = (high[0] - low[1]) / wide / SLACK, (high[1] - low[0]) / wide * SLACK
        if not meet(reported, implied):
            message = f"se must fit the interval {finding.ci[0]} to {finding.ci[1]}, whose standard error is "
            yield _slipped(
                finding, "KB329", ("se",), f"{message}{_about(implied)}; got {finding.se}", slips.of_error(finding)
            )
        return
    away = _away(finding)
    if finding.p is None or finding.p[0] in "<>" or away is None:
        if slip := slips.of_error(finding):
            message = f"se must be smaller than the standard deviations, got {finding.se}"
            yield _slipped(finding, "KB329", ("se",), message, slip)
    elif not meet(p_range(finding.p), implied := _p_of(away, reported)):
        message = f"se must fit the estimate {finding.estimate} and P {finding.p}, got {finding.se}, which implies P "
        yield _slipped(finding, "KB329", ("se",), f"{message}{_about(implied)}", slips.of_error(finding))


def _away(finding: Finding) -> Range | None:
    """How far an estimate is from no effect, on the scale on which its standard error is."""
    null = null_of(finding.measure)
    if finding.estimate is None or null is None:
        return None
    ends = spread(finding.estimate)
    if finding.measure in RATIOS:
        if ends[0] <= 0:
            return None
        ends, null = (math.log(ends[0]), math.log(ends[1])), 0.0
    distances = abs(ends[0] - null), abs(ends[1] - null)
    return 0.0 if ends[0] <= null <= ends[1] else min(distances), max(distances)


def _slipped(finding: Finding, code: str, loc: Loc, message: str, slip: slips.Slip | None) -> Mismatch:
    if slip is None:
        return Mismatch(code, loc, message, remedy(finding))
    return Mismatch(code, loc, f"{message}{slip.what}", f"{slip.hint}; {otherwise(finding)}")


def _deviation(finding: Finding, arm: Arm) -> Decimal | None:
    """The smallest standard deviation that is reported of an arm, else that of all participants."""
    if finding.measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        return Decimal("1.000")
    if finding.measure is not EffectMeasure.MEAN_DIFFERENCE:
        return None
    return min((sd for sd in (arm.sd, arm.baseline_sd, arm.change_sd) if sd is not None), default=finding.sd)


def remedy(finding: Finding) -> str:
    """What to do about numbers of a finding that do not agree."""
    return f"check against {finding.place}; {otherwise(finding)}"


def otherwise(finding: Finding) -> str:
    """What to do where the source itself does not agree; nothing is graded by a figure that is disputed."""
    return (
        f"if the source reports it this way, record a discrepancy that names {finding.id}, "
        "with what cannot be right under disputed:"
    )


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
            yield _slipped(
                finding, "KB304", ("estimate",), message, slips.of_percentage(estimate, exact, finding.place)
            )
