"""Pages that list: the entries of each kind, all references, all discrepancies; and the search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from kb.grading import VERDICT_RANK
from kb.model import Assessment, Driver, DriverKind, Entry, Intervention, Reference, Study, Verdict, Verification
from kb.site.contexts.frame import Context
from kb.site.contexts.instruments import license_terms
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Badge, Link, badge, href, links, short_name
from kb.view.rows import DiscrepancyRow, discrepancy_rows


class Item(NamedTuple):
    """An entry in a list."""

    link: Link
    summary: str
    """What it is, in a sentence."""
    facts: tuple[str, ...] = ()
    """Short facts about it, in plain text."""
    badge: Badge | None = None
    """Verdict and certainty, of an intervention."""


class Group(NamedTuple):
    """Items under a heading."""

    title: str
    """The heading; empty where the list is not divided."""
    note: str
    """A sentence under the heading; may be empty."""
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class ListPage(Context):
    """The list of one kind of entry."""

    template: ClassVar[str] = "list"

    note: str
    """How the list is sorted and what it holds."""
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class SearchPage(Context):
    """The search, which asks the index beside the pages."""

    template: ClassVar[str] = "search"


def interventions_list(catalog: Catalog) -> ListPage:
    """All interventions, strongest evidence first, divided by verdict."""
    assessments = catalog.knowledge.assessments
    items: dict[Verdict, list[Item]] = {verdict: [] for verdict in sorted(VERDICT_RANK, key=VERDICT_RANK.__getitem__)}
    for entry in catalog.relations.interventions:
        items[assessments[entry.slug].verdict].append(intervention_item(catalog, entry))
    return ListPage(
        title="Interventions",
        description="What can be done about clinician burnout, strongest evidence first.",
        path="interventions/",
        section="interventions",
        note="Strongest evidence first. Certainty says how much you can trust the figures.",
        groups=tuple(Group(verdict.label, verdict.meaning, tuple(found)) for verdict, found in items.items() if found),
    )


def drivers_list(catalog: Catalog) -> ListPage:
    """All drivers and manifestations."""
    return ListPage(
        title="Drivers",
        description="What drives clinician burnout, and how it is felt.",
        path="drivers/",
        section="drivers",
        note="Each page lists what can be done, strongest evidence first.",
        groups=(
            Group("Conditions of work", "What raises or lowers burnout.", _driver_items(catalog, DriverKind.DRIVER)),
            Group("How it is felt", "", _driver_items(catalog, DriverKind.MANIFESTATION)),
        ),
    )


def studies_list(catalog: Catalog) -> ListPage:
    """All studies by title."""
    references = catalog.knowledge.references
    items = tuple(_study_item(study, references.get(study.reference)) for study in catalog.relations.studies)
    return ListPage(
        title="Studies",
        description="The studies, reviews and reports behind the entries, with every result as reported.",
        path="studies/",
        section="studies",
        note="Studies, reviews, reports and commentaries by title. Each page says how much of it was read.",
        groups=(Group("", "", items),),
    )


def instruments_list(catalog: Catalog) -> ListPage:
    """All instruments by title."""
    items = tuple(
        Item(
            Link(entry.title, href(entry), entry.abbreviation or ""),
            entry.summary,
            (
                "Measures " + ", ".join(word.label for word in entry.constructs),
                *((figures.count(entry.item_count, "item"),) if entry.item_count is not None else ()),
                license_terms(entry),
            ),
        )
        for entry in catalog.relations.instruments
    )
    return ListPage(
        title="Instruments",
        description="Questionnaires, indexes and metrics to measure burnout and what drives it.",
        path="instruments/",
        section="instruments",
        note=(
            "Names, score ranges and scoring only. The questions belong to their owners; "
            "ask them where the terms of use are not confirmed."
        ),
        groups=(Group("", "", items),),
    )


def frameworks_list(catalog: Catalog) -> ListPage:
    """All frameworks by title."""
    items = tuple(
        Item(Link(entry.title, href(entry)), entry.summary, (figures.count(len(entry.terms), "term"),))
        for entry in catalog.relations.frameworks
    )
    return ListPage(
        title="Frameworks",
        description="Other ways to organize this field, and how their terms match the drivers used here.",
        path="frameworks/",
        section="frameworks",
        note="Other ways to organize this field, with the drivers used here that their terms match.",
        groups=(Group("", "", items),),
    )


def search_page(_: Catalog) -> SearchPage:
    """The search page."""
    return SearchPage(title="Search", description="Search all entries.", path="search/", section="search")


def _driver_items(catalog: Catalog, kind: DriverKind) -> tuple[Item, ...]:
    return tuple(_driver_item(catalog, entry) for entry in catalog.relations.drivers if entry.driver_kind is kind)


def _driver_item(catalog: Catalog, entry: Driver) -> Item:
    addressing = catalog.relations.interventions_of_driver.get(entry.slug, ())
    best = badge(catalog.knowledge.assessments[addressing[0].slug]) if addressing else None
    number = figures.count(len(addressing), "intervention") if addressing else "No intervention yet"
    return Item(Link(entry.title, href(entry)), entry.summary, (number,), best)


def intervention_item(catalog: Catalog, entry: Intervention) -> Item:
    """An intervention with its verdict, in a list."""
    studies = catalog.relations.studies_of_intervention.get(entry.slug, ())
    return _intervention_item(entry, catalog.knowledge.assessments[entry.slug], studies)


def _intervention_item(entry: Intervention, assessment: Assessment, studies: tuple[Study, ...]) -> Item:
    facts = (entry.category.label, entry.level.label, *_counted(len(studies)))
    return Item(Link(entry.title, href(entry)), entry.summary, facts, badge(assessment))


def _counted(studies: int) -> Iterable[str]:
    return (figures.count(studies, "study", "studies"),) if studies else ()


def _study_item(entry: Study, reference: Reference | None) -> Item:
    size = (figures.count(entry.sample_size, "participant"),) if entry.sample_size is not None else ()
    who = (short_name(reference),) if reference else ()
    facts = (*who, entry.design.label, *size, entry.reading_basis.label.lower())
    return Item(Link(entry.title, href(entry)), entry.summary, facts)


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
    """What another reference list says instead."""
    cited_by: tuple[Link, ...]
    """The entries that cite it; a note says of which kind."""


_STATES = {
    Verification.SEED: "Listed in one of the source documents.",
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
    rows: tuple[DiscrepancyRow, ...]


@dataclass(frozen=True, kw_only=True)
class DiscrepanciesPage(Context):
    """All contradictions noticed in the sources."""

    template: ClassVar[str] = "discrepancies"

    total: str
    """How many, in words."""
    studies: tuple[StudyDiscrepancies, ...]


def references_page(catalog: Catalog) -> ReferencesPage:
    """The whole bibliography, by author and year."""
    references = sorted(catalog.knowledge.references.values(), key=lambda r: (r.text.casefold(), r.key))
    citing = catalog.relations.cited_by
    return ReferencesPage(
        title="References",
        description="Every work cited, how its record was verified, and which entries cite it.",
        path="references/",
        rows=tuple(_reference_row(reference, citing.get(reference.key, ())) for reference in references),
    )


def _reference_row(reference: Reference, cited_by: tuple[Entry, ...]) -> ReferenceRow:
    at = reference.verified_at
    return ReferenceRow(
        key=reference.key,
        html=Markup(reference.html),  # noqa: S704 - escaped by kb.read.bibliography
        verified=_STATES[reference.verified],
        verified_at=Link(at.split("/")[2], at) if at else None,
        note=reference.note or "",
        cited_by=tuple(Link(entry.title, href(entry), entry.kind) for entry in cited_by),
    )


def discrepancies_page(catalog: Catalog) -> DiscrepanciesPage:
    """All discrepancies of all studies."""
    studies = [study for study in catalog.relations.studies if study.discrepancies]
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
