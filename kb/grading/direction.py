"""Which side a finding speaks for."""

from __future__ import annotations

from collections.abc import Mapping

from kb.grading.bodies import EFFECT
from kb.grading.effects import scale_of, undisputed
from kb.grading.numbers import excludes_null, null_of
from kb.model import ArmRole, Better, EffectDirection, Finding, Instrument, Study


def computed(finding: Finding, higher_is_worse: bool | None) -> EffectDirection | None:
    """The direction from the estimate, its interval or P value, and the scale; None where they do not tell.

    An interval that excludes the null, or else P < .05, on the good side favors the intervention.
    """
    null, clear = null_of(finding.measure), excludes_null(finding)
    if higher_is_worse is None or finding.estimate is None or null is None or clear is None:
        return None
    if not clear:
        return EffectDirection.NO_CLEAR_DIFFERENCE
    fell = float(finding.estimate) < null
    return EffectDirection.FAVORS_INTERVENTION if fell == higher_is_worse else EffectDirection.FAVORS_COMPARATOR


def known_direction(finding: Finding, higher_is_worse: bool | None) -> EffectDirection | None:
    """The direction computed, else recorded; None where an effect finding has neither."""
    if finding.comparison not in EFFECT:
        return EffectDirection.NOT_APPLICABLE
    return computed(finding, higher_is_worse) or finding.direction


def direction_of(finding: Finding, higher_is_worse: bool | None) -> EffectDirection:
    """The direction to show; not applicable where an effect finding prints nothing that tells."""
    return known_direction(finding, higher_is_worse) or EffectDirection.NOT_APPLICABLE


def favors(study: Study, finding: Finding, instruments: Mapping[str, Instrument]) -> EffectDirection:
    """The direction to show of a finding: by figures that are not disputed, for the arm of the intervention."""
    return direction_of(undisputed(finding, study), lower_is_better(study, finding, instruments))


def lower_is_better(study: Study, finding: Finding, instruments: Mapping[str, Instrument]) -> bool | None:
    """Whether a lower estimate is better for the arm of the intervention; None where nothing says.

    A comparison that a study gives the other way round, the control first, is turned.
    """
    worse = finding.better is Better.LESS if finding.better else higher_is_worse(finding, instruments)
    roles = [arm.role if arm else None for arm in (study.arm(given.arm) for given in finding.arms)]
    turned = roles == [ArmRole.CONTROL, ArmRole.INTERVENTION]
    return worse if worse is None else worse != turned


def contradicts(finding: Finding, higher_is_worse: bool | None) -> bool:
    """Whether a direction recorded by hand speaks for the other side than the sign of the estimate on its scale."""
    null = null_of(finding.measure)
    if higher_is_worse is None or finding.estimate is None or null is None or float(finding.estimate) == null:
        return False
    good = (float(finding.estimate) < null) == higher_is_worse
    return finding.direction is (EffectDirection.FAVORS_COMPARATOR if good else EffectDirection.FAVORS_INTERVENTION)


def higher_is_worse(finding: Finding, instruments: Mapping[str, Instrument]) -> bool | None:
    """Whether a higher score is worse: by the finding's scale, else by its outcome; None where neither says."""
    scale = scale_of(finding, instruments)
    if scale and scale.higher_is_worse is not None:
        return scale.higher_is_worse
    return None if finding.outcome.better is None else finding.outcome.better is Better.LESS
