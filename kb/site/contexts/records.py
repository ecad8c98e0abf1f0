"""The pages of all references and of all discrepancies: what lies behind the entries, laid open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from kb.model import Entry, Reference, Verification
from kb.site import figures
from kb.site.contexts.frame import Context, Link
from kb.site.contexts.studies import DiscrepancyRow, discrepancy_rows
from kb.site.material import Material, href, links


class ReferenceRow(NamedTuple):
    """One work of the bibliography."""

    key: str
    """Its key, for the anchor."""
    html: Markup
    """Its AMA-style citation, with its link."""
    verified: str
    """How the record was confirmed."""
    verified_at: Link | None
    """The public page that confirmed it."""
    note: str
    """What another printed list says instead."""
    cited_by: tuple[Link, ...]
    """The entries that cite it; a note says of which kind."""


_STATES = {
    Verification.SEED: "Printed in a source document.",
    Verification.SEARCH: "Confirmed by a public page:",
    Verification.UNVERIFIED: "Not verified.",
}


@dataclass(frozen=True, kw_only=True)
class ReferencesPage(Context):
    """The whole bibliography."""

    template: ClassVar[str] = "references"

    rows: tuple[ReferenceRow, ...]
    """All works by author and year."""


class StudyDiscrepancies(NamedTuple):
    """The discrepancies of one study."""

    study: Link
    """The study."""
    rows: tuple[DiscrepancyRow, ...]
    """Its discrepancies."""


@dataclass(frozen=True, kw_only=True)
class DiscrepanciesPage(Context):
    """All contradictions noticed in the sources."""

    template: ClassVar[str] = "discrepancies"

    total: str
    """How many, in words."""
    studies: tuple[StudyDiscrepancies, ...]
    """By study."""


def references_page(material: Material) -> ReferencesPage:
    """The whole bibliography, by author and year."""
    references = sorted(material.knowledge.references.values(), key=lambda r: (r.text.casefold(), r.key))
    citing = material.relations.cited_by
    return ReferencesPage(
        title="References",
        description="Every work cited, how its record was verified, and which entries cite it.",
        path="references/",
        rows=tuple(_row(reference, citing.get(reference.key, ())) for reference in references),
    )


def _row(reference: Reference, cited_by: tuple[Entry, ...]) -> ReferenceRow:
    at = reference.verified_at
    return ReferenceRow(
        key=reference.key,
        html=Markup(reference.html),  # noqa: S704 - escaped by kb.read.bibliography
        verified=_STATES[reference.verified],
        verified_at=Link(at.split("/")[2], at) if at else None,
        note=reference.note or "",
        cited_by=tuple(Link(entry.title, href(entry), entry.kind) for entry in cited_by),
    )


def discrepancies_page(material: Material) -> DiscrepanciesPage:
    """All discrepancies of all studies."""
    studies = [study for study in material.relations.studies if study.discrepancies]
    total = sum(len(study.discrepancies) for study in studies)
    return DiscrepanciesPage(
        title="Discrepancies",
        description="Where sources contradict themselves or each other, and what is recorded here.",
        path="discrepancies/",
        total=f"{figures.count(total, 'contradiction')} in {figures.count(len(studies), 'source')}",
        studies=tuple(
            StudyDiscrepancies(link, discrepancy_rows(study))
            for link, study in zip(links(studies), studies, strict=True)
        ),
    )
