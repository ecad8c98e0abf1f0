"""The evidence in rows: results as reported, claims on drivers, terms of frameworks, discrepancies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kb.grading import EFFECT
from kb.grading.direction import lower_is_better
from kb.model import (
    Arm,
    Discrepancy,
    Disputed,
    Driver,
    DriverClaim,
    EffectDirection,
    Finding,
    Framework,
    Intervention,
    Study,
    Term,
    TermMapping,
    Word,
)
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Link, Source, href, outcome_label
from kb.view.render import Rendered


class FindingRow(NamedTuple):
    """One result as reported."""

    study: Study
    finding: Finding
    name: str
    """The study by author and year."""
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
    direction: EffectDirection
    """Which side it favors."""
    favors: str
    """The same in words."""
    details: str
    """What else is reported of how it was got, e.g. primary outcome, weeks after the end, standard error."""

    @property
    def figure(self) -> str:
        """The estimate with its unit, e.g. −0.79 points."""
        return f"{self.estimate} {self.unit}".strip()


def finding_row(catalog: Catalog, study: Study, finding: Finding) -> FindingRow:
    """A finding as a row."""
    direction = catalog.direction(study, finding)
    return FindingRow(
        study=study,
        finding=finding,
        name=catalog.study_name(study),
        measured_with=catalog.measured_with(finding.instrument, finding.scale),
        when=" · ".join(part for part in (finding.timepoint, finding.subgroup) if part),
        estimate=figures.estimate(finding),
        confidence=figures.confidence(finding),
        p=figures.p_value(finding.p),
        unit=figures.unit(finding),
        scale=_scale(catalog, study, finding),
        share=figures.share(finding.events, finding.total),
        direction=direction,
        favors=figures.favors(direction, finding.comparison),
        details="; ".join(_details(finding)),
    )


def _details(finding: Finding) -> Iterator[str]:
    if finding.primary:
        yield "primary outcome"
    for weeks, since in ((finding.weeks_after_end, "end"), (finding.weeks_after_start, "start")):
        if weeks is not None:
            yield f"at the {since}" if not weeks else f"{figures.weeks(weeks)} after the {since}"
    if finding.analysis:
        yield finding.analysis.label[0].lower() + finding.analysis.label[1:]
    if finding.adjusted_for:
        yield f"adjusted for {finding.adjusted_for}"
    if finding.se is not None:
        yield f"standard error {figures.number(finding.se)}"
    if finding.sd is not None:
        yield f"standard deviation {figures.number(finding.sd)}"
    if finding.range:
        yield f"scored from {figures.interval(finding.range)}"


def _scale(catalog: Catalog, study: Study, finding: Finding) -> str:
    meaning = figures.scale_meaning(catalog.scale(finding.instrument, finding.scale))
    if meaning or finding.comparison not in EFFECT or finding.estimate is None:
        return meaning
    unknown = "scale not known" if finding.unit == "points" else ""
    better = figures.better(lower_is_better(study, finding, catalog.knowledge.instruments))
    return ", ".join(part for part in (unknown, better) if part)


def disputed(study: Study, finding: Finding, figure: Disputed) -> str:
    """Why a figure of a finding cannot be right, where a discrepancy of its study says so; else empty."""
    return next((d.issue for d in study.discrepancies if finding.id in d.findings and figure in d.disputed), "")


_COLUMNS: dict[str, Callable[[Arm], str]] = {
    "n": lambda arm: figures.number(arm.n) if arm.n is not None else "",
    "No answer": lambda arm: figures.number(arm.missing) if arm.missing is not None else "",
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


class ClaimRow(NamedTuple):
    """One claim that an intervention addresses a driver."""

    claim: DriverClaim
    driver: Link
    source: Source
    """The work and the place in it."""
    term: Link | None
    """The source's own term; its note names the framework."""
    measured: Link | None
    """The finding that measured an outcome of the driver; its note says which side it favors."""


def claim_rows(catalog: Catalog, claims: Iterable[DriverClaim], rendered: Rendered) -> Iterator[ClaimRow]:
    """The claims on published drivers, in their order."""
    for claim in claims:
        for driver in catalog.named(Driver, [claim.driver]):
            source = catalog.source(claim.source, claim.place, rendered)
            term = catalog.term(claim.term) if claim.term else None
            yield ClaimRow(claim, driver, source, term, _measured(catalog, claim))


def _measured(catalog: Catalog, claim: DriverClaim) -> Link | None:
    found = catalog.evidence(claim.finding or "")
    if not found:
        return None
    row = finding_row(catalog, *found)
    reported = f"{row.figure}: " if row.finding.estimate is not None else ""
    favors = row.favors[0].lower() + row.favors[1:]
    return Link(row.finding.outcome.label, f"{href(row.study)}#finding-{row.finding.id}", f"{reported}{favors}")


class MappingRow(NamedTuple):
    """The correspondence of a framework's term to a driver."""

    mapping: TermMapping
    term: Link
    """The term; its note names the framework."""
    driver: Link


def mapping_rows(catalog: Catalog, mappings: Iterable[tuple[Framework, Term, TermMapping]]) -> Iterator[MappingRow]:
    """The correspondences to published drivers, in their order."""
    for framework, term, mapping in mappings:
        for driver in catalog.named(Driver, [mapping.driver]):
            link = Link(term.label, f"{href(framework)}#term-{term.slug}", framework.title)
            yield MappingRow(mapping, link, driver)


class Weight(Word):
    """How much hangs on a discrepancy: computed, heaviest first."""

    VERDICT = (
        "verdict",
        "It concerns a result that counts in the evidence behind a verdict.",
        "Touches a verdict",
    )
    RESULT = (
        "result",
        "It concerns a result that is recorded here, which no verdict speaks of.",
        "Touches a result",
    )
    TEXT = (
        "text",
        "It concerns no single result: methods, wording, names, references.",
        "Touches no result",
    )


class DiscrepancyRow(NamedTuple):
    """A contradiction of a source, with what hangs on it."""

    study: Study
    discrepancy: Discrepancy
    weight: Weight
    findings: tuple[Link, ...]
    """The results that it concerns."""
    verdicts: tuple[Intervention, ...]
    """The interventions whose verdict speaks of evidence in which one of these results counts."""

    @property
    def disputed(self) -> str:
        """Which figures cannot be right as reported, in words; empty where none is said to be."""
        return ", ".join(figure.label[0].lower() + figure.label[1:] for figure in self.discrepancy.disputed)


def discrepancies(catalog: Catalog, studies: Iterable[Study]) -> list[DiscrepancyRow]:
    """The discrepancies of some studies, the heaviest first; of equal weight in the order of the studies."""
    rows = [_discrepancy(catalog, study, item) for study in studies for item in study.discrepancies]
    return sorted(rows, key=lambda row: list(Weight).index(row.weight))


def _discrepancy(catalog: Catalog, study: Study, item: Discrepancy) -> DiscrepancyRow:
    links = _findings(study)
    touched = (entry for name in item.findings for entry in catalog.verdicts.get(f"{study.slug}/{name}", ()))
    verdicts = tuple({entry.slug: entry for entry in touched}.values())
    weight = Weight.VERDICT if verdicts else Weight.RESULT if item.findings else Weight.TEXT
    return DiscrepancyRow(study, item, weight, tuple(links[name] for name in item.findings), verdicts)


def _findings(study: Study) -> dict[str, Link]:
    """The findings of a study by their ids, each as a link to its row."""
    links = {}
    for finding in study.findings:
        parts = (outcome_label(finding.outcome), finding.contrast, finding.timepoint, finding.subgroup)
        text = ", ".join(part for part in parts if part)
        links[finding.id] = Link(text, f"{href(study)}#finding-{finding.id}")
    return links
