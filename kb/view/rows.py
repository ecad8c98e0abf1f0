"""Rows that entries of several kinds show: claims on drivers, terms mapped to drivers, discrepancies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kb.model import Claim, Driver, Framework, Mapping, Study, Term
from kb.view.catalog import Catalog
from kb.view.parts import Link, Source, href, outcome_label
from kb.view.render import Rendered


class ClaimRow(NamedTuple):
    """One claim that an intervention addresses a driver."""

    driver: Link
    basis: str
    """Whether a source states it or the curator infers it, in words."""
    source: Source
    """The work and the place in it."""
    term: Link | None
    """The source's own term; its note names the framework."""


def claim_rows(catalog: Catalog, claims: tuple[Claim, ...], rendered: Rendered | None = None) -> Iterator[ClaimRow]:
    """The claims on published drivers, in their order."""
    for claim in claims:
        for driver in catalog.named(Driver, [claim.driver]):
            source = catalog.source(claim.source, claim.place, rendered)
            yield ClaimRow(driver, claim.basis.label, source, catalog.term(claim.term) if claim.term else None)


class MappingRow(NamedTuple):
    """The correspondence of a framework's term to a driver."""

    term: Link
    """The term; its note names the framework."""
    relation: str
    """What the term is to the driver, in words."""
    driver: Link
    basis: str
    """Whether a source states it or the curator infers it."""
    place: str
    """Where it is stated; empty where it is inferred without one."""


def mapping_row(framework: Framework, term: Term, mapping: Mapping, driver: Link) -> MappingRow:
    """The correspondence of a term to a driver, which is given as a link."""
    return MappingRow(
        Link(term.label, f"{href(framework)}#term-{term.slug}", framework.title),
        mapping.relation.label,
        driver,
        mapping.basis.label,
        mapping.place or "",
    )


class DiscrepancyRow(NamedTuple):
    """A place where a source contradicts itself or another."""

    place: str
    """Where in the source."""
    issue: str
    """What disagrees with what."""
    resolution: str
    """What the entry records, and why."""
    findings: tuple[Link, ...]
    """The findings it concerns."""


def discrepancy_rows(entry: Study) -> tuple[DiscrepancyRow, ...]:
    """The discrepancies of a study, with links to the findings from the site's root."""
    return tuple(
        DiscrepancyRow(
            item.place,
            item.issue,
            item.resolution,
            tuple(_finding_link(entry, name) for name in item.findings),
        )
        for item in entry.discrepancies
    )


def _finding_link(entry: Study, name: str) -> Link:
    finding = next(finding for finding in entry.findings if finding.id == name)
    parts = (outcome_label(finding.outcome), finding.contrast, finding.timepoint, finding.subgroup)
    return Link(", ".join(part for part in parts if part), f"/{entry.path}#finding-{name}")
