"""Pooled estimates are those of R's metafor on public data sets, and do not depend on the order of studies."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.grading.effects import correction, effects_of
from kb.grading.pooling import Estimate, pool, t_quantile
from kb.model import EffectMeasure, Result
from tests.unit.grading.conftest import make_study

EXPECTED = json.loads((Path(__file__).parents[2] / "metafor" / "expected.json").read_text())
effects = st.builds(Estimate, st.floats(-5, 5), st.floats(0.05, 3))


@pytest.mark.parametrize("name", EXPECTED["pools"])
def test_a_pool_is_that_of_metafor(name):
    expected = EXPECTED["pools"][name]
    made = pool([Estimate(y, se) for y, se in zip(expected["yi"], expected["sei"], strict=True)])
    assert made.interval == expected["interval"]
    for field in ("value", "se", "low", "high", "tau", "i_squared", "weights"):
        assert getattr(made, field) == pytest.approx(expected[field], rel=1e-7, abs=1e-9), field
    if expected.get("prediction"):
        assert made.prediction == pytest.approx(expected["prediction"], rel=1e-7, abs=1e-9)
    else:
        assert made.prediction is None


@pytest.mark.parametrize("case", EXPECTED["quantiles"], ids=lambda case: str(case["freedom"]))
def test_quantiles_of_t_are_those_of_r(case):
    assert t_quantile(0.975, case["freedom"]) == pytest.approx(case["t"], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("mean_difference", EffectMeasure.MEAN_DIFFERENCE),
        ("standardized_mean_difference", EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE),
        ("risk_ratio", EffectMeasure.RISK_RATIO),
        ("risk_difference", EffectMeasure.RISK_DIFFERENCE),
    ],
)
def test_an_effect_from_the_arms_is_that_of_metafor(name, measure, finding):
    expected = EXPECTED["effects"][name]
    scale = 100 if measure is EffectMeasure.RISK_DIFFERENCE else 1
    for arms, y, se in zip(expected["arms"], expected["yi"], expected["sei"], strict=True):
        if "m1i" in arms:
            given_arms = [
                {"label": "A", "n": arms["n1i"], "mean": arms["m1i"], "sd": arms["sd1i"]},
                {"label": "B", "n": arms["n2i"], "mean": arms["m2i"], "sd": arms["sd2i"]},
            ]
            reported = "mean-difference"
        else:
            given_arms = [
                {"label": "A", "events": arms["tpos"], "total": arms["tpos"] + arms["tneg"]},
                {"label": "B", "events": arms["cpos"], "total": arms["cpos"] + arms["cneg"]},
            ]
            reported = "risk-ratio"
        result = Result(make_study(estimate=1, n=10), finding(measure=reported, arms=given_arms), 1, -1, None, None)
        found = next(each for each in effects_of(result, None) if each.measure is measure)
        assert found.value == pytest.approx(scale * y, rel=1e-9)
        assert found.se == pytest.approx(scale * se, rel=1e-9)


def test_hedges_correction_comes_near_its_well_known_approximation():
    assert correction(38) == pytest.approx(1 - 3 / (4 * 38 - 1), abs=1e-4)


def test_one_estimate_is_not_a_pool():
    with pytest.raises(ValueError, match="two estimates or more, got 1"):
        pool([Estimate(1.0, 1.0)])


@given(st.lists(effects, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(estimates, random):
    shuffled = random.sample(estimates, len(estimates))
    one, other = pool(estimates), pool(shuffled)
    assert (one.value, one.low, one.tau) == pytest.approx((other.value, other.low, other.tau), abs=1e-6)


@given(st.lists(effects, min_size=2, max_size=8))
def test_turning_all_signs_turns_the_estimate(estimates):
    one, other = pool(estimates), pool([Estimate(-e.value, e.se) for e in estimates])
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-6)


@given(st.lists(effects, min_size=2, max_size=8))
def test_a_pool_lies_among_its_studies_and_its_weights_add_up(estimates):
    made = pool(estimates)
    assert min(e.value for e in estimates) - 1e-9 <= made.value <= max(e.value for e in estimates) + 1e-9
    assert math.fsum(made.weights) == pytest.approx(1)
    assert 0 <= made.i_squared <= 100
    assert made.low < made.value < made.high
