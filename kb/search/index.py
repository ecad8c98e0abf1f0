"""SearchIndex: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from threading import Lock

from whoosh.filedb.filestore import Storage
from whoosh.query.qcore import Every, Query

from kb.search import facets, highlights, query
from kb.search.query import ParsedQuery
from kb.search.results import Hit, Results, SearchFilter
from kb.search.schema import WEIGHTING, schema

FEW_HITS = 2
"""With at most this many hits a corrected query is tried."""

_EVERYTHING = SearchFilter()
Scores = Mapping[int, float]
"""The score of each entry found, by its number in the index."""


class SearchIndex:
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(self, storage: Storage, version: str, drivers: Mapping[str, str]) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._drivers = drivers
        self._lock = Lock()
        self._closed = False
        self._index = storage.open_index(schema=schema())
        self._searcher = self._index.searcher(weighting=WEIGHTING)
        self._places: list[str] = []
        self._values: list[facets.Values] = []
        for stored in self._searcher.reader().all_stored_fields():
            self._places.append(f"{stored['kind']}/{stored['slug']}")
            self._values.append({field: tuple(stored.get(field, "").split()) for field in facets.FIELDS})
        self._known = {
            field: tuple(sorted({value for values in self._values for value in values[field]}))
            for field in facets.FIELDS
        }
        # Analyzing a body again for each query would cost more than the search.
        self._texts = cache(self._read)

    def search(
        self,
        query: str,
        filter: SearchFilter = _EVERYTHING,
        limit: int = 10,
        after: tuple[float, str] | None = None,
    ) -> Results:
        """The entries that a query finds, best first, then by kind and slug.

        The query is words, of which any may match, and "quoted phrases", which must; nothing else is syntax. A blank
        query finds all entries that pass the filter, each with score 0. ``after`` is the place (score and kind/slug)
        of the last hit seen: results go on strictly after it, even where that entry is gone. Any text is a query;
        raises ValueError once the index is closed.
        """
        with self._lock:
            if self._closed:
                raise ValueError("the search index is closed")
            return self._search(query, filter, limit, after)

    def prepare(self) -> None:
        """Analyze all texts now, which the first queries with highlights would otherwise do."""
        for number in range(len(self._places)):
            self._texts(number)

    def close(self) -> None:
        """Close the index; a second time does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._texts.cache_clear()
                self._searcher.close()
                self._index.close()

    def _search(self, text: str, filter: SearchFilter, limit: int, after: tuple[float, str] | None) -> Results:
        parsed = query.parse(text)
        scores = self._scores(parsed, filter)
        order = sorted((-score, self._places[number], number) for number, score in scores.items())
        begin = bisect_right(order, (-after[0], after[1]), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + max(limit, 0)]
        return Results(
            total=len(scores),
            hits=tuple(self._hit(number, -negative, parsed) for negative, _, number in shown),
            facets=facets.count((self._values[number] for number in scores), self._drivers),
            suggestion=self._suggestion(text, filter, len(scores)) if len(scores) <= FEW_HITS else None,
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _scores(self, parsed: ParsedQuery, filter: SearchFilter) -> Scores:
        passing = facets.allowed_values(filter, self._known)
        if not all(passing.values()):
            return {}
        allowed: Query | None = facets.filter_query(passing)
        if parsed.blank:
            return dict.fromkeys(self._searcher.docs_for_query(allowed or Every()), 0.0)
        asked = query.compose(parsed)
        if asked is None:
            return {}
        return dict(self._searcher.search(asked, limit=None, filter=allowed).items())

    def _suggestion(self, text: str, filter: SearchFilter, total: int) -> str | None:
        corrected = query.correct(text, self._searcher.reader())
        if corrected and len(self._scores(query.parse(corrected), filter)) > total:
            return corrected
        return None

    def _hit(self, number: int, score: float, parsed: ParsedQuery) -> Hit:
        kind, _, slug = self._places[number].partition("/")
        return Hit(kind, slug, score, lambda: highlights.highlight(self._texts(number), parsed.spellings))

    def _read(self, number: int) -> tuple[highlights.Text, ...]:
        with self._lock:
            if self._closed:
                raise ValueError("the search index is closed")
            stored = self._searcher.stored_fields(number)
        return tuple(highlights.analyzed(field, stored.get(field, "")) for field in ("title", "summary", "body"))
