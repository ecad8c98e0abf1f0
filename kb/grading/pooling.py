"""One estimate over several studies: random effects with restricted maximum likelihood, as metafor and RevMan do it.

Pure functions of numbers. `tests/metafor/` holds what R's metafor gives for public data sets, and the script for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from statistics import NormalDist

NORMAL = NormalDist()
NO_VARIANCE = 1e-8
"""A variance between studies below this counts as none."""


@dataclass(frozen=True)
class Estimate:
    """An effect on the scale on which it is averaged: differences as they are, ratios as logarithms."""

    value: float
    se: float
    """Its standard error, above 0."""

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the normal distribution."""
        half = normal_quantile(0.975) * self.se
        return self.value - half, self.value + half


class Interval(StrEnum):
    """How the interval of a pooled estimate was computed."""

    NORMAL = "normal"
    HARTUNG_KNAPP = "hartung-knapp"


@dataclass(frozen=True)
class Pool:
    """The estimate over the studies, on the same scale as theirs."""

    value: float
    se: float
    low: float
    high: float
    interval: Interval
    tau: float
    """Standard deviation of the true effects between studies."""
    i_squared: float
    """Share of the variation that is between studies, in percent."""
    weights: tuple[float, ...]
    """Share of each study, in its order; together 1."""
    prediction: tuple[float, float] | None
    """Where the effect of a further study is expected, from three studies on."""


def pool(estimates: Sequence[Estimate]) -> Pool:
    """Average two or more estimates; the order does not matter.

    The interval is Hartung and Knapp's, never narrower than the normal one (metafor's ``test="adhoc"``), from three
    studies on with variance between them; else the normal one. With fewer than two estimates: ValueError.
    """
    if len(estimates) < 2:
        raise ValueError(f"to pool needs two estimates or more, got {len(estimates)}")
    variance = between_studies(estimates)
    weights = _weights(estimates, variance)
    total = math.fsum(weights)
    mean = _mean(estimates, weights)
    more = len(estimates) >= 3
    freedom = len(estimates) - 1
    se, critical, interval = math.sqrt(1 / total), normal_quantile(0.975), Interval.NORMAL
    if more and variance > 0:
        spread = math.fsum(w * (e.value - mean) ** 2 for w, e in zip(weights, estimates, strict=True)) / freedom
        se *= math.sqrt(max(1.0, spread))
        critical, interval = t_quantile(0.975, freedom), Interval.HARTUNG_KNAPP
    reach = critical * math.sqrt(se**2 + variance)
    return Pool(
        value=mean,
        se=se,
        low=mean - critical * se,
        high=mean + critical * se,
        interval=interval,
        tau=math.sqrt(variance),
        i_squared=100 * variance / (variance + _typical(estimates)),
        weights=tuple(w / total for w in weights),
        prediction=(mean - reach, mean + reach) if more else None,
    )


def between_studies(estimates: Sequence[Estimate]) -> float:
    """The variance between studies by restricted maximum likelihood; 0 where it is below `NO_VARIANCE`.

    Fisher scoring from the start of Hedges, halved where a step would lead below 0 (Viechtbauer 2005).
    """
    mean = math.fsum(e.value for e in estimates) / len(estimates)
    spread = math.fsum((e.value - mean) ** 2 for e in estimates) / (len(estimates) - 1)
    variance = max(0.0, spread - math.fsum(e.se**2 for e in estimates) / len(estimates))
    for _ in range(1000):
        step = _score(estimates, variance)
        while variance + step < 0:
            step /= 2
            if variance - step < NO_VARIANCE:
                return 0.0
        variance += step
        if abs(step) <= 1e-12 * max(variance, 1e-6):
            break
    return variance if variance >= NO_VARIANCE else 0.0


def _score(estimates: Sequence[Estimate], variance: float) -> float:
    """One step of Fisher scoring for the restricted likelihood."""
    weights = _weights(estimates, variance)
    mean = _mean(estimates, weights)
    one, two, three = (math.fsum(w**power for w in weights) for power in (1, 2, 3))
    residual = math.fsum((w * (e.value - mean)) ** 2 for w, e in zip(weights, estimates, strict=True))
    return (residual - (one - two / one)) / (two - 2 * three / one + (two / one) ** 2)


def _weights(estimates: Sequence[Estimate], variance: float) -> list[float]:
    return [1 / (e.se**2 + variance) for e in estimates]


def _mean(estimates: Sequence[Estimate], weights: Sequence[float]) -> float:
    return math.fsum(w * e.value for w, e in zip(weights, estimates, strict=True)) / math.fsum(weights)


def _typical(estimates: Sequence[Estimate]) -> float:
    """The typical variance within studies, by which I² is defined (Higgins and Thompson 2002)."""
    weights = _weights(estimates, 0.0)
    one, two = math.fsum(weights), math.fsum(w**2 for w in weights)
    return (len(estimates) - 1) / (one - two / one)


def normal_quantile(share: float) -> float:
    """The value below which this share of the standard normal distribution lies."""
    return NORMAL.inv_cdf(share)


@cache
def t_quantile(share: float, freedom: int) -> float:
    """The value below which this share (over a half) of Student's t lies, for whole degrees of freedom from 1 on.

    The distribution is a finite sum for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
    """
    low, high = 0.0, 1.0
    while t_share(high, freedom) < share:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if t_share(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def t_share(t: float, freedom: int) -> float:
    """The share of Student's t distribution below ``t``, from 0 on, for whole degrees of freedom."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    term = cosine if freedom % 2 else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= cosine**2 * (step - 1) / step
        total += term
    inside = 2 / math.pi * (angle + sine * total) if freedom % 2 else sine * total
    return (1 + inside) / 2


def sign_test(one: int, other: int) -> float:
    """The two-sided P value of so many results on either side, if each side were as likely as the other."""
    total, fewer = one + other, min(one, other)
    tail = sum(math.comb(total, k) for k in range(fewer + 1)) / 2**total
    return float(min(1.0, 2 * tail))
