"""The worked queries of graphql/queries answer with real data, in a shape that does not change unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from kb.api import ApiContext
from kb.serve.graphiql import WorkedQuery, read_worked_queries

WORKED = read_worked_queries()
SHAPES = Path(__file__).with_name("worked_queries.json")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [] if value is None else [value]


def _shape(value: Any) -> Any:
    """Keys and kinds of values without the values; the items of a list as one, null where nothing else is there."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        merged: Any = None
        for item in value:
            merged = _merge(merged, _shape(item))
        return [merged]
    names: dict[type, str] = {str: "text", bool: "boolean", int: "number", float: "number", type(None): "null"}
    return next(name for kind, name in names.items() if isinstance(value, kind))


def _merge(one: Any, other: Any) -> Any:
    if one in (None, "null"):
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merge(one.get(key), other.get(key)) for key in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [_merge(one[0], other[0])]
    return one


def _answer(worked: WorkedQuery, ask: Any, context: ApiContext) -> Any:
    return ask(worked.query, json.loads(worked.variables or "{}"), context)


def test_there_are_ten_and_the_first_asks_by_driver() -> None:
    """The collection begins with the question that most users come with."""
    assert len(WORKED) >= 10
    assert WORKED[0].name == "01-interventions-by-driver"


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: worked.name)
def test_a_worked_query_answers_without_errors(worked: WorkedQuery, ask: Any, searching_context: ApiContext) -> None:
    """It begins with a comment and has a name; its variables are those it names, and no root field is empty."""
    assert worked.query.startswith("# ")
    assert worked.question.endswith(("?", ".")), worked.question
    operation = parse(worked.query).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name
    named = {definition.variable.name.value for definition in operation.variable_definitions}
    assert set(json.loads(worked.variables or "{}")) <= named
    for field, value in _answer(worked, ask, searching_context).items():
        assert len(_leaves(value)) > 3, f"{field} has no data"
        if isinstance(value, dict) and "totalCount" in value:
            assert value["totalCount"] > 0


def test_the_answers_keep_their_shape(
    ask: Any, searching_context: ApiContext, same_as_file: Callable[[Path, str], None]
) -> None:
    """A program written for a worked query finds the same keys, in the same order, with the same kinds of values."""
    shapes = {worked.name: _shape(_answer(worked, ask, searching_context)) for worked in WORKED}
    same_as_file(SHAPES, json.dumps(shapes, indent=1) + "\n")


def test_the_first_query_says_how_sure_we_are(ask: Any, searching_context: ApiContext) -> None:
    """Interventions of the driver, strongest first, each with verdict, certainty and the reason."""
    found = _answer(WORKED[0], ask, searching_context)["driver"]["interventions"]
    assert {node["verdictOutcome"] is None for node in found["nodes"] if node["verdict"] != "UNTESTED"} == {False}
    assert all(node["grade"]["rationale"] for node in found["nodes"])


def test_a_list_has_the_shape_of_all_its_items() -> None:
    assert _shape([{"a": None, "b": []}, {"a": 1, "b": [True]}]) == [{"a": "number", "b": ["boolean"]}]
    assert _shape({"a": [None]}) == {"a": ["null"]}
