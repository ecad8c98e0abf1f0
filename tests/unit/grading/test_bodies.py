"""Which findings stand in a body, and which counts of each study."""

import pytest

from kb.grading import assess_all


def _keys(assessment):
    return {str(body.key) for body in assessment.bodies}


@pytest.mark.parametrize(
    ("weeks", "band"), [(0, "short"), (13, "short"), (13.5, "medium"), (52, "medium"), (53, "long"), (None, "unstated")]
)
def test_the_time_since_the_end_makes_the_band(trial, assessed, weeks, band):
    made = assessed(trial(estimate=-3, ci=(-5, -1), n=100, weeks_after_end=weeks))
    assert _keys(made) == {f"exhaustion/inactive/{band}/randomized"}


def test_weeks_since_the_start_count_where_there_is_no_end(trial, assessed):
    made = assessed(trial(estimate=-3, ci=(-5, -1), n=100, weeks_after_end=None, weeks_after_start=60))
    assert _keys(made) == {"exhaustion/inactive/long/randomized"}


def test_kinds_of_comparison_are_never_mixed(trial, assessed):
    made = assessed(
        trial("one", estimate=-3, ci=(-5, -1), n=100),
        trial("two", estimate=-3, ci=(-5, -1), n=100, comparison="controlled"),
        trial("three", estimate=-3, ci=(-5, -1), n=100, comparison="uncontrolled"),
        trial("four", estimate=-3, ci=(-5, -1), n=100, comparator="active"),
    )
    assert _keys(made) == {
        "exhaustion/inactive/short/randomized",
        "exhaustion/inactive/short/controlled",
        "exhaustion/none/short/uncontrolled",
        "exhaustion/active/short/randomized",
    }


@pytest.mark.parametrize("comparison", ["association", "descriptive", "qualitative", "psychometric"])
def test_what_cannot_show_an_effect_is_in_no_body(trial, assessed, comparison):
    assert not assessed(trial(estimate=-3, ci=(-5, -1), n=100, comparison=comparison)).bodies


def test_a_change_within_an_arm_is_left_out_where_the_study_compares_the_outcome(study, finding, assessed):
    findings = [
        finding(id="between", estimate=-3, ci=(-5, -1), n=100, unit="points"),
        finding(id="within", comparison="uncontrolled", measure="mean-change", estimate=-4, ci=(-6, -2), unit="points"),
        finding(
            id="other", comparison="uncontrolled", outcome="stress", measure="mean-change", estimate=-4, ci=(-6, -2)
        ),
    ]
    assert _keys(assessed(study(findings=findings))) == {
        "exhaustion/inactive/unstated/randomized",
        "stress/none/unstated/uncontrolled",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"primary": True, "subgroup": "Women"}, {"primary": False}),
        ({}, {"subgroup": "Women"}),
        ({"analysis": "as-randomized"}, {"analysis": "complete-cases"}),
        ({"adjusted_for": "age"}, {}),
        ({"instrument": "mbi", "scale": "exhaustion"}, {}),
        ({"weeks_after_end": 8}, {"weeks_after_end": 4}),
    ],
)
def test_the_result_that_counts_is_found_by_rule(study, finding, assessed, first, second):
    fields = {"unit": "points", "weeks_after_end": 0, "n": 100}
    for order in (0, 1):
        named = [
            {"id": "counts", "estimate": -1, "ci": (-2, 0), **first},
            {"id": "other", "estimate": -9, "ci": (-10, -8), **second},
        ]
        findings = [finding(**{**fields, **each}) for each in (named if order else named[::-1])]
        (body,) = assessed(study(findings=findings)).bodies
        assert [result.finding.id for result in body.counted] == ["counts"]
        assert {result.finding.id for result in body.results} == {"counts", "other"}


def test_an_estimate_of_the_control_less_the_intervention_is_turned(trial, assessed):
    made = assessed(
        trial(estimate=3, ci=(1, 5), n=100, arms=None, findings=None),
        mid="1",
    )
    assert made.headline.direction == "favors-comparator"


def test_the_arm_of_the_intervention_may_come_second(study, finding, assessed):
    turned = finding(
        estimate=3,
        ci=(1, 5),
        n=100,
        unit="points",
        instrument="mbi",
        scale="exhaustion",
        arms=[{"arm": "control", "n": 50}, {"arm": "coaching", "n": 50}],
    )
    body = assessed(study(findings=[turned]), mid="1").headline
    assert (body.synthesis.estimate, body.direction) == (-3, "favors-intervention")


def test_members_stand_in_the_bodies_of_their_class(trial, intervention):
    entries = {
        "coaching": intervention("coaching", part_of=["programs", "bundle"]),
        "programs": intervention("programs", scope="class"),
        "bundle": intervention("bundle"),
    }
    made = assess_all(entries, {"trial": trial(estimate=-3, ci=(-5, -1), n=100)}, {})
    assert [len(made[slug].bodies) for slug in ("coaching", "programs", "bundle")] == [1, 1, 0]


def test_a_draft_and_a_withdrawn_study_are_in_no_body(trial, assessed):
    assert not assessed(trial(estimate=-3, ci=(-5, -1), n=100, status="draft")).bodies


def test_a_disputed_interval_is_not_used_but_the_next_way_is(trial, assessed):
    wrong = {
        "place": "Abstract",
        "issue": "The interval is too narrow for so few people.",
        "resolution": "The interval is not used.",
        "findings": ["a"],
        "disputed": ["interval"],
    }
    body = assessed(trial(estimate=-3, ci=(-3.1, -2.9), p=".04", n=100, discrepancies=[wrong])).headline
    (part,) = body.synthesis.contributions
    assert (part.way, part.disputed) == ("from the P value", True)


@pytest.mark.parametrize(("disputed", "usable"), [(["estimate"], True), (["estimate", "means"], False)])
def test_from_disputed_means_nothing_is_computed(study, finding, assessed, disputed, usable):
    arms = [{"arm": "coaching", "n": 24, "mean": 23, "sd": 4}, {"arm": "control", "n": 24, "mean": 38, "sd": 11}]
    wrong = {
        "place": "Abstract",
        "issue": "The means may be mean ranks.",
        "resolution": "The means are not used here.",
        "findings": ["a"],
        "disputed": disputed,
    }
    made = assessed(study(findings=[finding(unit="points", arms=arms)], discrepancies=[wrong]))
    (body,) = made.bodies
    assert body.usable is usable


def test_an_estimate_that_nothing_can_be_averaged_with_stands_as_reported(study, finding, trial, assessed):
    """A second study that names neither scale nor sizes takes nothing from the first, not its unit either."""
    arms = [{"arm": "coaching", "n": 50, "mean": 20, "sd": 6}, {"arm": "control", "n": 50, "mean": 23, "sd": 6}]
    on_scale = {"instrument": "mbi", "scale": "exhaustion", "unit": "points", "weeks_after_end": 0}
    scored = study("one", findings=[finding(estimate=-3, ci=(-5, -1), n=100, arms=arms, **on_scale)])
    unnamed = trial("two", estimate=-0.4, ci=(-0.6, -0.1), instrument=None, scale=None)
    alone, both = (assessed(*studies).headline.synthesis for studies in ([scored], [scored, unnamed]))
    assert (both.estimate, both.measure, both.unit) == (alone.estimate, alone.measure, alone.unit)


def test_arms_that_report_differences_only_are_averaged_and_their_control_counts_once(study, finding, assessed):
    arms = [
        {"slug": slug, "label": slug, "role": "intervention", "intervention": "coaching"}
        for slug in ("first", "second")
    ]
    arms.append({"slug": "control", "label": "Control", "role": "control", "comparator_class": "inactive"})
    findings = [
        finding(id=arm, estimate=-2, se=1, unit="points", arms=[{"arm": arm, "n": 50}, {"arm": "control", "n": 50}])
        for arm in ("first", "second")
    ]
    made = assessed(study(arms=arms, findings=findings)).headline.synthesis
    assert (made.estimate, made.people) == (-2, 150)
    # Half of each variance is the control's: .5 + (.5 / 2) instead of the 0.5 that two separate trials would give.
    assert made.contributions[0].high - made.estimate == pytest.approx(1.959964 * 0.75**0.5)


def test_a_cluster_trial_that_ignored_its_clusters_is_widened(trial, assessed):
    allocation = {"unit": "cluster", "clusters": 10, "clustering": "ignored"}
    plain = assessed(trial(estimate=-3, se=1, n=100)).headline.synthesis
    wide = assessed(trial(estimate=-3, se=1, n=100, allocation=allocation)).headline.synthesis
    factor = (1 + (100 / 10 - 1) * 0.05) ** 0.5
    assert wide.high - wide.estimate == pytest.approx(factor * (plain.high - plain.estimate))
    unknown = {"unit": "cluster", "clustering": "ignored"}
    (body,) = assessed(trial(estimate=-3, se=1, n=100, allocation=unknown)).bodies
    assert body.synthesis is None
    assert "clusters were ignored" in body.not_graded_reason


def test_a_scale_scored_on_another_range_is_converted(trial, assessed):
    made = assessed(trial(estimate=-1, ci=(-2, 0), n=100, range=(0, 6))).headline.synthesis
    assert (made.estimate, made.low, made.high) == pytest.approx((-9, -18, 0))


def test_two_scales_are_brought_to_standard_deviations_with_signs_turned(study, finding, assessed):
    def on(scale, sign, slug):
        arms = [
            {"arm": "coaching", "n": 50, "mean": 20 + sign * -4, "sd": 8},
            {"arm": "control", "n": 50, "mean": 20, "sd": 8},
        ]
        named = {"instrument": "mbi", "scale": "exhaustion"} if scale else {}
        return study(slug, findings=[finding(unit="points", arms=arms, weeks_after_end=0, **named)])

    made = assessed(on(True, 1, "one"), on(False, 1, "two")).headline.synthesis
    assert made.measure == "standardized-mean-difference"
    assert made.estimate == pytest.approx(-0.4961, abs=1e-3)
    assert made.studies == 2


def test_a_share_that_improved_is_good_where_it_is_more(study, finding, assessed):
    improved = finding(
        outcome="burnout", measure="risk-difference", estimate=14.7, p=".01", n=135, better="more", weeks_after_end=0
    )
    assert assessed(study(findings=[improved])).headline.direction == "favors-intervention"


def test_points_of_scales_that_are_not_named_are_not_taken_for_one_scale(trial, assessed):
    unnamed = {"instrument": None, "scale": None, "estimate": -3, "ci": (-5, -1), "n": 100}
    made = assessed(trial("one", **unnamed), trial("two", **unnamed)).headline.synthesis
    assert made.measure == "standardized-mean-difference"


def test_sizes_of_arms_are_those_of_the_study_where_a_finding_gives_none(study, finding, assessed):
    arms = [
        {"slug": "coaching", "label": "C", "role": "intervention", "intervention": "coaching", "n_randomized": 44},
        {"slug": "control", "label": "W", "role": "control", "comparator_class": "inactive", "n_randomized": 44},
    ]
    changes = [
        {"arm": "coaching", "change": -5.2, "change_sd": 8.7},
        {"arm": "control", "change": 1.5, "change_sd": 7.7},
    ]
    made = assessed(study(arms=arms, findings=[finding(estimate=-6.7, p="<.001", unit="points", arms=changes)]))
    assert made.headline.synthesis.low == pytest.approx(-10.13, abs=0.01)
    assert made.headline.people == 88


def test_a_reported_odds_ratio_goes_before_its_counts_and_stays_as_unclear_as_it_was(study, finding, assessed):
    arms = [{"arm": "coaching", "events": 900, "total": 1000}, {"arm": "control", "events": 870, "total": 1000}]
    odds = finding(
        outcome="burnout", measure="odds-ratio", estimate=1.31, ci=(0.99, 1.74), arms=arms, weeks_after_end=0
    )
    made = assessed(study(findings=[odds])).headline.synthesis
    assert made.measure == "risk-ratio"
    assert made.low < 1 < made.estimate < made.high
    assert "odds turned at a control risk of 87%" in made.contributions[0].way
