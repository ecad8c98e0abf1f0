"""Numbers as readers see them: true minus signs, intervals, P values, units with their scale and its direction."""

from __future__ import annotations

from decimal import Decimal

from kb.model import Arm, Comparison, Cutoff, EffectDirection, EffectMeasure, Finding, Scale

ABSENT = "–"
_UNITLESS = frozenset({EffectMeasure.CORRELATION, EffectMeasure.RELIABILITY})
_CHANGE = {
    EffectDirection.FAVORS_INTERVENTION: "Better than before",
    EffectDirection.FAVORS_COMPARATOR: "Worse than before",
    EffectDirection.NO_CLEAR_DIFFERENCE: "No clear change",
}


def number(value: Decimal | int | None) -> str:
    """The digits as reported, with a minus sign that screen readers speak; a dash where there is none."""
    if value is None:
        return ABSENT
    digits = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return digits.replace("-", "−")


def rounded(value: float, digits: int) -> str:
    """A computed number with as many decimal places as the sources give, e.g. ``−0.79``."""
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text.replace("-", "−")


def interval(ci: tuple[Decimal, Decimal] | None) -> str:
    """``−1.27 to −0.32``; empty where there is none."""
    return f"{number(ci[0])} to {number(ci[1])}" if ci else ""


def confidence(finding: Finding) -> str:
    """``95% CI −1.27 to −0.32``; empty where there is none."""
    return f"{number(finding.ci_level)}% CI {interval(finding.ci)}" if finding.ci else ""


def p_value(p: str | None) -> str:
    """``P = .001`` or ``P < .001``; empty where there is none."""
    if not p:
        return ""
    sign, digits = (p[0], p[1:]) if p[0] in "<>" else ("=", p)
    return f"P {sign} {digits}"


def estimate(finding: Finding) -> str:
    """The estimate with its sign of percentage; a dash where there is none."""
    text = number(finding.estimate)
    return f"{text}%" if finding.estimate is not None and finding.unit == "%" and not _points(finding) else text


def unit(finding: Finding) -> str:
    """The unit where it is not the sign of percentage beside the estimate already."""
    if _points(finding):
        return "percentage points"
    if finding.unit in (None, "%") or finding.measure.ratio or finding.measure in _UNITLESS:
        return ""
    return str(finding.unit)


def _points(finding: Finding) -> bool:
    """Whether a figure is a difference of two percentages, so that its percents are points."""
    return finding.measure is EffectMeasure.RISK_DIFFERENCE and finding.unit == "%"


def favors(direction: EffectDirection, comparison: Comparison) -> str:
    """Which side a finding speaks for; a change without a comparison group speaks for none, but of before and after."""
    return (_CHANGE if comparison is Comparison.UNCONTROLLED else {}).get(direction) or direction.label


def sign(comparison: str) -> str:
    """``≥`` for ``>=``."""
    return comparison.replace(">=", "≥").replace("<=", "≤")


_BEYOND = {">": "more than {}", ">=": "{} or more", "<": "less than {}", "<=": "{} or less"}


def beyond(cutoff: Cutoff) -> str:
    """``27 or more``."""
    return _BEYOND[cutoff.comparison].format(number(cutoff.value))


def scale_range(scale: Scale | None) -> str:
    """``0 to 10``; empty where it is not known."""
    if scale is None or scale.min is None or scale.max is None:
        return ""
    return f"{number(scale.min)} to {number(scale.max)}"


def better(higher_is_worse: bool | None) -> str:
    """``lower is better`` or ``higher is better``; empty where neither is known to be."""
    if higher_is_worse is None:
        return ""
    return "lower is better" if higher_is_worse else "higher is better"


def scale_meaning(scale: Scale | None) -> str:
    """``scale 0 to 10, lower is better``, as far as known."""
    ends, way = scale_range(scale), better(scale.higher_is_worse if scale else None)
    return ", ".join(part for part in (f"scale {ends}" if ends else "", way) if part)


def share(events: int | None, total: int | None) -> str:
    """``12 of 40``; empty where either is missing."""
    return f"{number(events)} of {number(total)}" if events is not None and total is not None else ""


def spread(mean: Decimal | None, sd: Decimal | None) -> str:
    """``3.28 (SD 1.58)``; empty where there is no mean."""
    if mean is None:
        return ""
    return f"{number(mean)} (SD {number(sd)})" if sd is not None else number(mean)


def change(arm: Arm) -> str:
    """The change in an arm with its interval, e.g. ``−0.71 (−1.06 to −0.35)``; empty where there is none."""
    if arm.change is None:
        return ""
    return f"{number(arm.change)} ({interval(arm.ci)})" if arm.ci else number(arm.change)


def percent(value: Decimal | None) -> str:
    """``−22%``; empty where there is none."""
    return "" if value is None else f"{number(value)}%"


def count(total: int, singular: str, plural: str = "") -> str:
    """``1 study``, ``3 studies``."""
    return f"{number(total)} {singular if total == 1 else plural or singular + 's'}"


def weeks(value: Decimal | int) -> str:
    """``1 week``, ``12 weeks``."""
    return f"{number(value)} week{'' if value == 1 else 's'}"
