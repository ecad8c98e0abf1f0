"""WhooshEngine: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from threading import Lock

from whoosh.filedb.filestore import Storage
from whoosh.query.compound import And, AndMaybe, DisjunctionMax, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every, Query
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not
from whoosh.reading import IndexReader

from kb.model import Synonyms
from kb.search import query, weights
from kb.search.embedded.schema import WEIGHTING, schema
from kb.search.engine import EVERYTHING
from kb.search.facets import FACETS, count, facet, label, wanted
from kb.search.highlights import highlight
from kb.search.query import Lexicon, ParsedQuery
from kb.search.results import Highlight, Hit, Results, SearchFilter
from kb.search.spelling import Speller
from kb.search.synonyms import Spelling, Thesaurus

_SHOWN = ("title", "summary", "body", "names", "authors")
"""The fields in which matches are highlighted, in this order."""


class WhooshEngine:
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(
        self, storage: Storage, version: str, drivers: Mapping[str, str], synonyms: Synonyms | None = None
    ) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._drivers = drivers
        self._lock = Lock()
        self._searcher = storage.open_index(schema=schema()).searcher(weighting=WEIGHTING)
        self._entries: list[Mapping[str, str]] = list(self._searcher.reader().all_stored_fields())
        self._places = [f"{entry['kind']}/{entry['slug']}" for entry in self._entries]
        self._known = {
            field: {value for entry in self._entries for value in _values(entry, field)} for field in (*FACETS, "year")
        }
        self._lexicon = self._words(synonyms or Synonyms())

    @property
    def documents(self) -> int:
        """How many entries it holds."""
        return len(self._entries)

    def _words(self, synonyms: Synonyms) -> Lexicon:
        reader = self._searcher.reader()
        counts = {word: reader.doc_frequency("spelling", word) for word in _lexicon(reader, "spelling")}
        known, text = self._known, frozenset(_lexicon(reader, "text"))
        return Lexicon(
            Thesaurus(synonyms),
            Speller(counts),
            text.__contains__,
            {
                field: {
                    query.key_of(typed): value
                    for value in sorted(known[field])
                    for typed in {value, label(field, value, self._drivers)}
                }
                for field in ("kind", "driver", "verdict", "certainty", "year")
            },
            frozenset(_lexicon(reader, "identifier")),
        )

    def search(
        self,
        query: str,
        filter: SearchFilter = EVERYTHING,
        limit: int = 10,
        after: tuple[float, str] | None = None,
    ) -> Results:
        """See `kb.search.engine.SearchEngine.search`."""
        with self._lock:
            return self._search(query, filter, limit, after)

    def _search(self, text: str, filter: SearchFilter, limit: int, after: tuple[float, str] | None) -> Results:
        parsed = query.parse(text, self._lexicon)
        scores = self._scores(parsed, filter)
        suggestion = query.correct(text, self._lexicon)
        if suggestion:
            corrected = query.parse(suggestion, self._lexicon)
            if found := self._scores(corrected, filter):
                parsed, scores = corrected, found
            else:
                suggestion = None
        order = sorted((-score, self._places[number], number) for number, score in scores.items())
        begin = bisect_right(order, (-after[0], after[1]), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + max(limit, 0)]
        return Results(
            total=len(scores),
            hits=tuple(_hit(self._entries[number], -negative, parsed) for negative, _, number in shown),
            facets=tuple(
                facet(field, count(_values(self._entries[number], field) for number in scores), self._drivers)
                for field in FACETS
            ),
            suggestion=suggestion,
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _scores(self, parsed: ParsedQuery, filter: SearchFilter) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        passing = {field: self._known[field].intersection(values) for field, values in wanted(filter).items()}
        if not all(passing.values()):
            return {}
        narrow = [*(_one_of(field, values) for field, values in passing.items()), *_narrowed(parsed.fields or {})]
        without = [*_narrowed(parsed.without_fields or {}), *map(_match, parsed.without)]
        if filter.graded is False:
            without.append(_one_of("certainty", self._known["certainty"]))
        if without:
            narrow += [Every(), *map(Not, without)]
        allowed: Query | None = And(narrow) if narrow else None
        if parsed.blank:
            return dict.fromkeys(self._searcher.docs_for_query(allowed or Every()), 0.0)
        asked = _composed(parsed)
        if asked is None:
            return {}
        return dict(self._searcher.search(asked, limit=None, filter=allowed).items())


def _values(entry: Mapping[str, str], field: str) -> list[str]:
    return entry.get(field, "").split()


def _one_of(field: str, values: Iterable[str]) -> Query:
    return Or([Term(field, value) for value in sorted(values)])


def _lexicon(reader: IndexReader, field: str) -> list[str]:
    return [word.decode() for word in reader.lexicon(field)]


def _composed(parsed: ParsedQuery) -> Query | None:
    """The Whoosh query of the words; None if no word of it can be in the index."""
    asked: dict[Spelling, float] = {(word,): float(count) for word, count in parsed.words}
    matches: list[Query] = []
    for typed in dict.fromkeys((*asked, *parsed.alternatives)):
        spelled = [_match(typed, asked[typed])] if typed in asked else []
        spelled += [_match(other, weights.SYNONYM) for other in parsed.alternatives.get(typed, ())]
        matches.append(spelled[0] if len(spelled) == 1 else DisjunctionMax(spelled))
    matches += [Term("identifier", identifier, boost=weights.IDENTIFIED) for identifier in parsed.identifiers]
    words = Or(matches) if matches else None
    if not parsed.phrases:
        return words
    phrases = And([_match(phrase) for phrase in parsed.phrases])
    return AndMaybe(phrases, words) if words else phrases


def _match(spelling: Spelling, weight: float = 1.0, field: str = "text") -> Query:
    """A word, or words side by side."""
    if len(spelling) == 1:
        return Term(field, spelling[0], boost=weight)
    return Phrase(field, list(spelling), boost=weight)


def _narrowed(fields: Mapping[str, tuple[str, ...]]) -> list[Query]:
    """For each field that a query narrows, that it has one of the values."""
    return [
        Or([_match(tuple(value.split()), field="authors") for value in values])
        if field == "author"
        else _one_of(field, values)
        for field, values in fields.items()
    ]


def _hit(entry: Mapping[str, str], score: float, parsed: ParsedQuery) -> Hit:
    def show() -> tuple[Highlight, ...]:
        found = (highlight(field, entry.get(field, ""), parsed.spellings) for field in _SHOWN)
        return tuple(filter(None, found))

    return Hit(entry["kind"], entry["slug"], score, show)
