"""The six worked examples of the page How we grade, exactly."""

from kb.grading import floors, verdict_of
from kb.model import Certainty, Direction, Verdict

PEER_COACHING = {"estimate": "-0.79", "ci": ("-1.27", "-0.32"), "p": ".001", "n": 123}


def test_peer_coaching_on_burnout_is_low_and_evidence_based(evidence, assessed):
    body = assessed(evidence(**PEER_COACHING), down={"risk_of_bias": 1, "imprecision": 1})
    assert body.certainty is Certainty.LOW
    assert body.direction is Direction.FAVORS_INTERVENTION
    assert verdict_of([body]) is Verdict.EVIDENCE_BASED


def test_the_same_trial_on_exhaustion_is_very_low_with_no_clear_difference(evidence, assessed):
    shown = evidence(outcome="exhaustion", estimate="-0.09", ci=("-0.60", "0.42"), p=".73", n=123)
    body = assessed(shown, outcome="exhaustion", down={"risk_of_bias": 1, "imprecision": 2})
    assert body.certainty is Certainty.VERY_LOW
    assert body.direction is Direction.NO_CLEAR_DIFFERENCE
    assert {(floor.domain, floor.steps) for floor in floors([shown])} == {("imprecision", 2)}


def test_a_gain_inside_both_arms_of_a_trial_is_very_low_and_promising(evidence, assessed):
    gain = evidence(
        reading="abstract",
        higher_is_worse=None,
        comparison="uncontrolled",
        measure="mean-change",
        p="<.001",
        n=1575,
        direction="favors-intervention",
    )
    body = assessed(gain, down={"risk_of_bias": 1, "imprecision": 1})
    assert body.start is Certainty.LOW
    assert body.certainty is Certainty.VERY_LOW
    assert verdict_of([body]) is Verdict.PROMISING
    assert {(floor.domain, floor.steps) for floor in floors([gain])} == {("risk_of_bias", 1), ("imprecision", 1)}


def test_a_solution_proposed_in_focus_groups_is_not_graded_and_proposed(evidence, assessed):
    body = assessed(evidence(comparison="qualitative", measure="other", n=26))
    assert body.certainty is None
    assert verdict_of([body]) is Verdict.PROPOSED


def test_a_pilot_known_by_personal_communication_without_a_figure_is_not_graded_and_promising(assessed):
    body = assessed(studies=["sinsky-2020-practices"], reported_direction="favors-intervention")
    assert body.certainty is None
    assert body.direction is Direction.FAVORS_INTERVENTION
    assert verdict_of([body]) is Verdict.PROMISING


def test_a_small_trial_of_another_intervention_read_as_an_abstract_is_very_low(evidence, assessed):
    small = evidence(reading="abstract", estimate="-1.2", p=".02", n=74)
    body = assessed(small, down={"risk_of_bias": 1, "indirectness": 1, "imprecision": 1})
    assert body.certainty is Certainty.VERY_LOW
    assert {(floor.domain, floor.steps) for floor in floors([small])} == {("risk_of_bias", 1), ("imprecision", 1)}
