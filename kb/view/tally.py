"""How many interventions have each verdict: a circle for each."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from kb.grading import VERDICT_RANK
from kb.model import Certainty, Verdict
from kb.view.catalog import Catalog
from kb.view.parts import verdict_word


class Count(NamedTuple):
    """The interventions whose verdict is called the same."""

    verdict: Verdict
    label: str
    word: str
    """As filters spell it."""
    number: int
    places: tuple[tuple[int, int], ...]
    """The middle of each circle: columns and rows of 20 pixels."""


class Tally(NamedTuple):
    """All published interventions by verdict, the strongest first."""

    counts: tuple[Count, ...]
    total: int
    width: int
    height: int
    highest: Certainty | None
    """The best certainty of any."""


def tally(catalog: Catalog) -> Tally:
    """The circles row by row, in rows of a length that leaves no circle alone in the last."""
    shown = [catalog.knowledge.assessments[item.slug] for item in catalog.relations.interventions]
    numbers = Counter((item.verdict, item.label, verdict_word(item)) for item in shown)
    total = len(shown)
    a_row = max(range(14, 21), key=lambda length: (total % length or length) / length)
    places = iter([(20 * (place % a_row) + 10, 20 * (place // a_row) + 10) for place in range(total)])
    counts = tuple(
        Count(*said, count, tuple(next(places) for _ in range(count)))
        for said, count in sorted(numbers.items(), key=lambda item: VERDICT_RANK[item[0][0]])
    )
    highest = max((item.certainty for item in shown if item.certainty), default=None)
    return Tally(counts, total, 20 * a_row, 20 * -(-total // a_row), highest)
