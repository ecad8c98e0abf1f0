"""Forest plots: estimates with their intervals on one axis, against the value that means no effect.

One axis holds findings of one kind of comparison, one measure, one unit and one range of one instrument, with the same
good side; nothing else is drawn side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from kb.grading import EFFECT, direction_of, higher_is_worse, outcome_name
from kb.grading.numbers import RATIOS, null_of
from kb.model import GROUP_OF_OUTCOME, Comparison, Direction, Finding, Measure, OutcomeGroup, Study
from kb.site import figures, words
from kb.site.charts.axis import Axis, axis_of
from kb.site.contexts.frame import Link
from kb.site.material import Material

SMALLEST, LARGEST = 3.5, 8.0
"""Radius of a point in pixels: of one without a number of participants, and of the largest on its axis."""
_PERCENTAGES = frozenset({"%", "percentage points"})


@dataclass(frozen=True)
class Mark:
    """A value with its place on an axis."""

    at: str
    """Percent of the width, e.g. 45.25%."""
    label: str
    """The value, with a true minus sign."""


@dataclass(frozen=True)
class PlotRow:
    """One finding of a plot."""

    finding: Link
    """The outcome, leading to the finding; the note says scale, time and part of the participants."""
    estimate: str
    """The figure as printed."""
    interval: str
    """Its interval, e.g. 95% CI −1.27 to −0.32."""
    n: str
    """Participants analysed; empty where that is not printed."""
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


@dataclass(frozen=True)
class Plot:
    """Findings on one axis."""

    title: str
    """What the axis measures."""
    description: str
    """The axis in words."""
    rows: tuple[PlotRow, ...]
    """Its findings."""
    ticks: tuple[Mark, ...]
    """Values written below the axis."""
    null: Mark
    """Where no effect is; the label says so."""
    left: str
    """What lies to the left of it."""
    right: str
    """What lies to the right of it."""


@dataclass(frozen=True)
class PlotGroup:
    """The plots of one group of outcomes."""

    title: str
    """The group."""
    plots: tuple[Plot, ...]
    """One for each axis."""


@dataclass(frozen=True)
class Forest:
    """All plots of a page. Without a group there is nothing to draw."""

    groups: tuple[PlotGroup, ...]
    """By group of outcomes."""
    undrawn: tuple[Link, ...]
    """Findings that cannot be drawn, each with what is known of it in the note."""


@dataclass(frozen=True)
class _Result:
    """A finding with what the drawing must know of it."""

    study: Study
    finding: Finding
    href: str
    direction: Direction
    lower_is_better: bool | None
    span: str
    """Range of the scale and which way is better."""


def forest(material: Material, found: Iterable[tuple[Study, Finding, str]]) -> Forest:
    """The plots of findings, each given with its study and the address that its name leads to.

    Findings that neither test an effect nor relate two things are passed over.
    """
    wanted = EFFECT | {Comparison.ASSOCIATION}
    results = [_result(material, *item) for item in found if item[1].comparison in wanted]
    groups = []
    for group in OutcomeGroup:
        drawn = [r for r in results if drawable(r.finding) and GROUP_OF_OUTCOME[r.finding.outcome] is group]
        keys = list(dict.fromkeys(_axis_key(result) for result in drawn))
        plots = tuple(_plot(material, [result for result in drawn if _axis_key(result) == key]) for key in keys)
        if plots:
            groups.append(PlotGroup(words.OUTCOME_GROUP[group], plots))
    return Forest(tuple(groups), tuple(_in_words(material, r) for r in results if not drawable(r.finding)))


def drawable(finding: Finding) -> bool:
    """Whether a finding has an estimate with an interval, and a value that means no effect."""
    if finding.estimate is None or finding.ci is None or null_of(finding.measure) is None:
        return False
    return finding.measure not in RATIOS or finding.estimate > 0


def _result(material: Material, study: Study, finding: Finding, href: str) -> _Result:
    worse = higher_is_worse(finding, material.knowledge.instruments)
    direction = direction_of(finding, worse)
    lower_is_better = worse
    null = null_of(finding.measure)
    if worse is None and finding.estimate is not None and null is not None:
        # Where no scale says which way is good, a direction that the curator recorded does.
        fell = float(finding.estimate) < null
        lower_is_better = {Direction.FAVORS_INTERVENTION: fell, Direction.FAVORS_COMPARATOR: not fell}.get(direction)
    span = figures.scale_meaning(material.scale(finding.instrument, finding.scale))
    return _Result(study, finding, href, direction, lower_is_better, span)


def _axis_key(result: _Result) -> tuple[object, ...]:
    """Findings with the same key may share an axis."""
    finding = result.finding
    unit = "%" if finding.unit in _PERCENTAGES else finding.unit
    kind = "effect" if finding.comparison in EFFECT - {Comparison.UNCONTROLLED} else finding.comparison.value
    good_side = None if kind == "association" else result.lower_is_better
    key = (kind, finding.measure, unit, good_side)
    if unit not in ("points", None) or finding.measure in RATIOS | {Measure.CORRELATION}:
        return key
    # Points mean nothing apart from their scale: those of one instrument share an axis where they run over one range,
    # and where no scale is known a finding has an axis of its own.
    if finding.instrument and finding.scale:
        return (*key, finding.instrument, result.span if " to " in result.span else finding.scale)
    return (*key, result.study.slug, finding.id)


def _plot(material: Material, results: Sequence[_Result]) -> Plot:
    first = results[0]
    measure = first.finding.measure
    null, log = null_of(measure) or 0.0, measure in RATIOS
    axis = axis_of([_ends(result.finding) for result in results], null, log)
    most = max((result.finding.n or 0 for result in results), default=0)
    label = words_of_null(first.finding)
    left, right = _sides(first)
    shown = figures.number(int(null))
    return Plot(
        title=_title(material, results),
        description=(
            f"Axis from {_short(axis.low)} to {_short(axis.high)}{', in equal ratios' if log else ''}. "
            f"The dashed line at {shown} means {label}. To the left: {left}. To the right: {right}."
        ),
        rows=tuple(_row(material, result, axis, most, alike=results) for result in results),
        ticks=tuple(Mark(_percent(axis.place(tick)), _short(tick)) for tick in axis.ticks),
        null=Mark(_percent(axis.place(null)), label),
        left=left,
        right=right,
    )


def _row(material: Material, result: _Result, axis: Axis, most: int, alike: Sequence[_Result]) -> PlotRow:
    finding = result.finding
    low, estimate, high = _ends(finding)
    return PlotRow(
        finding=_name(material, result, alike),
        estimate=figures.estimate(finding),
        interval=figures.confidence(finding),
        n=figures.number(finding.n) if finding.n else "",
        reading=_reading(result),
        side=result.direction,
        point=_percent(axis.place(estimate)),
        radius=f"{max(SMALLEST, LARGEST * sqrt((finding.n or 0) / (most or 1))):.1f}",
        start=_percent(axis.place(low)),
        end=_percent(axis.place(high)),
        cut_low=low < axis.low,
        cut_high=high > axis.high,
    )


def _ends(finding: Finding) -> tuple[float, float, float]:
    if finding.ci is None or finding.estimate is None:
        raise ValueError(f"{finding.id} has no interval")
    return float(finding.ci[0]), float(finding.estimate), float(finding.ci[1])


def words_of_null(finding: Finding) -> str:
    """What the value of no effect means for a finding."""
    if finding.comparison is Comparison.ASSOCIATION:
        return "no association"
    return "no change" if finding.comparison is Comparison.UNCONTROLLED else "no difference"


def _sides(result: _Result) -> tuple[str, str]:
    """What lies to the left and to the right of the null."""
    finding, ratio = result.finding, result.finding.measure in RATIOS
    if finding.comparison is Comparison.ASSOCIATION or result.lower_is_better is None:
        return ("less likely", "more likely") if ratio else ("lower", "higher")
    good, bad = words.DIRECTION[Direction.FAVORS_INTERVENTION], words.DIRECTION[Direction.FAVORS_COMPARATOR]
    if finding.comparison is Comparison.UNCONTROLLED:
        good, bad = "better than before", "worse than before"
    sides = good[0].lower() + good[1:], bad[0].lower() + bad[1:]
    return sides if result.lower_is_better else (sides[1], sides[0])


def _title(material: Material, results: Sequence[_Result]) -> str:
    """E.g. ``Mean difference in points on the PFI, scale 0 to 10, lower is better``."""
    result = results[0]
    finding = result.finding
    unit = "percentage points" if finding.unit in _PERCENTAGES else figures.unit(finding)
    title = words.plain(finding.measure) + (f" in {unit}" if unit else "")
    if unit != "points":
        better = figures.better(result.lower_is_better) if finding.comparison in EFFECT else ""
        return ", ".join(part for part in (title, better) if part)
    scales = {
        link.title: None for r in results if (link := material.measured_with(r.finding.instrument, r.finding.scale))
    }
    instrument = material.knowledge.instruments.get(finding.instrument or "")
    where = next(iter(scales), "")
    if len(scales) > 1 and instrument:
        where = instrument.abbreviation or instrument.title
    title += f" on the {where}" if where else ""
    return ", ".join(part for part in (title, result.span or figures.better(result.lower_is_better)) if part)


def _name(material: Material, result: _Result, alike: Sequence[_Result] = ()) -> Link:
    """The outcome; who was set against whom is told where others of the same axis would read the same."""
    finding = result.finding
    outcome = outcome_name(finding.outcome)
    measured = material.measured_with(finding.instrument, finding.scale)
    same = [other for other in alike if _told(other.finding) == _told(finding)]
    contrast = finding.contrast if len(same) > 1 else None
    parts = (contrast, measured.title if measured else "", finding.timepoint, finding.subgroup)
    return Link(outcome[0].upper() + outcome[1:], result.href, " · ".join(part for part in parts if part))


def _told(finding: Finding) -> tuple[object, ...]:
    return finding.outcome, finding.instrument, finding.scale, finding.timepoint, finding.subgroup


def _reading(result: _Result) -> str:
    """E.g. ``The interval lies wholly below 0: favors the intervention``."""
    low, _, high = _ends(result.finding)
    null = null_of(result.finding.measure) or 0.0
    place = "lies wholly below" if high < null else "lies wholly above" if low > null else "includes"
    direction = words.DIRECTION[result.direction]
    verdict = "" if result.direction is Direction.NOT_APPLICABLE else f": {direction[0].lower()}{direction[1:]}"
    return f"The interval {place} {figures.number(int(null))}{verdict}"


def _in_words(material: Material, result: _Result) -> Link:
    """A finding that cannot be drawn: what is printed of it, and which side it speaks for."""
    finding, name = result.finding, _name(material, result)
    value = f"{figures.estimate(finding)} {figures.unit(finding)}".strip() if finding.estimate is not None else ""
    direction = "" if result.direction is Direction.NOT_APPLICABLE else words.DIRECTION[result.direction]
    printed = ", ".join(part for part in (value, figures.confidence(finding), figures.p_value(finding.p)) if part)
    parts = (name.note, printed or "no figure is printed", direction.lower())
    return Link(name.title, name.href, "; ".join(part for part in parts if part))


def _percent(place: float) -> str:
    return f"{place:.2f}%"


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")
