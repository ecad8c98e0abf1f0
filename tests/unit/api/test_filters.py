"""Filters let pass what their description says, and refuse what names nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kb.api import ApiContext
from kb.api.pages import encode_cursor, listing
from kb.api.schema import SCHEMA


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


def test_one_wrong_argument_takes_away_its_own_field_only(real_context: ApiContext, make: Any) -> None:
    """Each has its own error; the fields beside them are answered, also where the fault is deeper."""
    query = """{ interventions(filter: { drivers: ["worklod"] }) { totalCount }
      studies(first: 0) { totalCount } search(query: "x", after: "!") { totalCount }
      drivers { instruments(first: 1000) { totalCount } } content { studyCount } }"""
    result = make.run(real_context, query)
    assert result.data["content"]["studyCount"] > 0
    assert [result.data[name] for name in ("interventions", "studies", "search", "drivers")] == [None] * 4
    codes = [error.extensions["code"] for error in result.errors]
    assert codes == ["UNKNOWN_SLUG", "BAD_FIRST", "BAD_CURSOR", "BAD_FIRST"]


EXACT = {
    ("interventions", "people"): "people",
    ("interventions", "places"): "places",
    ("interventions", "priceBands"): "priceBand",
    ("interventions", "costs"): "cost",
    ("interventions", "efforts"): "effort",
    ("interventions", "verdicts"): "verdict",
    ("interventions", "levels"): "level",
    ("interventions", "categories"): "category",
    ("studies", "designs"): "design",
    ("studies", "readingBasis"): "readingBasis",
    ("findings", "directions"): "direction",
    ("findings", "measures"): "measure",
    ("findings", "comparisons"): "comparison",
    ("findings", "outcomes"): "outcome",
}
"""Filters that take exactly the values of a field."""


@pytest.mark.slow
@pytest.mark.parametrize(("listed", "name"), EXACT)
def test_a_filter_leaves_exactly_those_that_have_a_value(ask: Any, listed: str, name: str) -> None:
    """For every value that is there; all of them together leave everything that has one."""
    field = EXACT[listed, name]
    values: list[Any] = []
    after, more = None, True
    while more:
        shown = f"nodes {{ {field} }} pageInfo {{ endCursor hasNextPage }}"
        page = ask(f"query ($a: String) {{ {listed}(first: 100, after: $a) {{ {shown} }} }}", {"a": after})[listed]
        values += [node[field] if isinstance(node[field], list) else [node[field]] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    kind = SCHEMA.query_type.fields[listed].args["filter"].type.name  # type: ignore[union-attr]
    count = f"query ($f: {kind}) {{ {listed}(filter: $f) {{ totalCount }} }}"
    assert values
    for value in {each for found in values for each in found}:
        wanted = sum(value in found for found in values)
        assert ask(count, {"f": {name: [value]}})[listed]["totalCount"] == wanted, value


def test_findings_are_asked_across_studies(ask: Any, real_context: ApiContext) -> None:
    """By what their study is about, and by whether the outcome was the primary one."""
    studies = real_context.relations.studies
    count = "query ($f: FindingFilter) { findings(filter: $f) { totalCount } }"
    for asked, wanted in (
        ({"drivers": ["workload"]}, lambda study, _: "workload" in study.drivers),
        ({"designs": ["RCT"]}, lambda study, _: study.design == "rct"),
        ({"primary": True}, lambda _, finding: finding.primary is True),
        ({"primary": False}, lambda _, finding: finding.primary is False),
        ({"countries": ["united states"]}, lambda study, _: "united states" in (study.country or "").casefold()),
    ):
        found = ask(count, {"f": asked})["findings"]["totalCount"]
        assert found == sum(wanted(study, finding) for study in studies for finding in study.findings) > 0


def test_studies_are_found_by_what_they_test_measure_and_report(ask: Any) -> None:
    """As the entries themselves list them."""
    query = """query ($f: StudyFilter, $i: String!, $m: String!) { studies(filter: $f) { totalCount }
      intervention(slug: $i) { studies { totalCount } } instrument(slug: $m) { studies { totalCount } } }"""
    names = {"i": "physician-peer-coaching", "m": "mini-z"}
    for name, field in (("i", "intervention"), ("m", "instrument")):
        asked = {f"{field}s": [names[name]]}
        data = ask(query, {"f": asked, **names})
        assert data["studies"]["totalCount"] == data[field]["studies"]["totalCount"] > 0


def test_what_happened_is_listed_by_kind_driver_and_day(ask: Any, real_context: ApiContext) -> None:
    shown = "totalCount nodes { date kind bearsOn { slug } }"
    query = f"query ($f: ChangeFilter) {{ changes(filter: $f, first: 100) {{ {shown} }} }}"
    everything = real_context.changes
    assert ask(query)["changes"]["totalCount"] == len(everything) > 0
    for kind in {event.kind for event in everything}:
        found = ask(query, {"f": {"kinds": [kind.name]}})["changes"]
        assert found["totalCount"] == sum(event.kind is kind for event in everything)
        assert {node["kind"] for node in found["nodes"]} == {kind.name}
    day = sorted(event.date for event in everything)[len(everything) // 2]
    since = ask(query, {"f": {"since": day.isoformat()}})["changes"]["totalCount"]
    assert since == sum(event.date >= day for event in everything)
    near = ask(query, {"f": {"drivers": ["workload"]}})["changes"]
    assert 0 < near["totalCount"] < len(everything)
    assert all(node["bearsOn"] for node in near["nodes"])


def test_works_are_screened_for_an_intervention(ask: Any, real_context: ApiContext, refused: Any) -> None:
    query = "query ($i: [String!]) { screening(interventions: $i) { totalCount } }"
    register = [item for item in real_context.knowledge.screening if item.key in real_context.knowledge.references]
    slug = next(slug for item in register for slug in item.interventions)
    found = ask(query, {"i": [slug]})["screening"]["totalCount"]
    assert found == sum(slug in item.interventions for item in register) > 0
    assert ask(query, {"i": []})["screening"]["totalCount"] == len(register)
    assert refused(query, {"i": ["nothing"]})[0] == "UNKNOWN_SLUG"


@pytest.mark.parametrize("spoil", ["{}=", "{}!", " {}", "{}A", "[]", "bnVsbA", "WyJ4IixbXV0", "WyJ4IiwiYSJd", "é"])
def test_a_cursor_that_was_altered_is_refused(ask: Any, refused: Any, spoil: str) -> None:
    """Whatever was put around it, and what is JSON of another form."""
    cursor = ask("{ studies(first: 1) { pageInfo { endCursor } } }")["studies"]["pageInfo"]["endCursor"]
    query = "query ($a: String) { studies(after: $a) { totalCount } }"
    assert refused(query, {"a": spoil.format(cursor)})[0] == "BAD_CURSOR"


@pytest.mark.parametrize("key", [[], [5], ["a", None], [None, "a"], [["a"], "a"], [{}, "a"]])
def test_a_cursor_of_this_list_with_a_key_of_another_form_is_refused(refused: Any, key: list[Any]) -> None:
    query = "query ($a: String) { studies(after: $a) { totalCount } }"
    assert refused(query, {"a": encode_cursor(key, listing("studies", {}))})[0] == "BAD_CURSOR"
