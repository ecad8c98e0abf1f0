"""The forest plots of a body of evidence: its studies with their weights, and the estimate over all of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kb.model import (
    Appraisal,
    BodyAssessment,
    Comparison,
    Contribution,
    Disputed,
    Result,
    RiskOfBias,
    Synthesis,
)
from kb.view import figures
from kb.view.axis import Axis, Frame, Span, axis_of
from kb.view.catalog import Catalog
from kb.view.evidence import disputed
from kb.view.parts import Link, body_anchor, href

SMALLEST, LARGEST = 5.0, 15.0
"""Side of a square in pixels: the least, and that of the study with the most weight."""
LETTERS = {
    RiskOfBias.LOW: "L",
    RiskOfBias.SOME_CONCERNS: "S",
    RiskOfBias.HIGH: "H",
    RiskOfBias.CRITICAL: "C",
    RiskOfBias.NO_INFORMATION: "?",
}


class Judged(NamedTuple):
    """How a study was appraised, as dots."""

    dots: str
    """A letter for each domain, if domains are recorded, and for the whole at the end, e.g. SHHSSH."""
    text: str
    """The same in words."""
    key: str
    """Which dot is which domain of which tool; empty where there is only the overall judgment."""


class StudyLine(NamedTuple):
    """One study of a plot."""

    name: Link
    """The study, leading to its finding; the note says what else was taken together."""
    figure: str
    """Estimate and interval, e.g. −0.79 (−1.27 to −0.32)."""
    values: tuple[str, ...]
    """The same as numbers: estimate, low end, high end."""
    note: str
    """Weight and people."""
    span: Span
    side: str
    """Side of the square in pixels; its area grows with the weight."""
    risk: Judged
    disputed: str
    """Why the reported interval cannot be right; empty where it can."""


class PooledLine(NamedTuple):
    """The estimate over all studies of a plot."""

    figure: str
    values: tuple[str, ...]
    """Estimate, low end, high end."""
    diamond: str
    """A path in a box 100 wide and 10 high."""
    note: str
    prediction: Span | None
    predicted: str
    """The prediction interval in words."""


class BodyPlot(NamedTuple):
    """Studies on one axis."""

    name: str
    """Its name among the charts of a page."""
    title: str
    """What the axis measures."""
    lines: tuple[StudyLine, ...]
    pooled: PooledLine | None
    """None where there is one study, or results are not averaged."""
    zone: tuple[str, str] | None
    """Where the effect is below the threshold: begin and width in percent."""
    threshold: str
    """The zone in words."""
    frame: Frame
    keys: tuple[str, ...]
    """Which dots are which domains, by tool."""


def body_plots(catalog: Catalog, body: BodyAssessment) -> tuple[BodyPlot, ...]:
    """The plots of a body: the estimate that is judged, then the others. Results that are not pooled share an axis."""
    if body.not_pooled is None:
        sets: Iterable[Sequence[Synthesis]] = ([made] for made in (body.synthesis, *body.others) if made)
    else:
        alike: dict[tuple[object, ...], list[Synthesis]] = defaultdict(list)
        for made in body.others:
            alike[made.measure, made.unit, made.instrument, made.scale].append(made)
        sets = alike.values()
    name = body_anchor(body.key)
    return tuple(
        _plot(catalog, body, made, f"{name}-{number}" if number > 1 else name) for number, made in enumerate(sets, 1)
    )


def _plot(catalog: Catalog, body: BodyAssessment, sets: Sequence[Synthesis], name: str) -> BodyPlot:
    first = sets[0]
    studies = [(made, contribution) for made in sets for contribution in made.contributions]
    pooled = first if len(first.contributions) > 1 else None
    ends = [(c.low, c.estimate, c.high) for _, c in studies]
    ends += [(first.low, first.estimate, first.high)] if pooled else []
    limits = (first.threshold.low, first.threshold.high) if first.threshold else None
    # The threshold must lie on the axis, or nobody could see where it ends.
    ends += [(limits[0], max(limits, key=lambda end: abs(end - first.null)), limits[1])] if limits else []
    axis = axis_of(ends, first.null, first.measure.ratio)
    uncontrolled = body.key.kind is Comparison.UNCONTROLLED
    better, worse = ("better after", "worse after") if uncontrolled else ("better with it", "worse with it")
    sides = (better, worse) if first.better < 0 else (worse, better)
    zone = (axis.at(limits[0]), f"{axis.place(limits[1]) - axis.place(limits[0]):.1f}%") if limits else None
    lines = tuple(_line(catalog, made, c, axis, pooled is not None) for made, c in studies)
    return BodyPlot(
        name=name,
        title=title(catalog, first),
        lines=lines,
        pooled=_pooled(pooled, axis) if pooled else None,
        zone=zone,
        threshold=threshold(first, explained=bool(first.threshold and first.threshold.source)),
        frame=axis.frame(first.null, "no change" if uncontrolled else "no difference", *sides),
        keys=tuple(dict.fromkeys(line.risk.key for line in lines if line.risk.key)),
    )


def _line(catalog: Catalog, made: Synthesis, contribution: Contribution, axis: Axis, weighed: bool) -> StudyLine:
    first, many = contribution.results[0], len(contribution.results)
    share = contribution.weight if weighed else 1.0
    people = figures.count(contribution.people, "person", "people") if contribution.people else ""
    parts = (f"weight {100 * share:.0f}%" if weighed else "", people)
    what = (f"{many} arms together" if many > 1 else "", first.finding.timepoint or "", first.finding.subgroup or "")
    most = max(c.weight for c in made.contributions) if weighed else 1.0
    return StudyLine(
        name=Link(
            catalog.study_name(first.study),
            f"{href(first.study)}#finding-{first.finding.id}",
            " · ".join(part for part in what if part),
        ),
        figure=estimate(made, contribution.estimate, contribution.low, contribution.high),
        values=_values(made, contribution.estimate, contribution.low, contribution.high),
        note=", ".join(part for part in parts if part),
        span=axis.span(contribution.low, contribution.estimate, contribution.high),
        side=f"{max(SMALLEST, LARGEST * math.sqrt(share / most)):.1f}".replace(".0", ""),
        risk=judged(first),
        disputed=_disputed(contribution),
    )


def _disputed(contribution: Contribution) -> str:
    if not contribution.disputed:
        return ""
    study, finding = contribution.study, contribution.finding
    found = (disputed(study, finding, figure) for figure in Disputed)
    return next(filter(None, found), "A figure of this result is disputed.")


def _pooled(made: Synthesis, axis: Axis) -> PooledLine:
    low, middle, high = (axis.place(value) for value in (made.low, made.estimate, made.high))
    spread = f"I² {made.i_squared:.0f}%" if made.i_squared is not None else ""
    people = figures.count(made.people, "person", "people") if made.people else ""
    predicted = made.prediction
    return PooledLine(
        figure=estimate(made, made.estimate, made.low, made.high),
        values=_values(made, made.estimate, made.low, made.high),
        diamond=f"M{low:.1f} 5L{middle:.1f} 0L{high:.1f} 5L{middle:.1f} 10Z",
        note=", ".join(part for part in (people, spread) if part),
        prediction=axis.span(predicted[0], made.estimate, predicted[1]) if predicted else None,
        predicted=f"{_ends(made, *predicted)}: where the effect of a new study is expected" if predicted else "",
    )


def judged(result: Result) -> Judged:
    """How the study of a result was appraised: the appraisal that is worst for it, as it counts."""
    if pooled := result.finding.pooled:
        risk = pooled.risk_of_bias_of_trials.risk if pooled.risk_of_bias_of_trials else RiskOfBias.NO_INFORMATION
        return Judged(LETTERS[risk], f"Its trials, as the review judges them: {risk.label.lower()}", "")
    appraisals = [a for a in result.study.appraisals if not a.of_review]
    worst = next((a for a in appraisals if a.risk is result.risk), None)
    if worst is None:
        return Judged(LETTERS[RiskOfBias.NO_INFORMATION], "Risk of bias: not appraised", "")
    risks = [*(item.judgement.risk for item in worst.domains), worst.overall.risk]
    return Judged("".join(LETTERS[risk] for risk in risks), _in_words(worst), _key(worst))


def _in_words(appraisal: Appraisal) -> str:
    domains = ", ".join(item.judgement.label.lower() for item in appraisal.domains)
    overall = f"{appraisal.overall.label.lower()} overall"
    return f"Risk of bias by {appraisal.tool}: {f'{domains}; ' if domains else ''}{overall}"


def _key(appraisal: Appraisal) -> str:
    if not appraisal.domains:
        return ""
    numbered = "; ".join(f"{number} {item.domain}" for number, item in enumerate(appraisal.domains, 1))
    return f"{appraisal.tool}: {numbered}; last overall"


def title(catalog: Catalog, made: Synthesis) -> str:
    """What an estimate is, e.g. ``Mean difference in points on the PFI, burnout; scale 0 to 10, lower is better``."""
    unit = "" if made.measure.ratio else "percentage points" if made.unit == "%" else made.unit or ""
    where = catalog.measured_with(made.instrument, made.scale)
    on = f" on the {where.title}" if where and made.unit != "standard deviations" else ""
    scale = figures.scale_meaning(catalog.scale(made.instrument, made.scale)) if on else ""
    lower = "lower is better" if made.better < 0 else "higher is better"
    words = f"{made.measure.label}{f' in {unit}' if unit else ''}{on}"
    return f"{words}; {scale if 'is better' in scale else lower}"


def estimate(made: Synthesis, middle: float, low: float, high: float) -> str:
    """``−0.79 (−1.27 to −0.32)``."""
    point, *ends = _values(made, middle, low, high)
    return f"{point} ({' to '.join(ends)})"


def _values(made: Synthesis, *numbers: float) -> tuple[str, ...]:
    return tuple(figures.rounded(number, _digits(made)) for number in numbers)


def _ends(made: Synthesis, low: float, high: float) -> str:
    return " to ".join(_values(made, low, high))


def _digits(made: Synthesis) -> int:
    return max(made.digits, 2) if made.measure.ratio or len(made.contributions) > 1 else made.digits


def threshold(made: Synthesis, explained: bool = True) -> str:
    """The size below which an effect is small, with where it comes from if ``explained``; empty if there is none."""
    if made.threshold is None:
        return ""
    low, high = made.threshold.low, made.threshold.high
    ends = f"{figures.rounded(low, 2)} to {figures.rounded(high, 2)}"
    return f"{ends} ({made.threshold.reason})" if explained else ends
