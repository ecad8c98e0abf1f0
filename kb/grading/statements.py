"""What a certainty lets a sentence say (GRADE guideline 26, Santesso 2020), and what an effect means in people."""

from __future__ import annotations

from kb.model import (
    Assessment,
    Better,
    BodyAssessment,
    Certainty,
    EffectDirection,
    EffectSize,
    Synthesis,
    Verdict,
)


def certainty(level: Certainty | None) -> str:
    """``low certainty``, or ``not graded``."""
    return f"{level.label} certainty" if level else "not graded"


def verdict(assessment: Assessment) -> str:
    """A verdict with its outcome and certainty, e.g. ``Promising for exhaustion · low certainty``."""
    if assessment.outcome is None:
        return assessment.label
    words = f"{assessment.label} {preposition(assessment.verdict)} {assessment.outcome.label}"
    return f"{words} · {certainty(assessment.certainty)}" if assessment.headline else words


def summary(assessment: Assessment) -> str:
    """What may be said of an intervention: the statement behind its verdict; without one, what the verdict means."""
    if assessment.headline:
        return statement(assessment.headline)
    return (
        "Controlled studies are known, but none is entered yet." if assessment.waiting else assessment.verdict.meaning
    )


def preposition(value: Verdict) -> str:
    """The word between a verdict and its outcome: uncertain on, promising for."""
    return "on" if value in (Verdict.NO_IMPORTANT_EFFECT, Verdict.UNCERTAIN) else "for"


def statement(body: BodyAssessment) -> str:
    """One sentence on what an intervention ("it") does to the body's outcome, as sure as the certainty lets it be."""
    outcome = body.outcome.label
    if body.certainty is None:
        return f"Its effect on {outcome} was measured, but no figure can be used."
    if body.size is EffectSize.LITTLE_OR_NONE:
        return _modal(body.certainty, "makes", "make", f"little or no difference to {outcome}")
    good = body.outcome.better is Better.MORE
    if body.size is EffectSize.UNCLEAR or body.direction is EffectDirection.NO_CLEAR_DIFFERENCE:
        return f"It is not clear whether it {'increases' if good else 'reduces'} {outcome}."
    more = good == (body.direction is EffectDirection.FAVORS_INTERVENTION)
    verb = "increase" if more else "reduce"
    return _modal(body.certainty, f"{verb}s", verb, outcome + (" slightly" if body.size is EffectSize.SMALL else ""))


def _modal(level: Certainty, does: str, do: str, what: str) -> str:
    return {
        Certainty.HIGH: f"It {does} {what}.",
        Certainty.MODERATE: f"It probably {does} {what}.",
        Certainty.LOW: f"It may {do} {what}.",
        Certainty.VERY_LOW: f"It is very uncertain whether it {does} {what}.",
    }[level]


def of_hundred(made: Synthesis | None, who: str = "people") -> str | None:
    """What an important or small effect means for 100 of those studied; None for the others."""
    if made is None or made.per_hundred is None or made.size not in (EffectSize.IMPORTANT, EffectSize.SMALL):
        return None
    middle, low, high = (round(number) for number in made.per_hundred)
    if made.share:
        side = "more" if middle >= 0 else "fewer"
        least, most = sorted((abs(low), abs(high)))
        return f"Of 100 {who}, about {abs(middle)} {side} would be better off ({least} to {most})."
    return (
        f"Of 100 {who}, about {50 + middle} end up better off than the typical colleague without it "
        f"({50 + low} to {50 + high}); with no effect it would be 50."
    )
