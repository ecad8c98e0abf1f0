"""The verdict rules in their order, the headline, the marks, the order of strength, and the sentences."""

import pytest

from kb.grading import needed, strength
from kb.grading.outlook import scenarios
from kb.grading.statements import of_hundred, statement, verdict

GAIN = {"estimate": -4, "ci": (-5, -3.1), "n": 1000}
WORSE = {"estimate": 4, "ci": (3.1, 5), "n": 1000}
SMALL = {"estimate": -2, "ci": (-3.5, -0.5), "n": 1000}
NONE = {"estimate": 0, "ci": (-1, 1), "n": 1000}
OPEN = {"estimate": -1, "ci": (-6, 4), "n": 1000}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([GAIN], "promising"),
        ([{**GAIN, "sites": 4}], "evidence-based"),
        ([{**GAIN, "sites": 4, "n": 349}], "promising"),
        ([GAIN, GAIN], "evidence-based"),
        ([GAIN, {**GAIN, "ci": (-14, 6), "n": 50}], "promising"),
        ([{**GAIN, "risk": "high", "n": 120}], "promising"),
        ([{**GAIN, "risk": "high", "n": 80}], "early-signs"),
        ([SMALL, SMALL], "promising"),
        ([NONE], "no-important-effect"),
        ([{**NONE, "comparator": "active"}], "uncertain"),
        ([OPEN], "uncertain"),
        ([WORSE], "harmful"),
        ([{**WORSE, "comparator": "active"}], "uncertain"),
        ([{**WORSE, "n": 50, "risk": "high"}], "uncertain"),
        ([{**GAIN, "comparison": "uncontrolled", "risk": None}], "early-signs"),
        ([{**NONE, "comparison": "uncontrolled", "risk": None}], "uncertain"),
        ([], "untested"),
    ],
)
def test_the_first_rule_that_matches_decides(trial, assessed, fields, expected):
    made = assessed(*[trial(f"trial-{i}", **each) for i, each in enumerate(fields)], mid="3")
    assert made.verdict == expected


def test_a_small_effect_is_called_so(trial, assessed):
    made = assessed(trial(**SMALL), mid="3")
    assert verdict(made) == "Small effect for exhaustion · high certainty"


def test_harm_is_weighed_against_a_gain_of_the_same_certainty(trial, assessed):
    made = assessed(trial("a", **WORSE, weeks_after_end=30), trial("b", **GAIN), mid="3")
    assert made.verdict == "promising"
    assert any(mark.text.startswith("A sign of harm, in mixed results: exhaustion, ") for mark in made.marks)


def test_the_headline_is_found_by_rule(trial, assessed):
    made = assessed(
        trial("a", **GAIN, comparison="uncontrolled"),
        trial("b", **GAIN, comparator="active"),
        trial("c", **GAIN, outcome="depersonalization"),
        trial("d", **{**GAIN, "n": 200}),
        trial("e", **{**GAIN, "n": 1000}, weeks_after_end=30),
        mid="3",
    )
    assert str(made.headline.key) == "exhaustion/inactive/medium/randomized"
    assert made.bodies[0] is made.headline


def test_well_being_speaks_only_where_no_controlled_study_measured_burnout(trial, assessed):
    stress = trial("a", **GAIN, outcome="stress")
    assert assessed(stress, mid="3").outcome == "stress"
    both = assessed(stress, trial("b", **OPEN), mid="3")
    assert (both.outcome, both.verdict) == ("exhaustion", "uncertain")
    uncontrolled = trial("c", **GAIN, comparison="uncontrolled")
    assert assessed(stress, uncontrolled, mid="3").outcome == "stress"


def test_a_gain_with_no_usable_figure_is_an_early_sign(study, assessed):
    fell = study(
        comparison="uncontrolled",
        measure="risk-difference",
        outcome="burnout",
        estimate=-28,
        direction="favors-intervention",
    )
    made = assessed(fell)
    assert (made.verdict, made.outcome, made.certainty) == ("early-signs", "burnout", None)


def test_a_gain_reported_without_figures_is_an_early_sign(assessed):
    reported = [{"outcome": "burnout", "study": "trial", "place": "Abstract"}]
    made = assessed(reported=reported)
    assert (made.verdict, made.outcome, made.certainty) == ("early-signs", "burnout", None)


def test_trials_that_wait_are_named(trial, assessed):
    assert assessed(waiting=2).label == "Trials known, none entered yet"
    assert "Trials known, not entered: 2" in [mark.text for mark in assessed(trial(**GAIN), waiting=2).marks]


def test_marks_beside_a_verdict(trial, assessed):
    made = assessed(
        trial("a", **OPEN, primary=True),
        trial("b", **GAIN, outcome="depersonalization", risk=None),
        trial("c", **WORSE, outcome="stress", comparator="active"),
        trial("d", **WORSE, outcome="adverse-event"),
        mid="3",
    )
    assert [mark.kind for mark in made.marks] == ["harm", "active", "gain", "primary"]
    assert assessed(trial(**GAIN, risk=None), mid="3").marks[-1].kind == "provisional"


def test_a_review_gives_way_to_the_trials_that_it_pools_unless_it_has_more_than_twice_the_people(
    study, trial, finding, assessed
):
    def review(people):
        pooled = {"studies": 12, "kinds": ["randomized"], "includes": ["trial-a"]}
        result = finding(
            estimate=-0.3,
            ci=(-0.4, -0.2),
            measure="standardized-mean-difference",
            n=people,
            intervention="coaching",
            comparator_class="inactive",
            weeks_after_end=0,
            pooled=pooled,
        )
        return study("review", findings=[result], arms=[], design="meta-analysis", risk=None)

    own = trial("trial-a", **OPEN)
    for people, key in ((1500, "short/randomized"), (2500, "short/randomized/review")):
        assert str(assessed(own, review(people), mid="3").headline.key).endswith(key)


def test_strongest_first(trial, assessed, intervention):
    made = [
        assessed(trial(**{**GAIN, "sites": 4}), mid="3"),
        assessed(trial(**GAIN), mid="3"),
        assessed(trial(**{**GAIN, "n": 120}), mid="3"),
        assessed(trial(**OPEN), mid="3"),
        assessed(),
        assessed(trial(**NONE), mid="3"),
        assessed(trial(**WORSE), mid="3"),
    ]
    ordered = sorted([made[3], *made[4:], *made[:3]], key=lambda each: strength(intervention(), each))
    assert [each.verdict for each in ordered] == [each.verdict for each in made]


@pytest.mark.parametrize(
    ("fields", "outcome", "words"),
    [
        (GAIN, "exhaustion", "It reduces exhaustion."),
        ({**GAIN, "n": 200}, "exhaustion", "It probably reduces exhaustion."),
        ({**GAIN, "n": 80}, "exhaustion", "It may reduce exhaustion."),
        ({**GAIN, "n": 80, "risk": "high"}, "exhaustion", "It is very uncertain whether it reduces exhaustion."),
        (SMALL, "exhaustion", "It reduces exhaustion slightly."),
        (NONE, "exhaustion", "It makes little or no difference to exhaustion."),
        (OPEN, "exhaustion", "It is not clear whether it reduces exhaustion."),
        (WORSE, "exhaustion", "It increases exhaustion."),
    ],
)
def test_a_sentence_is_as_sure_as_the_certainty(trial, assessed, fields, outcome, words):
    assert statement(assessed(trial(**fields, outcome=outcome), mid="3").headline) == words


def test_what_an_effect_means_in_people(study, assessed):
    scores = study(measure="standardized-mean-difference", estimate=-0.2, ci=(-0.3, -0.1), n=1000, weeks_after_end=0)
    assert of_hundred(assessed(scores).headline.synthesis) == (
        "Of 100 people, about 58 end up better off than the typical colleague without it (54 to 62); "
        "with no effect it would be 50."
    )
    shares = study(measure="risk-difference", outcome="burnout", estimate=-12, ci=(-18, -6), n=1000, weeks_after_end=0)
    assert (
        of_hundred(assessed(shares).headline.synthesis) == "Of 100 people, about 12 more would be better off (6 to 18)."
    )


def test_every_verdict_says_what_would_make_it_evidence_based(trial, assessed):
    for fields in ([], [GAIN], [OPEN], [NONE], [WORSE], [{**GAIN, "comparison": "uncontrolled"}]):
        made = assessed(*[trial(f"t-{i}", **each) for i, each in enumerate(fields)], mid="3")
        assert needed(made).startswith("To be evidence-based")
    assert needed(assessed(trial(**{**GAIN, "sites": 4}), mid="3")).startswith("It is evidence-based")


def test_what_would_change_a_rating_is_computed_by_the_same_rules(trial, assessed, intervention):
    made = assessed(trial(estimate=-4, ci=(-7, -1), n=200, risk=None), mid="3")
    found = {each.condition: (each.verdict, each.certainty) for each in scenarios(intervention(), made, {})}
    assert found["If its studies were judged and had a low risk of bias"] == ("promising", 3)
    assert found["If a sound trial of 400 people at several sites found the same"][0] == "evidence-based"
    assert found["If a sound trial of 400 people at several sites found no difference"][0] == "uncertain"


def test_nothing_is_promised_where_there_is_no_estimate(assessed, intervention):
    assert scenarios(intervention(), assessed(), {}) == ()
