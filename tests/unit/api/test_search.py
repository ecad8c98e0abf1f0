"""Search through the API: filters, pages, facets and highlights of the index."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from kb.api import ApiContext

SEARCH = """
query ($query: String!, $filter: SearchFilter, $first: Int, $after: String) {
  search(query: $query, filter: $filter, first: $first, after: $after) {
    totalCount
    suggestion
    edges { cursor score highlights { field parts { text matched } } node { __typename id slug kind } }
    nodes { slug }
    facets { field values { value label count } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


@pytest.fixture
def search(searching_context: ApiContext, ask: Any) -> Any:
    def run(query: str, **variables: Any) -> Any:
        return ask(SEARCH, {"query": query, **variables}, searching_context)["search"]

    return run


def test_a_search_finds_entries_best_first_with_highlights(search: Any) -> None:
    """Scores fall, every node is an entry, and the parts of a highlight are plain text with a match."""
    found = search("peer coaching for physicians")
    assert found["totalCount"] >= len(found["edges"]) > 0
    assert found["nodes"] == [{"slug": edge["node"]["slug"]} for edge in found["edges"]]
    assert "physician-peer-coaching" in [node["slug"] for node in found["nodes"]][:3]
    scores = [edge["score"] for edge in found["edges"]]
    assert scores == sorted(scores, reverse=True)
    highlights = [highlight for edge in found["edges"] for highlight in edge["highlights"]]
    assert any(part["matched"] for highlight in highlights for part in highlight["parts"])


def test_ten_are_shown_unless_asked_otherwise(search: Any) -> None:
    """Null means ten, too."""
    assert len(search("burnout")["edges"]) == 10
    assert len(search("burnout", first=None, filter=None, after=None)["edges"]) == 10


def test_pages_of_results_put_together_are_all_results(search: Any) -> None:
    """A cursor goes on where its page ended."""
    whole = search("workload of nurses", first=100)
    found: list[str] = []
    after = None
    while True:
        page = search("workload of nurses", first=7, after=after)
        assert page["pageInfo"]["hasPreviousPage"] == bool(found)
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found[:100] == [edge["node"]["id"] for edge in whole["edges"]]
    assert len(found) == whole["totalCount"]


def test_a_cursor_of_another_query_or_filter_is_refused(
    search: Any, searching_context: ApiContext, refused: Any
) -> None:
    """A place among other results means nothing."""
    cursor = search("workload", first=1)["pageInfo"]["endCursor"]
    for changed in ({"query": "coaching"}, {"query": "workload", "filter": {"kinds": ["STUDY"]}}):
        assert refused(SEARCH, {"after": cursor, **changed}, searching_context)[0] == "BAD_CURSOR"


def test_values_of_facets_can_be_given_back_as_filters(search: Any) -> None:
    """Filtering by a value leaves as many results as its facet counted."""
    whole = search("burnout", first=1)
    facets = {facet["field"]: facet["values"] for facet in whole["facets"]}
    arguments = ("kinds", "drivers", "verdicts", "outcomes", "designs")
    for field, argument in (*((name.removesuffix("s"), name) for name in arguments), ("certainty", "certainties")):
        assert facets[field]
        for value in facets[field][:3]:
            assert search("burnout", filter={argument: [value["value"]]})["totalCount"] == value["count"]


def test_a_least_certainty_leaves_interventions_that_reach_it(search: Any, searching_context: ApiContext) -> None:
    """What is not graded does not pass."""
    found = search("burnout", filter={"minCertainty": "LOW"}, first=100)
    graded = searching_context.knowledge.assessments
    slugs = {edge["node"]["slug"] for edge in found["edges"]}
    assert slugs
    assert all((graded[slug].certainty or 0) >= 2 for slug in slugs)


def test_what_is_graded_and_what_is_not_are_all(search: Any) -> None:
    graded, others = (search("burnout", filter={"graded": graded}, first=1)["totalCount"] for graded in (True, False))
    assert graded > 0
    assert graded + others == search("burnout", first=1)["totalCount"]


def test_filters_that_are_null_or_empty_let_everything_pass(search: Any) -> None:
    """As everywhere in the API."""
    nothing = {"kinds": [], "drivers": None, "verdicts": [], "minCertainty": None, "designs": None, "graded": None}
    assert search("burnout", filter=nothing)["totalCount"] == search("burnout")["totalCount"]


def test_a_filter_leaves_of_all_results_those_that_pass_in_the_same_order(search: Any) -> None:
    """Filtering changes no score."""
    whole = search("workload of nurses", first=100)["edges"]
    for kinds in (["STUDY"], ["DRIVER", "INSTRUMENT"], ["INTERVENTION"]):
        found = search("workload of nurses", first=100, filter={"kinds": kinds})["edges"]
        assert found
        wanted = [(edge["node"]["id"], edge["score"]) for edge in whole if edge["node"]["kind"] in kinds]
        assert [(edge["node"]["id"], edge["score"]) for edge in found][: len(wanted)] == wanted


def test_a_failure_of_the_index_tells_nothing_of_the_inside(
    searching_context: ApiContext, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """No word of the cause and no near spelling reaches the client; all of it stands in the log."""

    class Broken:
        def search(self, *_: Any) -> Any:
            raise LookupError("no segment in /srv/secret/index. Did you mean 'segments'?")

    context = replace(searching_context, index=Broken())  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        result = make.run(context, '{ search(query: "x") { totalCount } }')
    (error,) = result.errors
    assert error.formatted == {
        "message": "the server failed to answer this part of the query",
        "locations": [{"line": 1, "column": 3}],
        "path": ["search"],
        "extensions": {"code": "INTERNAL", "hint": "try again; if it fails again, report the query"},
    }
    assert "/srv/secret/index" in caplog.text
