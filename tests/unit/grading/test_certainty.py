"""The certainty of a body: where it starts, what the data ask for, what a curator may add or set aside."""

import pytest

CLEAR = {"estimate": -4, "ci": (-5, -3)}
REASON = "A reason that is long enough for a curator."


def _steps(body):
    return {each.domain.value: -each.steps for each in body.forced}


def _body(assessed, *trials, mid="3", **fields):
    return assessed(*trials, mid=mid, **fields).headline


@pytest.mark.parametrize(
    ("comparison", "start"), [("randomized", "HIGH"), ("controlled", "LOW"), ("uncontrolled", "LOW")]
)
def test_where_a_body_starts(trial, assessed, comparison, start):
    assert _body(assessed, trial(**CLEAR, n=1000, comparison=comparison)).start.name == start


@pytest.mark.parametrize(
    ("comparison", "risk", "steps"),
    [
        ("randomized", "low", 0),
        ("randomized", "some-concerns", 1),
        ("randomized", "moderate", 1),
        ("randomized", "high", 1),
        ("randomized", "serious", 1),
        ("randomized", None, 1),
        ("randomized", "no-information", 1),
        ("controlled", "low", 0),
        ("controlled", "some-concerns", 0),
        ("controlled", "serious", 1),
        ("controlled", None, 1),
        ("uncontrolled", "low", 1),
    ],
)
def test_risk_of_bias(trial, assessed, comparison, risk, steps):
    body = _body(assessed, trial(**CLEAR, n=1000, comparison=comparison, risk=risk))
    assert _steps(body).get("risk_of_bias", 0) == steps


@pytest.mark.parametrize(
    ("risk", "certainty", "provisional"), [(None, "LOW", True), ("some-concerns", "MODERATE", False)]
)
def test_evidence_that_is_not_appraised_is_at_most_low_and_provisional(trial, assessed, risk, certainty, provisional):
    body = _body(assessed, trial(**CLEAR, n=1000, risk=risk))
    assert (body.certainty.name, body.provisional) == (certainty, provisional)


def test_the_share_of_the_weight_decides_and_not_the_number_of_studies(trial, assessed):
    large = trial("large", **CLEAR, n=1000, risk="low")
    small = [trial(f"small-{i}", estimate=-4, ci=(-12, 4), n=40, risk="high") for i in range(3)]
    assert "risk_of_bias" not in _steps(_body(assessed, large, *small))


def test_critical_risk_of_bias_is_left_out_where_there_are_others(trial, assessed):
    body = _body(
        assessed, trial("one", **CLEAR, n=1000), trial("two", estimate=-20, ci=(-21, -19), n=1000, risk="critical")
    )
    assert [c.study.slug for c in body.synthesis.contributions] == ["one"]
    assert [result.study.slug for result, _ in body.left_out] == ["two"]


def test_a_published_review_may_appraise_a_study(trial, assessed):
    given = [{"tool": "RoB 2", "overall": "high", "by": "tamminga-2023", "place": "Table 2"}]
    body = _body(assessed, trial(**CLEAR, n=1000, appraisals=given))
    assert _steps(body) == {"risk_of_bias": 1}
    assert not body.provisional


@pytest.mark.parametrize(
    ("estimates", "steps"),
    [
        ([(-4, 0.5), (-4.1, 0.5)], 0),
        ([(-4, 0.5), (-1, 0.5)], 1),
        ([(-8, 0.5), (2, 0.5)], 2),
        ([(-8, 0.5), (-5, 0.5)], 0),
    ],
    ids=["agree", "differ in size", "opposite", "differ but all matter"],
)
def test_inconsistency_looks_at_what_the_studies_mean(trial, assessed, estimates, steps):
    trials = [trial(str(i), estimate=e, se=se, n=500) for i, (e, se) in enumerate(estimates)]
    assert _steps(_body(assessed, *trials)).get("inconsistency", 0) == steps


@pytest.mark.parametrize(
    ("estimate", "ci", "n", "steps"),
    [
        (-4, (-5, -3), 400, 0),
        (-4, (-5, -3), 399, 1),
        (-4, (-5, -3), 100, 1),
        (-4, (-5, -3), 99, 2),
        (-4, (-5, -3), None, 2),
        (-2, (-5, 1), 2000, 1),
        (0, (-5, 5), 2000, 2),
        (0, (-1, 1), 2000, 0),
    ],
)
def test_imprecision(trial, assessed, estimate, ci, n, steps):
    assert _steps(_body(assessed, trial(estimate=estimate, ci=ci, n=n))).get("imprecision", 0) == steps


def test_without_a_threshold_an_interval_that_includes_no_effect_costs_one(study, assessed):
    minutes = study(outcome="ehr-time", estimate=-5, ci=(-12, 2), unit="minutes per day", n=1000, weeks_after_end=0)
    (body,) = assessed(minutes).bodies
    assert (body.size, _steps(body)) == ("unclear", {"imprecision": 1})
    clear = study(outcome="ehr-time", estimate=-5, ci=(-8, -2), unit="minutes per day", n=1000, weeks_after_end=0)
    (body,) = assessed(clear).bodies
    assert (body.size, body.direction, body.certainty.name) == (None, "favors-intervention", "HIGH")


def test_a_study_without_an_interval_costs_only_where_it_holds_half_of_the_people(trial, assessed):
    for n, steps in ((400, 0), (700, 1)):
        body = _body(assessed, trial("one", **CLEAR, n=600), trial("two", estimate=-3, p="<.05", n=n))
        assert [result.study.slug for result, _ in body.left_out] == ["two"]
        assert _steps(body).get("imprecision", 0) == steps


def test_a_personal_communication_costs_one(trial, assessed):
    assert _steps(_body(assessed, trial(**CLEAR, n=1000, reading_basis="personal-communication"))) == {
        "publication_bias": 1
    }


def test_a_measure_that_cannot_be_averaged_is_not_graded(study, assessed):
    (body,) = assessed(study(measure="other", p=".04", n=100)).bodies
    assert (body.certainty, body.size) == (None, None)
    assert body.not_graded_reason


def _judged(**fields):
    return {"judgements": [{"body": "exhaustion/inactive/short/randomized", **fields}]}


def test_a_curator_may_take_more_steps_than_the_data_ask_for(trial, assessed):
    down = [{"domain": "indirectness", "steps": 2, "reason": REASON}]
    assert _body(assessed, trial(**CLEAR, n=1000), **_judged(down=down)).certainty.name == "LOW"


def test_fewer_steps_than_the_data_ask_for_do_not_count_without_an_override(trial, assessed):
    few = [{"domain": "imprecision", "steps": 0, "reason": REASON}]
    assert _body(assessed, trial(**CLEAR, n=150), **_judged(down=few)).certainty.name == "MODERATE"
    override = [{"domain": "imprecision", "floor": 0, "reason": REASON}]
    body = _body(assessed, trial(**CLEAR, n=150), **_judged(overrides=override))
    assert body.certainty.name == "HIGH"
    assert REASON in " ".join(each.reason for each in body.adjustments)


@pytest.mark.parametrize(("comparison", "certainty"), [("controlled", "HIGH"), ("randomized", "HIGH")])
def test_steps_up_only_from_low_and_with_nothing_taken(trial, assessed, comparison, certainty):
    key = f"exhaustion/inactive/short/{comparison}"
    up = [{"domain": "large_effect", "steps": 2, "reason": REASON}]
    made = assessed(trial(**CLEAR, n=1000, comparison=comparison), mid="3", judgements=[{"body": key, "up": up}])
    assert made.certainty.name == certainty
    small = assessed(trial(**CLEAR, n=100, comparison=comparison), mid="3", judgements=[{"body": key, "up": up}])
    assert small.certainty.name != certainty


def test_a_body_that_a_curator_does_not_pool_counts_directions(trial, assessed):
    trials = [trial(str(i), estimate=e, se=1, n=100) for i, e in enumerate((-4, -3, 1))]
    body = _body(assessed, *trials, **_judged(not_pooled={"reason": "The programs have nothing in common but a name."}))
    assert (body.synthesis, body.directions, body.size) == (None, (2, 1, 0), "unclear")
    assert _steps(body) == {"inconsistency": 1, "imprecision": 1}
