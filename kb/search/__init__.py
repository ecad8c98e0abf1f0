"""Full-text search over the published entries.

An engine (`SearchEngine`) answers queries with `Results`. The one in the process itself is `embedded`: `build_index`
makes its files, `open_index` and `open_files` open them. What a query means is the same for every engine: `words` makes
terms, `query` parses, `weights` says what counts, `facets` what is filtered and counted.
"""

from kb.search.embedded.index import WhooshEngine
from kb.search.embedded.store import HOLDS, build_index, current_files, open_files, open_index
from kb.search.engine import SearchEngine
from kb.search.results import Facet, FacetValue, Highlight, HighlightPart, Hit, Results, SearchFilter

__all__ = [
    "HOLDS",
    "Facet",
    "FacetValue",
    "Highlight",
    "HighlightPart",
    "Hit",
    "Results",
    "SearchEngine",
    "SearchFilter",
    "WhooshEngine",
    "build_index",
    "current_files",
    "open_files",
    "open_index",
]
