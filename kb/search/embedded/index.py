"""WhooshEngine: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from threading import Lock

from whoosh.filedb.filestore import RamStorage
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query
from whoosh.query.terms import Term

from kb.model import Synonyms
from kb.search import query, weights
from kb.search.documents import Document
from kb.search.embedded.counts import Counts, searcher
from kb.search.embedded.schema import schema
from kb.search.engine import EVERYTHING
from kb.search.facets import FACETS, count, facet, label, wanted
from kb.search.highlights import highlight
from kb.search.query import Lexicon, ParsedQuery
from kb.search.results import Highlight, HighlightPart, Hit, Results, SearchFilter
from kb.search.spelling import Speller
from kb.search.synonyms import Spelling, Thesaurus

_NARROWED = (*FACETS, "year")
"""The fields that narrow what is found."""
_CACHED = 512
"""Spellings of which the entries found are kept."""


class WhooshEngine:
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(
        self, storage: RamStorage, version: str, drivers: Mapping[str, str], synonyms: Synonyms | None = None
    ) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._drivers = drivers
        self._lock = Lock()
        counts = Counts.read(storage)
        reader = storage.open_index(schema=schema()).reader()
        self._searcher = searcher(reader, counts)
        self._entries: dict[int, Document] = {number: stored["document"] for number, stored in reader.iter_docs()}
        values = {number: document.values for number, document in self._entries.items()}
        self._values = {field: {number: of[field] for number, of in values.items()} for field in _NARROWED}
        self._weights = {number: weights.KINDS.get(document.kind, 1.0) for number, document in self._entries.items()}
        self._having = {field: _having(values) for field, values in self._values.items()}
        self._found = lru_cache(_CACHED)(self._find)
        self._lexicon = self._words(counts, synonyms or Synonyms())

    @property
    def documents(self) -> int:
        """How many entries it holds."""
        return len(self._entries)

    def _words(self, counts: Counts, synonyms: Synonyms) -> Lexicon:
        return Lexicon(
            Thesaurus(synonyms),
            Speller(counts.of("spelling")),
            counts.of("text").__contains__,
            {
                field: {
                    query.key_of(typed): value
                    for value in sorted(self._having[field])
                    for typed in {value, label(field, value, self._drivers)}
                }
                for field in ("kind", "driver", "verdict", "certainty", "year")
            },
            frozenset(counts.of("identifier")),
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
        order = sorted((-score, self._entries[number].key, number) for number, score in scores.items())
        begin = bisect_right(order, (-after[0], after[1]), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + max(limit, 0)]
        return Results(
            total=len(scores),
            hits=tuple(_hit(self._entries[number], -negative, parsed) for negative, _, number in shown),
            facets=tuple(
                facet(field, count(map(self._values[field].__getitem__, scores)), self._drivers) for field in FACETS
            ),
            suggestion=suggestion,
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _scores(self, parsed: ParsedQuery, filter: SearchFilter) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        scores = self._scored(parsed)
        narrow = [self._one_of(*narrowed) for narrowed in (*wanted(filter).items(), *parsed.fields.items())]
        narrow += [self._found(phrase).keys() for phrase in parsed.phrases]
        without = [self._one_of(*narrowed) for narrowed in parsed.without_fields.items()]
        without += [self._found(spelling).keys() for spelling in parsed.without]
        if filter.graded is False:
            without.append(self._one_of("certainty", self._having["certainty"]))
        passing = set(scores).intersection(*narrow).difference(*without)
        return {number: scores[number] * self._weights[number] for number in passing}

    def _scored(self, parsed: ParsedQuery) -> Mapping[int, float]:
        """The score of each entry that has something of a query; of none, 0 for each entry.

        Whoosh scores each spelling; a word counts once, as the best of its spellings.
        """
        if parsed.blank:
            return dict.fromkeys(self._entries, 0.0)
        scores: defaultdict[int, float] = defaultdict(float)
        asked: dict[Spelling, int] = {(word,): times for word, times in parsed.words}
        for typed in dict.fromkeys((*asked, *parsed.alternatives)):
            best: dict[int, float] = {}
            spelled = [(typed, float(asked[typed]))] if typed in asked else []
            spelled += [(other, weights.of_synonym(typed, other)) for other in parsed.alternatives.get(typed, ())]
            for spelling, weight in spelled:
                for number, score in self._found(spelling).items():
                    best[number] = max(best.get(number, 0.0), weight * score)
            for number, score in best.items():
                scores[number] += score
        for phrase in parsed.phrases:
            for number, score in self._found(phrase).items():
                scores[number] += score
        for identifier in parsed.identifiers:
            for number in self._found((identifier,), "identifier"):
                scores[number] += weights.IDENTIFIED
        return scores

    def _find(self, spelling: Spelling, field: str = "text") -> Mapping[int, float]:
        """The score of each entry that has a word, or words side by side, in a field."""
        asked: Query = Phrase(field, list(spelling)) if len(spelling) > 1 else Term(field, spelling[0])
        return dict(self._searcher.search(asked, limit=None).items())

    def _one_of(self, field: str, values: Iterable[str]) -> Set[int]:
        """The entries that have one of the values of a field."""
        if field == "author":
            return {number for value in values for number in self._found(tuple(value.split()), "authors")}
        return {number for value in values for number in self._having[field].get(value, ())}


def _having(values: Mapping[int, Iterable[str]]) -> Mapping[str, Sequence[int]]:
    """The numbers of the entries that have each value, from the values of each entry."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, of_entry in values.items():
        for value in of_entry:
            having[value].append(number)
    return having


def _hit(document: Document, score: float, parsed: ParsedQuery) -> Hit:
    def show() -> tuple[Highlight, ...]:
        found = (highlight(field, text, parsed.spellings) for field, text in document.shown.items())
        typed = [name for name in document.identifiers if name in parsed.identifiers]
        return (*filter(None, found), *(Highlight("names", (HighlightPart(name, True),)) for name in typed))

    return Hit(document.kind, document.slug, score, show)
