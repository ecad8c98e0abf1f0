"""SearchIndex: an open index that answers queries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from whoosh.filedb.filestore import Storage
from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every, Query
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not
from whoosh.reading import IndexReader

from kb.model import Certainty, Design, Outcome, Synonyms, Verdict
from kb.search import query
from kb.search.highlights import highlight
from kb.search.query import Lexicon, ParsedQuery
from kb.search.results import Facet, FacetValue, Highlight, Hit, Results, SearchFilter
from kb.search.schema import IDENTIFIED, PHRASES, WEIGHTING, WEIGHTS, schema
from kb.search.spelling import Speller
from kb.search.synonyms import WEIGHT, Spelling, Thesaurus

_FACETS = ("kind", "driver", "verdict", "outcome", "certainty", "design")
"""The fields that are filtered and counted."""
_SHOWN = ("title", "summary", "body", "names", "authors")
"""The fields in which matches are highlighted, in this order."""
_OF_SYNONYMS = ("text", "title", "names")
"""The fields in which other spellings are looked for."""
_EVERYTHING = SearchFilter()


class SearchIndex:
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
            field: {value for entry in self._entries for value in _values(entry, field)} for field in (*_FACETS, "year")
        }
        self._lexicon = self._words(synonyms or Synonyms())

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
                    for typed in {value, self._label(field, value)}
                }
                for field in ("kind", "driver", "verdict", "certainty", "year")
            },
            frozenset(_lexicon(reader, "identifier")),
        )

    def search(
        self,
        query: str,
        filter: SearchFilter = _EVERYTHING,
        limit: int = 10,
        after: tuple[float, str] | None = None,
    ) -> Results:
        """The entries that a query finds, best first, then by kind and slug.

        The query is words, of which any may match, "quoted phrases", which must, -word or NOT word for what must not
        be there, and field:value for kind, driver, verdict, certainty, year and author; anything else is words. A query
        without a word finds all entries that pass, each with score 0. Misspelt words are corrected, as ``suggestion``
        then tells. ``after`` is the place (score and kind/slug) of the last hit seen: results go on strictly after it,
        even where that entry is gone. Any text is a query.
        """
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
            facets=tuple(self._facet(field, [self._entries[number] for number in scores]) for field in _FACETS),
            suggestion=suggestion,
            has_next=len(order) > begin + len(shown),
            has_previous=begin > 0,
        )

    def _scores(self, parsed: ParsedQuery, filter: SearchFilter) -> Mapping[int, float]:
        """The score of each entry found, by its number in the index."""
        passing = {field: self._known[field].intersection(values) for field, values in _wanted(filter).items()}
        if not all(passing.values()):
            return {}
        narrow = [*(_one_of(field, values) for field, values in passing.items()), *_narrowed(parsed.fields or {})]
        without = [*_narrowed(parsed.without_fields or {}), *(_anywhere(spelling) for spelling in parsed.without)]
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


def _lexicon(reader: IndexReader, field: str) -> list[str]:
    return [word.decode() for word in reader.lexicon(field)]


def _composed(parsed: ParsedQuery) -> Query | None:
    """The Whoosh query of the words; None if no word of it can be in the index."""
    weighed: list[tuple[Spelling, float]] = [((word,), float(count)) for word, count in parsed.words]
    matches = [match for spelling, weight in weighed for match in _matches(spelling, weight)]
    matches += [match for spelling in parsed.alternatives for match in _matches(spelling, WEIGHT, _OF_SYNONYMS)]
    matches += [Term("identifier", identifier, boost=IDENTIFIED) for identifier in parsed.identifiers]
    words = Or(matches) if matches else None
    if not parsed.phrases:
        return words
    phrases = And([_anywhere(phrase) for phrase in parsed.phrases])
    return AndMaybe(phrases, words) if words else phrases


def _matches(spelling: Spelling, weight: float = 1.0, fields: Sequence[str] = tuple(WEIGHTS)) -> list[Query]:
    """A word, or words side by side, in each field."""
    if len(spelling) == 1:
        return [Term(field, spelling[0], boost=weight * WEIGHTS[field]) for field in fields]
    return [Phrase(field, list(spelling), boost=weight * WEIGHTS[field]) for field in fields if field in PHRASES]


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


def _hit(entry: Mapping[str, str], score: float, parsed: ParsedQuery) -> Hit:
    def show() -> tuple[Highlight, ...]:
        found = (highlight(field, entry.get(field, ""), parsed.spellings) for field in _SHOWN)
        return tuple(filter(None, found))

    return Hit(entry["kind"], entry["slug"], score, show)
