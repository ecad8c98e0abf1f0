"""What a curator must not be able to walk around: lent designs, numbers left out, signs that clash."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kb.grading.direction import contradicts, direction_of
from kb.grading.numbers import excludes_null, mismatches
from kb.model import Arm, EffectDirection


def test_an_interval_of_another_level_leaves_the_decision_to_the_p_value(finding):
    assert excludes_null(finding(estimate="-0.5", ci=("-0.97", "-0.03"), ci_level="90", p=".08")) is False
    assert excludes_null(finding(estimate="-0.5", ci=("-0.97", "-0.03"), ci_level="90")) is True


def test_an_effect_that_prints_nothing_has_no_direction(finding):
    assert direction_of(finding(measure="other"), None) is EffectDirection.NOT_APPLICABLE


@pytest.mark.parametrize(("direction", "clash"), [("favors-comparator", True), ("favors-intervention", False)])
def test_a_direction_by_hand_may_not_clash_with_the_sign_on_a_scale(finding, direction, clash):
    assert contradicts(finding(estimate="-0.52", direction=direction), higher_is_worse=True) is clash


@pytest.mark.parametrize(
    ("arm", "code", "place"),
    [
        ({"change": "-0.51", "ci": ("1.02", "2.00")}, "KB301", "change"),
        ({"change": "-0.51", "ci": ("0.00", "-1.02")}, "KB301", "ci"),
        ({"change": "-0.51", "ci": ("-1.02", "0.90")}, "KB302", "ci"),
        ({"events": 9, "total": 3}, "KB304", "events"),
    ],
)
def test_the_numbers_of_an_arm_must_agree(finding, arm, code, place):
    values = {name: Decimal(value) if isinstance(value, str) else value for name, value in arm.items()}
    if "ci" in values:
        values["ci"] = tuple(Decimal(end) for end in values["ci"])
    shown = finding(estimate="-0.5").model_copy(update={"arms": (Arm(label="a"), Arm(label="b", **values))})
    assert [(m.code, m.loc) for m in mismatches(shown)] == [(code, ("arms", 1, place))]


def test_a_ratio_lies_above_zero_and_a_proportion_below_a_hundred(finding):
    assert [m.code for m in mismatches(finding(measure="odds-ratio", estimate="-2"))] == ["KB301"]
    assert [m.code for m in mismatches(finding(measure="proportion", unit="%", estimate="152"))] == ["KB304"]


def test_an_interval_that_cannot_be_right_is_told_once_and_not_blamed_on_p(finding):
    shown = finding(estimate="-0.79", ci=("-0.70", "-0.32"), p=".73")
    assert [m.code for m in mismatches(shown)] == ["KB301"]
