"""OpenSearchEngine: a cluster that answers queries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from opensearchpy.exceptions import ConnectionTimeout

from kb.model import Synonyms
from kb.search.engine import Found, LexicalEngine, Narrowing, SearchUnavailableError
from kb.search.facets import FACETS
from kb.search.lexicon import IndexedWords, Lexicon, lexicon
from kb.search.opensearch.connection import asking, connect, require_opensearch
from kb.search.opensearch.loading import kept_words
from kb.search.opensearch.mapping import ALIAS, version_alias
from kb.search.opensearch.requests import request
from kb.search.query import ParsedQuery
from kb.search.results import Place
from kb.search.settings import SearchSettings

_REST = 5
"""Seconds in which a cluster that did not answer in time is not asked again."""


class OpenSearchEngine(LexicalEngine):
    """Asks the index of one version of the content, and no other. May be used from several threads.

    The cluster is first contacted by the first query. Whatever it cannot answer in full is SearchUnavailableError.
    """

    name = "opensearch"

    def __init__(
        self,
        settings: SearchSettings,
        version: str,
        drivers: Mapping[str, str],
        synonyms: Synonyms | None = None,
        alias: str = ALIAS,
    ) -> None:
        """``drivers`` are the drivers' titles by slug, for the labels of facets."""
        self.version = version
        self._settings, self._client = settings, connect(settings)
        self._index = version_alias(version, alias)
        self._drivers, self._synonyms = drivers, synonyms or Synonyms()
        self._lock = Lock()
        self._rests_until = 0.0
        self._known: tuple[int, tuple[IndexedWords, Lexicon, Mapping[str, str]]] | None = None

    @property
    def documents(self) -> int | None:
        """How many entries it holds; None before it was first asked."""
        return self._known[0] if self._known else None

    def learned(self) -> tuple[IndexedWords, Lexicon, Mapping[str, str]]:
        """See `LexicalEngine.learned`."""
        return self._opened()[1]

    def _opened(self) -> tuple[int, tuple[IndexedWords, Lexicon, Mapping[str, str]]]:
        """How many entries the index holds and what it knows of words, fetched once."""
        with self._lock:
            if not self._known:
                with self._asking():
                    require_opensearch(self._client)
                    documents, words = kept_words(self._client, self._index, self.version)
                    self._known = documents, (words, lexicon(words, self._synonyms, self._drivers), self._drivers)
            return self._known

    def find(self, parsed: ParsedQuery, narrowing: Narrowing, limit: int, after: Place | None) -> Found:
        """See `LexicalEngine.find`."""
        with self._asking():
            answer = self._ask(request(parsed, narrowing, limit, after))
            hits, counted = answer["hits"]["hits"], answer["aggregations"]
            shown = [(*hit["sort"], hit["_source"]["shown"], hit["_source"]["identifier"]) for hit in hits[:limit]]
            before = False
            if after and (first := counted["first"]["hits"]["hits"]):
                score, key = first[0]["sort"]
                before = (-score, key) <= (-after.score, after.key)
            return Found(
                total=answer["hits"]["total"]["value"],
                hits=tuple(self.hit(key, float(score), texts, names, parsed) for score, key, texts, names in shown),
                counts={field: _counts(counted[field]) for field in FACETS},
                has_next=len(hits) > limit,
                has_previous=before,
            )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """See `asking`. A cluster that did not answer in time is left alone for a while: nobody waits in vain."""
        if time.monotonic() < self._rests_until:
            raise SearchUnavailableError("the search cluster did not answer in time a moment ago", _REST)
        with asking(self._settings):
            try:
                yield
            except ConnectionTimeout:
                self._rests_until = time.monotonic() + _REST
                raise

    def _ask(self, body: dict[str, Any]) -> Any:
        """The answer of all shards; one that is not whole is asked for once more."""
        # Pages of a query are asked of the same copies of the shards, as long as these are there.
        same = hashlib.sha256(repr(body["query"]).encode()).hexdigest()[:16]
        parameters = {
            "search_type": "dfs_query_then_fetch",  # rarity counts over all shards, so that these do not change scores
            "allow_partial_search_results": "false",
            "preference": same,
        }
        for _ in range(2):
            answer = self._client.search(
                body={**body, "timeout": f"{self._settings.timeout}s"}, index=self._index, params=parameters
            )
            shards = answer["_shards"]
            if shards["successful"] == shards["total"] > 0 and not answer["timed_out"]:
                return answer
        raise SearchUnavailableError(
            f"the search cluster answered from {shards['successful']} of {shards['total']} shards only"
        )


def _counts(buckets: Any) -> dict[str, int]:
    """How many entries have each value of a facet."""
    if buckets["sum_other_doc_count"] or buckets["doc_count_error_upper_bound"]:
        raise ValueError("a facet has more values than are counted")
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets["buckets"]}
