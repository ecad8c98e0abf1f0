"""Variables: read as graphql-core reads them, and shown in messages as clients write them."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_variable_values, parse
from hypothesis import given
from hypothesis import strategies as st

from kb.api import ApiContext
from kb.api.schema import SCHEMA
from kb.api.variables import MOST_CHARACTERS, MOST_ERRORS, read

DECLARED = (
    "$f: InterventionFilter",
    '$g: InterventionFilter = {drivers: ["workload"]}',
    "$n: Int",
    "$m: Int! = 3",
    "$r: ID!",
    "$v: [Verdict!]",
    "$d: Date",
    "$b: Boolean",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**33), 2**33) | st.floats() | st.sampled_from(["LOW", "PROMISING", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["drivers", "verdicts", "minCertainty", "reviewedSince", "x"]), inner)
    ),
    max_leaves=8,
)


@given(st.sets(st.sampled_from(DECLARED)), st.dictionaries(st.sampled_from("fgnmrvdbx"), VALUES))
def test_values_are_those_of_graphql_core(declared: set[str], values: dict[str, Any]) -> None:
    """Given, absent and null, with and without defaults; and what it refuses is refused, error for error."""
    (operation,) = parse(f"query ({' '.join(sorted(declared)) or '$z: Int'}) {{ __typename }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    expected = get_variable_values(SCHEMA, operation.variable_definitions, values, max_errors=MOST_ERRORS)
    found = read(SCHEMA, operation.variable_definitions, values)
    if isinstance(expected, dict):
        assert found == expected
    else:
        assert isinstance(found, list)
        assert [error.nodes for error in found] == [error.nodes for error in expected]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"drivers": [True]},
            "Variable '$f' got invalid value true at 'f.drivers[0]'; String cannot represent a non string value: true",
        ),
        (
            {"drivers": [None]},
            "Variable '$f' got invalid value null at 'f.drivers[0]';"
            " Expected non-nullable type 'String!' not to be null.",
        ),
        (
            {"minCertainty": "it's"},
            "Variable '$f' got invalid value \"it's\" at 'f.minCertainty';"
            " Value 'it's' does not exist in 'Certainty' enum.",
        ),
        (
            {"reviewedSince": "soon"},
            "Variable '$f' got invalid value \"soon\" at 'f.reviewedSince';"
            ' A Date is written like "2026-01-31", got "soon".',
        ),
        ([], "Variable '$f' got invalid value []; Expected type 'InterventionFilter' to be a mapping."),
    ],
)
def test_a_message_shows_a_value_as_the_client_wrote_it(
    real_context: ApiContext, make: Any, value: Any, message: str
) -> None:
    """As JSON: no True, None or quotes of Python."""
    query = "query ($f: InterventionFilter) { interventions(filter: $f) { totalCount } }"
    (error,) = make.run(real_context, query, {"f": value}).errors
    assert error.message == message
    assert error.extensions["code"] == "BAD_ARGUMENT"


def test_a_message_shows_the_beginning_of_a_long_value(real_context: ApiContext, make: Any) -> None:
    """An answer that repeated all that was sent would be as long as that."""
    query = "query ($n: Int) { studies(first: $n) { totalCount } }"
    (error,) = make.run(real_context, query, {"n": "9" * 50_000}).errors
    assert "…" in error.message
    assert len(error.message) < 3 * MOST_CHARACTERS


def test_of_many_errors_the_first_are_told(real_context: ApiContext, make: Any) -> None:
    """And that there are more."""
    query = "query ($f: InterventionFilter) { interventions(filter: $f) { totalCount } }"
    errors = make.run(real_context, query, {"f": {"drivers": [1] * 30}}).errors
    assert len(errors) == MOST_ERRORS + 1
    assert "more than 20 errors" in errors[-1].message
