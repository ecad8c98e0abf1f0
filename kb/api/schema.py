"""The root of every query, and the schema as graphql-core executes it and as SDL."""

from __future__ import annotations

from typing import Any

from graphene import ID, Argument, Field, Int, ObjectType, Schema, String
from graphql import GraphQLSchema, print_schema

from kb import model
from kb.api import enums, filters
from kb.api.connections import (
    InstrumentConnection,
    Key,
    Listing,
    Page,
    ReferenceConnection,
    StudyConnection,
    page,
    paged,
)
from kb.api.context import find_object
from kb.api.drivers import Driver, Framework, Term, interventions_field
from kb.api.entries import Node, Reference
from kb.api.fields import many
from kb.api.filters import by_title
from kb.api.interventions import Intervention
from kb.api.search import search_field
from kb.api.studies import Instrument, Study

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


def _drivers(_root: Any, info: Any, kind: model.DriverKind | None = None) -> list[model.Driver]:
    return [driver for driver in info.context.relations.drivers if kind in (None, driver.driver_kind)]


def _studies(_root: Any, info: Any, filter: Any = None, first: int | None = None, after: str | None = None) -> Page:
    asked = filters.given(filter, info.context)
    chosen = filters.choose_studies(info.context.relations.studies, asked)
    return page(chosen, by_title, Listing("studies", asked), first, after)


def _instruments(_root: Any, info: Any, filter: Any = None, first: int | None = None, after: str | None = None) -> Page:
    asked = filters.given(filter, info.context)
    chosen = filters.choose_instruments(info.context.relations.instruments, asked)
    return page(chosen, by_title, Listing("instruments", asked), first, after)


def _references(_root: Any, info: Any, first: int | None = None, after: str | None = None) -> Page:
    everything = list(info.context.knowledge.references.values())
    return page(everything, _by_key, Listing("references"), first, after)


def _by_key(reference: model.Reference) -> Key:
    return [reference.key]


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
        resolver=lambda _root, info: info.context.relations.frameworks,
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
        InstrumentConnection,
        _instruments,
        "Instruments, in alphabetical order.",
        filter=Argument(filters.InstrumentFilter, description="Which instruments to list; null lists all."),
    )
    study = _by_slug(Study, model.Study, "One study.")
    studies = paged(
        StudyConnection,
        _studies,
        "Studies, in alphabetical order.",
        filter=Argument(filters.StudyFilter, description="Which studies to list; null lists all."),
    )
    reference = Field(
        Reference,
        description="One work of the bibliography; null where there is no such key.",
        key=Argument(ID, required=True, description="Its key, as citations name it."),
        resolver=lambda _root, info, key: info.context.knowledge.references.get(key),
    )
    references = paged(ReferenceConnection, _references, "All works of the bibliography, in the order of their keys.")
    search = search_field


SCHEMA: GraphQLSchema = Schema(query=Query).graphql_schema


def sdl() -> str:
    """The schema in the schema definition language, with all descriptions."""
    return f"# Written from kb/api by make golden; do not edit.\n\n{print_schema(SCHEMA)}\n"
