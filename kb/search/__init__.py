"""Full-text search over the published entries.

An engine builds files (`build_index`), opens them (`open_index`, `open_files`) and answers with `Results`
(`SearchIndex.search`). The modules `results`, what is asked and answered, and `documents`, what is known of an entry,
name no engine.
"""

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
