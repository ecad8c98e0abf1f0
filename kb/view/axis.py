"""A horizontal axis for estimates with their intervals, with the value that means no effect in its middle.

Places are percents of the width, so that any width will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

MARGIN = 4.0
"""Room at both ends, in percent of the width, for arrows and for the last tick's label."""
MOST_TICKS = 7
_LINEAR_STEPS = (1, 2, 5)
_LOG_STEPS = ((1, 1.1, 1.2, 1.3, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


class Mark(NamedTuple):
    """A value with its place on an axis."""

    at: str
    """Percent of the width, e.g. 45.2%."""
    label: str
    """The value, with a true minus sign."""


class Span(NamedTuple):
    """An estimate with its interval, as drawn."""

    point: str
    """Where the estimate is, in percent of the width."""
    start: str
    """Where the line begins."""
    end: str
    """Where it ends."""
    cut_low: bool
    """Whether the interval leaves the axis on the left."""
    cut_high: bool
    """Whether it leaves it on the right."""


class Frame(NamedTuple):
    """What is drawn around the results."""

    description: str
    """The axis in words."""
    ticks: tuple[Mark, ...]
    """Values written below the axis."""
    ruler: str
    """The axis with a stroke for each of them, as one path in a box 100 wide and 1 high."""
    null: Mark
    """Where no effect is; the label says so."""
    left: str
    """What is to the left of it."""
    right: str
    """What is to the right of it."""


class Axis(NamedTuple):
    """A horizontal axis with the null in its middle."""

    low: float
    """The value at its left end."""
    high: float
    """The value at its right end."""
    ticks: tuple[float, ...]
    """Values to write below it, from left to right."""
    log: bool
    """Whether equal steps are equal ratios."""

    def place(self, value: float) -> float:
        """Where a value is, in percent; one beyond an end is put at that end."""
        low, high = _level(self.low, self.log), _level(self.high, self.log)
        share = (_level(value, self.log) - low) / (high - low)
        return MARGIN + min(max(share, 0.0), 1.0) * (100 - 2 * MARGIN)

    def at(self, value: float) -> str:
        """The same as a percentage that a drawing takes."""
        return percent(self.place(value))

    def span(self, low: float, estimate: float, high: float) -> Span:
        """An estimate with both ends of its interval, in the unit of the axis."""
        return Span(self.at(estimate), self.at(low), self.at(high), low < self.low, high > self.high)

    def frame(self, null: float, label: str, left: str, right: str) -> Frame:
        """The drawing around the results; ``label`` says what the null means, ``left`` and ``right`` what is beside."""
        equal = ", in equal ratios" if self.log else ""
        return Frame(
            description=(
                f"Axis from {_short(self.low)} to {_short(self.high)}{equal}. "
                f"The dashed line at {_short(null)} means {label}."
            ),
            ticks=tuple(Mark(self.at(tick), _short(tick)) for tick in self.ticks),
            ruler="M0 0H100" + "".join(f"M{self.place(tick):.1f} 0V1" for tick in self.ticks),
            null=Mark(self.at(null), label),
            left=left,
            right=right,
        )


def percent(place: float) -> str:
    """``45.2%``, with no more digits than there are."""
    return f"{place:.1f}".rstrip("0").rstrip(".") + "%"


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def axis_of(results: Iterable[tuple[float, float, float]], null: float, log: bool) -> Axis:
    """The axis for results, each low end, estimate and high end: it holds all estimates, the null in its middle.

    An interval may leave it: no end farther from the null than twice what is usual, or than an estimate, is given room,
    since one wide interval would shrink all others to a dot.
    """
    origin = _level(null, log)
    levels = [[abs(_level(value, log) - origin) for value in result] for result in results]
    # A ratio's interval that reaches 0 has no end on a logarithmic axis: its other end counts.
    ends = [max(end for end in (low, estimate, high) if math.isfinite(end)) for low, estimate, high in levels]
    farthest = max(estimate for _, estimate, _ in levels)
    half = max(min(max(ends), 2 * median(ends)), farthest * 1.05) or 1.0
    low, high = origin - half, origin + half
    if log:
        low, high = math.exp(low), math.exp(high)
    return Axis(low, high, _log_ticks(low, high) if log else _linear_ticks(half), log)


def _level(value: float, log: bool) -> float:
    if not log:
        return value
    return math.log(value) if value > 0 else -math.inf


def _linear_ticks(half: float) -> tuple[float, ...]:
    """Multiples of a round step between ``-half`` and ``half``, as fine as there is room for."""
    size = math.floor(math.log10(half))
    steps = [digit * 10.0**power for power in (size - 1, size) for digit in _LINEAR_STEPS]
    step = next(step for step in steps if 2 * _times(half, step) + 1 <= MOST_TICKS)
    return tuple(round(number * step, 10) for number in range(-_times(half, step), _times(half, step) + 1))


def _times(half: float, step: float) -> int:
    """How many whole steps fit; an end that rounds to a multiple of the step counts as one."""
    return math.floor(half / step + 1e-9)


def _log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Round ratios between ``low`` and ``high``, as fine as there is room for; 1 is always among them."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in _LOG_STEPS:
        values = [round(digit * 10.0**power, 10) for power in powers for digit in digits]
        found = tuple(value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9))
        if len(found) <= MOST_TICKS:
            return found
    return found[:: math.ceil(len(found) / MOST_TICKS)]
