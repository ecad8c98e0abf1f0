"""Intervals and their middles: on the scale on which a measure is symmetric, each number for all that round to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from kb.grading.rounding import EDGE, spread
from kb.model import EffectMeasure

NORMAL = NormalDist()
RATIOS = frozenset(measure for measure in EffectMeasure if measure.ratio)
DIFFERENCES = frozenset({EffectMeasure.MEAN_DIFFERENCE, EffectMeasure.MEAN_CHANGE, EffectMeasure.RISK_DIFFERENCE})
# Intervals by the profile of the likelihood or by exact methods lean a little; a slip of a digit leans far (ours).
LEANING = 0.1


@dataclass(frozen=True)
class Form:
    """The scale on which an interval is symmetric, to there and back, and where it is defined."""

    to: Callable[[float], float]
    back: Callable[[float], float]
    least: float = -math.inf
    most: float = math.inf
    where: str = ""
    leaning: float = LEANING


def _same(value: float) -> float:
    return value


LOGARITHMS = Form(math.log, math.exp, least=0.0, where=" on the log scale")
PLAIN = Form(_same, _same, leaning=0.0)
FORMS = {
    **dict.fromkeys(DIFFERENCES, PLAIN),
    **dict.fromkeys(RATIOS, LOGARITHMS),
    EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE: Form(_same, _same),
    EffectMeasure.CORRELATION: Form(math.atanh, math.tanh, -1.0, 1.0, " on Fisher's scale"),
}


def contains(value: Decimal, low: Decimal, high: Decimal) -> bool:
    """Whether a value that rounds to what is printed lies in such an interval."""
    return spread(value)[1] >= spread(low)[0] and spread(value)[0] <= spread(high)[1]


def centered(form: Form | None, value: Decimal, low: Decimal, high: Decimal) -> bool:
    """Whether an interval is symmetric about its value; True too where its scale is not defined or not known.

    Of differences and changes no combination of values that round to what is printed may disagree. Of ratios,
    standardized differences and correlations the middle may besides be off by a tenth of half the interval.
    """
    ranges = [spread(number) for number in (value, low, high)]
    if form is None or not all(form.least < least and most < form.most for least, most in ranges):
        return True
    (least, most), lower, higher = [(form.to(a), form.to(b)) for a, b in ranges]
    middle = (lower[0] + higher[0]) / 2, (lower[1] + higher[1]) / 2
    room = EDGE + form.leaning * (higher[1] - lower[0]) / 2
    return least - room <= middle[1] and middle[0] <= most + room


def middle(form: Form, low: Decimal, high: Decimal) -> float:
    """The middle of an interval, on the scale on which it is symmetric."""
    return form.back((form.to(float(low)) + form.to(float(high))) / 2)


def width(level: float) -> float:
    """How many standard errors wide an interval is, by its level in percent."""
    return 2 * NORMAL.inv_cdf(0.5 + level / 200)
