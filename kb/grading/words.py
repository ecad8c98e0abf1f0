"""Words that combine values of vocabularies, and what a certainty lets a sentence say.

Statements follow GRADE guideline 26 (Santesso 2020). The words of a single value are its label and meaning in
`kb.model.vocabulary`.
"""

from __future__ import annotations

from kb.model import Better, BodyAssessment, Certainty, Comparison, Direction, Verdict

NOT_GRADED_MEANING = "No figure on burnout or well-being could be graded. Other outcomes may be graded."
NO_SIZE_MEANING = "The source reports the direction of the effect but not its size, so nobody can say how large it is."
_CHANGE = {
    Direction.FAVORS_INTERVENTION: "Better than before",
    Direction.FAVORS_COMPARATOR: "Worse than before",
    Direction.NO_CLEAR_DIFFERENCE: "No clear change",
}


def direction(value: Direction, comparison: Comparison) -> str:
    """Which side a finding speaks for; a change without a comparison group speaks for none, but of before and after."""
    return (_CHANGE if comparison is Comparison.UNCONTROLLED else {}).get(value) or value.label


def certainty(level: Certainty | None) -> str:
    """``low certainty``, or ``not graded``."""
    return f"{level.label} certainty" if level else "not graded"


def graded(verdict: Verdict, level: Certainty | None) -> str:
    """A verdict with its certainty, e.g. ``Evidence-based · low certainty``."""
    return f"{verdict.label} · {certainty(level)}"


def statement(body: BodyAssessment) -> str:
    """One sentence on what an intervention ("it") does to the body's outcome, as sure as the certainty lets it be."""
    outcome, verb = body.body.outcome.label, _verb(body)
    if body.certainty is None:
        if body.can_show_effect and body.direction is Direction.NOT_APPLICABLE:
            return f"Its effect on {outcome} was measured, but the source does not say which way it went."
        if not body.can_show_effect:
            return f"It has been proposed, but the sources read here did not test its effect on {outcome}."
        return f"It was reported to {verb or 'make little or no difference to'} {outcome}, but no figures were given."
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
