"""Full-text search over the published entries.

An engine (`SearchEngine`) answers queries with `Results`. There are two: `embedded`, in the process itself, and
`opensearch`, a cluster; `SearchSettings` say which. `load_cluster` and `embedded_files` make what they need, and
`open_engine` opens one. What a query means is the same for both: `words` makes terms, `lexicon` knows the words of all
entries, `query` parses and corrects, `weights` says what counts, `facets` what is filtered and counted.
"""

from kb.search.embedded.index import WhooshEngine
from kb.search.embedded.store import HOLDS, build_index, open_files, open_index
from kb.search.engine import Fallback, ForeignPlaceError, SearchEngine, SearchUnavailableError
from kb.search.opening import embedded_files, load_cluster, open_engine
from kb.search.results import Facet, FacetValue, Highlight, HighlightPart, Hit, Place, Results, SearchFilter
from kb.search.settings import EMBEDDED, SearchSettings

__all__ = [
    "EMBEDDED",
    "HOLDS",
    "Facet",
    "FacetValue",
    "Fallback",
    "ForeignPlaceError",
    "Highlight",
    "HighlightPart",
    "Hit",
    "Place",
    "Results",
    "SearchEngine",
    "SearchFilter",
    "SearchSettings",
    "SearchUnavailableError",
    "WhooshEngine",
    "build_index",
    "embedded_files",
    "load_cluster",
    "open_engine",
    "open_files",
    "open_index",
]
