"""Where a body starts, what the data force, what is not graded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.grading import assess_body, counted_twice, floors, i_squared, required
from kb.model import Certainty, Direction, Domain

CLEAR = {"estimate": "-0.50", "ci": ("-0.70", "-0.30"), "n": 900}


def forced(*evidence):
    """The highest floor of each domain."""
    found = {}
    for floor in floors(list(evidence)):
        found[str(floor.domain)] = max(floor.steps, found.get(str(floor.domain), 0))
    return found


def test_a_large_clear_trial_read_in_full_forces_nothing(evidence):
    assert forced(evidence(**CLEAR)) == {}


@pytest.mark.parametrize(
    ("fields", "floor"),
    [
        ({"ci": ("-0.60", "0.20"), "estimate": "-0.20"}, {"imprecision": 1}),
        ({"n": 399}, {"imprecision": 1}),
        ({"n": 399, "ci": ("-0.60", "0.20"), "estimate": "-0.20"}, {"imprecision": 2}),
        ({"ci": None}, {"imprecision": 1}),
        ({"ci": None, "n": 399}, {"imprecision": 1}),
        ({"comparison": "uncontrolled"}, {"risk_of_bias": 1}),
        ({"reading": "abstract"}, {"risk_of_bias": 1}),
        ({"reading": "secondary"}, {"risk_of_bias": 1}),
        ({"reading": "abstract", "comparison": "uncontrolled"}, {"risk_of_bias": 1}),
        ({"reading": "personal-communication"}, {"risk_of_bias": 1, "publication_bias": 1}),
    ],
)
def test_each_trigger_forces_its_floor_and_within_a_domain_the_highest_applies(evidence, fields, floor):
    assert forced(evidence(**{**CLEAR, **fields})) == floor


def test_four_hundred_participants_are_enough(evidence):
    assert forced(evidence(**{**CLEAR, "n": 400})) == {}


def test_participants_of_several_findings_add_up(evidence):
    first, second = (evidence(study=name, **{**CLEAR, "n": 200}) for name in "ab")
    assert forced(first, second) == {}
    assert forced(first) == {"imprecision": 1}


def test_a_small_number_forces_nothing_for_an_outcome_that_is_counted(evidence):
    assert forced(evidence(measure="odds-ratio", estimate="0.50", ci=("0.30", "0.83"), n=100)) == {}


def test_an_interval_of_a_ratio_that_includes_one_forces_a_step(evidence):
    assert forced(evidence(measure="odds-ratio", estimate="0.80", ci=("0.50", "1.28"), n=900)) == {"imprecision": 1}


def test_one_controlled_finding_lifts_the_floor_for_lack_of_control(evidence):
    uncontrolled = evidence(study="a", **{**CLEAR, "comparison": "uncontrolled"})
    controlled = evidence(study="b", **{**CLEAR, "comparison": "controlled"})
    assert forced(uncontrolled, controlled) == {}


def test_heterogeneity_of_half_or_more_forces_inconsistency(evidence):
    fell = evidence(study="a", **CLEAR)
    rose = evidence(study="b", **{**CLEAR, "estimate": "0.50", "ci": ("0.30", "0.70")})
    assert forced(fell, rose) == {"inconsistency": 1}


def test_i_squared_is_zero_for_equal_results_and_high_for_opposite_ones(finding):
    fell = finding(estimate="-0.50", ci=("-0.70", "-0.30"))
    rose = finding(estimate="0.50", ci=("0.30", "0.70"))
    assert i_squared([fell, fell]) == 0
    # Q = 2 * (0.5 / (0.4 / 3.92))² = 48.02; I² = (48.02 - 1) / 48.02.
    assert i_squared([fell, rose]) == pytest.approx(97.9, abs=0.05)


def test_i_squared_needs_two_intervals_on_one_scale(finding):
    fell = finding(estimate="-0.50", ci=("-0.70", "-0.30"))
    assert i_squared([fell]) is None
    assert i_squared([fell, finding(estimate="-0.50")]) is None
    assert i_squared([fell, finding(estimate="-0.50", ci=("-0.70", "-0.30"), instrument="pfi")]) is None


def test_an_override_sets_the_floor_and_a_floor_of_none_disappears(evidence, body):
    reason = "The interval is far from anything that matters."
    small = [evidence(**{**CLEAR, "n": 100})]
    assert required(small, body())[Domain.IMPRECISION].steps == 1
    assert required(small, body(overrides=[{"domain": "imprecision", "floor": 0, "reason": reason}])) == {}


@pytest.mark.parametrize(
    ("comparison", "start"),
    [("randomized", Certainty.HIGH), ("controlled", Certainty.LOW), ("uncontrolled", Certainty.LOW)],
)
def test_the_comparison_of_the_findings_decides_the_start(evidence, assessed, comparison, start):
    body = assessed(evidence(**CLEAR, comparison=comparison))
    assert (body.start, body.certainty) == (start, start)
    assert body.controlled == (comparison != "uncontrolled")


@pytest.mark.parametrize("comparison", ["qualitative", "descriptive", "association", "psychometric"])
def test_a_finding_that_can_show_no_effect_is_not_graded_however_exact(evidence, assessed, comparison):
    body = assessed(evidence(**CLEAR, comparison=comparison), down={"imprecision": 2})
    assert body.certainty is None
    assert body.start is None
    assert not body.can_show_effect
    assert comparison in body.not_graded_reason


def test_a_number_without_a_direction_is_not_graded(evidence, assessed):
    body = assessed(evidence(higher_is_worse=None, estimate="-0.79", n=123))
    assert body.certainty is None
    assert body.can_show_effect
    assert body.not_graded_reason


def test_a_direction_without_a_number_is_not_graded(evidence, assessed):
    body = assessed(evidence(direction="favors-intervention"))
    assert body.certainty is None
    assert body.direction is Direction.FAVORS_INTERVENTION


def test_an_empty_body_is_not_graded_and_says_so(assessed):
    body = assessed()
    assert body.certainty is None
    assert body.not_graded_reason
    assert not body.can_show_effect


def test_the_curators_reason_for_no_grade_is_shown_where_there_is_one(assessed):
    reason = "It was proposed by experts and never tried."
    assert assessed(not_graded_reason=reason).not_graded_reason == reason


def test_certainty_stays_between_very_low_and_high(evidence, assessed):
    lowest = {"risk_of_bias": 2, "inconsistency": 2, "indirectness": 2, "imprecision": 2, "publication_bias": 1}
    highest = {"large_effect": 2, "dose_response": 1, "residual_confounding": 1}
    assert assessed(evidence(**CLEAR), down=lowest).certainty is Certainty.VERY_LOW
    assert assessed(evidence(**CLEAR, comparison="controlled"), up=highest).certainty is Certainty.HIGH


def test_a_step_up_raises_a_body_that_starts_low(evidence, assessed):
    body = assessed(evidence(**CLEAR, comparison="controlled"), up={"large_effect": 1})
    assert body.certainty is Certainty.MODERATE


def test_every_step_that_counts_is_told_with_its_sign_and_reason(evidence, assessed):
    body = assessed(evidence(**CLEAR), down={"imprecision": 1, "indirectness": 0})
    assert body.adjustments == ((Domain.IMPRECISION, -1, "A reason that is long enough."),)


def test_findings_that_disagree_are_unclear(evidence, assessed):
    fell = evidence(study="a", **CLEAR)
    rose = evidence(study="b", **{**CLEAR, "estimate": "0.50", "ci": ("0.30", "0.70")})
    assert assessed(fell, rose).direction is Direction.NO_CLEAR_DIFFERENCE
    assert assessed(fell, fell).direction is Direction.FAVORS_INTERVENTION


def test_participants_are_counted_only_where_every_finding_reports_them(evidence, assessed):
    told, untold = evidence(study="a", **CLEAR), evidence(study="b", **{**CLEAR, "n": None})
    assert assessed(told).sample_size == 900
    assert assessed(told, untold).sample_size is None


def test_a_trial_that_stands_twice_is_found_and_two_interviews_are_not(evidence):
    trial = evidence(study="trial", **CLEAR)
    theme = evidence(study="interviews", comparison="qualitative", measure="other")
    assert counted_twice([trial, trial, theme, theme]) == ["trial"]


# Properties. The strategies draw any finding that can show an effect and any steps within the limits.

DOWN = {"risk_of_bias": 2, "inconsistency": 2, "indirectness": 2, "imprecision": 2, "publication_bias": 1}
UP = {"large_effect": 2, "dose_response": 1, "residual_confounding": 1}
steps_down = st.fixed_dictionaries({domain: st.integers(0, limit) for domain, limit in DOWN.items()})
steps_up = st.fixed_dictionaries({domain: st.integers(0, limit) for domain, limit in UP.items()})


@st.composite
def numbers(draw, comparisons=("randomized", "controlled", "uncontrolled")):
    """A finding as fields: an estimate in hundredths with an interval, a number of participants, what was read."""
    estimate, half = draw(st.integers(-300, 300)), draw(st.integers(1, 300))
    with_ci = draw(st.booleans())
    return {
        "study": draw(st.sampled_from(["a", "b", "c", "d"])),
        "reading": draw(st.sampled_from(["full-text", "abstract", "secondary", "personal-communication"])),
        "higher_is_worse": draw(st.sampled_from([True, False, None])),
        "comparison": draw(st.sampled_from(comparisons)),
        "estimate": f"{estimate / 100:.2f}",
        "ci": (f"{(estimate - half) / 100:.2f}", f"{(estimate + half) / 100:.2f}") if with_ci else None,
        "p": draw(st.sampled_from([".001", ".04", ".20", "<.001"])) if not with_ci else None,
        "n": draw(st.one_of(st.none(), st.integers(0, 2000))),
    }


@given(fields=st.lists(numbers(), min_size=1, max_size=4), down=steps_down, domain=st.sampled_from(sorted(DOWN)))
def test_a_further_downgrade_never_raises_certainty(evidence, assessed, fields, down, domain):
    drawn = [evidence(**field) for field in fields]
    before = assessed(*drawn, down=down)
    after = assessed(*drawn, down={**down, domain: down[domain] + 1})
    assert (after.certainty or 0) <= (before.certainty or 0)


@given(fields=st.lists(numbers(), min_size=1, max_size=4), up=steps_up, domain=st.sampled_from(sorted(UP)))
def test_a_further_upgrade_never_lowers_certainty(evidence, assessed, fields, up, domain):
    drawn = [evidence(**field) for field in fields]
    before = assessed(*drawn, up=up)
    after = assessed(*drawn, up={**up, domain: up[domain] + 1})
    assert (after.certainty or 0) >= (before.certainty or 0)


@given(fields=st.lists(numbers(), min_size=2, max_size=4), down=steps_down, order=st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_findings(evidence, body, fields, down, order):
    drawn = [evidence(**field) for field in fields]
    shuffled = list(drawn)
    order.shuffle(shuffled)
    recorded = body(down=down)
    assert assess_body(recorded, drawn) == assess_body(recorded, shuffled)
    assert forced(*drawn) == forced(*shuffled)
    assert set(counted_twice(drawn)) == set(counted_twice(shuffled))


@given(fields=st.lists(numbers(), max_size=4), down=steps_down, up=steps_up)
def test_certainty_is_always_one_of_four_or_missing_with_a_reason(evidence, assessed, fields, down, up):
    body = assessed(*(evidence(**field) for field in fields), down=down, up=up)
    if body.certainty is None:
        assert body.not_graded_reason
    else:
        assert body.certainty in (1, 2, 3, 4)
        assert body.start is not None


@given(fields=st.lists(numbers(("qualitative", "association", "descriptive", "psychometric")), max_size=4))
def test_no_number_of_findings_without_effect_earns_a_grade(evidence, assessed, fields):
    assert assessed(*(evidence(**field) for field in fields)).certainty is None


@given(field=numbers())
def test_floors_never_fall_when_less_was_read(evidence, field):
    whole = forced(evidence(**{**field, "reading": "full-text"}))
    part = forced(evidence(**{**field, "reading": "abstract"}))
    told = forced(evidence(**{**field, "reading": "personal-communication"}))
    for domain in DOWN:
        assert whole.get(domain, 0) <= part.get(domain, 0) <= told.get(domain, 0)


@given(field=numbers(), fewer=st.integers(0, 2000))
def test_floors_never_fall_when_fewer_take_part(evidence, field, fewer):
    many = forced(evidence(**{**field, "n": fewer + 500}))
    few = forced(evidence(**{**field, "n": fewer}))
    assert all(steps <= few.get(domain, 0) for domain, steps in many.items())


@given(field=numbers())
def test_floors_never_fall_when_a_finding_loses_its_control_group(evidence, field):
    controlled = forced(evidence(**{**field, "comparison": "controlled"}))
    uncontrolled = forced(evidence(**{**field, "comparison": "uncontrolled"}))
    assert all(steps <= uncontrolled.get(domain, 0) for domain, steps in controlled.items())


@given(field=numbers(), low=st.integers(1, 300), half=st.integers(1, 300))
def test_floors_never_fall_when_a_clear_finding_loses_its_interval(evidence, field, low, half):
    clear = {**field, "estimate": f"{(low + half) / 100:.2f}", "p": None}
    del clear["ci"]
    with_interval = forced(evidence(**clear, ci=(f"{low / 100:.2f}", f"{(low + 2 * half) / 100:.2f}")))
    without = forced(evidence(**clear, ci=None))
    assert all(steps <= without.get(domain, 0) for domain, steps in with_interval.items())
    assert without["imprecision"] >= 1
