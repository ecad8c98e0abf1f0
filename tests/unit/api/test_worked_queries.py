"""The worked queries of graphql/queries answer with real data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from kb.api import ApiContext

QUERIES = sorted((Path(__file__).parents[3] / "graphql" / "queries").glob("*.graphql"))


def _variables(path: Path) -> dict[str, Any]:
    values = path.with_suffix(".json")
    found: dict[str, Any] = json.loads(values.read_text(encoding="utf-8")) if values.exists() else {}
    return found


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [] if value is None else [value]


def test_there_are_ten_and_the_first_asks_by_driver() -> None:
    """The collection begins with the question that most users come with."""
    assert len(QUERIES) >= 10
    assert QUERIES[0].name == "01-interventions-by-driver.graphql"


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_worked_query_answers_without_errors(path: Path, ask: Any, searching_context: ApiContext) -> None:
    """It begins with a comment, its variables are those it names, and no root field is empty."""
    text, variables = path.read_text(encoding="utf-8"), _variables(path)
    assert text.startswith("# ")
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert set(variables) <= {definition.variable.name.value for definition in operation.variable_definitions}
    data = ask(text, variables, searching_context)
    for field, value in data.items():
        assert len(_leaves(value)) > 3, f"{field} has no data"
        if isinstance(value, dict) and "totalCount" in value:
            assert value["totalCount"] > 0


def test_the_first_query_says_how_sure_we_are(ask: Any, searching_context: ApiContext) -> None:
    """Interventions of the driver, strongest first, each with verdict, certainty and the reason."""
    path = QUERIES[0]
    found = ask(path.read_text(encoding="utf-8"), _variables(path), searching_context)["driver"]["interventions"]
    assert found["nodes"][0]["verdict"] == "EVIDENCE_BASED"
    assert all(node["grade"]["rationale"] for node in found["nodes"])
