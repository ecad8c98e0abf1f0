"""Errors: each has a code and a hint, and none shows what is inside."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from graphql import get_introspection_query
from graphql_server.exceptions import GraphQLValidationError

from kb.api import CODES, ApiContext
from kb.api.limits import admit
from kb.api.schema import SCHEMA


def codes(source: str, variables: dict[str, Any] | None = None) -> list[str]:
    """The codes of the errors for which a document is refused before it is executed."""
    with pytest.raises(GraphQLValidationError) as refusal:
        admit(SCHEMA, source, variables)
    assert all(error.extensions["hint"] for error in refusal.value.errors)
    return [error.extensions["code"] for error in refusal.value.errors]


def nested(levels: int) -> str:
    """A document whose fields nest that deep."""
    return '{ framework(slug: "a") { terms { ' + "broader { " * (levels - 3) + "slug" + " }" * levels


def test_a_document_that_is_not_graphql_is_a_syntax_error() -> None:
    """The place is given, too."""
    assert codes("{ interventions {") == ["SYNTAX_ERROR"]


def test_an_unknown_field_is_a_validation_error() -> None:
    """Every unknown field is named in one answer."""
    assert codes("{ interventionz { title } studiez { title } }") == ["VALIDATION_ERROR"] * 2


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($v: Verdict!) { interventions(filter: {verdicts: [$v]}) { totalCount } }", {"v": "evidence-based"}),
        ("query ($f: InterventionFilter) { interventions(filter: $f) { totalCount } }", {"f": {"driver": ["x"]}}),
        ("query ($n: Int) { interventions(first: $n) { totalCount } }", {"n": "ten"}),
        ("query ($k: ID!) { reference(key: $k) { title } }", {}),
    ],
)
def test_a_variable_of_another_type_is_a_bad_argument(refused: Any, query: str, variables: dict[str, Any]) -> None:
    """The message of the standard stays, with a code and a hint."""
    assert refused(query, variables)[0] == "BAD_ARGUMENT"


def test_a_document_may_have_so_many_characters_and_no_more() -> None:
    """Comments count, too."""
    query = "{ content { version } }"
    assert admit(SCHEMA, query + "#" * (16_000 - len(query)))
    assert codes(query + "#" * (16_001 - len(query))) == ["QUERY_TOO_LONG"]


def test_a_document_may_have_so_many_tokens_and_no_more() -> None:
    """A list of values in the document cannot grow without end; as a variable it can."""
    assert admit(SCHEMA, "{ instruments(filter: {drivers: [" + '"a" ' * 484 + "]}) { totalCount } }")
    assert codes("{ instruments(filter: {drivers: [" + '"a" ' * 485 + "]}) { totalCount } }") == ["QUERY_TOO_LARGE"]


def test_a_document_may_ask_for_so_many_fields_and_no_more() -> None:
    """Fields of a fragment count as often as it is used, and fragments that multiply each other are not worked out."""
    wide = "slug title summary path status reviewed stale kind id "
    one = "study(slug: $a) { " + wide + "} "
    entries = "{ " + " ".join(f"... on {kind} {{ {wide} }}" for kind in ("Study", "Driver")) + " } "
    assert admit(SCHEMA, "query ($a: String!, $i: ID!) { " + one + "node(id: $i) " + entries + "}")
    fragment = " fragment F on Study { html reviewed stale kind id slug } "
    inner = "findings { study { ...F findings { study { ...F } } } } drivers { studies { nodes { ...F } } } "
    many = "query ($a: String!) { study(slug: $a) { ...F " + inner + "} }" + fragment
    assert admit(SCHEMA, many)
    assert codes("{ content { " + "version " * 250 + "} }") == ["QUERY_TOO_WIDE"]
    assert codes("{ content { " + "version " * 249 + "} }") == ["TOO_MANY_REPEATS"]
    fragment = " fragment F on Query { content { " + "version " * 99 + "} }"
    assert codes("{ ...F ...F ...F }" + fragment) == ["QUERY_TOO_WIDE"]
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(18))
    assert codes("{ ...F0 } " + chain + " fragment F18 on Query { content { version } }") == ["QUERY_TOO_WIDE"]


def test_fields_may_nest_ten_levels_deep_and_no_more() -> None:
    """Ten levels pass, eleven do not."""
    assert admit(SCHEMA, nested(10))
    assert codes(nested(11)) == ["QUERY_TOO_DEEP"]


def test_fragments_do_not_hide_depth() -> None:
    """A fragment counts where it is used, also when it is used by another, or inline."""
    fragments = "fragment A on Term { broader { broader { broader { ...B } } } } "
    fragments += "fragment B on Term { broader { ... on Term { broader { broader { slug } } } } }"
    assert admit(SCHEMA, '{ framework(slug: "a") { terms { broader { ...A } } } } ' + fragments)
    deeper = '{ framework(slug: "a") { terms { broader { broader { ...A } } } } } '
    assert codes(deeper + fragments) == ["QUERY_TOO_DEEP"]


def test_a_fragment_inside_itself_is_refused_by_validation() -> None:
    """It gives an error, not a crash."""
    cycle = "fragment A on Intervention { related { ...B } } fragment B on Intervention { related { ...A } }"
    assert set(codes('{ intervention(slug: "a") { ...A } } ' + cycle)) == {"VALIDATION_ERROR"}


@pytest.mark.parametrize(
    "source",
    [
        "{ a " * 700,
        "{a" * 3_000 + "}" * 3_000,
        "{ a(x: " + "[" * 3_000,
        "{ __schema { types { " + "ofType { " * 600 + "name" + " }" * 603,
    ],
    ids=["open", "closed", "values", "ofType"],
)
def test_absurd_nesting_is_refused(source: str) -> None:
    """Whatever nests so deep that it could exhaust the stack gives an error like any other."""
    assert codes(source) == ["QUERY_TOO_DEEP"]


PAGE = "query ($n: Int = 100) { interventions(first: $n) { nodes { related { components partOf { slug title } } } } }"
"""It costs 1 + n (1 + 7 (1 + 7 + 7 (1 + 2))), which is 1 + 204 n."""


def test_a_page_costs_what_is_in_it_times_first() -> None:
    """Whether first is written, given in a variable, a variable's default, or the field's own."""
    assert codes(PAGE) == ["QUERY_TOO_COSTLY"]
    assert codes(PAGE, {"n": 100}) == ["QUERY_TOO_COSTLY"]
    assert admit(SCHEMA, PAGE, {"n": 98})
    assert admit(SCHEMA, PAGE, {"n": None})
    written = PAGE.partition("{")[2].join(["{", ""])
    assert codes(written.replace("$n", "100")) == ["QUERY_TOO_COSTLY"]
    assert admit(SCHEMA, written.replace("$n", "98"))
    assert admit(SCHEMA, written.replace("(first: $n)", ""))


def test_a_refusal_for_cost_names_what_was_found_and_what_is_allowed() -> None:
    """The user sees how far to go down."""
    with pytest.raises(GraphQLValidationError) as refusal:
        admit(SCHEMA, PAGE)
    assert refusal.value.errors[0].message == "a query may have an estimated cost of at most 20000, found 20401"


def test_what_stands_beside_the_items_of_a_page_costs_nothing_more() -> None:
    """The total and the facets of a search are there once, however long its page is."""
    query = '{ search(query: "x", first: 100) { totalCount facets { values { value label count } } nodes { title } } }'
    assert admit(SCHEMA, query)


def test_pages_inside_pages_multiply() -> None:
    """A small document with an answer of gigabytes is refused, also where fragments hide it."""
    inner = "interventions(first: 100) { nodes { drivers { slug } } }"
    assert admit(SCHEMA, f"{{ {inner} }}")
    assert codes(f"{{ interventions(first: 100) {{ nodes {{ drivers {{ {inner} }} }} }} }}") == ["QUERY_TOO_COSTLY"]
    fragments = f"fragment D on Driver {{ {inner} }} "
    fragments += "fragment P on InterventionConnection { nodes { ... { ... on Intervention { drivers { ...D } } } } }"
    assert codes("{ interventions(first: 100) { ...P } } " + fragments) == ["QUERY_TOO_COSTLY"]


def test_html_costs_more_than_a_word() -> None:
    """So a page of it under several names is refused where one of titles is not."""
    names = " ".join(f"name{number}: FIELD" for number in range(20))
    query = "{ interventions(first: 100) { nodes { " + names + " } } }"
    assert admit(SCHEMA, query.replace("FIELD", "title"))
    assert codes(query.replace("FIELD", "html")) == ["QUERY_TOO_COSTLY"]


def test_the_schema_cannot_be_read_in_circles() -> None:
    """Types lead to fields and back to types."""
    circle = "fields { type { name " * 3
    assert codes("{ __schema { types { " + circle + "} }" * 3 + " } } }")[0] == "VALIDATION_ERROR"
    many = " ".join(
        f"name{number}: types {{ fields {{ args {{ name description defaultValue type {{ name }} }} }} }}"
        for number in range(20)
    )
    assert codes("{ __schema { " + many + " } }") == ["QUERY_TOO_COSTLY"]


@pytest.mark.parametrize("first", [0, -1, 101, 10**30, "ten", 2.5, True, [5]])
def test_a_first_that_will_be_refused_does_no_harm_before(first: Any) -> None:
    """It is execution that says what is wrong with it."""
    query = "query ($n: Int) { interventions(first: $n) { totalCount } }"
    assert admit(SCHEMA, query, {"n": first})
    assert admit(SCHEMA, query.replace("Int", "Int = 101"), {"n": first})


def test_a_document_may_have_so_many_aliases_and_no_more() -> None:
    """An alias that says the same as the field is none; those of a fragment count wherever it is used."""
    names = [f"name{number}: version" for number in range(21)]
    assert admit(SCHEMA, "{ content { version: version " + " ".join(names[:20]) + " } }")
    assert codes("{ content { " + " ".join(names) + " } }") == ["TOO_MANY_ALIASES"]
    fragment = " fragment F on ContentInfo { " + " ".join(names[:7]) + " }"
    assert admit(SCHEMA, "{ content { ...F ...F } }" + fragment)
    assert codes("{ content { ...F ...F ...F } }" + fragment) == ["TOO_MANY_ALIASES"]
    with pytest.raises(GraphQLValidationError) as refusal:
        admit(SCHEMA, "{ content { " + " ".join(names) + " } }")
    assert "20" in refusal.value.errors[0].message
    assert "21" in refusal.value.errors[0].message


def test_tools_can_read_the_schema() -> None:
    """The introspection query of common tools is within the limits."""
    assert admit(SCHEMA, get_introspection_query(input_value_deprecation=True))


def test_a_failure_inside_is_masked_and_logged(
    make: Any, real_context: ApiContext, caplog: pytest.LogCaptureFixture
) -> None:
    """The client learns that something failed; what, stands in the log."""
    broken = make.changed(real_context, assessments={})
    with caplog.at_level(logging.ERROR):
        result = make.run(broken, '{ intervention(slug: "manage-workload") { title verdict } }')
    (error,) = result.errors
    assert error.extensions["code"] == "INTERNAL"
    assert "manage-workload" not in error.message
    assert error.formatted["path"] == ["intervention", "verdict"]
    assert "KeyError" in caplog.text


def test_search_without_an_index_says_so(refused: Any) -> None:
    """The rest of the API works on."""
    assert refused('{ search(query: "burnout") { totalCount } }')[0] == "SEARCH_UNAVAILABLE"


def test_codes_and_meanings_are_distinct() -> None:
    """A code stands for one thing."""
    assert len(set(CODES.values())) == len(CODES)
