"""Printed numbers as all the values that round to them, and sums with such ranges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

Range = tuple[float, float]
"""From the least to the greatest value."""

EDGE = 1e-9
"""What binary fractions may add to a decimal one, so that a value on the edge of a range counts as in it."""


def spread(number: Decimal) -> Range:
    """All values that round to a number as printed: 0.60 stands for 0.595 to 0.605."""
    exponent = number.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    return float(number - half), float(number + half)


def minus(a: Range, b: Range) -> Range:
    """All differences of a value of the one and a value of the other."""
    return a[0] - b[1], a[1] - b[0]


def share(part: Range, whole: Range) -> Range:
    """All quotients in percent; of a whole that may be 0, everything."""
    if whole[0] <= 0 <= whole[1]:
        return -math.inf, math.inf
    ends = [100 * a / b for a in part for b in whole]
    return min(ends), max(ends)


def meet(a: Range, b: Range) -> bool:
    """Whether the two have a value in common."""
    return a[0] <= b[1] + EDGE and b[0] <= a[1] + EDGE


def about(ranges: Iterable[Range]) -> str:
    """Ranges in words, to two digits more than tell them from 0: ``-0.4 to -0.2 or 1.3``."""
    return " or ".join(dict.fromkeys(_about(low, high) for low, high in ranges))


def _about(low: float, high: float) -> str:
    texts = dict.fromkeys(f"{value + 0.0:.4g}" for value in (low, high))
    return " to ".join(texts)
