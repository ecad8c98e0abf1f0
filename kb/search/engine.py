"""What every search engine does, whichever keeps the documents: a query is understood here, and found there."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from kb.search.documents import SHOWN
from kb.search.facets import FACETS, facet, wanted
from kb.search.highlights import highlight
from kb.search.lexicon import IndexedWords, Lexicon
from kb.search.query import ParsedQuery, correct, parse
from kb.search.results import Highlight, HighlightPart, Hit, Place, Results, SearchFilter

EVERYTHING = SearchFilter()
_log = logging.getLogger(__name__)


class SearchEngine(Protocol):
    """Answers queries about one version of the content. May be used from several threads."""

    @property
    def version(self) -> str:
        """The version of the content whose entries it holds."""

    @property
    def documents(self) -> int | None:
        """How many entries it holds; None where that is not known yet."""

    def search(
        self,
        query: str,
        filter: SearchFilter = EVERYTHING,
        limit: int = 10,
        after: Place | None = None,
    ) -> Results:
        """The entries that a query finds, best first, then by kind and slug.

        The query is words, of which any may match, "quoted phrases", which must, -word or NOT word for what must not
        be there, and field:value for kind, driver, verdict, certainty, year and author; anything else is words. A query
        without a word finds all entries that pass, each with score 0. Misspelt words are corrected, as ``suggestion``
        then tells. ``after`` is the place of the last hit seen: results go on strictly after it, even where that entry
        is gone. Any text is a query.

        Raises SearchUnavailableError where it cannot answer in full, and ForeignPlaceError for a place in the results
        of another engine, whose scores are others.
        """


class SearchUnavailableError(Exception):
    """Raised where a search cannot be answered in full; the text says why, for those who run the server."""

    def __init__(self, reason: str, retry_after: int = 5) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds after which it is worth trying again."""


class ForeignPlaceError(Exception):
    """Raised for a place in the results of another engine."""


@dataclass(frozen=True)
class Narrowing:
    """What a filter lets pass, as an engine takes it."""

    values: Mapping[str, Collection[str]]
    """By field, of which an entry must have one each; entries have all of them."""
    ungraded: bool = False
    """Whether entries with a certainty do not pass."""


@dataclass(frozen=True)
class Found:
    """What a parsed query finds: one page of hits, and how many entries of all pages have each value of each facet."""

    total: int
    hits: tuple[Hit, ...] = ()
    counts: Mapping[str, Mapping[str, int]] | None = None
    has_next: bool = False
    has_previous: bool = False


_NOTHING = Found(0)


class LexicalEngine(ABC):
    """An engine whose queries are parsed and corrected here, by the words that its index keeps.

    What is left to an engine is `find`: to give the entries that match what was parsed, with their scores.
    """

    name = ""
    """Which scores its places hold; empty for the engine in the process itself."""

    @abstractmethod
    def find(self, parsed: ParsedQuery, narrowing: Narrowing, limit: int, after: Place | None) -> Found:
        """The entries that a parsed query finds among those that pass."""

    @abstractmethod
    def learned(self) -> tuple[IndexedWords, Lexicon, Mapping[str, str]]:
        """The words that the index keeps, what they make of a query, and the titles of drivers by slug."""

    def search(
        self, query: str, filter: SearchFilter = EVERYTHING, limit: int = 10, after: Place | None = None
    ) -> Results:
        """See `SearchEngine.search`."""
        if after and Place(*after).engine != self.name:
            raise ForeignPlaceError
        words, lexicon, drivers = self.learned()
        narrowing = Narrowing(
            {field: words.values[field].intersection(values) for field, values in wanted(filter).items()},
            filter.graded is False,
        )

        def find(parsed: ParsedQuery) -> Found:
            if not parsed.finds or not all(narrowing.values.values()):
                return _NOTHING
            return self.find(parsed, narrowing, max(limit, 0), Place(*after) if after else None)

        suggestion = correct(query, lexicon)
        found = find(parse(suggestion, lexicon)) if suggestion else _NOTHING
        if not found.total:
            suggestion, found = None, find(parse(query, lexicon))
        counts = found.counts or {}
        return Results(
            total=found.total,
            hits=found.hits,
            facets=tuple(facet(field, counts.get(field, {}), drivers) for field in FACETS),
            suggestion=suggestion,
            has_next=found.has_next,
            has_previous=found.has_previous,
        )

    def hit(
        self, key: str, score: float, shown: Mapping[str, str], identifiers: Collection[str], parsed: ParsedQuery
    ) -> Hit:
        """An entry that was found, from its kind/slug, its texts by field, and its identifiers."""

        def show() -> tuple[Highlight, ...]:
            found = (highlight(field, shown[field], parsed.spellings) for field in SHOWN)
            typed = [name for name in identifiers if name in parsed.identifiers]
            return (*filter(None, found), *(Highlight("names", (HighlightPart(name, True),)) for name in typed))

        kind, slug = key.split("/", 1)
        return Hit(kind, slug, score, show, self.name)


class Fallback:
    """An engine that answers where another one, of the same version of the content, cannot.

    What was begun by one is not gone on with by the other: their scores differ, so that entries would be passed over.
    """

    def __init__(self, first: SearchEngine, second: SearchEngine) -> None:
        self._first, self._second = first, second
        self.version = second.version
        self._fails = False

    @property
    def documents(self) -> int | None:
        """How many entries it holds."""
        return self._second.documents

    def search(
        self, query: str, filter: SearchFilter = EVERYTHING, limit: int = 10, after: Place | None = None
    ) -> Results:
        """See `SearchEngine.search`."""
        try:
            results = self._first.search(query, filter, limit, after)
        except ForeignPlaceError:
            return self._second.search(query, filter, limit, after)
        except SearchUnavailableError as reason:
            if after:
                raise
            if not self._fails:
                _log.warning("%s. The embedded engine answers until it can", reason)
            self._fails = True
            return self._second.search(query, filter, limit)
        self._fails = False
        return results
