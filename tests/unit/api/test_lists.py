"""Lists: their order, their pages, their cursors, and what null means."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from typing import Any

import pytest

from kb.api import ApiContext
from kb.grading import VERDICT_RANK, strength

PAGES = """
query ($filter: InterventionFilter, $order: [InterventionOrder!], $first: Int, $after: String) {
  interventions(filter: $filter, orderBy: $order, first: $first, after: $after) {
    totalCount
    edges { cursor node { slug } }
    nodes { slug }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def slugs(page: Any) -> list[str]:
    return [edge["node"]["slug"] for edge in page["edges"]]


def all_pages(ask: Any, first: int, **variables: Any) -> list[str]:
    """Every slug, collected page by page; each page is checked for its bounds."""
    found: list[str] = []
    after = None
    while True:
        page = ask(PAGES, {"first": first, "after": after, **variables})["interventions"]
        assert page["nodes"] == [edge["node"] for edge in page["edges"]]
        assert page["pageInfo"]["hasPreviousPage"] == bool(found)
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        found += slugs(page)
        assert page["pageInfo"]["hasNextPage"] == (len(found) < page["totalCount"])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def values(context: ApiContext) -> dict[str, Any]:
    """What each criterion compares, larger is stronger."""
    graded = context.knowledge.assessments
    return {
        "CERTAINTY": lambda item: int(graded[item.slug].certainty or 0),
        "VERDICT": lambda item: -VERDICT_RANK[graded[item.slug].verdict],
        "TITLE": lambda item: item.title.casefold(),
        "STUDY_COUNT": lambda item: graded[item.slug].study_count,
        "REVIEWED": lambda item: item.reviewed,
    }


def test_interventions_come_strongest_first(real_context: ApiContext, ask: Any) -> None:
    """Verdict, then certainty, then number of studies, then title."""
    found = all_pages(ask, 100)
    interventions, graded = real_context.knowledge.interventions, real_context.knowledge.assessments
    keys = [strength(interventions[slug], graded[slug]) for slug in found]
    assert len(keys) > 10
    assert keys == sorted(keys)


@pytest.mark.parametrize("field", ["CERTAINTY", "VERDICT", "TITLE", "STUDY_COUNT", "REVIEWED"])
@pytest.mark.parametrize("direction", ["ASC", "DESC", None])
def test_a_criterion_orders_and_ties_fall_to_strongest_first(
    real_context: ApiContext, ask: Any, field: str, direction: str | None
) -> None:
    """DESC is strongest (last, most, newest) first; without a direction, or with null, it is ASC."""
    usual = list(real_context.relations.interventions)
    wanted = sorted(usual, key=values(real_context)[field], reverse=direction == "DESC")
    found = all_pages(ask, 7, order=[{"field": field, "direction": direction}])
    assert found == [item.slug for item in wanted]


def test_the_first_of_several_criteria_decides(real_context: ApiContext, ask: Any) -> None:
    """A later criterion orders only what the earlier leave equal."""
    order = [
        {"field": "REVIEWED"},
        {"field": "STUDY_COUNT", "direction": "ASC"},
        {"field": "TITLE", "direction": "DESC"},
    ]
    usual, value = list(real_context.relations.interventions), values(real_context)
    wanted = sorted(usual, key=value["TITLE"], reverse=True)
    wanted.sort(key=value["STUDY_COUNT"])
    wanted.sort(key=value["REVIEWED"])
    assert all_pages(ask, 9, order=order) == [item.slug for item in wanted]


@pytest.mark.parametrize("first", [1, 3, 100])
def test_pages_put_together_are_the_whole_list(real_context: ApiContext, ask: Any, first: int) -> None:
    """Nothing is shown twice or left out."""
    assert all_pages(ask, first) == [item.slug for item in real_context.relations.interventions]


@pytest.mark.parametrize(
    "query",
    [
        '{ driver(slug: "workload") { interventions(%s) { P } } }',
        '{ driver(slug: "workload") { instruments(%s) { P } } }',
        '{ driver(slug: "workload") { studies(%s) { P } } }',
        '{ intervention(slug: "physician-peer-coaching") { studies(%s) { P } } }',
        '{ intervention(slug: "physician-peer-coaching") { instruments(%s) { P } } }',
        '{ instrument(slug: "pfi") { studies(%s) { P } } }',
        '{ study(slug: "kiser-2024") { interventions(%s) { P } } }',
        '{ study(slug: "kiser-2024") { instruments(%s) { P } } }',
        '{ framework(slug: "agarwal-2020") { terms { interventions(%s) { P } studies(%s) { P } } } }',
        '{ reference(key: "kiser-2024") { citedBy(%s) { P } } }',
        "{ references(%s) { P } }",
        "{ instruments(%s) { P } }",
        "{ studies(%s) { P } }",
    ],
)
def test_every_connection_can_be_walked_one_by_one(ask: Any, query: str) -> None:
    """The cursor of each object leads to the next, to the end of the list."""
    query = query.replace("P", "totalCount edges { cursor node { __typename } } pageInfo { hasNextPage }")

    def connections(value: Any) -> list[Any]:
        if isinstance(value, list):
            return [found for item in value for found in connections(item)]
        if not isinstance(value, dict):
            return []
        return [value] if "edges" in value else [found for item in value.values() for found in connections(item)]

    whole = connections(ask(query.replace("%s", "first: 100")))
    for place, connection in enumerate(whole):
        cursors = [edge["cursor"] for edge in connection["edges"]]
        assert len(set(cursors)) == len(cursors) == min(connection["totalCount"], 100)
        if "terms" in query or len(cursors) < 2:
            continue
        for cursor, following in pairwise(cursors):
            page = connections(ask(query.replace("%s", f'first: 1, after: "{cursor}"')))[place]
            assert [edge["cursor"] for edge in page["edges"]] == [following]
        last = connections(ask(query.replace("%s", f'first: 100, after: "{cursors[-1]}"')))[place]
        assert len(last["edges"]) == min(connection["totalCount"] - len(cursors), 100)


@pytest.mark.parametrize("first", [0, -1, 101, 1_000_000])
@pytest.mark.parametrize("field", ["interventions", "studies", "instruments", "references", 'search(query: "x"'])
def test_first_outside_1_to_100_is_an_error(refused: Any, field: str, first: int) -> None:
    """A page is never cut in silence."""
    opened = field + ", " if "(" in field else f"{field}("
    code, hint = refused(f"{{ {opened}first: {first}) {{ totalCount }} }}")
    assert (code, bool(hint)) == ("BAD_FIRST", True)


def test_null_absent_and_empty_all_mean_the_default(ask: Any) -> None:
    """So in the document, in variables, and inside a filter."""
    usual = ask("{ interventions { totalCount nodes { slug } } }")["interventions"]
    assert len(usual["nodes"]) == 20
    nothing = {"drivers": None, "allDrivers": None, "terms": [], "claimBasis": None, "verdicts": [], "categories": None}
    for variables in (
        {"filter": None, "order": None, "first": None, "after": None},
        {"filter": {}, "order": []},
        {"filter": {**nothing, "minCertainty": None, "levels": [], "maxCost": None, "reviewedSince": None}},
        {},
    ):
        found = ask(PAGES, variables)["interventions"]
        assert (found["totalCount"], found["nodes"]) == (usual["totalCount"], usual["nodes"])
    written = ask("{ interventions(filter: null, orderBy: null, first: null, after: null) { nodes { slug } } }")
    assert written["interventions"]["nodes"] == usual["nodes"]
    assert ask("{ drivers(kind: null) { slug } }") == ask("{ drivers { slug } }")


def test_a_cursor_does_not_mind_how_the_same_filter_is_written(ask: Any) -> None:
    """Null and empty fields, and the order of values, make no other filter."""
    one = {"drivers": ["workload", "workflow-efficiency"]}
    other = {
        "drivers": ["workflow-efficiency", "workload", "workload"],
        "terms": [],
        "maxCost": None,
        "allDrivers": False,
    }
    cursor = ask(PAGES, {"filter": one, "first": 1})["interventions"]["pageInfo"]["endCursor"]
    following = [ask(PAGES, {"filter": f, "first": 1, "after": cursor})["interventions"] for f in (one, other)]
    assert following[0] == following[1]
    assert slugs(following[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"filter": {"drivers": ["workload"]}},
        {"order": [{"field": "TITLE"}]},
        {"filter": {"minCertainty": "LOW"}},
    ],
)
def test_a_cursor_of_another_filter_or_order_is_refused(ask: Any, refused: Any, changed: dict[str, Any]) -> None:
    """It would point to a place that has no meaning there."""
    cursor = ask(PAGES, {"first": 1})["interventions"]["pageInfo"]["endCursor"]
    code, hint = refused(PAGES, {"after": cursor, **changed})
    assert (code, "same filter" in hint) == ("BAD_CURSOR", True)


def _tampered(cursor: str, key: object) -> str:
    fingerprint, _ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return base64.urlsafe_b64encode(json.dumps([fingerprint, key]).encode()).decode()


@pytest.mark.parametrize("key", [None, {}, "text", [{}], ["text", "text"], [None], [[], []], 7])
def test_a_forged_place_is_refused(ask: Any, refused: Any, key: object) -> None:
    """The right fingerprint with a key of other types is no cursor."""
    cursor = ask(PAGES, {"first": 1})["interventions"]["pageInfo"]["endCursor"]
    assert refused(PAGES, {"after": _tampered(cursor, key)})[0] == "BAD_CURSOR"


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "AAAA", "bm90IGpzb24", "W10", "WzFd", "e30", "A" * 9_000, "Ww" * 1_000]
)
def test_a_malformed_cursor_is_refused(refused: Any, cursor: str) -> None:
    """Whatever is no cursor of this API gives the same error."""
    assert refused(PAGES, {"after": cursor})[0] == "BAD_CURSOR"
    assert (
        refused('query ($c: String) { search(query: "x", after: $c) { totalCount } }', {"c": cursor})[0] == "BAD_CURSOR"
    )


def test_a_cursor_goes_on_from_its_place_after_a_content_change(make: Any, ask: Any) -> None:
    """Its own entry may be gone, others may have come before or behind it."""
    before = make.context(*(make.intervention(slug) for slug in ("a", "c", "e", "g")))
    cursor = ask(PAGES, {"first": 2}, before)["interventions"]["pageInfo"]["endCursor"]
    after = make.context(*(make.intervention(slug) for slug in ("a", "b", "d", "e", "g", "h")))
    page = ask(PAGES, {"after": cursor}, after)["interventions"]
    assert slugs(page) == ["d", "e", "g", "h"]
    assert page["totalCount"] == 6
    assert page["pageInfo"]["hasPreviousPage"] is True
    emptied = ask(PAGES, {"after": cursor}, make.context(make.intervention("z")))["interventions"]
    assert (slugs(emptied), emptied["pageInfo"]["hasPreviousPage"]) == (["z"], False)


def test_a_second_criterion_for_the_same_field_has_no_effect(ask: Any) -> None:
    """It is the same order, so that a cursor of one is good in the other."""
    once = [{"field": "REVIEWED", "direction": "DESC"}, {"field": "TITLE"}]
    twice = [once[0], {"field": "REVIEWED"}, once[1], {"field": "TITLE", "direction": "DESC"}] * 20
    assert all_pages(ask, 7, order=twice) == all_pages(ask, 7, order=once)
    cursor = ask(PAGES, {"order": twice, "first": 3})["interventions"]["pageInfo"]["endCursor"]
    pages = [ask(PAGES, {"order": order, "first": 3, "after": cursor}) for order in (once, twice)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_the_server_takes_its_own_cursors_however_long_a_title_is(make: Any, ask: Any, direction: str) -> None:
    """All criteria at once, and titles that fill pages."""
    entries = [make.intervention(slug, title="\N{GRINNING FACE}" * 2_000 + slug) for slug in ("a", "b", "c")]
    fields = ("CERTAINTY", "VERDICT", "TITLE", "STUDY_COUNT", "REVIEWED")
    order = [{"field": field, "direction": direction} for field in fields]
    context = make.context(*entries)
    cursor = ask(PAGES, {"order": order, "first": 1}, context)["interventions"]["pageInfo"]["endCursor"]
    following = ask(PAGES, {"order": order, "after": cursor}, context)["interventions"]
    assert slugs(following) == (["b", "c"] if direction == "ASC" else ["b", "a"])


def test_descending_titles_sort_prefixes_last(make: Any, ask: Any) -> None:
    """Coach stands before Coaching ascending, and behind it descending."""
    context = make.context(make.intervention("coach"), make.intervention("coaching"), make.intervention("buddy"))
    order = [{"field": "TITLE", "direction": "DESC"}]
    assert slugs(ask(PAGES, {"order": order}, context)["interventions"]) == ["coaching", "coach", "buddy"]
