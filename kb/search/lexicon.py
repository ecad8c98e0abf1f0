"""What the words of a query are compared with: the words and values of all entries, with synonyms."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from kb.model import Synonyms
from kb.search import weights
from kb.search.documents import Document
from kb.search.facets import FACETS, label
from kb.search.spelling import Speller
from kb.search.synonyms import Thesaurus
from kb.search.words import fold, indexed, stem

VALUED = (*FACETS, "year")
"""The fields that hold values rather than words."""
_TYPED = ("kind", "driver", "verdict", "certainty", "year")
"""The fields whose values may be typed in a query."""
COMMON = 50_000
"""Words that are kept with their counts; only to these is a misspelt word corrected. Of the rest it is only known that
they are there: a million entries have a million words, most of them in one entry each."""
_BYTES = 8


class Digests(Container[str]):
    """A set of texts in eight bytes each: it tells whether a text is in it, wrongly once in some trillion times."""

    def __init__(self, data: bytes) -> None:
        """``data`` is that of another one."""
        self.data = data

    @classmethod
    def of(cls, texts: Iterable[str]) -> Digests:
        """The set of these texts."""
        return cls(b"".join(sorted({_digest(text) for text in texts})))

    def __contains__(self, text: object) -> bool:
        digest = _digest(str(text))
        return self._at(bisect_left(range(len(self.data) // _BYTES), digest, key=self._at)) == digest

    def _at(self, place: int) -> bytes:
        return self.data[_BYTES * place : _BYTES * (place + 1)]


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_BYTES).digest()


@dataclass(frozen=True)
class IndexedWords:
    """The words and values of all entries. An index keeps them, so that every engine understands a query alike."""

    counts: Mapping[str, int]
    """In how many entries each common word is, as it is spelled."""
    terms: Mapping[str, int]
    """In how many entries each common term is."""
    rare: Digests
    """The other terms."""
    values: Mapping[str, frozenset[str]]
    """The values of each field of VALUED."""
    identifiers: Digests
    documents: int
    """How many entries there are."""


@dataclass(frozen=True)
class Lexicon:
    """What an index knows of words: so much of it decides what a query means."""

    thesaurus: Thesaurus
    speller: Speller
    has: Callable[[str], bool]
    """Whether a term is in the text of an entry."""
    rarity: Callable[[str], float]
    """How rare a term is among the entries, as BM25 weighs it."""
    values: Mapping[str, Mapping[str, str]]
    """The values of kind, driver, verdict, certainty and year, by how they may be typed, folded."""
    identifiers: Container[str] = frozenset()


class Gatherer:
    """Gathers the words of entries, one after the other."""

    def __init__(self) -> None:
        self._counts = Counter[str]()
        self._terms = Counter[str]()
        self._documents = 0
        self._values = defaultdict[str, set[str]](set)
        self._identifiers = set[str]()

    def add(self, document: Document) -> None:
        """Add the words and values of an entry."""
        spelled = {word for texts in document.parts.values() for text in texts for word, _ in indexed(text)}
        self._counts.update(spelled)
        self._terms.update(set(map(stem, spelled)))
        self._documents += 1
        self._identifiers.update(document.identifiers)
        for field, values in document.values.items():
            self._values[field].update(values)

    @property
    def words(self) -> IndexedWords:
        """The words of all entries so far."""
        values = {field: frozenset(self._values[field]) for field in VALUED}
        terms = common(self._terms)
        rare = Digests.of(self._terms.keys() - terms.keys())
        identifiers = Digests.of(self._identifiers)
        return IndexedWords(common(self._counts), terms, rare, values, identifiers, self._documents)


def common(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The words that are in most entries, at most COMMON of them, with their counts."""
    if len(counts) <= COMMON:
        return counts
    return {word: counts[word] for word in sorted(counts, key=lambda word: (-counts[word], word))[:COMMON]}


def lexicon(words: IndexedWords, synonyms: Synonyms, drivers: Mapping[str, str]) -> Lexicon:
    """What decides what a query means; ``drivers`` are their titles by slug, by which they may be typed."""
    return Lexicon(
        Thesaurus(synonyms),
        Speller(words.counts),
        lambda term: term in words.terms or term in words.rare,
        lambda term: weights.rarity(words.documents, words.terms.get(term, 0)),
        {
            field: {
                key_of(typed): value
                for value in sorted(words.values[field])
                for typed in {value, label(field, value, drivers)}
            }
            for field in _TYPED
        },
        words.identifiers,
    )


def key_of(value: str) -> str:
    """A value as it may be typed: any case, with spaces, hyphens or underscores, as one word."""
    return "".join(sign for sign in fold(value) if sign.isalnum())
