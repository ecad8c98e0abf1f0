"""Findings as a forest plot sees them: which can be drawn, which side is good, and which may share an axis."""

from __future__ import annotations

from typing import NamedTuple

from kb.grading import EFFECT, direction_of, higher_is_worse, lower_is_better
from kb.grading.numbers import RATIOS, null_of
from kb.model import Comparison, Direction, Finding, Measure, Study
from kb.site import figures
from kb.site.material import Material

PERCENTAGES = frozenset({"%", "percentage points"})


class Result(NamedTuple):
    """A finding with what the drawing must know of it."""

    study: Study
    """The study."""
    finding: Finding
    """The finding."""
    href: str
    """The address that its name leads to."""
    direction: Direction
    """Which side it speaks for."""
    lower_is_better: bool | None
    """Which side of the null is good; None where nothing tells."""
    span: str
    """Range of the scale and which way is better."""


def drawable(finding: Finding) -> bool:
    """Whether a finding has an estimate with an interval, and a value that means no effect."""
    if finding.estimate is None or finding.ci is None or null_of(finding.measure) is None:
        return False
    return finding.measure not in RATIOS or finding.estimate > 0


def result_of(material: Material, study: Study, finding: Finding, href: str) -> Result:
    """A finding of a study, with the address that its name leads to."""
    worse = higher_is_worse(finding, material.knowledge.instruments)
    span = figures.scale_meaning(material.scale(finding.instrument, finding.scale))
    return Result(study, finding, href, direction_of(finding, worse), lower_is_better(finding, worse), span)


def axis_key(result: Result) -> tuple[object, ...]:
    """Findings with the same key may share an axis."""
    finding = result.finding
    unit = "%" if finding.unit in PERCENTAGES else finding.unit
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


def ends(finding: Finding) -> tuple[float, float, float]:
    """Low end of the interval, estimate and high end. Raises ValueError where there is no interval."""
    if finding.ci is None or finding.estimate is None:
        raise ValueError(f"{finding.id} has no interval")
    return float(finding.ci[0]), float(finding.estimate), float(finding.ci[1])
