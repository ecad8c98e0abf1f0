"""What a certainty lets a sentence say: the informative statements of GRADE guideline 26 (Santesso 2020)."""

from __future__ import annotations

from kb.model import BodyAssessment, Certainty, Direction, Intervention

# Outcomes of which more is better; all other words of the vocabulary name something of which less is better.
_GOOD = frozenset(
    {
        *(
            "accomplishment",
            "well-being",
            "professional-fulfillment",
            "engagement",
            "self-valuation",
            "quality-of-life",
        ),
        *("happiness", "meaning", "satisfaction", "fidelity", "help-seeking", "knowledge", "physical-activity"),
        *("productivity", "safety-culture", "quality", "patient-satisfaction"),
    }
)
_NAMES = {"ehr-time": "EHR time", "moral-injury": "moral injury"}


def outcome_name(outcome: str) -> str:
    """An outcome word as people write it."""
    return _NAMES.get(outcome, outcome.replace("-", " "))


def statement(intervention: Intervention, body: BodyAssessment) -> str:
    """One sentence on what the intervention does to the body's outcome, as sure as its certainty lets it be."""
    name, outcome = intervention.title, outcome_name(body.body.outcome)
    good = body.body.outcome in _GOOD
    if body.direction is Direction.FAVORS_INTERVENTION:
        verb = "improve" if good else "reduce"
    elif body.direction is Direction.FAVORS_COMPARATOR:
        verb = "worsen" if good else "increase"
    else:
        verb = ""
    if body.certainty is None:
        if body.can_show_effect and verb:
            return f"{name} was reported to {verb} {outcome}, without figures."
        if body.can_show_effect:
            return f"{name} was reported to make little or no difference to {outcome}, without figures."
        return f"{name} has been proposed, but not tested, for its effect on {outcome}."
    if not verb:
        return {
            Certainty.HIGH: f"{name} makes little or no difference to {outcome}.",
            Certainty.MODERATE: f"{name} probably makes little or no difference to {outcome}.",
            Certainty.LOW: f"{name} may make little or no difference to {outcome}.",
            Certainty.VERY_LOW: f"It is very uncertain whether {name} makes a difference to {outcome}.",
        }[body.certainty]
    return {
        Certainty.HIGH: f"{name} {verb}s {outcome}.",
        Certainty.MODERATE: f"{name} probably {verb}s {outcome}.",
        Certainty.LOW: f"{name} may {verb} {outcome}.",
        Certainty.VERY_LOW: f"It is very uncertain whether {name} {verb}s {outcome}.",
    }[body.certainty]
