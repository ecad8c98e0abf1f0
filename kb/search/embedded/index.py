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
from kb.search import weights
from kb.search.documents import Document
from kb.search.embedded.counts import Counts, searcher
from kb.search.embedded.schema import schema
from kb.search.engine import Found, LexicalEngine, Narrowing
from kb.search.facets import FACETS, count
from kb.search.lexicon import VALUED, Digests, IndexedWords, Lexicon, common, lexicon
from kb.search.query import ParsedQuery, Weighed
from kb.search.results import Hit, Place
from kb.search.synonyms import Spelling

_CACHED = 512
"""Spellings of which the entries found are kept."""


class WhooshEngine(LexicalEngine):
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(
        self, storage: RamStorage, version: str, drivers: Mapping[str, str], synonyms: Synonyms | None = None
    ) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._lock = Lock()
        counts = Counts.read(storage)
        reader = storage.open_index(schema=schema()).reader()
        self._searcher = searcher(reader, counts)
        self._entries: dict[int, Document] = {number: stored["document"] for number, stored in reader.iter_docs()}
        values = {number: document.values for number, document in self._entries.items()}
        self._values = {field: {number: of[field] for number, of in values.items()} for field in VALUED}
        self._weights = {number: weights.KINDS.get(document.kind, 1.0) for number, document in self._entries.items()}
        self._having = {field: _having(values) for field, values in self._values.items()}
        self._found = lru_cache(_CACHED)(self._find)
        words = IndexedWords(
            common(counts.of("spelling")),
            counts.of("text"),
            Digests.of(()),
            {field: frozenset(having) for field, having in self._having.items()},
            Digests.of(counts.of("identifier")),
            counts.documents,
        )
        self._learned = words, lexicon(words, synonyms or Synonyms(), drivers), drivers

    @property
    def documents(self) -> int:
        """How many entries it holds."""
        return len(self._entries)

    def learned(self) -> tuple[IndexedWords, Lexicon, Mapping[str, str]]:
        """See `LexicalEngine.learned`."""
        return self._learned

    def find(self, parsed: ParsedQuery, narrowing: Narrowing, limit: int, after: Place | None) -> Found:
        """See `LexicalEngine.find`."""
        with self._lock:
            scores = self._scores(parsed, narrowing)
        order = sorted((-score, self._entries[number].key, number) for number, score in scores.items())
        begin = bisect_right(order, (-after.score, after.key), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + limit]
        return Found(
            total=len(order),
            hits=tuple(self._hit(self._entries[number], -negative, parsed) for negative, _, number in shown),
            counts={field: count(map(self._values[field].__getitem__, scores)) for field in FACETS},
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _hit(self, document: Document, score: float, parsed: ParsedQuery) -> Hit:
        return self.hit(document.key, score, document.shown, document.identifiers, parsed)

    def _scores(self, parsed: ParsedQuery, narrowing: Narrowing) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        scores = self._scored(parsed)
        narrow = [self._one_of(*narrowed) for narrowed in (*narrowing.values.items(), *parsed.fields.items())]
        narrow += [self._found(phrase).keys() for phrase in parsed.phrases]
        without = [self._one_of(*narrowed) for narrowed in parsed.without_fields.items()]
        without += [self._found(spelling).keys() for spelling in parsed.without]
        if narrowing.ungraded:
            without.append(self._one_of("certainty", self._having["certainty"]))
        passing = set(scores).intersection(*narrow).difference(*without)
        return {number: scores[number] * self._weights[number] for number in passing}

    def _scored(self, parsed: ParsedQuery) -> Mapping[int, float]:
        """The score of each entry that has something of a query; of none, 0 for each entry.

        Whoosh scores each spelling; what was typed counts once, as the best of them.
        """
        if parsed.blank:
            return dict.fromkeys(self._entries, 0.0)
        scores: defaultdict[int, float] = defaultdict(float)
        for words, others in parsed.asked:
            counted: defaultdict[int, float] = defaultdict(float)
            for spellings in words:
                for number, score in self._best(spellings).items():
                    counted[number] += score
            for number, score in self._best(others).items():
                counted[number] = max(counted[number], score)
            for number, score in counted.items():
                scores[number] += score
        for phrase in parsed.phrases:
            for number, score in self._found(phrase).items():
                scores[number] += score
        for identifier in parsed.identifiers:
            for number in self._found((identifier,), "identifier"):
                scores[number] += weights.IDENTIFIED
        return scores

    def _best(self, spellings: Weighed) -> Mapping[int, float]:
        """What the best of some spellings counts, by the number of the entry."""
        best: dict[int, float] = {}
        for spelling, weight in spellings.items():
            for number, score in self._found(spelling).items():
                best[number] = max(best.get(number, 0.0), weight * score)
        return best

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
