"""The verdict rules in their order, the headline body, and the order from strongest to weakest."""

from datetime import date
from itertools import permutations

import pytest

from kb.grading import assess, assessment_of, headline_of, strength, verdict_of
from kb.model import Assessment, BodyAssessment, Direction, Intervention, Study, Verdict

FOR, AGAINST, UNCLEAR = Direction.FAVORS_INTERVENTION, Direction.FAVORS_COMPARATOR, Direction.NO_CLEAR_DIFFERENCE
NONE = Direction.NOT_APPLICABLE
HIGH, MODERATE, LOW, VERY_LOW = 4, 3, 2, 1


@pytest.fixture
def result(body):
    """Makes a graded body: ``result(FOR, LOW)`` on burnout, from a controlled comparison."""

    def make(direction, certainty, outcome="burnout", controlled=True, can_show=True, size=100, **fields):
        shown = body(outcome=outcome, **{"id": outcome, **fields})
        return BodyAssessment(shown, certainty, None, (), direction, None, controlled, can_show, size)

    return make


@pytest.fixture
def proposed(result):
    """A body of qualitative findings."""
    return result(NONE, None, controlled=False, can_show=False)


@pytest.mark.parametrize(
    ("bodies", "verdict"),
    [
        # 1. harmful: a controlled body against, at least LOW, and none for
        ([(AGAINST, LOW)], "harmful"),
        ([(AGAINST, HIGH), (UNCLEAR, HIGH, "stress")], "harmful"),
        ([(AGAINST, VERY_LOW)], "no-clear-effect"),
        # 2. mixed: for and against
        ([(FOR, HIGH), (AGAINST, VERY_LOW, "stress")], "mixed"),
        ([(FOR, VERY_LOW), (AGAINST, HIGH, "stress")], "mixed"),
        # 2. mixed: an unclear body of the same outcome word and equal or higher certainty
        ([(FOR, LOW), (UNCLEAR, LOW)], "mixed"),
        ([(FOR, LOW), (UNCLEAR, HIGH)], "mixed"),
        ([(FOR, LOW), (UNCLEAR, VERY_LOW)], "evidence-based"),
        ([(FOR, LOW), (UNCLEAR, HIGH, "exhaustion")], "evidence-based"),
        ([(FOR, VERY_LOW), (UNCLEAR, VERY_LOW)], "mixed"),
        # 3. evidence-based: a controlled favorable body, at least LOW
        ([(FOR, LOW)], "evidence-based"),
        ([(FOR, LOW, "stress")], "evidence-based"),
        ([(FOR, LOW), (FOR, VERY_LOW, "stress")], "evidence-based"),
        # 4. promising: any other favorable body
        ([(FOR, VERY_LOW)], "promising"),
        ([(FOR, None)], "promising"),
        ([(FOR, VERY_LOW), (UNCLEAR, HIGH, "exhaustion")], "promising"),
        # 4. promising: favorable process or organizational bodies only
        ([(FOR, HIGH, "ehr-time")], "promising"),
        ([(FOR, HIGH, "turnover")], "promising"),
        # 5. no-clear-effect
        ([(UNCLEAR, HIGH)], "no-clear-effect"),
        ([(UNCLEAR, VERY_LOW), (FOR, HIGH, "ehr-time")], "no-clear-effect"),
        # 6. proposed
        ([], "proposed"),
    ],
)
def test_the_first_verdict_rule_that_matches_wins(result, bodies, verdict):
    for order in permutations([result(*fields) for fields in bodies]):
        assert verdict_of(order) == verdict


@pytest.mark.parametrize("certainty", [None, VERY_LOW, LOW, HIGH])
def test_a_favorable_body_without_a_comparison_group_is_promising_at_most(result, certainty):
    assert verdict_of([result(FOR, certainty, controlled=False)]) == "promising"


def test_only_controlled_bodies_make_a_verdict_harmful_or_mixed(result):
    uncontrolled = result(AGAINST, LOW, controlled=False)
    assert verdict_of([uncontrolled]) == "no-clear-effect"
    assert verdict_of([result(FOR, LOW), uncontrolled]) == "evidence-based"
    assert verdict_of([result(FOR, LOW), result(UNCLEAR, HIGH, controlled=False)]) == "evidence-based"


def test_harm_on_a_process_outcome_does_not_speak_of_burnout(result):
    assert verdict_of([result(FOR, LOW), result(AGAINST, HIGH, "ehr-time")]) == "evidence-based"


def test_qualitative_findings_beside_a_trial_change_no_verdict(result, proposed):
    assert verdict_of([proposed]) == "proposed"
    assert verdict_of([proposed, result(FOR, LOW)]) == "evidence-based"


def test_the_marked_body_is_the_headline(result):
    marked = result(UNCLEAR, VERY_LOW, "stress", headline=True)
    assert headline_of([result(FOR, HIGH), marked]) is marked


def test_burnout_then_its_other_words_then_well_being_is_the_headline(result):
    burnout, exhaustion = result(FOR, VERY_LOW), result(FOR, LOW, "exhaustion")
    stress, time = result(FOR, MODERATE, "stress"), result(FOR, HIGH, "ehr-time")
    assert headline_of([time, stress, exhaustion, burnout]) is burnout
    assert headline_of([time, stress, exhaustion]) is exhaustion
    assert headline_of([time, stress]) is stress
    assert headline_of([time]) is None
    assert headline_of([]) is None


def test_of_equal_outcomes_the_most_certain_then_the_largest_is_the_headline(result):
    small, large = result(FOR, LOW, size=50, id="small"), result(FOR, LOW, size=500, id="large")
    surer, ungraded = result(FOR, MODERATE, size=10, id="surer"), result(FOR, None, size=900, id="ungraded")
    assert headline_of([small, large, surer, ungraded]) is surer
    assert headline_of([small, large, ungraded]) is large
    assert headline_of([small, ungraded]) is small


def test_the_choice_of_headline_does_not_depend_on_the_order_of_bodies(result):
    bodies = [result(FOR, LOW, id="a"), result(UNCLEAR, LOW, id="b"), result(FOR, None, id="c")]
    assert len({headline_of(order).body.id for order in permutations(bodies)}) == 1


def test_different_studies_behind_the_bodies_are_counted_once(result):
    first = result(FOR, LOW, findings=["one/a", "two/a"], studies=["three"])
    second = result(FOR, LOW, "stress", findings=["one/b"], studies=["three", "four"])
    assert assessment_of([first, second]).study_count == 4
    assert assessment_of([first, second], naming=["four", "five"]).study_count == 5


def _intervention(title="Quiet hours", **fields):
    claim = {"driver": "workload", "basis": "inferred", "source": "trial-2024", "place": "Box 1"}
    needed = {"slug": "quiet-hours", "body": "", "summary": "Two quiet hours.", "status": "published"}
    kinds = {"category": "workflow", "level": "team", "drivers": [claim], "reviewed": date(2026, 11, 1)}
    return Intervention(title=title, **needed, **kinds, **fields)


def test_strongest_first_means_verdict_then_certainty_then_studies_then_title(result):
    def graded(verdict, certainty, studies):
        headline = result(FOR, certainty) if certainty is not False else None
        return Assessment(Verdict(verdict), (), headline, frozenset(map(str, range(studies))))

    strongest_first = [
        ("A", graded("evidence-based", HIGH, 1)),
        ("B", graded("evidence-based", LOW, 9)),
        ("C", graded("evidence-based", LOW, 2)),
        ("a title in lower case", graded("promising", VERY_LOW, 2)),
        ("B title", graded("promising", VERY_LOW, 2)),
        ("A", graded("promising", None, 9)),
        ("A", graded("mixed", HIGH, 9)),
        ("A", graded("no-clear-effect", HIGH, 9)),
        ("A", graded("proposed", False, 9)),
        ("A", graded("harmful", HIGH, 9)),
    ]
    keys = [strength(_intervention(title), assessment) for title, assessment in strongest_first]
    assert keys == sorted(keys)


def test_findings_that_do_not_exist_are_passed_over(evidence):
    shown = evidence(id="fell", estimate="-0.79", ci=("-1.27", "-0.32"), p=".001", n=900).finding
    study = Study(
        slug="trial",
        body="",
        title="A trial",
        summary="A trial.",
        status="published",
        reviewed=date(2026, 11, 1),
        reference="trial-2024",
        design="rct",
        reading_basis="full-text",
        findings=[shown.model_copy(update={"direction": FOR})],
    )
    evidence_body = {"id": "burnout", "outcome": "burnout", "comparator": "None", "follow_up": "3 months"}
    intervention = _intervention(
        evidence=[{**evidence_body, "findings": ["trial/fell", "trial/rose", "nobody/fell"]}],
    )
    assert assess(intervention, {"trial": study}, {}).bodies[0].certainty == HIGH
