"""What must hold for any body of evidence."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kb.model import EffectDirection, EffectSize
from tests.unit.grading.conftest import ON_SCALE, make_assessment, make_finding, make_study

numbers = st.decimals(-10, 10, places=2)
halves = st.decimals("0.05", "8", places=2)
people = st.integers(4, 2000)
risks = st.sampled_from(["low", "some-concerns", "high", None])
results = st.tuples(numbers, halves, people, risks)
TURNED = {
    EffectDirection.FAVORS_INTERVENTION: EffectDirection.FAVORS_COMPARATOR,
    EffectDirection.FAVORS_COMPARATOR: EffectDirection.FAVORS_INTERVENTION,
}


def _trial(index, result, sign=1, **fields):
    value, half, n, risk = result
    ends = (sign * value - half, sign * value + half)
    return make_study(
        f"trial-{index}", risk=risk, **{**ON_SCALE, "estimate": sign * value, "ci": ends, "n": n, **fields}
    )


def _body(trials, mid="1"):
    return make_assessment(*trials, mid=mid).headline


@given(st.lists(results, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(drawn, random):
    trials = [_trial(index, result) for index, result in enumerate(drawn)]
    one, other = _body(trials), _body(random.sample(trials, len(trials)))
    assert (one.certainty, one.size, one.direction) == (other.certainty, other.size, other.direction)
    assert one.synthesis.estimate == other.synthesis.estimate


@given(st.lists(results, min_size=1, max_size=5))
def test_turning_all_signs_turns_the_direction_and_nothing_else(drawn):
    one = _body([_trial(index, result) for index, result in enumerate(drawn)])
    other = _body([_trial(index, result, sign=-1) for index, result in enumerate(drawn)])
    assert (one.certainty, one.size) == (other.certainty, other.size)
    assert other.direction == TURNED.get(one.direction, one.direction)


@given(st.lists(results, min_size=1, max_size=4), halves, people)
def test_a_further_study_that_agrees_and_is_sound_never_makes_a_body_less_certain(drawn, half, n):
    trials = [_trial(index, result) for index, result in enumerate(drawn)]
    before = _body(trials)
    agreeing = (Decimal(str(round(before.synthesis.estimate, 2))), half, n, "low")
    after = _body([*trials, _trial("new", agreeing)])
    if "hartung-knapp" in (before.synthesis.interval, after.synthesis.interval):
        return
    steps = [{each.domain: each.steps for each in body.forced} for body in (before, after)]
    for domain in ("imprecision", "inconsistency"):
        assert steps[1].get(domain, 0) >= steps[0].get(domain, 0)


@given(st.lists(results, min_size=1, max_size=5))
def test_an_unclear_effect_says_nothing_and_little_or_none_lies_inside_the_threshold(drawn):
    body = _body([_trial(index, result) for index, result in enumerate(drawn)])
    made = body.synthesis
    if body.size is EffectSize.LITTLE_OR_NONE:
        assert made.threshold.low < made.low <= made.high < made.threshold.high
    if body.size in (EffectSize.UNCLEAR, EffectSize.LITTLE_OR_NONE):
        assert body.direction is EffectDirection.NO_CLEAR_DIFFERENCE
    if body.size is EffectSize.UNCLEAR:
        assert made.per_hundred is None


@given(st.lists(st.tuples(numbers, halves), min_size=2, max_size=4))
def test_one_study_counts_once_however_many_results_it_reports(drawn):
    findings = [
        make_finding(id=f"f-{index}", **{**ON_SCALE, "estimate": value, "ci": (value - half, value + half), "n": 100})
        for index, (value, half) in enumerate(drawn)
    ]
    body = _body([make_study(findings=findings)])
    assert len(body.synthesis.contributions) == 1
    assert body.synthesis.contributions[0].finding.id == "f-0"
    assert len(body.results) == len(drawn)
