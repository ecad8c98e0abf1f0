"""The examples of How we grade, each as it stands in the public rules."""

import pytest

HIGH_RISK = {"domain": "risk_of_bias", "reason": "The trial lost many more people in one arm than in the other."}
KEY = "exhaustion/inactive/short/randomized"


def _judged(**step):
    return [{"body": KEY, "down": [{**HIGH_RISK, **step}]}]


def _estimate(body):
    made = body.synthesis
    return round(made.estimate, 2), round(made.low, 2), round(made.high, 2)


@pytest.mark.parametrize(("steps", "certainty", "verdict"), [(1, "LOW", "promising"), (2, "VERY_LOW", "early-signs")])
def test_a_trial_at_high_risk_of_bias(trial, assessed, steps, certainty, verdict):
    coaching = trial(estimate=-0.79, ci=(-1.27, -0.32), n=123, risk="high")
    made = assessed(coaching, mid="0.5", judgements=_judged(steps=steps))
    assert (made.certainty.name, made.verdict) == (certainty, verdict)


@pytest.mark.parametrize(("sites", "verdict"), [(1, "promising"), (12, "evidence-based")])
def test_a_large_trial_of_an_important_effect_whose_interval_reaches_below_the_threshold(
    trial, assessed, sites, verdict
):
    made = assessed(trial(estimate=-3.49, ci=(-5.31, -1.67), n=1017, sites=sites), mid="3")
    assert (made.certainty.name, made.headline.size, made.verdict) == ("HIGH", "important", verdict)


@pytest.mark.parametrize("sites", [1, 12])
def test_a_pilot_that_agrees_changes_neither_certainty_nor_verdict(trial, assessed, sites):
    large = trial("large", estimate=-3.49, ci=(-5.31, -1.67), n=1017, sites=sites)
    pilot = trial("pilot", estimate=-3.20, ci=(-8.20, 1.80), n=100)
    alone, made = assessed(large, mid="3"), assessed(large, pilot, mid="3")
    assert _estimate(made.headline) == (-3.46, -5.17, -1.75)
    assert made.headline.synthesis.tau == 0
    assert round(made.headline.synthesis.contributions[0].weight, 2) == 0.88
    assert (made.certainty, made.verdict) == (alone.certainty, alone.verdict)


def test_two_unclear_trials_are_a_clear_effect_together(trial, assessed):
    one = trial("one", estimate=-1.50, ci=(-3.10, 0.10), n=450)
    two = trial("two", estimate=-1.60, ci=(-3.30, 0.10), n=450)
    made = assessed(one, two, mid="1").headline
    assert _estimate(made) == (-1.55, -2.71, -0.38)
    assert made.synthesis.excludes_null
    assert made.direction == "favors-intervention"


@pytest.mark.parametrize(("risk", "certainty"), [("low", "LOW"), ("high", "VERY_LOW")])
def test_a_small_trial_with_a_wide_interval_is_unclear_and_never_no_difference(trial, assessed, risk, certainty):
    made = assessed(trial(estimate=-0.5, ci=(-6, 5), n=20, risk=risk), mid="1")
    assert (made.headline.size, made.certainty.name, made.verdict) == ("unclear", certainty, "uncertain")


def test_a_ratio_of_few_people_is_imprecise_by_two(study, assessed):
    small = study(measure="risk-ratio", outcome="burnout", estimate=0.50, ci=(0.27, 0.92), n=40, weeks_after_end=0)
    (step,) = assessed(small).headline.forced
    assert (step.domain, step.steps) == ("imprecision", -2)


@pytest.mark.parametrize(("n", "certainty"), [(2000, "HIGH"), (20, "LOW")])
def test_an_interval_inside_the_threshold_is_little_or_no_difference(trial, assessed, n, certainty):
    made = assessed(trial(estimate=0.1, ci=(-0.2, 0.4), n=n), mid="1")
    assert (made.headline.size, made.certainty.name, made.verdict) == (
        "little-or-none",
        certainty,
        "no-important-effect",
    )


def test_two_interventions_with_one_control_have_a_body_each(study, finding, intervention):
    from kb.grading import assess_all

    arms = [
        {"slug": "cbt", "label": "CBT", "role": "intervention", "intervention": "cbt"},
        {"slug": "meditation", "label": "Meditation", "role": "intervention", "intervention": "meditation"},
        {"slug": "control", "label": "Control", "role": "control", "comparator_class": "inactive"},
    ]
    findings = [
        finding(
            id=arm,
            estimate=estimate,
            ci=(estimate - 1, estimate + 1),
            arms=[{"arm": arm, "n": 50}, {"arm": "control", "n": 50}],
        )
        for arm, estimate in (("cbt", -2), ("meditation", -3))
    ]
    trial = study(arms=arms, findings=findings)
    made = assess_all({slug: intervention(slug) for slug in ("cbt", "meditation")}, {"trial": trial}, {})
    for slug, estimate in (("cbt", -2), ("meditation", -3)):
        (body,) = made[slug].bodies
        assert body.synthesis.estimate == estimate
        assert len(body.synthesis.contributions[0].results) == 1


def test_two_products_of_one_intervention_are_combined(study, finding, assessed):
    arms = [
        {"slug": "first", "label": "First", "role": "intervention", "intervention": "coaching"},
        {"slug": "second", "label": "Second", "role": "intervention", "intervention": "coaching"},
        {"slug": "control", "label": "Control", "role": "control", "comparator_class": "inactive"},
    ]
    numbers = {"first": (20, 10, 40), "second": (24, 12, 60)}
    findings = [
        finding(
            id=arm,
            unit="points",
            arms=[{"arm": arm, "mean": mean, "sd": sd, "n": n}, {"arm": "control", "mean": 30, "sd": 11, "n": 50}],
        )
        for arm, (mean, sd, n) in numbers.items()
    ]
    (body,) = assessed(study(arms=arms, findings=findings)).bodies
    assert body.synthesis.estimate == pytest.approx((20 * 40 + 24 * 60) / 100 - 30)
    assert body.people == 150


def test_a_gain_without_a_comparison_is_an_early_sign(trial, assessed):
    made = assessed(trial(estimate=-3, ci=(-5, -1), n=263, comparison="uncontrolled", risk=None))
    assert (made.certainty.name, made.verdict) == ("VERY_LOW", "early-signs")


def test_a_worsening_without_a_comparison_is_uncertain_and_marked(trial, assessed):
    made = assessed(trial(estimate=3, ci=(1, 5), n=263, comparison="uncontrolled", risk=None))
    assert made.verdict == "uncertain"
    assert any(mark.text.startswith("A sign of harm: exhaustion, ") for mark in made.marks)


def test_worse_than_another_program_is_a_mark_and_not_harmful(trial, assessed):
    made = assessed(trial(estimate=5, ci=(3, 7), n=600, comparator="active"), mid="3")
    assert made.verdict == "uncertain"
    assert [mark.kind for mark in made.marks] == ["active"]


def test_focus_groups_alone_test_nothing(study, assessed):
    made = assessed(study(comparison="qualitative", measure="other"))
    assert (made.verdict, made.bodies) == ("untested", ())
