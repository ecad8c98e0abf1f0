"""The effect that one result reports, with its standard error and how that was got.

Standard error from the interval, else as reported, else from an exact P value and the estimate, else from the arms
(Cochrane Handbook 6.3 and 6.5.2). Figures that a discrepancy disputes are not used. All with the normal distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kb.grading.numbers import p_range
from kb.grading.pooling import Estimate, normal_quantile
from kb.model import (
    AllocationUnit,
    Arm,
    Better,
    Clustering,
    Comparison,
    Disputed,
    EffectMeasure,
    Finding,
    Instrument,
    Result,
    Scale,
    Study,
)

ICC = Decimal("0.05")
"""Correlation within clusters where a study that ignored them reports none (our own rule)."""
CHANGES = frozenset({EffectMeasure.MEAN_CHANGE})
SCORES = frozenset({EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.MEAN_CHANGE})
SHARES = frozenset({EffectMeasure.RISK_RATIO, EffectMeasure.ODDS_RATIO, EffectMeasure.RISK_DIFFERENCE})
POOLABLE = (
    SCORES
    | SHARES
    | {
        EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE,
        EffectMeasure.RELATIVE_CHANGE,
        EffectMeasure.HAZARD_RATIO,
        EffectMeasure.INCIDENCE_RATE_RATIO,
        EffectMeasure.RATIO_OF_MEANS,
    }
)


@dataclass(frozen=True)
class Effect:
    """An effect on the scale on which it is averaged: ratios as logarithms, shares as points of 100."""

    measure: EffectMeasure
    value: float
    se: float
    way: str
    """How the standard error was got, e.g. from the interval."""
    instrument: str | None = None
    scale: str | None = None
    unit: str | None = None
    final: bool | None = None
    """For a standardized difference: whether of final values, not of changes."""
    sd: float | None = None
    """For a score: the standard deviation of its study, in its unit, at baseline where that is known."""
    event: Better | None = None
    """For a share: which way is good, where that differs from the outcome."""
    own: str | None = None
    """For a score on a scale that is not named: its study, since points alone do not make one scale."""
    ends: tuple[float, float] | None = None
    """The 95% interval as reported, where it is; it may lean a little."""
    raw_sd: float | None = None
    """For a score: the standard deviation by which a standardized difference divides it."""

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.value, self.se)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval, as reported where it is."""
        return self.ends or self.estimate.interval

    @property
    def kind(self) -> tuple[object, ...]:
        """What effects must share to be averaged."""
        if self.measure in SCORES or self.measure is EffectMeasure.RELATIVE_CHANGE:
            return self.measure, self.instrument, self.scale, self.unit, self.own
        if self.measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
            return self.measure, self.final
        return self.measure, self.event

    def turned(self) -> Effect:
        """The same with the arms changed over."""
        return replace(self, value=-self.value, ends=(-self.ends[1], -self.ends[0]) if self.ends else None)


def effects_of(result: Result, scale: Scale | None) -> list[Effect]:
    """The forms in which the effect of a result can be averaged, as reported first; empty where it has none.

    A difference of scores can also be standardized; counts of two arms give a risk ratio and a risk difference. The
    effect is that of the arm of the intervention.
    """
    finding = result.finding
    unnamed = finding.scale is None and (finding.unit is None or "point" in finding.unit)
    own = result.study.slug if unnamed and finding.measure in SCORES else None
    found = [replace(e, own=own if e.measure in SCORES else None) for e in _forms(finding, scale)]
    if result.sign < 0:
        found = [effect.turned() for effect in found]
    factor = widening(result)
    if factor == 1:
        return found
    return [replace(e, se=e.se * factor, way=f"{e.way}, widened for clusters", ends=None) for e in found]


def why_not(result: Result) -> str:
    """Why a result without an effect cannot be averaged."""
    finding = result.finding
    if finding.measure not in POOLABLE:
        return f"{finding.measure.label.lower()}: cannot be averaged"
    if unknown_clusters(result):
        return "clusters were ignored, and their size is not reported"
    return "no interval, standard error, exact P value or arms from which to compute one"


def unknown_clusters(result: Result) -> bool:
    """Whether a study ignored its clusters and does not report how many there were, so that it cannot be widened."""
    return _ignored(result.study) and not (result.people and _clusters(result.study))


def widening(result: Result) -> float:
    """By what the standard error of a study that ignored its clusters grows: the root of 1 + (size - 1) × ICC."""
    study, clusters = result.study, _clusters(result.study)
    if not _ignored(study) or not result.people or not clusters:
        return 1.0
    icc = study.allocation.icc if study.allocation and study.allocation.icc is not None else ICC
    return math.sqrt(1 + max(0.0, result.people / clusters - 1) * float(icc))


def _ignored(study: Study) -> bool:
    given = study.allocation
    return bool(
        given and given.unit is AllocationUnit.CLUSTER and given.clustering in (Clustering.IGNORED, Clustering.UNCLEAR)
    )


def _clusters(study: Study) -> int | None:
    return study.allocation.clusters if study.allocation else None


def _forms(finding: Finding, scale: Scale | None) -> Iterator[Effect]:
    measure = finding.measure
    if measure not in POOLABLE:
        return
    if measure in SHARES:
        yield from _shares(finding)
        return
    direct = _direct(finding)
    if measure in SCORES or measure is EffectMeasure.RELATIVE_CHANGE:
        if direct is None and measure in SCORES:
            direct = _from_arms(finding)
        if direct is None:
            return
        factor = _factor(finding, scale)
        sd = _baseline_sd(finding) or _final_sd(finding) or _sd_of_error(finding, direct)
        effect = replace(
            direct,
            value=direct.value * factor,
            se=direct.se * factor,
            ends=(direct.ends[0] * factor, direct.ends[1] * factor) if direct.ends else None,
            instrument=finding.instrument,
            scale=finding.scale,
            unit=finding.unit,
            sd=sd * factor if sd else None,
        )
        if measure is EffectMeasure.RELATIVE_CHANGE:
            yield replace(effect, sd=None)
            return
        yield effect
        yield from _standardized(finding, effect, factor)
    elif measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        if direct is not None:
            yield replace(direct, final=_of_final_values(finding))
    elif direct is not None:
        yield direct


def _direct(finding: Finding) -> Effect | None:
    """The estimate with the first standard error that can be had without the arms."""
    if finding.estimate is None or (finding.measure.ratio and finding.estimate <= 0):
        return None
    value = math.log(finding.estimate) if finding.measure.ratio else float(finding.estimate)
    for se, way in _errors(finding, value):
        if se > 0:
            return Effect(finding.measure, value, se, way, ends=_ends(finding) if way == "from the interval" else None)
    return None


def _ends(finding: Finding) -> tuple[float, float] | None:
    if not finding.ci or finding.ci_level != 95:
        return None
    low, high = (math.log(end) if finding.measure.ratio else float(end) for end in finding.ci)
    return low, high


def _errors(finding: Finding, value: float) -> Iterator[tuple[float, str]]:
    if finding.ci and not (finding.measure.ratio and min(finding.ci) <= 0):
        low, high = (math.log(end) if finding.measure.ratio else float(end) for end in finding.ci)
        yield (high - low) / (2 * normal_quantile(0.5 + float(finding.ci_level) / 200)), "from the interval"
    if finding.se is not None:
        yield float(finding.se), "standard error as reported"
    if finding.p and not finding.p.startswith(("<", ">")) and value:
        low, high = p_range(finding.p)
        p = (low + high) / 2 if low > 0 else high
        if 0 < p < 1:
            yield abs(value) / normal_quantile(1 - p / 2), "from the P value"


def undisputed(finding: Finding, study: Study) -> Finding:
    """The finding without the figures that a discrepancy of its study disputes."""
    wrong = {figure for item in study.discrepancies if finding.id in item.findings for figure in item.disputed}
    if not wrong:
        return finding
    without: dict[str, object] = {}
    if Disputed.ESTIMATE in wrong:
        without |= {"estimate": None, "ci": None}
    if Disputed.INTERVAL in wrong:
        without |= {"ci": None, "se": None}
    if Disputed.P_VALUE in wrong:
        without |= {"p": None}
    of_arms: dict[str, None] = {}
    if Disputed.COUNTS in wrong:
        of_arms |= {"events": None, "total": None}
        without |= {"events": None, "total": None}
    if Disputed.MEANS in wrong:
        of_arms |= dict.fromkeys(("mean", "sd", "change", "change_sd", "ci"))
    if of_arms:
        without["arms"] = tuple(arm.model_copy(update=of_arms) for arm in finding.arms)
    return finding.model_copy(update=without)


def _factor(finding: Finding, scale: Scale | None) -> float:
    """By what scores are multiplied to stand on their instrument's range."""
    if finding.range is None or scale is None or scale.min is None or scale.max is None:
        return 1.0
    theirs = finding.range[1] - finding.range[0]
    return float((scale.max - scale.min) / theirs) if theirs > 0 else 1.0


def _from_arms(finding: Finding) -> Effect | None:
    """A difference of scores from two arms' means and deviations, or changes and their deviations or intervals."""
    if finding.measure is EffectMeasure.MEAN_CHANGE:
        return _change_of_one(finding)
    if len(finding.arms) != 2:
        return None
    first, second = finding.arms
    reported = float(finding.estimate) if finding.estimate is not None else None
    errors = [_change_error(arm) for arm in (first, second)]
    if errors[0] and errors[1] and first.change is not None and second.change is not None:
        value = reported if reported is not None else float(first.change - second.change)
        return Effect(finding.measure, value, math.hypot(errors[0], errors[1]), "from the changes of the arms")
    parts = [float(arm.sd) ** 2 / arm.n for arm in (first, second) if arm.sd is not None and arm.n]
    if len(parts) == 2 and sum(parts) > 0:
        if reported is None and (first.mean is None or second.mean is None):
            return None
        value = reported if reported is not None else float(first.mean or 0) - float(second.mean or 0)
        return Effect(finding.measure, value, math.sqrt(sum(parts)), "from means and SDs")
    return None


def _change_of_one(finding: Finding) -> Effect | None:
    """A change within one group from its own deviation or interval."""
    if len(finding.arms) != 1:
        return None
    (arm,) = finding.arms
    change = finding.estimate if finding.estimate is not None else arm.change
    error = _change_error(arm)
    if change is None or not error:
        return None
    return Effect(finding.measure, float(change), error, "from the change of the arm")


def _change_error(arm: Arm) -> float | None:
    """The standard error of an arm's change."""
    if arm.ci is not None:
        return float(arm.ci[1] - arm.ci[0]) / (2 * normal_quantile(0.975))
    if arm.change_sd is not None and arm.n:
        return float(arm.change_sd) / math.sqrt(arm.n)
    return None


def _standardized(finding: Finding, effect: Effect, factor: float) -> Iterator[Effect]:
    """Hedges' g of a difference of scores, exact as in metafor; with the small-sample correction where n is known."""
    sizes = [arm.n for arm in finding.arms if arm.n]
    if len(sizes) == 2 and len(finding.arms) == 2:
        first, second = finding.arms
        if effect.way == "from means and SDs" and first.mean is not None and second.mean is not None:
            pooled = _pooled_sd([(arm.sd, arm.n) for arm in finding.arms])
            if pooled:
                g = correction(sum(sizes) - 2) * float(first.mean - second.mean) / pooled
                se = math.sqrt(1 / sizes[0] + 1 / sizes[1] + g**2 / (2 * sum(sizes)))
                yield Effect(
                    EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE,
                    g,
                    se,
                    effect.way,
                    final=True,
                    sd=effect.sd,
                    raw_sd=pooled * factor,
                )
                return
    if effect.sd:
        j = correction(sum(sizes) - 2) if len(sizes) == 2 else 1.0
        yield Effect(
            EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE,
            j * effect.value / effect.sd,
            j * effect.se / effect.sd,
            f"{effect.way}, divided by the standard deviation",
            final=_of_final_values(finding),
            sd=effect.sd,
            raw_sd=effect.sd,
        )


def correction(freedom: int) -> float:
    """Hedges' correction for small samples, exact: Γ(m/2) / (√(m/2) Γ((m-1)/2))."""
    if freedom < 2:
        return 1.0
    half = freedom / 2
    return math.exp(math.lgamma(half) - math.log(math.sqrt(half)) - math.lgamma(half - 0.5))


def _of_final_values(finding: Finding) -> bool:
    """Whether a difference is one of final values: no arm reports a change."""
    return finding.measure is not EffectMeasure.MEAN_CHANGE and all(arm.change is None for arm in finding.arms)


def _pooled_sd(pairs: list[tuple[Decimal | None, int | None]]) -> float | None:
    known = [(float(sd), n) for sd, n in pairs if sd is not None and n and n > 1]
    if not known or len(known) != len(pairs):
        return None
    freedom = sum(n - 1 for _, n in known)
    return math.sqrt(sum(sd**2 * (n - 1) for sd, n in known) / freedom) or None


def _baseline_sd(finding: Finding) -> float | None:
    return _pooled_sd([(arm.baseline_sd, arm.n) for arm in finding.arms])


def _final_sd(finding: Finding) -> float | None:
    return _pooled_sd([(arm.sd, arm.n) for arm in finding.arms]) or (float(finding.sd) if finding.sd else None)


def _sd_of_error(finding: Finding, effect: Effect) -> float | None:
    """The standard deviation that a standard error and the sizes of the arms imply."""
    sizes = [arm.n for arm in finding.arms if arm.n]
    if finding.comparison is Comparison.UNCONTROLLED:
        n = finding.n or (sizes[0] if len(sizes) == 1 else None)
        return effect.se * math.sqrt(n) if n else None
    return effect.se / math.sqrt(1 / sizes[0] + 1 / sizes[1]) if len(sizes) == 2 else None


def _shares(finding: Finding) -> Iterator[Effect]:
    """A risk ratio and a risk difference in points of 100, as reported first, else from the counts of two arms.

    An odds ratio is turned to a risk ratio wherever the control risk is known.
    """
    direct = _direct(finding)
    counts = [(arm.events, arm.total or arm.n) for arm in finding.arms]
    known = [(events, total) for events, total in counts if events is not None and total]
    by_measure: dict[EffectMeasure, Effect] = {}
    if len(known) == 2 == len(counts) and not any(events > total for events, total in known):
        (a, n), (c, m) = known
        p, q = a / n, c / m
        variance = p * (1 - p) / n + q * (1 - q) / m
        if variance > 0:
            by_measure[EffectMeasure.RISK_DIFFERENCE] = Effect(
                EffectMeasure.RISK_DIFFERENCE, 100 * (p - q), 100 * math.sqrt(variance), "from counts"
            )
        if a + c:
            add = 0.0 if min(a, c, n - a, m - c) > 0 else 0.5
            x, big, y, other = a + add, n + 2 * add, c + add, m + 2 * add
            ratio = math.log((x / big) / (y / other))
            error = math.sqrt(max(0.0, 1 / x - 1 / big + 1 / y - 1 / other))
            if error > 0:
                by_measure[EffectMeasure.RISK_RATIO] = Effect(EffectMeasure.RISK_RATIO, ratio, error, "from counts")
    risk = control_risk(finding)
    if direct is not None:
        by_measure[finding.measure] = direct
        reported = direct.way in ("from the interval", "standard error as reported")
        if (
            finding.measure is EffectMeasure.ODDS_RATIO
            and risk
            and (reported or EffectMeasure.RISK_RATIO not in by_measure)
        ):
            by_measure[EffectMeasure.RISK_RATIO] = turned_odds(direct, risk)
    native = finding.measure in by_measure and finding.measure is not EffectMeasure.ODDS_RATIO
    first = finding.measure if native or EffectMeasure.RISK_RATIO not in by_measure else EffectMeasure.RISK_RATIO
    for measure in dict.fromkeys((first, EffectMeasure.RISK_RATIO, EffectMeasure.RISK_DIFFERENCE)):
        if measure in by_measure:
            yield replace(by_measure[measure], event=finding.better)


def control_risk(finding: Finding) -> float | None:
    """The share with the event in the last of two arms, 0 to 1."""
    if len(finding.arms) != 2:
        return None
    arm = finding.arms[1]
    total = arm.total or arm.n
    return arm.events / total if arm.events is not None and total else None


def turned_odds(effect: Effect, risk: float) -> Effect:
    """An odds ratio as a risk ratio at a control risk, its interval turned end by end (Handbook 15.4.4).

    Turned intervals lean; the standard error is that of the side toward no effect, so that an interval that includes
    1 still does.
    """
    low, high = effect.estimate.interval
    value, least, most = (math.log(_ratio(math.exp(end), risk)) for end in (effect.value, low, high))
    se = (value - least if value > 0 else most - value) / normal_quantile(0.975)
    return Effect(
        EffectMeasure.RISK_RATIO, value, se, f"{effect.way}, odds turned at a control risk of {100 * risk:.0f}%"
    )


def _ratio(odds: float, risk: float) -> float:
    return odds / (1 - risk + risk * odds)


def scale_of(finding: Finding, instruments: Mapping[str, Instrument]) -> Scale | None:
    """The scale on which a finding is scored."""
    instrument = instruments.get(finding.instrument or "")
    return instrument.scale(finding.scale) if instrument else None
