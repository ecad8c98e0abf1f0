"""Forest plots of single findings, as studies report them: estimates with their intervals on one axis.

One axis holds findings of one kind of comparison, one measure, one unit and one range of one instrument, with the same
good side; nothing else is drawn side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kb.grading import EFFECT
from kb.grading.direction import lower_is_better
from kb.model import Comparison, Disputed, EffectDirection, EffectMeasure, Finding, OutcomeGroup, Study
from kb.view import figures
from kb.view.axis import Axis, Frame, Span, axis_of
from kb.view.catalog import Catalog
from kb.view.evidence import FindingRow, disputed, finding_row
from kb.view.parts import Link, outcome_label

SMALLEST, LARGEST = 3.5, 8.0
"""Radius of a point in pixels: of one without a number of participants, and of the largest on its axis."""


class PlotRow(NamedTuple):
    """One finding of a plot."""

    name: Link
    """The outcome, leading to the finding; the note says scale, time and part of the participants."""
    result: FindingRow
    reading: str
    """What the drawing shows, in words."""
    span: Span
    """Where the estimate and its interval are."""
    radius: str
    """Radius of the point in pixels; its area grows with the participants."""
    disputed: str
    """Why the interval cannot be right; empty where nothing says so."""


class Plot(NamedTuple):
    """Findings on one axis."""

    name: str
    """Its name among the charts of a page."""
    title: str
    """What the axis measures."""
    rows: tuple[PlotRow, ...]
    frame: Frame


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
            lower_is_better(study, finding, catalog.knowledge.instruments),
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
    if finding.estimate is None or finding.ci is None or finding.measure.null is None:
        return False
    return not finding.measure.ratio or finding.estimate > 0


def _axis_key(result: _Result) -> tuple[object, ...]:
    """Findings with the same key may share an axis."""
    finding = result.row.finding
    unit = "%" if finding.unit == "percentage points" else finding.unit
    kind = "effect" if finding.comparison in EFFECT - {Comparison.UNCONTROLLED} else finding.comparison.value
    good_side = None if kind == "association" else result.lower_is_better
    key = (kind, finding.measure, unit, good_side)
    if unit not in ("points", None) or finding.measure.ratio or finding.measure is EffectMeasure.CORRELATION:
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
    first = results[0].row.finding
    null = first.measure.null or 0.0
    axis = axis_of([_ends(result.row.finding) for result in results], null, first.measure.ratio)
    most = max(result.row.finding.n or 0 for result in results) or 1
    label = {Comparison.ASSOCIATION: "no association", Comparison.UNCONTROLLED: "no change"}.get(
        first.comparison, "no difference"
    )
    return Plot(
        name=f"forest-{first.id}",
        title=_title_of(catalog, results),
        rows=tuple(_row(result, axis, most, results) for result in results),
        frame=axis.frame(null, label, *_sides(results[0])),
    )


def _row(result: _Result, axis: Axis, most: int, alike: Sequence[_Result]) -> PlotRow:
    finding = result.row.finding
    return PlotRow(
        name=_name_of(result, alike),
        result=result.row,
        reading=_reading(result.row),
        span=axis.span(*_ends(finding)),
        radius=f"{max(SMALLEST, LARGEST * math.sqrt((finding.n or 0) / most)):.1f}".replace(".0", ""),
        disputed=disputed(result.row.study, finding, Disputed.INTERVAL),
    )


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
    finding, ratio = result.row.finding, result.row.finding.measure.ratio
    if finding.comparison is Comparison.ASSOCIATION or result.lower_is_better is None:
        return ("less likely", "more likely") if ratio else ("lower", "higher")
    good, bad = (
        figures.favors(side, finding.comparison).lower()
        for side in (EffectDirection.FAVORS_INTERVENTION, EffectDirection.FAVORS_COMPARATOR)
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
    null = row.finding.measure.null or 0.0
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
    return "" if row.direction is EffectDirection.NOT_APPLICABLE else row.favors[0].lower() + row.favors[1:]
