"""Forest plots: estimates with their intervals on one axis, against the value that means no effect.

One axis holds findings of one kind of comparison, one measure, one unit and one range of one instrument, with the same
good side; nothing else is drawn side by side. Places on an axis are percents of its width, so that any width will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from kb.grading import EFFECT, higher_is_worse, lower_is_better, words
from kb.grading.numbers import RATIOS, null_of
from kb.model import Comparison, Direction, Finding, Measure, OutcomeGroup, Study
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.evidence import FindingRow, finding_row
from kb.view.parts import Link, outcome_label

SMALLEST, LARGEST = 3.5, 8.0
"""Radius of a point in pixels: of one without a number of participants, and of the largest on its axis."""
MARGIN = 4.0
"""Room at both ends, in percent of the width, for arrows and for the last tick's label."""
MOST_TICKS = 7
_LINEAR_STEPS = (1, 2, 5)
_LOG_STEPS = ((1, 1.1, 1.2, 1.3, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


class Mark(NamedTuple):
    """A value with its place on an axis."""

    at: str
    """Percent of the width, e.g. 45.25%."""
    label: str
    """The value, with a true minus sign."""


class PlotRow(NamedTuple):
    """One finding of a plot."""

    name: Link
    """The outcome, leading to the finding; the note says scale, time and part of the participants."""
    result: FindingRow
    reading: str
    """What the drawing shows, in words."""
    point: str
    """Where the estimate is."""
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


class Forest(NamedTuple):
    """All plots of a page. Without a group there is nothing to draw."""

    groups: tuple[tuple[OutcomeGroup, tuple[Plot, ...]], ...]
    """Groups of outcomes, each with a plot for each axis."""
    undrawn: tuple[Link, ...]
    """Findings that cannot be drawn, each with what is known of it in the note."""


class _Result(NamedTuple):
    """A finding with what the drawing needs."""

    row: FindingRow
    href: str
    """The address that its name leads to."""
    lower_is_better: bool | None
    """Which side of the null is good; None where nothing says so."""
    span: str
    """Range of the scale and which way is better."""


def forest(catalog: Catalog, found: Iterable[tuple[Study, Finding, str]]) -> Forest:
    """The plots of findings, each given with its study and the address that its name leads to.

    Findings that neither test an effect nor relate two things are passed over.
    """
    axes: dict[OutcomeGroup, dict[tuple[object, ...], list[_Result]]] = {group: {} for group in OutcomeGroup}
    undrawn = []
    for study, finding, href in found:
        if finding.comparison not in EFFECT | {Comparison.ASSOCIATION}:
            continue
        result = _Result(
            finding_row(catalog, study, finding),
            href,
            lower_is_better(finding, higher_is_worse(finding, catalog.knowledge.instruments)),
            figures.scale_meaning(catalog.scale(finding.instrument, finding.scale)),
        )
        if drawable(finding):
            axes[finding.outcome.group].setdefault(_axis_key(result), []).append(result)
        else:
            undrawn.append(_in_words(result))
    groups = (
        (group, tuple(_plot(catalog, alike) for alike in drawn.values())) for group, drawn in axes.items() if drawn
    )
    return Forest(tuple(groups), tuple(undrawn))


def drawable(finding: Finding) -> bool:
    """Whether a finding has an estimate with an interval, and a value that means no effect."""
    if finding.estimate is None or finding.ci is None or null_of(finding.measure) is None:
        return False
    return finding.measure not in RATIOS or finding.estimate > 0


def _axis_key(result: _Result) -> tuple[object, ...]:
    """Findings with the same key may share an axis."""
    finding = result.row.finding
    unit = "%" if finding.unit == "percentage points" else finding.unit
    kind = "effect" if finding.comparison in EFFECT - {Comparison.UNCONTROLLED} else finding.comparison.value
    good_side = None if kind == "association" else result.lower_is_better
    key = (kind, finding.measure, unit, good_side)
    if unit not in ("points", None) or finding.measure in RATIOS | {Measure.CORRELATION}:
        return key
    # Points mean nothing apart from their scale: those of one instrument share an axis where they run over one range,
    # and where no scale is known a finding has an axis of its own.
    if finding.instrument and finding.scale:
        return (*key, finding.instrument, result.span if " to " in result.span else finding.scale)
    return (*key, result.row.study.slug, finding.id)


def _ends(finding: Finding) -> tuple[float, float, float]:
    """Low end of the interval, estimate and high end. Raises ValueError where there is no interval."""
    if finding.ci is None or finding.estimate is None:
        raise ValueError(f"{finding.id} has no interval")
    return float(finding.ci[0]), float(finding.estimate), float(finding.ci[1])


def _plot(catalog: Catalog, results: Sequence[_Result]) -> Plot:
    first = results[0]
    measure = first.row.finding.measure
    null, log = null_of(measure) or 0.0, measure in RATIOS
    axis = axis_of([_ends(result.row.finding) for result in results], null, log)
    most = max(result.row.finding.n or 0 for result in results) or 1
    label = {Comparison.ASSOCIATION: "no association", Comparison.UNCONTROLLED: "no change"}.get(
        first.row.finding.comparison, "no difference"
    )
    left, right = _sides(first)
    return Plot(
        title=_title_of(catalog, results),
        description=(
            f"Axis from {_short(axis.low)} to {_short(axis.high)}{', in equal ratios' if log else ''}. "
            f"The dashed line at {figures.number(int(null))} means {label}."
        ),
        rows=tuple(_row(result, axis, most, results) for result in results),
        ticks=tuple(Mark(_percent(axis.place(tick)), _short(tick)) for tick in axis.ticks),
        ruler="M0 0H100" + "".join(f"M{axis.place(tick):.2f} 0V1" for tick in axis.ticks),
        null=Mark(_percent(axis.place(null)), label),
        left=left,
        right=right,
    )


def _row(result: _Result, axis: Axis, most: int, alike: Sequence[_Result]) -> PlotRow:
    finding = result.row.finding
    low, estimate, high = _ends(finding)
    return PlotRow(
        name=_name_of(result, alike),
        result=result.row,
        reading=_reading(result.row),
        point=_percent(axis.place(estimate)),
        radius=f"{max(SMALLEST, LARGEST * math.sqrt((finding.n or 0) / most)):.1f}".replace(".0", ""),
        start=_percent(axis.place(low)),
        end=_percent(axis.place(high)),
        cut_low=low < axis.low,
        cut_high=high > axis.high,
    )


def _percent(place: float) -> str:
    return f"{place:.2f}".rstrip("0").rstrip(".") + "%"


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _title_of(catalog: Catalog, results: Sequence[_Result]) -> str:
    """E.g. ``Mean difference in points on the PFI, scale 0 to 10, lower is better``."""
    result = results[0]
    finding = result.row.finding
    unit = figures.unit(finding) or finding.unit
    title = finding.measure.label + (f" in {unit}" if unit else "")
    better = figures.better(result.lower_is_better)
    if unit != "points":
        return ", ".join(part for part in (title, better if finding.comparison in EFFECT else "") if part)
    scales = {result.row.measured_with.title: None for result in results if result.row.measured_with}
    instrument = catalog.knowledge.instruments.get(finding.instrument or "")
    where = next(iter(scales), "")
    if len(scales) > 1 and instrument:
        where = instrument.abbreviation or instrument.title
    title += f" on the {where}" if where else ""
    return ", ".join(part for part in (title, result.span or better) if part)


def _sides(result: _Result) -> tuple[str, str]:
    """What is to the left and to the right of the null."""
    finding, ratio = result.row.finding, result.row.finding.measure in RATIOS
    if finding.comparison is Comparison.ASSOCIATION or result.lower_is_better is None:
        return ("less likely", "more likely") if ratio else ("lower", "higher")
    good, bad = (
        words.direction(side, finding.comparison).lower()
        for side in (Direction.FAVORS_INTERVENTION, Direction.FAVORS_COMPARATOR)
    )
    return (good, bad) if result.lower_is_better else (bad, good)


def _name_of(result: _Result, alike: Sequence[_Result] = ()) -> Link:
    """The outcome; who was compared with whom is added where others of the same axis would read the same."""

    def key(finding: Finding) -> tuple[object, ...]:
        return finding.outcome, finding.instrument, finding.scale, finding.timepoint, finding.subgroup

    finding = result.row.finding
    same = [other for other in alike if key(other.row.finding) == key(finding)]
    parts = (
        finding.contrast if len(same) > 1 else None,
        result.row.measured_with.title if result.row.measured_with else "",
        finding.timepoint,
        finding.subgroup,
    )
    return Link(outcome_label(finding.outcome), result.href, " · ".join(part for part in parts if part))


def _reading(row: FindingRow) -> str:
    """E.g. ``The whole interval is below 0: favors the intervention``."""
    low, _, high = _ends(row.finding)
    null = null_of(row.finding.measure) or 0.0
    if high < null:
        place = "The whole interval is below"
    else:
        place = "The whole interval is above" if low > null else "The interval includes"
    favors = _favors(row)
    return f"{place} {figures.number(int(null))}{f': {favors}' if favors else ''}"


def _in_words(result: _Result) -> Link:
    """A finding that cannot be drawn: what is reported of it, and which side it favors."""
    row, name = result.row, _name_of(result)
    figure = row.figure if row.finding.estimate is not None else ""
    reported = ", ".join(part for part in (figure, row.confidence, row.p) if part)
    parts = (name.note, reported or "no figure is reported", _favors(row))
    return name._replace(note="; ".join(part for part in parts if part))


def _favors(row: FindingRow) -> str:
    """Which side a result favors, within a sentence; empty where it tests no effect."""
    return "" if row.direction is Direction.NOT_APPLICABLE else row.favors[0].lower() + row.favors[1:]


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
