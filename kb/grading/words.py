"""Words that combine values of vocabularies, and what a certainty lets a sentence say.

Statements follow GRADE guideline 26 (Santesso 2020). The words of a single value are its label and meaning in
`kb.model.vocabulary`.
"""

from __future__ import annotations

from enum import StrEnum

from kb.model import (
    Basis,
    Better,
    BodyAssessment,
    Certainty,
    Comparison,
    Design,
    Direction,
    Domain,
    Outcome,
    OutcomeGroup,
    ReadingBasis,
    Relation,
    Verdict,
)

NOT_GRADED_MEANING = "No figure on burnout or well-being could be graded; other results may be."
NO_SIZE_MEANING = "Only which way it went is printed, and no size: nobody can say how large the effect is."
_CHANGE = {
    Direction.FAVORS_INTERVENTION: "Better than before",
    Direction.FAVORS_COMPARATOR: "Worse than before",
    Direction.NO_CLEAR_DIFFERENCE: "No clear change",
}

# The same words as tables, for pages that still look them up here.
CERTAINTY_WORDS = {level: level.label for level in Certainty}
CERTAINTY_MEANING = {level: level.meaning for level in Certainty}
VERDICT = {value: value.label for value in Verdict}
VERDICT_MEANING = {value: value.meaning for value in Verdict}
COMPARISON = {value: value.label for value in Comparison}
READING_BASIS = {value: value.label for value in ReadingBasis}
BASIS = {value: value.label for value in Basis}
RELATION = {value: value.label for value in Relation}
DOMAIN = {value: value.label for value in Domain}
OUTCOME_GROUP = {value: value.label for value in OutcomeGroup}


def design(value: Design) -> str:
    """A design as people write it."""
    return value.label


def outcome_name(outcome: str) -> str:
    """An outcome word as people write it."""
    return Outcome(outcome).label


def direction(value: Direction, comparison: Comparison) -> str:
    """Which side a finding speaks for; a change without a comparison group speaks for none, but of before and after."""
    return (_CHANGE if comparison is Comparison.UNCONTROLLED else {}).get(value) or value.label


def certainty(level: Certainty | None) -> str:
    """``low certainty``, or ``not graded``."""
    return f"{level.label} certainty" if level else "not graded"


def graded(verdict: Verdict, level: Certainty | None) -> str:
    """A verdict with its certainty, e.g. ``Evidence-based · low certainty``."""
    return f"{verdict.label} · {certainty(level)}"


def plain(value: StrEnum | str) -> str:
    """A hyphenated value as words, e.g. ``some-concerns`` as ``Some concerns``."""
    words = str(value).replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def statement(body: BodyAssessment) -> str:
    """One sentence on what an intervention ("it") does to the body's outcome, as sure as the certainty lets it be."""
    outcome, verb = body.body.outcome.label, _verb(body)
    if body.certainty is None:
        if body.can_show_effect and body.direction is Direction.NOT_APPLICABLE:
            return f"Its effect on {outcome} was measured, but no direction is reported."
        if not body.can_show_effect:
            return f"In the sources read here it has been proposed, but not tested, for its effect on {outcome}."
        return f"It was reported to {verb or 'make little or no difference to'} {outcome}, without figures."
    if not verb:
        return {
            Certainty.HIGH: f"It makes little or no difference to {outcome}.",
            Certainty.MODERATE: f"It probably makes little or no difference to {outcome}.",
            Certainty.LOW: f"It may make little or no difference to {outcome}.",
            Certainty.VERY_LOW: f"It is very uncertain whether it makes a difference to {outcome}.",
        }[body.certainty]
    return {
        Certainty.HIGH: f"It {verb}s {outcome}.",
        Certainty.MODERATE: f"It probably {verb}s {outcome}.",
        Certainty.LOW: f"It may {verb} {outcome}.",
        Certainty.VERY_LOW: f"It is very uncertain whether it {verb}s {outcome}.",
    }[body.certainty]


def _verb(body: BodyAssessment) -> str:
    """What happens to the outcome; empty where there is no clear difference."""
    good = body.body.outcome.better is Better.MORE
    if body.direction is Direction.FAVORS_INTERVENTION:
        return "improve" if good else "reduce"
    if body.direction is Direction.FAVORS_COMPARATOR:
        return "worsen" if good else "increase"
    return ""
