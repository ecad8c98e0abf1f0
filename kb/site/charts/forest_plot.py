"""Forest plots: estimates with their intervals on one axis, against the value that means no effect.

One axis holds findings of one kind of comparison, one measure, one unit and one range of one instrument, with the same
good side; nothing else is drawn side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from kb.grading import EFFECT, words
from kb.grading.numbers import RATIOS, null_of
from kb.model import Comparison, Direction, Finding, OutcomeGroup, Study
from kb.site import figures
from kb.site.charts.axis import Axis, axis_of
from kb.site.charts.captions import in_words, name_of, null_words, reading, sides, title_of
from kb.site.charts.results import Result, axis_key, drawable, ends, result_of
from kb.site.contexts.frame import Link
from kb.site.material import Material

SMALLEST, LARGEST = 3.5, 8.0
"""Radius of a point in pixels: of one without a number of participants, and of the largest on its axis."""


class Mark(NamedTuple):
    """A value with its place on an axis."""

    at: str
    """Percent of the width, e.g. 45.25%."""
    label: str
    """The value, with a true minus sign."""


class PlotRow(NamedTuple):
    """One finding of a plot."""

    finding: Link
    """The outcome, leading to the finding; the note says scale, time and part of the participants."""
    estimate: str
    """The figure as printed; the title of its plot tells the unit."""
    interval: str
    """Its interval, e.g. 95% CI −1.27 to −0.32."""
    n: str
    """Participants analyzed; empty where that is not printed."""
    reading: str
    """What the drawing shows, in words."""
    side: Direction
    """Which side it speaks for, for the style sheet."""
    point: str
    """Where the estimate stands, in percent of the width."""
    radius: str
    """Radius of the point in pixels; its area grows with the participants."""
    start: str
    """Where the line begins."""
    end: str
    """Where it ends."""
    cut_low: bool
    """Whether the interval leaves the axis on the left."""
    cut_high: bool
    """Whether it leaves it on the right."""


class Plot(NamedTuple):
    """Findings on one axis."""

    title: str
    """What the axis measures."""
    description: str
    """The axis in words."""
    rows: tuple[PlotRow, ...]
    """Its findings."""
    ticks: tuple[Mark, ...]
    """Values written below the axis."""
    ruler: str
    """The axis with a stroke for each of them, as one path in a box 100 wide and 1 high."""
    null: Mark
    """Where no effect is; the label says so."""
    left: str
    """What lies to the left of it."""
    right: str
    """What lies to the right of it."""


class PlotGroup(NamedTuple):
    """The plots of one group of outcomes."""

    title: str
    """The group."""
    plots: tuple[Plot, ...]
    """One for each axis."""


class Forest(NamedTuple):
    """All plots of a page. Without a group there is nothing to draw."""

    groups: tuple[PlotGroup, ...]
    """By group of outcomes."""
    undrawn: tuple[Link, ...]
    """Findings that cannot be drawn, each with what is known of it in the note."""


def forest(material: Material, found: Iterable[tuple[Study, Finding, str]]) -> Forest:
    """The plots of findings, each given with its study and the address that its name leads to.

    Findings that neither test an effect nor relate two things are passed over.
    """
    wanted = EFFECT | {Comparison.ASSOCIATION}
    results = [result_of(material, *item) for item in found if item[1].comparison in wanted]
    axes: dict[OutcomeGroup, dict[tuple[object, ...], list[Result]]] = {group: {} for group in OutcomeGroup}
    undrawn = []
    for result in results:
        if drawable(result.finding):
            axes[result.finding.outcome.group].setdefault(axis_key(result), []).append(result)
        else:
            undrawn.append(in_words(material, result))
    groups = (
        PlotGroup(words.OUTCOME_GROUP[group], tuple(_plot(material, alike) for alike in drawn.values()))
        for group, drawn in axes.items()
        if drawn
    )
    return Forest(tuple(groups), tuple(undrawn))


def _plot(material: Material, results: Sequence[Result]) -> Plot:
    first = results[0]
    measure = first.finding.measure
    null, log = null_of(measure) or 0.0, measure in RATIOS
    axis = axis_of([ends(result.finding) for result in results], null, log)
    most = max((result.finding.n or 0 for result in results), default=0)
    label = null_words(first.finding)
    left, right = sides(first)
    return Plot(
        title=title_of(material, results),
        description=(
            f"Axis from {_short(axis.low)} to {_short(axis.high)}{', in equal ratios' if log else ''}. "
            f"The dashed line at {figures.number(int(null))} means {label}."
        ),
        rows=tuple(_row(material, result, axis, most, alike=results) for result in results),
        ticks=tuple(Mark(_percent(axis.place(tick)), _short(tick)) for tick in axis.ticks),
        ruler="M0 0H100" + "".join(f"M{axis.place(tick):.2f} 0V1" for tick in axis.ticks),
        null=Mark(_percent(axis.place(null)), label),
        left=left,
        right=right,
    )


def _row(material: Material, result: Result, axis: Axis, most: int, alike: Sequence[Result]) -> PlotRow:
    finding = result.finding
    low, estimate, high = ends(finding)
    return PlotRow(
        finding=name_of(material, result, alike),
        estimate=figures.number(finding.estimate),
        interval=figures.confidence(finding),
        n=figures.number(finding.n) if finding.n else "",
        reading=reading(result),
        side=result.direction,
        point=_percent(axis.place(estimate)),
        radius=f"{max(SMALLEST, LARGEST * sqrt((finding.n or 0) / (most or 1))):.1f}".replace(".0", ""),
        start=_percent(axis.place(low)),
        end=_percent(axis.place(high)),
        cut_low=low < axis.low,
        cut_high=high > axis.high,
    )


def _percent(place: float) -> str:
    return f"{place:.2f}".rstrip("0").rstrip(".") + "%"


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")
