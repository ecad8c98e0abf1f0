"""WhooshEngine: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from threading import Lock

from whoosh.filedb.filestore import Storage
from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every, Query
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not
from whoosh.reading import IndexReader

from kb.model import Synonyms
from kb.search import weights
from kb.search.embedded.schema import WEIGHTING, schema
from kb.search.engine import Found, LexicalEngine, Narrowing
from kb.search.facets import FACETS, count
from kb.search.lexicon import VALUED, IndexedWords, Lexicon, lexicon
from kb.search.query import ParsedQuery
from kb.search.results import Hit, Place
from kb.search.synonyms import Spelling


class WhooshEngine(LexicalEngine):
    """An open index with one searcher, which is kept. May be used from several threads; they take turns.

    ``version`` is the version of the content that it holds.
    """

    def __init__(
        self, storage: Storage, version: str, drivers: Mapping[str, str], synonyms: Synonyms | None = None
    ) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._lock = Lock()
        self._searcher = storage.open_index(schema=schema()).searcher(weighting=WEIGHTING)
        reader = self._searcher.reader()
        self._entries: list[Mapping[str, str]] = list(reader.all_stored_fields())
        self._places = [f"{entry['kind']}/{entry['slug']}" for entry in self._entries]
        self._words = IndexedWords(
            {word: reader.doc_frequency("spelling", word) for word in _lexicon(reader, "spelling")},
            frozenset(_lexicon(reader, "text")),
            {field: frozenset(value for entry in self._entries for value in _values(entry, field)) for field in VALUED},
            frozenset(_lexicon(reader, "identifier")),
        )
        self._learned = self._words, lexicon(self._words, synonyms or Synonyms(), drivers), drivers

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
        order = sorted((-score, self._places[number], number) for number, score in scores.items())
        begin = bisect_right(order, (-after.score, after.key), key=lambda item: item[:2]) if after else 0
        shown = order[begin : begin + limit]
        return Found(
            total=len(order),
            hits=tuple(self._hit(number, -negative, parsed) for negative, _, number in shown),
            counts={field: count(_values(self._entries[number], field) for number in scores) for field in FACETS},
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _hit(self, number: int, score: float, parsed: ParsedQuery) -> Hit:
        return self.hit(self._places[number], score, self._entries[number], parsed)

    def _scores(self, parsed: ParsedQuery, narrowing: Narrowing) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        narrow = [_one_of(field, values) for field, values in narrowing.values.items()]
        narrow += _narrowed(parsed.fields or {})
        without = [*_narrowed(parsed.without_fields or {}), *(_anywhere(spelling) for spelling in parsed.without)]
        if narrowing.ungraded:
            without.append(_one_of("certainty", self._words.values["certainty"]))
        if without:
            narrow += [Every(), *map(Not, without)]
        allowed: Query | None = And(narrow) if narrow else None
        if parsed.blank:
            return dict.fromkeys(self._searcher.docs_for_query(allowed or Every()), 0.0)
        return dict(self._searcher.search(_composed(parsed), limit=None, filter=allowed).items())


def _values(entry: Mapping[str, str], field: str) -> list[str]:
    return entry.get(field, "").split()


def _one_of(field: str, values: Iterable[str]) -> Query:
    return Or([Term(field, value) for value in sorted(values)])


def _lexicon(reader: IndexReader, field: str) -> list[str]:
    return [word.decode() for word in reader.lexicon(field)]


def _composed(parsed: ParsedQuery) -> Query:
    """The Whoosh query of the words."""
    weighed: list[tuple[Spelling, float]] = [((word,), float(count)) for word, count in parsed.words]
    matches = [match for spelling, weight in weighed for match in _matches(spelling, weight)]
    matches += [
        match for spelling in parsed.alternatives for match in _matches(spelling, weights.SYNONYM, weights.OF_SYNONYMS)
    ]
    matches += [Term("identifier", identifier, boost=weights.IDENTIFIED) for identifier in parsed.identifiers]
    if not parsed.phrases:
        return Or(matches)
    phrases = And([_anywhere(phrase) for phrase in parsed.phrases])
    return AndMaybe(phrases, Or(matches)) if matches else phrases


def _matches(spelling: Spelling, weight: float = 1.0, fields: Iterable[str] = weights.FIELDS) -> list[Query]:
    """A word, or words side by side, in each field."""
    if len(spelling) == 1:
        return [Term(field, spelling[0], boost=weight * weights.FIELDS[field]) for field in fields]
    return [
        Phrase(field, list(spelling), boost=weight * weights.FIELDS[field])
        for field in fields
        if field in weights.PHRASES
    ]


def _anywhere(spelling: Spelling) -> Query:
    return Or(_matches(spelling))


def _narrowed(fields: Mapping[str, tuple[str, ...]]) -> list[Query]:
    """For each field that a query narrows, that it has one of the values."""
    return [
        Or([Phrase("authors", value.split()) if " " in value else Term("authors", value) for value in values])
        if field == "author"
        else _one_of(field, values)
        for field, values in fields.items()
    ]
