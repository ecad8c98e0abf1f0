"""The evidence in rows: results as reported, bodies of evidence with their grading, claims, terms, discrepancies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kb.grading import EFFECT, intervention_grade, lower_is_better, statement, support_of, words
from kb.model import (
    Arm,
    Assessment,
    BodyAssessment,
    Claim,
    Comparison,
    Direction,
    Discrepancy,
    Driver,
    Finding,
    Framework,
    Mapping,
    Scale,
    Study,
    Term,
)
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Link, Source, href, outcome_label
from kb.view.render import Rendered


class FindingRow(NamedTuple):
    """One result as reported."""

    study: Study
    finding: Finding
    measured_with: Link | None
    """The scale and instrument."""
    when: str
    """Time point and part of the participants, where not all."""
    estimate: str
    """The figure as reported, with a true minus sign."""
    confidence: str
    """Its confidence interval, e.g. 95% CI −1.27 to −0.32."""
    p: str
    """Its P value, e.g. P = .001."""
    unit: str
    """The unit, where the estimate is without it."""
    scale: str
    """The scale's range and which way is better, e.g. scale 0 to 10, lower is better."""
    share: str
    """For a proportion: how many of how many."""
    direction: Direction
    """Which side it favors."""
    favors: str
    """The same in words."""

    @property
    def figure(self) -> str:
        """The estimate with its unit, e.g. −0.79 points."""
        return f"{self.estimate} {self.unit}".strip()


def finding_row(catalog: Catalog, study: Study, finding: Finding) -> FindingRow:
    """A finding as a row."""
    direction = catalog.direction(finding)
    return FindingRow(
        study=study,
        finding=finding,
        measured_with=catalog.measured_with(finding.instrument, finding.scale),
        when=" · ".join(part for part in (finding.timepoint, finding.subgroup) if part),
        estimate=figures.estimate(finding),
        confidence=figures.confidence(finding),
        p=figures.p_value(finding.p),
        unit=figures.unit(finding),
        scale=_scale(finding, catalog.scale(finding.instrument, finding.scale)),
        share=figures.share(finding.events, finding.total),
        direction=direction,
        favors=words.direction(direction, finding.comparison),
    )


def _scale(finding: Finding, scale: Scale | None) -> str:
    meaning = figures.scale_meaning(scale)
    if meaning or finding.comparison not in EFFECT or finding.estimate is None:
        return meaning
    unknown = "scale not known" if finding.unit == "points" else ""
    better = figures.better(lower_is_better(finding, scale.higher_is_worse if scale else None))
    return ", ".join(part for part in (unknown, better) if part)


_COLUMNS: dict[str, Callable[[Arm], str]] = {
    "n": lambda arm: figures.number(arm.n) if arm.n is not None else "",
    "Events": lambda arm: figures.share(arm.events, arm.total),
    "Before": lambda arm: figures.spread(arm.baseline_mean, arm.baseline_sd),
    "After": lambda arm: figures.spread(arm.mean, arm.sd),
    "Change (95% CI)": figures.change,
    "Relative change": lambda arm: figures.percent(arm.relative_change),
}


def arm_columns(study: Study) -> dict[str, Callable[[Arm], str]]:
    """What is reported of any arm of a study's findings: headings, each with what gives an arm's text."""
    arms = [arm for finding in study.findings for arm in finding.arms]
    return {heading: text for heading, text in _COLUMNS.items() if any(map(text, arms))}


class BodyCard(NamedTuple):
    """One body of evidence with its grading."""

    assessed: BodyAssessment
    title: str
    """Outcome and follow-up."""
    statement: str
    """What the intervention does to the outcome, as sure as the certainty allows."""
    meaning: str
    """What its certainty means; of one that is not graded, why."""
    measured_with: Link | None
    """The scale and instrument."""
    scale: str
    """The scale's range and which way is better."""
    rows: tuple[FindingRow, ...]
    start: str
    """Where grading starts and why; empty where it is not graded."""
    studies: tuple[Link, ...]
    """Sources that support it but report no result."""


def body_card(catalog: Catalog, assessed: BodyAssessment) -> BodyCard:
    """The card of one body of evidence."""
    body = assessed.body
    rows = tuple(finding_row(catalog, *found) for path in body.findings if (found := catalog.evidence(path)))
    start = ""
    if assessed.start is not None:
        randomized = any(row.finding.comparison is Comparison.RANDOMIZED for row in rows)
        kind = "randomized" if randomized else "not randomized"
        start = f"Starts at {assessed.start.label}: the comparison is {kind}."
    if assessed.certainty is None:
        meaning = assessed.not_graded_reason or words.NOT_GRADED_MEANING
    else:
        sized = any(row.finding.estimate is not None for row in rows)
        meaning = assessed.certainty.meaning if sized else words.NO_SIZE_MEANING
    return BodyCard(
        assessed=assessed,
        title=outcome_label(body.outcome) + (f", {body.follow_up}" if body.follow_up else ""),
        statement=statement(assessed),
        meaning=meaning,
        measured_with=catalog.measured_with(body.instrument, body.scale),
        scale=figures.scale_meaning(catalog.scale(body.instrument, body.scale)),
        rows=rows,
        start=start,
        studies=catalog.named(Study, body.studies),
    )


def headline_statement(assessment: Assessment) -> str:
    """What the body behind the verdict and the headline body let one say; where there is none, why nothing can be."""
    support, headline = support_of(assessment), assessment.headline
    said = [statement(body) for body in (support, headline if headline is not support else None) if body]
    return " ".join(said) or intervention_grade(assessment).rationale


class ClaimRow(NamedTuple):
    """One claim that an intervention addresses a driver."""

    claim: Claim
    driver: Link
    source: Source
    """The work and the place in it."""
    term: Link | None
    """The source's own term; its note names the framework."""


def claim_rows(catalog: Catalog, claims: Iterable[Claim], rendered: Rendered) -> Iterator[ClaimRow]:
    """The claims on published drivers, in their order."""
    for claim in claims:
        for driver in catalog.named(Driver, [claim.driver]):
            source = catalog.source(claim.source, claim.place, rendered)
            yield ClaimRow(claim, driver, source, catalog.term(claim.term) if claim.term else None)


class MappingRow(NamedTuple):
    """The correspondence of a framework's term to a driver."""

    mapping: Mapping
    term: Link
    """The term; its note names the framework."""
    driver: Link


def mapping_rows(catalog: Catalog, mappings: Iterable[tuple[Framework, Term, Mapping]]) -> Iterator[MappingRow]:
    """The correspondences to published drivers, in their order."""
    for framework, term, mapping in mappings:
        for driver in catalog.named(Driver, [mapping.driver]):
            link = Link(term.label, f"{href(framework)}#term-{term.slug}", framework.title)
            yield MappingRow(mapping, link, driver)


def discrepancies(study: Study) -> list[tuple[Discrepancy, list[Link]]]:
    """The discrepancies of a study, each with links to the findings that it concerns."""
    links = {}
    for finding in study.findings:
        parts = (outcome_label(finding.outcome), finding.contrast, finding.timepoint, finding.subgroup)
        text = ", ".join(part for part in parts if part)
        links[finding.id] = Link(text, f"{href(study)}#finding-{finding.id}")
    return [(item, [links[name] for name in item.findings]) for item in study.discrepancies]
