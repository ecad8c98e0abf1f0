"""The sentence on the card says as much as the certainty allows, for each certainty and direction."""

import pytest

from kb.grading import statement
from kb.model import BodyAssessment, Certainty, Direction, Outcome

FOR, AGAINST, UNCLEAR = Direction.FAVORS_INTERVENTION, Direction.FAVORS_COMPARATOR, Direction.NO_CLEAR_DIFFERENCE


@pytest.fixture
def said(body):
    """The statement for a certainty, a direction and an outcome."""

    def say(certainty, direction, outcome="burnout", can_show=True):
        return statement(
            BodyAssessment(body(outcome=outcome), certainty, certainty, (), direction, None, True, can_show, None)
        )

    return say


@pytest.mark.parametrize(
    ("certainty", "direction", "sentence"),
    [
        (4, FOR, "It reduces burnout."),
        (3, FOR, "It probably reduces burnout."),
        (2, FOR, "It may reduce burnout."),
        (1, FOR, "It is very uncertain whether it reduces burnout."),
        (4, AGAINST, "It increases burnout."),
        (3, AGAINST, "It probably increases burnout."),
        (2, AGAINST, "It may increase burnout."),
        (1, AGAINST, "It is very uncertain whether it increases burnout."),
        (4, UNCLEAR, "It makes little or no difference to burnout."),
        (3, UNCLEAR, "It probably makes little or no difference to burnout."),
        (2, UNCLEAR, "It may make little or no difference to burnout."),
        (1, UNCLEAR, "It is very uncertain whether it makes a difference to burnout."),
        (None, FOR, "It was reported to reduce burnout, but no figures were given."),
        (None, AGAINST, "It was reported to increase burnout, but no figures were given."),
    ],
)
def test_each_certainty_and_direction_has_its_sentence(said, certainty, direction, sentence):
    assert said(None if certainty is None else Certainty(certainty), direction) == sentence


@pytest.mark.parametrize(
    ("direction", "sentence"), [(FOR, "It may improve engagement."), (AGAINST, "It may worsen engagement.")]
)
def test_what_is_good_is_improved_and_not_reduced(said, direction, sentence):
    assert said(Certainty.LOW, direction, "engagement") == sentence


@pytest.mark.parametrize(
    "outcome", ["turnover", "cost", "stigma", "inbox-volume", "moral-injury", "work-home-conflict"]
)
def test_what_is_bad_is_reduced(said, outcome):
    assert said(Certainty.LOW, FOR, outcome) == f"It may reduce {Outcome(outcome).label}."


def test_what_was_proposed_only_is_said_to_be_untested(said):
    assert "has been proposed, but the sources read here did not test" in said(
        None, Direction.NOT_APPLICABLE, can_show=False
    )


def test_a_figure_without_a_direction_is_not_told_as_no_difference(said):
    assert "little or no difference" not in said(None, Direction.NOT_APPLICABLE)


def test_words_of_the_vocabulary_are_written_as_people_write_them():
    assert Outcome("ehr-time").label == "EHR time"
    assert Outcome("intention-to-leave").label == "intention to leave"
    assert Outcome("well-being").label == "well-being"
    assert all(outcome.label for outcome in Outcome)
