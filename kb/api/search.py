"""The GraphQL types of search results, and the field that searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphene import Argument, Field, Float, Int, ObjectType, String

from kb import search
from kb.api import enums, filters
from kb.api.context import KINDS, ApiContext
from kb.api.errors import fault
from kb.api.fields import type_of
from kb.api.pages import (
    Key,
    Page,
    PageInfo,
    bad_cursor,
    decode_cursor,
    encode_cursor,
    listing,
    many,
    page_of,
    paged,
    size,
)
from kb.api.types import Entry

# graphene has no types, so that every GraphQL type subclasses Any.

USUAL = 10


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
        description="A corrected query, where the one given finds little and a near spelling finds more."
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
    asked, count = filters.given(filter, context), size(first, USUAL)
    of = listing("search", asked, query)
    place = _place(decode_cursor(after, of)) if after is not None else None
    if context.index is None:
        raise fault(
            "SEARCH_UNAVAILABLE", "the search index is not loaded", "list entries by filter, or try again later"
        )
    results = context.index.search(query, _wanted(asked), count, place)
    edges = [
        {"node": entry, "cursor": encode_cursor(list(hit.place), of), "score": hit.score, "hit": hit}
        for hit in results.hits
        if (entry := context.entry(KINDS[hit.kind.capitalize()], hit.slug))
    ]
    return {
        **page_of(edges, results.total, results.has_next, results.has_previous),
        "facets": [_named(facet) for facet in results.facets],
        "suggestion": results.suggestion,
    }


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
