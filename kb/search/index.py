"""SearchIndex: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock

from whoosh.filedb.filestore import Storage
from whoosh.query.compound import And, Or
from whoosh.query.qcore import Every, Query
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not

from kb.model import Certainty, Design, Outcome, Verdict
from kb.search import query
from kb.search.highlights import highlight
from kb.search.query import ParsedQuery
from kb.search.results import Facet, FacetValue, Highlight, Hit, Results, SearchFilter
from kb.search.schema import WEIGHTING, schema

FEW_HITS = 2
"""With at most this many hits a corrected query is tried."""
_FACETS = ("kind", "driver", "verdict", "outcome", "certainty", "design")
"""The fields that are filtered and counted."""
_SHOWN = ("title", "summary", "body")
"""The fields in which matches are highlighted, in this order."""
_EVERYTHING = SearchFilter()


class SearchIndex:
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(self, storage: Storage, version: str, drivers: Mapping[str, str]) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._drivers = drivers
        self._lock = Lock()
        self._searcher = storage.open_index(schema=schema()).searcher(weighting=WEIGHTING)
        self._entries: list[Mapping[str, str]] = list(self._searcher.reader().all_stored_fields())
        self._places = [f"{entry['kind']}/{entry['slug']}" for entry in self._entries]
        self._known = {
            field: {value for entry in self._entries for value in _values(entry, field)} for field in _FACETS
        }

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
        of the last hit seen: results go on strictly after it, even where that entry is gone. Any text is a query.
        """
        with self._lock:
            return self._search(query, filter, limit, after)

    def _search(self, text: str, filter: SearchFilter, limit: int, after: tuple[float, str] | None) -> Results:
        parsed = query.parse(text)
        scores = self._scores(parsed, filter)
        order = sorted((-score, self._places[number], number) for number, score in scores.items())
        begin = bisect_right(order, (-after[0], after[1]), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + max(limit, 0)]
        return Results(
            total=len(scores),
            hits=tuple(_hit(self._entries[number], -negative, parsed) for negative, _, number in shown),
            facets=tuple(self._facet(field, [self._entries[number] for number in scores]) for field in _FACETS),
            suggestion=self._suggestion(text, filter, len(scores)) if len(scores) <= FEW_HITS else None,
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _scores(self, parsed: ParsedQuery, filter: SearchFilter) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        passing = {field: self._known[field].intersection(values) for field, values in _wanted(filter).items()}
        if not all(passing.values()):
            return {}
        fields: list[Query] = [_one_of(field, values) for field, values in passing.items()]
        if filter.graded is False:
            fields += [Every(), Not(_one_of("certainty", self._known["certainty"]))]
        allowed: Query | None = And(fields) if fields else None
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

    def _facet(self, field: str, entries: Iterable[Mapping[str, str]]) -> Facet:
        counts = Counter(value for entry in entries for value in _values(entry, field))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return Facet(field, tuple(FacetValue(value, self._label(field, value), count) for value, count in ordered))

    def _label(self, field: str, value: str) -> str:
        match field:
            case "driver":
                return self._drivers.get(value, value)
            case "verdict":
                return Verdict(value).label
            case "outcome":
                label = Outcome(value).label
                return label[0].upper() + label[1:]
            case "design":
                return Design(value).label
        return value.replace("-", " ").capitalize()


def _values(entry: Mapping[str, str], field: str) -> list[str]:
    return entry.get(field, "").split()


def _one_of(field: str, values: Iterable[str]) -> Query:
    return Or([Term(field, value) for value in sorted(values)])


def _wanted(filter: SearchFilter) -> dict[str, tuple[str, ...]]:
    """The values that a filter lets pass, by each field that it narrows."""
    wanted = {
        "kind": filter.kinds,
        "driver": filter.drivers,
        "verdict": filter.verdicts,
        "outcome": filter.outcomes,
        "design": filter.designs,
    }
    narrowed = {field: values for field, values in wanted.items() if values}
    if filter.min_certainty is not None or filter.certainties or filter.graded:
        least, exactly = filter.min_certainty or Certainty.VERY_LOW, filter.certainties or tuple(Certainty)
        narrowed["certainty"] = tuple(level.word for level in Certainty if level >= least and level in exactly)
    return narrowed


def _hit(entry: Mapping[str, str], score: float, parsed: ParsedQuery) -> Hit:
    def show() -> tuple[Highlight, ...]:
        found = (highlight(field, entry.get(field, ""), parsed.spellings) for field in _SHOWN)
        return tuple(filter(None, found))

    return Hit(entry["kind"], entry["slug"], score, show)
