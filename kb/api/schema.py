"""The root of every query, and the schema as graphql-core executes it and as SDL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphene import ID, Argument, Field, Int, ObjectType, Schema, String
from graphql import GraphQLSchema, print_schema

from kb import model
from kb.api import enums, filters
from kb.api.context import find_object
from kb.api.fields import connection_of
from kb.api.pages import Page, listing, many, page, paged, usual_order
from kb.api.search import search_field
from kb.api.types import Driver, Framework, Instrument, Intervention, Node, Reference, Study, Term, interventions_field
from kb.view.fields import EntryView, InstrumentView, ReferenceView, StudyView

# graphene has no types, so that every GraphQL type subclasses Any.

LICENCE = "CC BY 4.0"
"""The terms under which the content may be used."""


class ContentInfo(ObjectType):
    """What stands behind the answers: its version and how much there is. Withdrawn entries are not counted."""

    version = String(required=True, description="A hash of everything the answers depend on.")
    entry_count = Int(required=True, description="Interventions, instruments, studies and drivers together.")
    intervention_count = Int(required=True, description="Number of interventions.")
    instrument_count = Int(required=True, description="Number of instruments.")
    study_count = Int(required=True, description="Number of studies.")
    driver_count = Int(required=True, description="Number of drivers.")
    reference_count = Int(required=True, description="Number of works in the bibliography.")
    licence = String(required=True, description="The terms under which the content may be used.")


def _content(_root: Any, info: Any) -> dict[str, Any]:
    knowledge, relations = info.context.knowledge, info.context.relations
    counts = {
        "intervention_count": len(relations.interventions),
        "instrument_count": len(relations.instruments),
        "study_count": len(relations.studies),
        "driver_count": len(relations.drivers),
    }
    return {
        "version": knowledge.version,
        "entry_count": sum(counts.values()),
        **counts,
        "reference_count": len(knowledge.references),
        "licence": LICENCE,
    }


def _by_slug(kind: type, entry: type[model.Entry], description: str) -> Field:
    """A field with the one entry of a kind that has a slug."""
    return Field(
        kind,
        description=f"{description} Null where there is no such slug. Withdrawn entries are found too.",
        slug=Argument(String, required=True, description="The slug of the entry, or one that it had before."),
        resolver=lambda _root, info, slug: info.context.entry(entry, slug),
    )


def _drivers(_root: Any, info: Any, kind: model.DriverKind | None = None) -> list[EntryView]:
    drivers: list[EntryView] = info.context.views(info.context.relations.drivers)
    return [driver for driver in drivers if kind in (None, driver.driver_kind)]


def _filtered(name: str, tests: Mapping[str, Any]) -> Callable[..., Page]:
    """The resolver of a list of entries of one kind, by a filter."""

    def resolve(_root: Any, info: Any, filter: Any = None, first: int | None = None, after: str | None = None) -> Page:
        asked = filters.given(filter, info.context)
        chosen = filters.choose(info.context.views(getattr(info.context.relations, name)), asked, tests)
        return page(chosen, usual_order, listing(name, asked), first, after)

    return resolve


def _references(_root: Any, info: Any, first: int | None = None, after: str | None = None) -> Page:
    catalog = info.context.catalog
    works = [ReferenceView(catalog, work) for work in catalog.knowledge.references.values()]
    return page(works, usual_order, listing("references"), first, after)


class Query(ObjectType):
    """Everything that can be asked. The API only reads."""

    content = Field(ContentInfo, required=True, description="What stands behind the answers.", resolver=_content)
    node = Field(
        Node,
        description="The object with a global id; null where there is none (any more).",
        id=Argument(ID, required=True, description="An id that the API gave."),
        resolver=lambda _root, info, id: find_object(id, info.context),
    )
    driver = _by_slug(Driver, model.Driver, "One driver.")
    drivers = Field(
        many(Driver),
        description="All drivers, in alphabetical order.",
        kind=Argument(enums.DriverKind, description="Only drivers of this kind; null: of both."),
        resolver=_drivers,
    )
    framework = _by_slug(Framework, model.Framework, "One framework.")
    frameworks = Field(
        many(Framework),
        description="All frameworks, in alphabetical order.",
        resolver=lambda _root, info: info.context.views(info.context.relations.frameworks),
    )
    term = Field(
        Term,
        description="One term of a framework; null where there is none. Its lists can be paged through here.",
        id=Argument(ID, required=True, description="framework-slug/term-slug"),
        resolver=lambda _root, info, id: info.context.terms.get(id),
    )
    intervention = _by_slug(Intervention, model.Intervention, "One intervention.")
    interventions = interventions_field(
        "Strongest first unless ordered otherwise: verdict, certainty, number of studies, title; DESC of CERTAINTY "
        "and VERDICT is strongest first. first is 1 to 100; anything else is an error."
    )
    instrument = _by_slug(Instrument, model.Instrument, "One instrument.")
    instruments = paged(
        connection_of(InstrumentView),
        _filtered("instruments", filters.INSTRUMENT_TESTS),
        "Instruments, in alphabetical order.",
        filter=Argument(filters.InstrumentFilter, description="Which instruments to list; null lists all."),
    )
    study = _by_slug(Study, model.Study, "One study.")
    studies = paged(
        connection_of(StudyView),
        _filtered("studies", filters.STUDY_TESTS),
        "Studies, in alphabetical order.",
        filter=Argument(filters.StudyFilter, description="Which studies to list; null lists all."),
    )
    reference = Field(
        Reference,
        description="One work of the bibliography; null where there is no such key.",
        key=Argument(ID, required=True, description="Its key, as citations name it."),
        resolver=lambda _root, info, key: info.context.named(ReferenceView, key),
    )
    references = paged(
        connection_of(ReferenceView), _references, "All works of the bibliography, in the order of their keys."
    )
    search = search_field


SCHEMA: GraphQLSchema = Schema(query=Query).graphql_schema


def sdl() -> str:
    """The schema in the schema definition language, with all descriptions."""
    return f"# Written from kb/api by make golden; do not edit.\n\n{print_schema(SCHEMA)}\n"
