"""What a certainty lets a sentence say: the informative statements of GRADE guideline 26 (Santesso 2020)."""

from __future__ import annotations

from kb.model import GROUP_OF_OUTCOME, OUTCOMES, Better, BodyAssessment, Certainty, Direction

# Words that keep their hyphen, and abbreviations that keep their capitals.
_NAMES = {
    "well-being": "well-being",
    "self-valuation": "self-valuation",
    "help-seeking": "help-seeking",
    "work-home-conflict": "work-home conflict",
    "ehr-time": "EHR time",
}


def outcome_name(outcome: str) -> str:
    """An outcome word as people write it."""
    return _NAMES.get(outcome, outcome.replace("-", " "))


def statement(body: BodyAssessment) -> str:
    """One sentence on what an intervention ("it") does to the body's outcome, as sure as the certainty lets it be."""
    outcome, verb = outcome_name(body.body.outcome), _verb(body)
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
    outcome = body.body.outcome
    good = OUTCOMES[GROUP_OF_OUTCOME[outcome]][outcome] is Better.MORE
    if body.direction is Direction.FAVORS_INTERVENTION:
        return "improve" if good else "reduce"
    if body.direction is Direction.FAVORS_COMPARATOR:
        return "worsen" if good else "increase"
    return ""
