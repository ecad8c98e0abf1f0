"""What an effect means for 100 people, as a picture: a hundred figures of which only the difference is colored."""

from __future__ import annotations

from typing import NamedTuple

from kb.grading import statements
from kb.model import Synthesis

A_ROW, WIDE, HIGH = 20, 10, 22
"""Figures in a row, and the room for each."""
_STROKES = (4, 11, 12.5, 14, 15.5)
"""Lines of dots that make a row of figures, by their distance from its top: heads, then bodies of close dots."""


class People(NamedTuple):
    """A hundred figures in rows, each group drawn as one path."""

    title: str
    """What it shows, in a sentence."""
    counts: tuple[int, int, int]
    """How many are in each group below."""
    alike: str
    """Those for whom nothing changes because of the intervention."""
    changed: str
    """The difference."""
    others: str
    """All the others."""
    better: bool
    """Whether the difference is a gain."""


def people(made: Synthesis | None) -> People | None:
    """The picture of an important or a small effect; None for the others.

    For scores the first 50 are those who would do better than the typical colleague with no effect too. For shares the
    difference comes first, since the estimate does not say how many fare well without it.
    """
    sentence = statements.of_hundred(made)
    if made is None or made.per_hundred is None or sentence is None:
        return None
    more = round(made.per_hundred[0])
    before = 0 if made.share else 50
    first, last = sorted((before, before + more)) if before else (0, abs(more))
    counts = first, last - first, 100 - last
    return People(sentence, counts, _figures(0, first), _figures(first, last), _figures(last, 100), more >= 0)


def _figures(start: int, end: int) -> str:
    """The figures from one number up to another, as one path to be drawn in dots as far apart as a figure is wide."""
    rows = []
    for row in range(start // A_ROW, -(-end // A_ROW) if end > start else 0):
        first, last = max(start - row * A_ROW, 0), min(end - row * A_ROW, A_ROW) - 1
        rows += [f"M{first * WIDE + 5} {row * HIGH + y}H{last * WIDE + 5.1}" for y in _STROKES]
    return "".join(rows)
