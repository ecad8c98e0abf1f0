"""Full-text search over the published entries: building, checking and asking the index."""

from kb.search.index import SearchIndex
from kb.search.results import Facet, FacetValue, Highlight, HighlightPart, Hit, Results, SearchFilter
from kb.search.store import HOLDS, build_index, current_files, open_files, open_index

__all__ = [
    "HOLDS",
    "Facet",
    "FacetValue",
    "Highlight",
    "HighlightPart",
    "Hit",
    "Results",
    "SearchFilter",
    "SearchIndex",
    "build_index",
    "current_files",
    "open_files",
    "open_index",
]
