"""The root of every query with its search, and the schema as graphql-core executes it and as SDL."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from graphene import ID, Argument, Field, Float, Int, List, NonNull, ObjectType, Schema, String
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, is_introspection_type, print_schema

from kb import model, search
from kb.api import enums, filters, types
from kb.api.context import KINDS, ApiContext, find_object
from kb.api.errors import unavailable
from kb.api.fields import Date, connection_of, type_of
from kb.api.pages import (
    Key,
    Page,
    PageInfo,
    bad_cursor,
    connection,
    decode_cursor,
    encode_cursor,
    foreign_cursor,
    last_first,
    listing,
    many,
    page,
    page_of,
    paged,
    size,
    usual_order,
)
from kb.api.types import (
    Change,
    Driver,
    Entry,
    Framework,
    Instrument,
    Intervention,
    Node,
    Reference,
    Study,
    Term,
    interventions_field,
)
from kb.export.identity import TERMS
from kb.view.fields import EntryView, FindingView, InstrumentView, ReferenceView, ScreeningView, StudyView

# graphene has no types, so that every GraphQL type subclasses Any.


class ContentInfo(ObjectType):
    """What stands behind the answers: its version and how much there is. Withdrawn entries are not counted."""

    version = String(required=True, description="A hash of everything the answers depend on.")
    built_on = Field(Date, required=True, description="The day for which it was built.")
    release = String(description="The release that it belongs to; null where it belongs to none.")
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
        "built_on": knowledge.today,
        "release": knowledge.release.name if knowledge.release else None,
        "entry_count": sum(counts.values()),
        **counts,
        "reference_count": len(knowledge.references),
        "licence": TERMS,
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


def _findings(
    _root: Any, info: Any, filter: Any = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    context: ApiContext = info.context
    asked = filters.given(filter, context)
    views = [
        FindingView(context.catalog, finding, study)
        for study in context.relations.studies
        for finding in study.findings
    ]
    chosen = sorted(filters.choose_findings(views, asked, context), key=usual_order)
    return page(chosen, usual_order, listing("findings", asked), first, after)


def _screening(
    _root: Any,
    info: Any,
    decision: model.ScreeningDecision | None = None,
    interventions: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Page:
    catalog = info.context.catalog
    asked = filters.given({"interventions": interventions}, info.context)
    records = [
        ScreeningView(catalog, item)
        for item in catalog.knowledge.screening
        if decision in (None, item.decision)
        and item.key in catalog.knowledge.references
        and ("interventions" not in asked or not set(item.interventions).isdisjoint(asked["interventions"]))
    ]
    return page(sorted(records, key=usual_order), usual_order, listing("screening", asked, decision), first, after)


def _published(info: Any, folder: str) -> list[EntryView]:
    entries = getattr(info.context.knowledge, folder).values()
    return info.context.views(entry for entry in entries if entry.status is model.EntryStatus.PUBLISHED)  # type: ignore[no-any-return]


def _changes(_root: Any, info: Any, filter: Any = None, first: int | None = None, after: str | None = None) -> Page:
    asked = filters.given(filter, info.context)
    keys: dict[int, Key] = {}
    alike = Counter[str]()
    for change in info.context.changes:
        *key, text = last_first(change.record)
        alike[f"{key} {text}"] += 1  # two readings on one day may say the same
        keys[id(change)] = [*key, alike[f"{key} {text}"], text]
    chosen = sorted(filters.choose_changes(asked, info.context), key=lambda event: keys[id(event)])
    return page(chosen, lambda event: keys[id(event)], listing("changes", asked), first, after)


_log = logging.getLogger(__name__)
_LATER = 5
"""Seconds after which a search that is not loaded may be."""
_HITS = 10
"""How many results of a search are shown where first is left out."""


class SearchEdge(ObjectType):
    """An entry that was found."""

    cursor = String(required=True, description="Opaque: its place in the results of this query and filter.")
    score = Float(required=True, description="How well it matches, more is better; comparable within one query only.")
    highlights = Field(
        many(type_of(search.Highlight)),
        description="Fragments that match.",
        resolver=lambda edge, _info: edge["hit"].highlights,  # worked out only for those who ask
    )
    node = Field(Entry, required=True, description="The entry.")


class SearchConnection(ObjectType):
    """One page of the results of a search, best first."""

    total_count = Int(required=True, description="How many entries were found on all pages together.")
    page_info = Field(PageInfo, required=True, description="Where the page lies among the results.")
    edges = Field(many(SearchEdge), description="What was found, with scores, highlights and cursors.")
    nodes = Field(many(Entry), description="The entries alone.")
    facets = Field(many(type_of(search.Facet)), description="How the results divide; counts are of all pages.")
    suggestion = String(
        description="The query with misspelt words corrected, whose results these are; null if none is misspelt."
    )


def _search(
    _root: Any,
    info: Any,
    query: str,
    filter: Mapping[str, Any] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Page:
    context: ApiContext = info.context
    asked, count = filters.given(filter, context), size(first, _HITS)
    of = listing("search", asked, query)
    place = _place(decode_cursor(after, of)) if after is not None else None
    if context.index is None:
        raise unavailable(_LATER)
    try:
        results = context.index.search(query, _wanted(asked), count, place)
    except search.SearchUnavailableError as reason:
        _log.warning("%s", reason)
        raise unavailable(reason.retry_after) from None
    except search.ForeignPlaceError:
        raise foreign_cursor() from None
    edges = [
        {"node": entry, "cursor": encode_cursor(_key(hit.place), of), "score": hit.score, "hit": hit}
        for hit in results.hits
        if (entry := context.entry(KINDS[hit.kind.capitalize()], hit.slug))
    ]
    return {
        **page_of(edges, results.total, results.has_next, results.has_previous),
        "facets": [_named(facet) for facet in results.facets],
        "suggestion": results.suggestion,
    }


def _place(key: Key) -> search.Place:
    match key:
        case [float() as score, str() as entry, *engine] if isfinite(score) and len(engine) < 2:
            return search.Place(score, entry, *map(str, engine))
    raise bad_cursor()


def _key(place: search.Place) -> Key:
    """A place as a cursor holds it: it names its engine where that is not the embedded one."""
    return [place.score, place.key, *filter(None, [place.engine])]


def _wanted(asked: Mapping[str, Any]) -> search.SearchFilter:
    """A filter in the words of the index."""
    return search.SearchFilter(
        kinds=tuple(kind.value for kind in asked.get("kinds", ())),
        drivers=tuple(asked.get("drivers", ())),
        verdicts=tuple(verdict.value for verdict in asked.get("verdicts", ())),
        outcomes=tuple(asked.get("outcomes", ())),
        min_certainty=asked.get("min_certainty"),
        certainties=tuple(asked.get("certainties", ())),
        graded=asked.get("graded"),
        designs=tuple(design.value for design in asked.get("designs", ())),
    )


def _named(facet: search.Facet) -> search.Facet:
    """A facet with the API's names of values, which are the index's in capitals; slugs and outcome words stay."""
    if facet.field in ("driver", "outcome"):
        return facet
    values = (search.FacetValue(enums.spelled(v.value), v.label, v.count) for v in facet.values)
    return search.Facet(facet.field, tuple(values))


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
        path=Argument(String, required=True, description="framework-slug/term-slug"),
        resolver=lambda _root, info, path: info.context.terms.get(path),
    )
    intervention = _by_slug(Intervention, model.Intervention, "One intervention.")
    interventions = interventions_field(
        "Strongest first unless ordered otherwise: verdict, certainty, people studied, title; DESC of CERTAINTY "
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
    findings = paged(
        connection_of(FindingView),
        _findings,
        "Findings of all studies, in alphabetical order of the studies' slugs and of their own.",
        filter=Argument(filters.FindingFilter, description="Which findings to list; null lists all."),
    )
    screening = paged(
        connection_of(ScreeningView),
        _screening,
        "Works that were considered and are not entries, in the order of their keys.",
        decision=Argument(enums.ScreeningDecision, description="Only works with this decision; null: with any."),
        interventions=Argument(
            List(NonNull(String)),
            description="Slugs of interventions: only works about one of them; null or empty: about any.",
        ),
    )
    changes = paged(
        connection("Change", lambda: Change),
        _changes,
        "What happened to entries and works: verdicts that moved, corrections, additions. The last comes first.",
        filter=Argument(filters.ChangeFilter, description="What to list; null lists all."),
    )
    page = _by_slug(types.Page, model.Page, "One guide page.")
    pages = Field(
        many(types.Page),
        description="All guide pages, in the order of their slugs.",
        resolver=lambda _root, info: _published(info, "pages"),
    )
    question = _by_slug(types.Question, model.Question, "One decision that leaders face.")
    questions = Field(
        many(types.Question),
        description="All decisions that leaders face, in the order of their slugs.",
        resolver=lambda _root, info: _published(info, "questions"),
    )
    search = paged(
        SearchConnection,
        _search,
        "Full-text search over all published entries, best match first; any of the words may match.",
        usual=_HITS,
        query=Argument(String, required=True, description="Words, in natural language."),
        filter=Argument(filters.SearchFilter, description="Which entries to search; null searches all."),
    )


SCHEMA: GraphQLSchema = Schema(query=Query).graphql_schema


def cache_keys() -> str:
    """What caches of clients must know of the schema, as JSON: the types of interfaces, and those without an id."""
    objects = {name: kind for name, kind in sorted(SCHEMA.type_map.items()) if isinstance(kind, GraphQLObjectType)}
    facts = {
        "possibleTypes": {
            name: sorted(each.name for each in SCHEMA.get_possible_types(kind))
            for name, kind in sorted(SCHEMA.type_map.items())
            if isinstance(kind, GraphQLInterfaceType)
        },
        "withoutId": [
            name
            for name, kind in objects.items()
            if "id" not in kind.fields and kind is not SCHEMA.query_type and not is_introspection_type(kind)
        ],
        "pages": {
            name: [argument for argument in field.args if argument not in ("first", "after")]
            for name, field in objects["Query"].fields.items()
            if "after" in field.args
        },
    }
    return f"{json.dumps(facts, indent=2)}\n"


def sdl() -> str:
    """The schema in the schema definition language, with all descriptions."""
    return f"# Written from kb/api by make golden; do not edit.\n\n{print_schema(SCHEMA)}\n"
