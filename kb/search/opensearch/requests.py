"""A parsed query as a request to OpenSearch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.search import weights
from kb.search.engine import Narrowing
from kb.search.facets import FACETS
from kb.search.opensearch.mapping import KEY, phrase
from kb.search.query import ParsedQuery, Weighed
from kb.search.results import Place
from kb.search.synonyms import Spelling

Clause = dict[str, Any]

ORDER = [{"_score": "desc"}, {KEY: "asc"}]
MOST_VALUES = 10_000
"""Different values of a facet that are counted."""
_SCALE = 1 + weights.K1
"""Lucene leaves this factor of BM25 out; with it, scores are of the size of the embedded engine's."""
_LARGEST = 3e38
"""The largest score that OpenSearch takes."""


def request(parsed: ParsedQuery, narrowing: Narrowing, limit: int, after: Place | None) -> Clause:
    """The body of a search: one hit more than are shown, to tell whether there is a next page."""
    body: Clause = {
        "query": {
            "function_score": {
                "query": {"bool": _narrowed(parsed, narrowing) | ({} if parsed.blank else _asked(parsed))},
                "functions": [
                    {"filter": {"term": {"kind": kind}}, "weight": weight} for kind, weight in weights.KINDS.items()
                ],
            }
        },
        "size": limit + 1,
        "sort": ORDER,
        "track_total_hits": True,
        "_source": ["shown", "identifier"],
        "aggs": {field: {"terms": {"field": field, "size": MOST_VALUES}} for field in FACETS},
    }
    if after:
        score = max(-_LARGEST, min(_LARGEST, after.score))
        body["search_after"] = [score, after.key.encode("utf-8", "replace").decode()]
        body["aggs"]["first"] = {"top_hits": {"size": 1, "sort": ORDER, "_source": False}}
    return body


def _narrowed(parsed: ParsedQuery, narrowing: Narrowing) -> Clause:
    """What must be there and what must not, without a score."""
    passing: list[Clause] = [{"exists": {"field": KEY}}]
    passing += [{"terms": {field: sorted(values)}} for field, values in narrowing.values.items()]
    passing += _of_fields(parsed.fields)
    without = [*_of_fields(parsed.without_fields), *(_match("text", spelling) for spelling in parsed.without)]
    if narrowing.ungraded:
        without.append({"exists": {"field": "certainty"}})
    return {"filter": passing, "must_not": without}


def _asked(parsed: ParsedQuery) -> Clause:
    """All phrases must match; of the words, any may, and one must where there is no phrase."""
    words: list[Clause] = [
        _best([{"bool": {"should": [_best(_spelled(word)) for word in words]}}, *_spelled(others)])
        for words, others in parsed.asked
    ]
    words += [
        {"constant_score": {"filter": {"term": {"identifier": name}}, "boost": weights.IDENTIFIED}}
        for name in parsed.identifiers
    ]
    phrases = [_match("text", spelling, _SCALE) for spelling in parsed.phrases]
    return {"must": phrases, "should": words, "minimum_should_match": 0 if phrases else 1}


def _best(clauses: Sequence[Clause]) -> Clause:
    return {"dis_max": {"queries": clauses}}


def _spelled(spellings: Weighed) -> list[Clause]:
    return [_match("text", spelling, _SCALE * weight) for spelling, weight in spellings.items()]


def _match(field: str, spelling: Spelling, boost: float = 1.0) -> Clause:
    """A word, or words side by side."""
    if len(spelling) == 1:
        return {"term": {field: {"value": spelling[0], "boost": boost}}}
    return {"match_phrase": {field: {"query": phrase(spelling), "boost": boost}}}


def _of_fields(fields: Mapping[str, tuple[str, ...]]) -> list[Clause]:
    """For each field that a query narrows, that it has one of the values."""
    return [
        {"bool": {"should": [_match("authors", tuple(value.split())) for value in values], "minimum_should_match": 1}}
        if field == "author"
        else {"terms": {field: list(values)}}
        for field, values in fields.items()
    ]
