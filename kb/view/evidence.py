"""The evidence: tables of findings and their arms, and bodies of evidence with every step of their grading."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from kb.grading import (
    EFFECT,
    intervention_grade,
    lower_is_better,
    statement,
    support_of,
    words,
)
from kb.model import Arm, Assessment, BodyAssessment, Comparison, Direction, Finding, Scale, Study
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import CertaintyMark, Link, certainty_mark, href, outcome_label


class FindingRow(NamedTuple):
    """One result as reported."""

    id: str
    """Its id within the study, for the anchor finding-id."""
    study: Link
    """The study, at this finding."""
    outcome: str
    """What was measured, in words."""
    measured_with: Link | None
    """The scale and instrument."""
    when: str
    """Time point and part of the participants, where not all."""
    contrast: str
    """Who against whom."""
    comparison: str
    """What kind of comparison it is, in words."""
    measure: str
    """What kind of number the estimate is."""
    estimate: str
    """The figure as reported, with a true minus sign."""
    confidence: str
    """Its confidence interval, e.g. 95% CI −1.27 to −0.32."""
    p: str
    """Its P value, e.g. P = .001."""
    n: str
    """Participants analyzed."""
    unit: str
    """The unit, where the estimate does not carry it."""
    scale: str
    """The scale's range and which way is better, e.g. scale 0 to 10, lower is better."""
    share: str
    """For a proportion: how many of how many."""
    direction: str
    """Which side it favors, in words."""
    side: Direction
    """The same as a value, for the style sheet."""
    place: str
    """Where in the source it is."""
    derived: str
    """How the curator computed it, where the source does not report it."""


class ArmRow(NamedTuple):
    """One arm of a finding."""

    label: str
    """The arm's name."""
    cells: tuple[str, ...]
    """What is reported of it, column by column; empty where nothing is."""


class ArmGroup(NamedTuple):
    """The arms of one finding."""

    finding: Link
    """The finding, by its outcome."""
    unit: str
    """The unit of its means and changes."""
    arms: tuple[ArmRow, ...]
    """The arms in the order of the source."""


class ArmTable(NamedTuple):
    """The arms of all findings of a study, and which columns have anything in them."""

    groups: tuple[ArmGroup, ...]
    """Findings with arms."""
    columns: tuple[str, ...]
    """The headings of the columns in which anything is reported."""


_COLUMNS: dict[str, Callable[[Arm], str]] = {
    "n": lambda arm: figures.number(arm.n) if arm.n is not None else "",
    "Events": lambda arm: figures.share(arm.events, arm.total),
    "Before": lambda arm: figures.spread(arm.baseline_mean, arm.baseline_sd),
    "After": lambda arm: figures.spread(arm.mean, arm.sd),
    "Change (95% CI)": figures.change,
    "Relative change": lambda arm: figures.percent(arm.relative_change),
}


def finding_row(catalog: Catalog, study: Study, finding: Finding) -> FindingRow:
    """A finding as a row."""
    scale, direction = catalog.scale(finding.instrument, finding.scale), catalog.direction(finding)
    return FindingRow(
        id=finding.id,
        study=Link(study.title, f"{href(study)}#finding-{finding.id}"),
        outcome=outcome_label(finding.outcome),
        measured_with=catalog.measured_with(finding.instrument, finding.scale),
        when=" · ".join(part for part in (finding.timepoint, finding.subgroup) if part),
        contrast=finding.contrast or "",
        comparison=finding.comparison.label,
        measure=finding.measure.label,
        estimate=figures.estimate(finding),
        confidence=figures.confidence(finding),
        p=figures.p_value(finding.p),
        n=figures.number(finding.n),
        unit=figures.unit(finding),
        scale=_scale(finding, scale),
        share=figures.share(finding.events, finding.total),
        direction=words.direction(direction, finding.comparison),
        side=direction,
        place=finding.place,
        derived=finding.derived or "",
    )


def arm_table(study: Study) -> ArmTable:
    """The arms of a study's findings."""
    compared = [finding for finding in study.findings if finding.arms]
    columns = {
        heading: text for heading, text in _COLUMNS.items() if any(text(arm) for f in compared for arm in f.arms)
    }
    return ArmTable(tuple(_arm_group(finding, columns.values()) for finding in compared), tuple(columns))


def _scale(finding: Finding, scale: Scale | None) -> str:
    meaning = figures.scale_meaning(scale)
    if meaning or finding.comparison not in EFFECT or finding.estimate is None:
        return meaning
    unknown = "scale not known" if finding.unit == "points" else ""
    better = figures.better(lower_is_better(finding, scale.higher_is_worse if scale else None))
    return ", ".join(part for part in (unknown, better) if part)


def _arm_group(finding: Finding, columns: Collection[Callable[[Arm], str]]) -> ArmGroup:
    when = " · ".join(part for part in (finding.timepoint, finding.subgroup) if part)
    title = Link(outcome_label(finding.outcome), f"#finding-{finding.id}", when)
    arms = tuple(ArmRow(arm.label, tuple(text(arm) for text in columns)) for arm in finding.arms)
    return ArmGroup(title, finding.unit or "", arms)


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
    """Whether it gives the entry its grade."""
    statement: str
    """What the intervention does to the outcome, as sure as the certainty allows."""
    certainty: CertaintyMark
    measured_with: Link | None
    """The scale and instrument."""
    scale: str
    """The scale's range and which way is better."""
    comparator: str
    """What it was compared with."""
    size: str
    """Participants analyzed in all; empty where not all findings report it."""
    rows: tuple[FindingRow, ...]
    start: str
    """Where grading starts and why; empty where it is not graded."""
    steps: tuple[StepRow, ...]
    """Steps from there."""
    overrides: tuple[StepRow, ...]
    """Computed steps that the curator set aside, with the reason."""
    studies: tuple[Link, ...]
    """Sources that support it but report no result."""


def body_card(catalog: Catalog, assessed: BodyAssessment, headline: bool) -> BodyCard:
    """The card of one body of evidence."""
    body = assessed.body
    found = [item for path in body.findings if (item := catalog.evidence(path))]
    randomized = any(finding.comparison is Comparison.RANDOMIZED for _, finding in found)
    rows = tuple(finding_row(catalog, study, finding) for study, finding in found)
    mark = certainty_mark(assessed.certainty, assessed.not_graded_reason or "")
    if mark.level and not any(finding.estimate is not None for _, finding in found):
        mark = mark._replace(meaning=words.NO_SIZE_MEANING)
    return BodyCard(
        id=body.id,
        title=outcome_label(body.outcome) + (f", {body.follow_up}" if body.follow_up else ""),
        headline=headline,
        statement=statement(assessed),
        certainty=mark,
        measured_with=catalog.measured_with(body.instrument, body.scale),
        scale=figures.scale_meaning(catalog.scale(body.instrument, body.scale)),
        comparator=body.comparator or "",
        size=figures.count(assessed.sample_size, "participant") if assessed.sample_size is not None else "",
        rows=rows,
        start=_start(assessed, randomized),
        steps=tuple(StepRow(_signed(steps), domain.label, reason) for domain, steps, reason in assessed.adjustments),
        overrides=tuple(
            StepRow(_signed(-override.floor), override.domain.label, override.reason) for override in body.overrides
        ),
        studies=catalog.named(Study, body.studies),
    )


def _start(assessed: BodyAssessment, randomized: bool) -> str:
    if assessed.start is None:
        return ""
    kind = "randomized" if randomized else "not randomized"
    return f"Starts at {assessed.start.label}: the comparison is {kind}."


def _signed(steps: int) -> str:
    return f"−{-steps}" if steps < 0 else f"+{steps}" if steps else "0"


def headline_statement(assessment: Assessment) -> str:
    """What the body behind the verdict and the headline body let one say; where there is none, why nothing can be."""
    support, headline = support_of(assessment), assessment.headline
    said = [statement(body) for body in (support, headline if headline is not support else None) if body]
    return " ".join(said) or intervention_grade(assessment).rationale
