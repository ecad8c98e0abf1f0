"""What every search engine does, whichever keeps the documents."""

from __future__ import annotations

from typing import Protocol

from kb.search.results import Results, SearchFilter

EVERYTHING = SearchFilter()


class SearchEngine(Protocol):
    """Answers queries about one version of the content. May be used from several threads."""

    @property
    def version(self) -> str:
        """The version of the content whose entries it holds."""

    @property
    def documents(self) -> int:
        """How many entries it holds."""

    def search(
        self,
        query: str,
        filter: SearchFilter = EVERYTHING,
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
