"""Which side a finding speaks for."""

from __future__ import annotations

from kb.grading.numbers import excludes_null, null_of
from kb.model import Comparison, Direction, Finding

EFFECT = frozenset({Comparison.RANDOMIZED, Comparison.CONTROLLED, Comparison.UNCONTROLLED})
CONTROLLED = frozenset({Comparison.RANDOMIZED, Comparison.CONTROLLED})


def computed(finding: Finding, higher_is_worse: bool | None) -> Direction | None:
    """The direction from the estimate, its interval or P value, and the scale; None where they do not tell.

    An interval that excludes the null, or else P < .05, on the good side favors the intervention.
    """
    null, clear = null_of(finding.measure), excludes_null(finding)
    if higher_is_worse is None or finding.estimate is None or null is None or clear is None:
        return None
    if not clear:
        return Direction.NO_CLEAR_DIFFERENCE
    fell = float(finding.estimate) < null
    return Direction.FAVORS_INTERVENTION if fell == higher_is_worse else Direction.FAVORS_COMPARATOR


def known_direction(finding: Finding, higher_is_worse: bool | None) -> Direction | None:
    """The direction computed, else recorded; None where an effect finding has neither."""
    if finding.comparison not in EFFECT:
        return Direction.NOT_APPLICABLE
    return computed(finding, higher_is_worse) or finding.direction


def direction_of(finding: Finding, higher_is_worse: bool | None) -> Direction:
    """The direction to show; not applicable where an effect finding prints nothing that tells."""
    return known_direction(finding, higher_is_worse) or Direction.NOT_APPLICABLE


def lower_is_better(finding: Finding, higher_is_worse: bool | None) -> bool | None:
    """Which side of the estimate is good; None where nothing tells.

    Where no scale says it, a recorded direction does: an estimate below the null that favors the intervention.
    """
    null = null_of(finding.measure)
    if higher_is_worse is not None or finding.estimate is None or null is None:
        return higher_is_worse
    fell = float(finding.estimate) < null
    return {Direction.FAVORS_INTERVENTION: fell, Direction.FAVORS_COMPARATOR: not fell}.get(
        direction_of(finding, higher_is_worse)
    )


def contradicts(finding: Finding, higher_is_worse: bool | None) -> bool:
    """Whether a direction recorded by hand speaks for the other side than the sign of the estimate on its scale."""
    null = null_of(finding.measure)
    if higher_is_worse is None or finding.estimate is None or null is None or float(finding.estimate) == null:
        return False
    good = (float(finding.estimate) < null) == higher_is_worse
    return finding.direction is (Direction.FAVORS_COMPARATOR if good else Direction.FAVORS_INTERVENTION)


def usable(finding: Finding, higher_is_worse: bool | None) -> bool:
    """Whether a finding is a number with its direction: an estimate or at least a P value, and which side it is on."""
    has_number = finding.estimate is not None or finding.p is not None
    return finding.comparison in EFFECT and has_number and known_direction(finding, higher_is_worse) is not None


def agreed(directions: list[Direction]) -> Direction:
    """The direction that several findings share; no clear difference where they disagree."""
    return directions[0] if len(set(directions)) == 1 else Direction.NO_CLEAR_DIFFERENCE
