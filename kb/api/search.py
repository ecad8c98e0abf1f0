"""The GraphQL types of search results, and the field that searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphene import Argument, Field, Float, Int, ObjectType, String

from kb import search
from kb.api import enums, filters
from kb.api.context import KINDS, ApiContext
from kb.api.errors import fault
from kb.api.fields import Derived
from kb.api.pages import (
    Bounds,
    Key,
    Listing,
    PageInfo,
    bad_cursor,
    decode_cursor,
    encode_cursor,
    many,
    paged,
    size,
)
from kb.api.types import Entry
from kb.search import Hit
from kb.view.fields import EntryView

# graphene has no types, so that every GraphQL type subclasses Any.

USUAL = 10


class HighlightPart(Derived, of=search.HighlightPart):
    """Plain text in parts; concatenated they give the fragment. No HTML."""


class Highlight(Derived, of=search.Highlight):
    """A fragment of an entry that matches the query."""


class FacetValue(Derived, of=search.FacetValue):
    """How many of all results have a value."""


class Facet(Derived, of=search.Facet):
    """The values that the results have in a field."""


class SearchEdge(ObjectType):
    """An entry that was found."""

    cursor = String(required=True, description="Opaque: its place in the results of this query and filter.")
    score = Float(required=True, description="How well it matches, more is better; comparable within one query only.")
    highlights = Field(many(Highlight), description="Fragments that match.")
    node = Field(Entry, required=True, description="The entry.")


class SearchConnection(ObjectType):
    """One page of the results of a search, best first."""

    total_count = Int(required=True, description="How many entries were found on all pages together.")
    page_info = Field(PageInfo, required=True, description="Where the page lies among the results.")
    edges = Field(many(SearchEdge), description="What was found, with scores, highlights and cursors.")
    nodes = Field(many(Entry), description="The entries alone.")
    facets = Field(many(Facet), description="How the results divide; counts are of all pages.")
    suggestion = String(
        description="A corrected query, where the one given finds little and a near spelling finds more."
    )


@dataclass(frozen=True)
class Found:
    """A hit with its entry and cursor."""

    cursor: str
    hit: Hit
    node: EntryView

    @property
    def score(self) -> float:
        return self.hit.score

    @property
    def highlights(self) -> tuple[search.Highlight, ...]:
        return self.hit.highlights


@dataclass(frozen=True)
class FoundPage:
    """One page of results; ``total_count`` and ``facets`` are of all of them."""

    total_count: int
    page_info: Bounds
    edges: tuple[Found, ...]
    facets: tuple[search.Facet, ...]
    suggestion: str | None

    @property
    def nodes(self) -> list[EntryView]:
        return [edge.node for edge in self.edges]


def _search(
    _root: Any,
    info: Any,
    query: str,
    filter: Mapping[str, Any] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> FoundPage:
    context: ApiContext = info.context
    asked, count = filters.given(filter, context), size(first, USUAL)
    listing = Listing("search", asked, query)
    place = _place(decode_cursor(after, listing)) if after is not None else None
    if context.index is None:
        raise fault(
            "SEARCH_UNAVAILABLE", "the search index is not loaded", "list entries by filter, or try again later"
        )
    results = context.index.search(query, _wanted(asked), count, place)
    edges = tuple(
        Found(encode_cursor(list(hit.place), listing), hit, entry)
        for hit in results.hits
        if (entry := context.entry(KINDS[hit.kind.capitalize()], hit.slug))
    )
    facets = tuple(_named(facet) for facet in results.facets)
    page_info = Bounds(edges, results.has_next, results.has_previous)
    return FoundPage(results.total, page_info, edges, facets, results.suggestion)


def _place(key: Key) -> tuple[float, str]:
    match key:
        case [float() as score, str() as entry]:
            return score, entry
    raise bad_cursor()


def _wanted(asked: Mapping[str, Any]) -> search.SearchFilter:
    """A filter in the words of the index."""
    return search.SearchFilter(
        kinds=tuple(kind.value for kind in asked.get("kinds", ())),
        drivers=tuple(asked.get("drivers", ())),
        verdicts=tuple(verdict.value for verdict in asked.get("verdicts", ())),
        min_certainty=asked.get("min_certainty"),
        designs=tuple(design.value for design in asked.get("designs", ())),
    )


def _named(facet: search.Facet) -> search.Facet:
    """A facet with the API's names of values, which are the index's in capitals; slugs stay."""
    if facet.field == "driver":
        return facet
    values = (search.FacetValue(enums.spelled(v.value), v.label, v.count) for v in facet.values)
    return search.Facet(facet.field, tuple(values))


search_field = paged(
    SearchConnection,
    _search,
    "Full-text search over all published entries, best match first; any of the words may match.",
    usual=USUAL,
    query=Argument(String, required=True, description="Words, in natural language."),
    filter=Argument(filters.SearchFilter, description="Which entries to search; null searches all."),
)
