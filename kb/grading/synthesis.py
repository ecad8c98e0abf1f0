"""One estimate for a body of evidence: effects in a common form, pooled, measured against the threshold.

Poolable together are differences on one scale; else Hedges' g with signs turned; risk ratios, an odds ratio turned by
the control risk. What cannot be averaged together is averaged apart, and the estimate with more people is judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kb.grading.effects import (
    SCORES,
    SHARES,
    Effect,
    control_risk,
    effects_of,
    scale_of,
    undisputed,
    unknown_clusters,
    why_not,
)
from kb.grading.pooling import NORMAL, pool
from kb.model import (
    Arm,
    Better,
    BodyKey,
    Contribution,
    EffectDirection,
    EffectMeasure,
    EffectSize,
    EffectThreshold,
    Finding,
    Instrument,
    Result,
    RiskOfBias,
    Synthesis,
    decimals,
)

SMALL_G = 0.2
"""Standard deviations below which a difference is called small where no smallest difference is published (our own)."""
SMALL_SHARE = 5.0
"""Points of 100 below which a difference of shares is called small (our own rule)."""

Results = tuple[Result, ...]
"""One study's result, or those of several of its arms."""


@dataclass(frozen=True)
class Candidate:
    """One study's effect in each form that it can take."""

    results: Results
    forms: tuple[Effect, ...]
    people: int | None


@dataclass(frozen=True)
class Syntheses:
    """What a body's counted results give."""

    judged: Synthesis | None
    others: tuple[Synthesis, ...]
    left_out: tuple[tuple[Result, str], ...]


def syntheses(
    key: BodyKey, counted: Sequence[Results], instruments: Mapping[str, Instrument], *, apart: bool = False
) -> Syntheses:
    """The estimates of a body from the results that count, the one with more people first.

    ``apart`` keeps each study by itself, for a body that a curator does not pool.
    """
    candidates: list[Candidate] = []
    left_out: list[tuple[Result, str]] = []
    for results in counted:
        candidate = _candidate(results, instruments)
        if candidate.forms:
            candidates.append(candidate)
        else:
            left_out.append((results[0], why_not(results[0])))
    groups = [[(c, c.forms[0])] for c in candidates] if apart else _grouped(candidates)
    made: list[Synthesis] = []
    for group in groups:
        used = _without_critical(group)
        left_out += [
            (c.results[0], "critical risk of bias, and other studies can be used") for c, _ in group if c not in used
        ]
        made.append(_synthesis(key, [item for item in group if item[0] in used], instruments))
    made.sort(key=lambda item: (-(item.people or 0), item.measure, str(item.scale)))
    if apart:
        return Syntheses(None, tuple(made), tuple(left_out))
    return Syntheses(made[0] if made else None, tuple(made[1:]), tuple(left_out))


def _without_critical(group: Sequence[tuple[Candidate, Effect]]) -> list[Candidate]:
    sound = [c for c, _ in group if c.results[0].risk is not RiskOfBias.CRITICAL]
    return sound or [c for c, _ in group]


def _candidate(results: Results, instruments: Mapping[str, Instrument]) -> Candidate:
    """The effect of one study; of several arms of the intervention, combined."""
    first = results[0]
    if any(unknown_clusters(result) for result in results) or first.better is None:
        return Candidate(results, (), first.people)
    scale = scale_of(first.finding, instruments)
    if len(results) == 1:
        return Candidate(results, _turned(first, effects_of(first, scale)), first.people)
    merged = _merged(results)
    if merged is not None:
        return Candidate(results, _turned(merged, effects_of(merged, scale)), merged.people)
    sizes = [_treated(result) for result in results]
    forms = [effects_of(result, scale) for result in results]
    shared = _control_size(first)
    if not all(sizes) or not all(forms) or not shared:
        return Candidate(results[:1], _turned(first, forms[0]), first.people)
    known = [size or 0 for size in sizes]
    averaged = _averaged([form[0] for form in forms], known, shared)
    return Candidate(results, _turned(first, [averaged]), sum(known) + shared)


def _merged(results: Results) -> Result | None:
    """The result with the arms of the intervention combined to one (Handbook 6.2.9); None without their numbers."""
    arms = [arm for result in results for arm in result.finding.arms if arm.arm == result.arm]
    control = next((arm for arm in results[0].finding.arms if arm.arm != results[0].arm), None)
    if control is None or len(arms) != len(results):
        return None
    combined = _counts(arms) or _means(arms)
    own = control.mean is not None and control.sd is not None and control.n
    if combined is None or not (own or (control.events is not None and (control.total or control.n))):
        return None
    finding = results[0].finding.model_copy(
        update={"estimate": None, "ci": None, "se": None, "p": None, "n": None, "arms": (combined, control)}
    )
    people = (combined.n or combined.total or 0) + (control.n or control.total or 0)
    return replace(results[0], finding=finding, sign=1, people=people)


def _counts(arms: Sequence[Arm]) -> Arm | None:
    totals = [arm.total or arm.n for arm in arms]
    if any(arm.events is None for arm in arms) or not all(totals):
        return None
    total = sum(n or 0 for n in totals)
    return Arm(label="combined", n=total, total=total, events=sum(arm.events or 0 for arm in arms))


def _means(arms: Sequence[Arm]) -> Arm | None:
    if any(arm.mean is None or arm.sd is None or not arm.n for arm in arms):
        return None
    total = sum(arm.n or 0 for arm in arms)
    mean = sum((arm.mean or 0) * (arm.n or 0) for arm in arms) / Decimal(total)
    squares = sum(
        ((arm.n or 0) - 1) * (arm.sd or 0) ** 2 + (arm.n or 0) * ((arm.mean or 0) - mean) ** 2 for arm in arms
    )
    return Arm.model_construct(label="combined", n=total, mean=mean, sd=Decimal(squares / (total - 1)).sqrt())


def _averaged(effects: Sequence[Effect], sizes: Sequence[int], control: int) -> Effect:
    """Differences from one control averaged by n; the control's share of the variance counts once."""
    total = sum(sizes)
    value = sum(e.value * n for e, n in zip(effects, sizes, strict=True)) / total
    own, common = 0.0, 0.0
    for effect, n in zip(effects, sizes, strict=True):
        part = effect.se**2 * (1 / control) / (1 / n + 1 / control)
        own += (n / total) ** 2 * (effect.se**2 - part)
        common += part * n / total
    return replace(
        effects[0], value=value, se=math.sqrt(own + common), way=f"{effects[0].way}, arms combined", ends=None
    )


def _treated(result: Result) -> int | None:
    own = next((arm.n or arm.total for arm in result.finding.arms if arm.arm == result.arm), None)
    arm = result.study.arm(result.arm)
    return own or (arm and (arm.n_analyzed or arm.n_randomized)) or None


def _control_size(result: Result) -> int | None:
    given = next((arm for arm in result.finding.arms if arm.arm != result.arm), None)
    if given is None:
        return None
    arm = result.study.arm(given.arm)
    return given.n or given.total or (arm and (arm.n_analyzed or arm.n_randomized)) or None


def _turned(result: Result, effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Standardized differences in the outcome's own sense: a scale that runs the other way is turned."""
    sense = 1 if result.finding.outcome.better is Better.MORE else -1
    against = (result.better or sense) != sense
    return tuple(
        e.turned() if against and e.measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE else e for e in effects
    )


def _grouped(candidates: Sequence[Candidate]) -> list[list[tuple[Candidate, Effect]]]:
    """Effects that can be averaged, by a common form: the one reported, else g for scores and ratios for shares."""
    families: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        families.setdefault(_family(candidate.forms[0]), []).append(candidate)
    groups: list[list[tuple[Candidate, Effect]]] = []
    for members in families.values():
        common = _common(members)
        by_kind: dict[tuple[object, ...], list[tuple[Candidate, Effect]]] = {}
        for member in members:
            effect = _in_form(member, common)
            by_kind.setdefault(effect.kind, []).append((member, effect))
        # One that nothing can be averaged with stands as it was reported.
        groups += [group if len(group) > 1 else [(group[0][0], group[0][0].forms[0])] for group in by_kind.values()]
    return groups


def _family(effect: Effect) -> str:
    if effect.measure is EffectMeasure.MEAN_DIFFERENCE or effect.measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        return "differences"
    return f"shares {effect.event or ''}" if effect.measure in SHARES else effect.measure


def _common(members: Sequence[Candidate]) -> EffectMeasure | None:
    """The measure to which all can be brought; None where they share their own form."""
    if len({member.forms[0].kind for member in members}) == 1:
        return None
    return (
        EffectMeasure.RISK_RATIO
        if members[0].forms[0].measure in SHARES
        else EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE
    )


def _in_form(member: Candidate, measure: EffectMeasure | None) -> Effect:
    return next((effect for effect in member.forms if effect.measure is measure), member.forms[0])


def _synthesis(
    key: BodyKey, group: Sequence[tuple[Candidate, Effect]], instruments: Mapping[str, Instrument]
) -> Synthesis:
    effects = [effect for _, effect in group]
    first = effects[0]
    back: Callable[[float], float] = math.exp if first.measure.ratio else float
    better = _side(key, group)
    review = group[0][0].results[0].finding.pooled if len(group) == 1 else None
    if len(effects) > 1:
        pooled = pool([effect.estimate for effect in effects])
        value, low, high, weights = pooled.value, pooled.low, pooled.high, pooled.weights
        interval, prediction = str(pooled.interval), pooled.prediction
        spread: tuple[float | None, float | None] = (pooled.i_squared, pooled.tau)
    else:
        value, (low, high), weights = first.value, first.interval, (1.0,)
        interval, prediction, spread = None, None, (None, None)
        if review:
            spread = (float(review.i_squared) if review.i_squared is not None else None, None)
            if review.prediction:
                ends = [float(end) for end in review.prediction]
                prediction = (math.log(ends[0]), math.log(ends[1])) if first.measure.ratio else (ends[0], ends[1])
    people = [candidate.people for candidate, _ in group]
    threshold = _threshold(group, weights, instruments)
    estimate, least, most = back(value), back(low), back(high)
    size = size_of(first.measure, estimate, least, most, threshold)
    clear = not least <= (first.measure.null or 0.0) <= most
    favors = (estimate > (first.measure.null or 0.0)) == (better > 0)
    direction = EffectDirection.NO_CLEAR_DIFFERENCE
    if clear and size is not EffectSize.LITTLE_OR_NONE:
        direction = EffectDirection.FAVORS_INTERVENTION if favors else EffectDirection.FAVORS_COMPARATOR
    shown = (estimate, least, most)
    return Synthesis(
        measure=first.measure,
        unit=first.unit if first.measure is not EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE else "standard deviations",
        instrument=first.instrument,
        scale=first.scale,
        better=better,
        estimate=estimate,
        low=least,
        high=most,
        interval=interval,
        prediction=(back(prediction[0]), back(prediction[1])) if prediction else None,
        i_squared=spread[0],
        tau=spread[1],
        contributions=tuple(
            _contribution(candidate, effect, weight, back)
            for (candidate, effect), weight in zip(group, weights, strict=True)
        ),
        studies=(review.studies or 1) if review else len(group),
        people=sum(n for n in people if n is not None) if None not in people else None,
        threshold=threshold,
        size=size,
        direction=direction,
        per_hundred=_per_hundred(shown, group, better) if size is not EffectSize.UNCLEAR else None,
        share=first.measure in SHARES,
        digits=max(_digits(candidate.results[0].finding) for candidate, _ in group),
    )


def _digits(finding: Finding) -> int:
    return decimals(finding.estimate) if finding.estimate is not None else 2


def _side(key: BodyKey, group: Sequence[tuple[Candidate, Effect]]) -> int:
    """1 where more of the pooled number is better."""
    if group[0][1].measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        return 1 if key.outcome.better is Better.MORE else -1
    result = group[0][0].results[0]
    return result.better or -1


def _contribution(candidate: Candidate, effect: Effect, weight: float, back: Callable[[float], float]) -> Contribution:
    low, high = effect.interval
    first = candidate.results[0]
    whole = next(f for f in first.study.findings if f.id == first.finding.id)
    return Contribution(
        results=candidate.results,
        estimate=back(effect.value),
        low=back(low),
        high=back(high),
        weight=weight,
        way=effect.way,
        people=candidate.people,
        disputed=undisputed(whole, first.study) is not whole,
    )


def _sd(group: Sequence[tuple[Candidate, Effect]]) -> float | None:
    """The standard deviation of scores, pooled over studies by their people."""
    known = [(effect.sd, candidate.people or 1) for candidate, effect in group if effect.sd]
    if not known:
        return None
    return math.sqrt(sum(sd**2 * n for sd, n in known) / sum(n for _, n in known))


def _risk(group: Sequence[tuple[Candidate, Effect]]) -> float | None:
    """The control risk of a body, 0 to 1, over all studies that report it."""
    events, total = 0, 0
    for candidate, _ in group:
        for result in candidate.results[:1]:
            if control_risk(result.finding) is None:
                continue
            arm = result.finding.arms[1 if result.sign > 0 else 0]
            events, total = events + (arm.events or 0), total + (arm.total or arm.n or 0)
    return events / total if total else None


def _threshold(
    group: Sequence[tuple[Candidate, Effect]], weights: Sequence[float], instruments: Mapping[str, Instrument]
) -> EffectThreshold | None:
    """The smallest difference that matters, in the unit of the estimate; None where none can be had.

    That of the scale where one is published, else .2 standard deviations of a score, or 5 in 100 of a share.
    """
    heaviest = max(range(len(group)), key=lambda index: weights[index])
    candidate, effect = group[heaviest]
    measure = effect.measure
    scale = scale_of(candidate.results[0].finding, instruments)
    published = scale.mid if scale else None
    standardized = measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE
    if measure in SCORES or standardized:
        sd = effect.raw_sd if standardized else _sd(group)
        if published and (not standardized or sd):
            size = float(published.value) / (sd or 1.0 if standardized else 1.0)
            reason = "the smallest difference that matters on this scale"
            return EffectThreshold(-size, size, reason, published.source, published.place)
        if standardized:
            return EffectThreshold(-SMALL_G, SMALL_G, "0.2 standard deviations, the mark of a trivial effect")
        if sd and (effect.scale or not effect.unit or "point" in effect.unit):
            return EffectThreshold(-SMALL_G * sd, SMALL_G * sd, "0.2 standard deviations, the mark of a trivial effect")
        return None
    if measure is EffectMeasure.RISK_DIFFERENCE:
        return EffectThreshold(-SMALL_SHARE, SMALL_SHARE, "5 in 100 people")
    risk = _risk(group)
    if measure in SHARES and risk:
        ends = [min(max(risk + points / 100, 1e-6), 1 - 1e-6) for points in (-SMALL_SHARE, SMALL_SHARE)]
        odds = measure is EffectMeasure.ODDS_RATIO
        low, high = ((end / (1 - end)) / (risk / (1 - risk)) if odds else end / risk for end in ends)
        return EffectThreshold(low, high, f"5 in 100 people at a control risk of {100 * risk:.0f}%")
    return None


def size_of(
    measure: EffectMeasure, estimate: float, low: float, high: float, threshold: EffectThreshold | None
) -> EffectSize | None:
    """How much an effect matters; None where there is no threshold by which to say it."""
    null = measure.null or 0.0
    excludes = not low <= null <= high
    if threshold is None:
        return None if excludes else EffectSize.UNCLEAR
    if threshold.low < low and high < threshold.high:
        return EffectSize.LITTLE_OR_NONE
    if excludes:
        reaches = estimate <= threshold.low or estimate >= threshold.high
        return EffectSize.IMPORTANT if reaches else EffectSize.SMALL
    return EffectSize.UNCLEAR


def _per_hundred(
    ends: tuple[float, float, float],
    group: Sequence[tuple[Candidate, Effect]],
    better: int,
) -> tuple[float, float, float] | None:
    """How many more of 100 are better off, with its interval, low first.

    Of shares the difference of risks; of scores how many more end up better off than the typical person without it.
    """
    measure = group[0][1].measure
    if measure in SCORES or measure is EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE:
        sd = 1.0 if measure not in SCORES else _sd(group)
        if not sd:
            return None
        found = [100 * (NORMAL.cdf(better * end / sd) - 0.5) for end in ends]
    elif measure is EffectMeasure.RISK_DIFFERENCE:
        found = [better * end for end in ends]
    elif measure in SHARES and (risk := _risk(group)):
        odds = measure is EffectMeasure.ODDS_RATIO
        risks = [end * risk / (1 - risk + risk * end) if odds else min(1.0, end * risk) for end in ends]
        found = [better * 100 * (each - risk) for each in risks]
    else:
        return None
    return found[0], min(found[1:]), max(found[1:])
