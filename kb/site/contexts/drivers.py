"""The pages of drivers and of frameworks, the other ways to divide the field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kb.model import Driver, Framework, Term
from kb.site.contexts.compare import comparison
from kb.site.contexts.frame import EntryContext, entry_frame
from kb.view.catalog import Catalog
from kb.view.parts import Badge, Link, Source, badge, href, links
from kb.view.rows import ClaimRow, MappingRow, claim_rows, mapping_row


class Answer(NamedTuple):
    """An intervention that addresses a driver."""

    intervention: Link
    summary: str
    """What it is, in a sentence."""
    badge: Badge
    """Verdict and certainty."""
    claims: tuple[ClaimRow, ...]
    """Who says that it addresses this driver, and where."""


class TermRow(NamedTuple):
    """A term of a framework."""

    slug: str
    """Unique within the framework, for the anchor term-slug."""
    label: str
    """The term as the framework writes it."""
    depth: int
    """How many terms are above it."""
    broader: str
    """The terms above it, from the widest; empty at the top."""
    mappings: tuple[MappingRow, ...]
    """The drivers it corresponds to."""
    interventions: tuple[Link, ...]
    """Interventions with a claim in this term."""
    studies: tuple[Link, ...]
    """Studies classified under it."""


@dataclass(frozen=True, kw_only=True)
class DriverPage(EntryContext):
    """The page of a driver."""

    template: ClassVar[str] = "driver"

    voice: str
    """What a leader hears where it is at work; empty where nobody has put it so."""
    scope: str
    """What the word covers."""
    answers: tuple[Answer, ...]
    """Interventions that address it, strongest evidence first."""
    compare: str
    """The address of the comparison of these interventions."""
    studies: tuple[Link, ...]
    """Studies about it."""
    instruments: tuple[Link, ...]
    """Instruments that measure it."""
    crosswalk: tuple[MappingRow, ...]
    """Terms of other frameworks that correspond to it."""


@dataclass(frozen=True, kw_only=True)
class FrameworkPage(EntryContext):
    """The page of a framework."""

    template: ClassVar[str] = "framework"

    version: str
    """Version or year."""
    source: Source
    """The work that defines it."""
    terms: tuple[TermRow, ...]
    """Its terms, in its order."""


def driver_page(catalog: Catalog, entry: Driver) -> DriverPage:
    """The page of a published driver."""
    rendered = catalog.render(entry)
    relations = catalog.relations
    answers = tuple(
        Answer(
            Link(item.title, href(item)),
            item.summary,
            badge(catalog.knowledge.assessments[item.slug]),
            tuple(claim_rows(catalog, tuple(c for c in item.drivers if c.driver == entry.slug), rendered)),
        )
        for item in relations.interventions_of_driver.get(entry.slug, ())
    )
    crosswalk = relations.crosswalk_of_driver.get(entry.slug, ())
    studies = links(relations.studies_of_driver.get(entry.slug, ()))
    sections = (
        ("interventions", "What can be done", answers),
        ("studies", "Studies", studies),
        ("crosswalk", "In other frameworks", crosswalk),
    )
    return DriverPage(
        **entry_frame(catalog, entry, rendered, sections),
        voice=entry.voice or "",
        scope=entry.scope_note,
        answers=answers,
        compare=comparison(driver=[entry.slug]),
        studies=studies,
        instruments=links(relations.instruments_of_driver.get(entry.slug, ())),
        crosswalk=tuple(
            mapping_row(framework, term, mapping, Link(entry.title, href(entry)))
            for framework, term, mapping in crosswalk
        ),
    )


def framework_page(catalog: Catalog, entry: Framework) -> FrameworkPage:
    """The page of a published framework."""
    rendered = catalog.render(entry)
    return FrameworkPage(
        **entry_frame(catalog, entry, rendered, [("terms", "Terms", entry.terms)]),
        version=entry.version,
        source=catalog.source(entry.source, "", rendered),
        terms=tuple(_term_row(catalog, entry, term) for term in entry.terms),
    )


def _term_row(catalog: Catalog, framework: Framework, term: Term) -> TermRow:
    path = f"{framework.slug}/{term.slug}"
    relations = catalog.relations
    above = _above(framework, term)
    return TermRow(
        slug=term.slug,
        label=term.label,
        depth=len(above),
        broader=" › ".join(above),
        mappings=tuple(
            mapping_row(framework, term, mapping, driver)
            for mapping in term.mappings
            for driver in catalog.named(Driver, [mapping.driver])
        ),
        interventions=catalog.interventions(item.slug for item in relations.interventions_of_term.get(path, ())),
        studies=links(relations.studies_of_term.get(path, ())),
    )


def _above(framework: Framework, term: Term) -> list[str]:
    """The labels above a term, from the widest."""
    by_slug = {item.slug: item for item in framework.terms}
    above: list[str] = []
    seen = {term.slug}
    broader = by_slug.get(term.broader or "")
    while broader and broader.slug not in seen:
        seen.add(broader.slug)
        above.insert(0, broader.label)
        broader = by_slug.get(broader.broader or "")
    return above
