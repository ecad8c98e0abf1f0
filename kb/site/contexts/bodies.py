"""Bodies of evidence as cards: what they let one say, the findings behind it, and every step of the grading."""

from __future__ import annotations

from typing import NamedTuple

from kb.grading import CERTAINTY_WORDS, outcome_name, statement, words
from kb.model import BodyAssessment, Comparison, Study
from kb.site import figures
from kb.site.contexts.findings import FindingRow, finding_row
from kb.site.contexts.frame import CertaintyMark, Link, certainty_mark
from kb.site.material import Material


class StepRow(NamedTuple):
    """A step down or up in the certainty of a body."""

    step: str
    """E.g. −1."""
    domain: str
    """The domain of GRADE, in words."""
    reason: str
    """Why."""


class BodyCard(NamedTuple):
    """One body of evidence with its grading."""

    id: str
    """Its id within the intervention, for the anchor evidence-id."""
    title: str
    """Outcome and follow-up."""
    headline: bool
    """Whether the entry's grade speaks of it."""
    statement: str
    """What the intervention does to the outcome, as sure as the certainty allows."""
    certainty: CertaintyMark
    """Its certainty."""
    measured_with: Link | None
    """The scale and instrument."""
    scale: str
    """The scale's range and which way is better."""
    comparator: str
    """What it was compared with."""
    size: str
    """Participants analyzed in all; empty where not all findings report it."""
    rows: tuple[FindingRow, ...]
    """Its findings."""
    start: str
    """Where grading starts and why; empty where it is not graded."""
    steps: tuple[StepRow, ...]
    """Steps from there."""
    overrides: tuple[StepRow, ...]
    """Computed steps that the curator set aside, with the reason."""
    studies: tuple[Link, ...]
    """Sources that support it without a printed result."""


def body_card(material: Material, assessed: BodyAssessment, headline: bool) -> BodyCard:
    """The card of one body of evidence."""
    body = assessed.body
    outcome = outcome_name(body.outcome)
    found = [item for path in body.findings if (item := material.evidence(path))]
    randomized = any(finding.comparison is Comparison.RANDOMIZED for _, finding in found)
    rows = tuple(finding_row(material, study, finding) for study, finding in found)
    mark = certainty_mark(assessed.certainty, assessed.not_graded_reason or "")
    if mark.level and not any(finding.estimate is not None for _, finding in found):
        mark = mark._replace(meaning=words.NO_SIZE_MEANING)
    return BodyCard(
        id=body.id,
        title=outcome[0].upper() + outcome[1:] + (f", {body.follow_up}" if body.follow_up else ""),
        headline=headline,
        statement=statement(assessed),
        certainty=mark,
        measured_with=material.measured_with(body.instrument, body.scale),
        scale=figures.scale_meaning(material.scale(body.instrument, body.scale)),
        comparator=body.comparator or "",
        size=figures.count(assessed.sample_size, "participant") if assessed.sample_size is not None else "",
        rows=rows,
        start=_start(assessed, randomized),
        steps=tuple(
            StepRow(_signed(steps), words.DOMAIN[domain], reason) for domain, steps, reason in assessed.adjustments
        ),
        overrides=tuple(
            StepRow(_signed(-override.floor), words.DOMAIN[override.domain], override.reason)
            for override in body.overrides
        ),
        studies=material.named(Study, body.studies),
    )


def _start(assessed: BodyAssessment, randomized: bool) -> str:
    if assessed.start is None:
        return ""
    kind = "randomized" if randomized else "not randomized"
    return f"Starts at {CERTAINTY_WORDS[assessed.start]}: the comparison is {kind}."


def _signed(steps: int) -> str:
    return f"−{-steps}" if steps < 0 else f"+{steps}" if steps else "0"
