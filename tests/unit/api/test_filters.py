"""Filters let pass what their description says, and refuse what names nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kb.api import ApiContext


def test_studies_are_narrowed_by_the_terms_that_classify_them(real_context: ApiContext, ask: Any) -> None:
    """Each term that classifies any study finds just the studies that name it."""
    paths = {path for study in real_context.relations.studies for path in study.classifications}
    assert paths, "no study of the content is classified"
    for path in sorted(paths)[:10]:
        found = ask(
            "query ($t: String!) { studies(filter: {terms: [$t]}, first: 100) { nodes { slug } } }", {"t": path}
        )
        wanted = [study.slug for study in real_context.relations.studies if path in study.classifications]
        assert [node["slug"] for node in found["studies"]["nodes"]] == wanted


def test_instruments_are_narrowed_by_driver(real_context: ApiContext, ask: Any) -> None:
    """An instrument passes where it measures one of the drivers."""
    slug = next(instrument.drivers[0] for instrument in real_context.relations.instruments if instrument.drivers)
    found = ask(
        "query ($d: String!) { instruments(filter: {drivers: [$d]}) { nodes { drivers { slug } } } }", {"d": slug}
    )
    assert found["instruments"]["nodes"]
    assert all({"slug": slug} in node["drivers"] for node in found["instruments"]["nodes"])


def test_driver_term_and_basis_hold_of_one_and_the_same_claim(make: Any, ask: Any) -> None:
    """A claim for the driver and another claim in the term do not make a match."""
    context = make.context(
        make.intervention("same", make.claim("workload", "stated", "frame/load")),
        make.intervention(
            "apart", make.claim("workload", "inferred", "frame/say"), make.claim("autonomy", "stated", "frame/load")
        ),
    )

    def listed(filter: str) -> list[str]:
        answer = ask(f"{{ interventions(filter: {{{filter}}}) {{ nodes {{ slug }} }} }}", context=context)
        return [node["slug"] for node in answer["interventions"]["nodes"]]

    assert listed('drivers: ["workload"], terms: ["frame/load"]') == ["same"]
    assert listed('drivers: ["workload"], claimBasis: STATED') == ["same"]
    assert listed('drivers: ["workload", "autonomy"], terms: ["frame/load"], claimBasis: STATED') == ["apart", "same"]
    assert listed('drivers: ["workload", "autonomy"], allDrivers: true') == ["apart"]
    assert listed('drivers: ["workload", "autonomy"], allDrivers: true, claimBasis: STATED') == []
    assert listed('drivers: ["workload", "autonomy"], allDrivers: false') == ["apart", "same"]


def test_the_filter_of_a_driver_holds_of_the_claim_for_that_driver(make: Any, ask: Any) -> None:
    """Within a driver, term and basis speak of its own claim, and drivers named are further drivers."""
    context = make.context(
        make.intervention("same", make.claim("workload", "stated", "frame/load")),
        make.intervention(
            "apart", make.claim("workload", "inferred", "frame/say"), make.claim("autonomy", "stated", "frame/load")
        ),
    )

    def listed(filter: str) -> list[str]:
        query = f'{{ driver(slug: "workload") {{ interventions(filter: {filter}) {{ nodes {{ slug }} }} }} }}'
        return [node["slug"] for node in ask(query, context=context)["driver"]["interventions"]["nodes"]]

    assert listed("null") == ["same", "apart"]
    assert listed('{terms: ["frame/load"]}') == ["same"]
    assert listed("{claimBasis: INFERRED}") == ["apart"]
    assert listed('{drivers: ["autonomy"]}') == ["apart"]
    assert listed('{drivers: ["autonomy"], terms: ["frame/load"]}') == []


@pytest.mark.parametrize(
    ("most", "wanted"),
    [
        ("LOW", ["low"]),
        ("MODERATE", ["low", "moderate"]),
        ("HIGH", ["high", "low", "moderate"]),
        ("UNKNOWN", []),
    ],
)
def test_an_unknown_cost_never_passes(make: Any, ask: Any, most: str, wanted: list[str]) -> None:
    """maxCost compares known costs only."""
    entries = (make.intervention(level, cost=make.extent(level)) for level in ("low", "moderate", "high", "unknown"))
    found = ask(
        "query ($most: Magnitude) { interventions(filter: {maxCost: $most}) { nodes { slug } } }",
        {"most": most},
        make.context(*entries),
    )
    assert [node["slug"] for node in found["interventions"]["nodes"]] == wanted


def test_the_day_of_reviewed_since_is_included(make: Any, ask: Any) -> None:
    """An entry reviewed on the day itself passes, one of the day before does not."""
    context = make.context(
        make.intervention("on-the-day", reviewed=date(2026, 6, 1)),
        make.intervention("before", reviewed=date(2026, 5, 31)),
    )
    found = ask('{ interventions(filter: {reviewedSince: "2026-06-01"}) { nodes { slug } } }', context=context)
    assert [node["slug"] for node in found["interventions"]["nodes"]] == ["on-the-day"]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ('{ interventions(filter: {drivers: ["worklod"]}) { totalCount } }', "workload"),
        ('{ interventions(filter: {drivers: ["workload", "worklod"]}) { totalCount } }', "workload"),
        ('{ interventions(filter: {terms: ["agarwal-2020/quantity-work"]}) { totalCount } }', "quantity-of-work"),
        ('{ interventions(filter: {terms: ["agarwal-2021/quantity-of-work"]}) { totalCount } }', "agarwal-2020/"),
        ('{ interventions(filter: {terms: ["quantity-of-work"]}) { totalCount } }', "agarwal-2020/quantity-of-work"),
        ('{ driver(slug: "workload") { interventions(filter: {drivers: ["worklod"]}) { totalCount } } }', "workload"),
        ('{ studies(filter: {drivers: ["worklod"]}) { totalCount } }', "workload"),
        ('{ studies(filter: {terms: ["agarwal-2020/quantity-work"]}) { totalCount } }', "quantity-of-work"),
        ('{ instruments(filter: {drivers: ["worklod"]}) { totalCount } }', "workload"),
        ('{ search(query: "x", filter: {drivers: ["worklod"]}) { totalCount } }', "workload"),
        ('{ interventions(filter: {drivers: ["zzzzzzzz"]}) { totalCount } }', "the nearest is"),
    ],
)
def test_an_unknown_slug_is_an_error_that_names_the_nearest(refused: Any, query: str, nearest: str) -> None:
    """A slip in a driver or term never looks like an empty list."""
    code, hint = refused(query)
    assert code == "UNKNOWN_SLUG"
    assert nearest in hint


@pytest.mark.parametrize("value", ["2026-1-1", "2026-W05-6", "20260101", "2026-02-30", "yesterday", 5, True])
def test_a_date_is_an_iso_calendar_date_only(refused: Any, value: object) -> None:
    """Other ways to write a date are refused, in a variable too."""
    query = "query ($day: Date) { interventions(filter: {reviewedSince: $day}) { totalCount } }"
    assert refused(query, {"day": value})[0] == "BAD_ARGUMENT"


@pytest.mark.parametrize(
    ("field", "kind"),
    [("interventions", "InterventionFilter"), ("studies", "StudyFilter"), ("instruments", "InstrumentFilter")],
)
def test_a_list_in_a_filter_may_have_a_hundred_values_and_no_more(
    ask: Any, refused: Any, field: str, kind: str
) -> None:
    """The message names the list, how many it has and how many it may have."""
    query = f"query ($f: {kind}) {{ {field}(filter: $f) {{ totalCount }} }}"
    assert ask(query, {"f": {"drivers": ["workload"] * 100}}) == ask(query, {"f": {"drivers": ["workload"]}})
    assert refused(query, {"f": {"drivers": ["workload"] * 101}})[0] == "BAD_ARGUMENT"


def test_the_number_of_studies_is_that_of_the_list_of_studies(ask: Any) -> None:
    """Those behind its bodies of evidence, and those that name it."""
    nodes = ask("{ interventions(first: 100) { nodes { studyCount studies(first: 1) { totalCount } } } }")
    counts = [(n["studyCount"], n["studies"]["totalCount"]) for n in nodes["interventions"]["nodes"]]
    assert any(count for count, _ in counts)
    assert all(count == listed for count, listed in counts)
