"""Variables: their values as the operation declares them, and what is said of those that do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    VariableDefinitionNode,
    coerce_input_value,
    is_non_null_type,
    type_from_ast,
    value_from_ast,
)
from graphql.pyutils import inspect, print_path_list

MOST_ERRORS = 20
MOST_CHARACTERS = 200
"""Of a value that a message shows."""
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


class _EnoughError(Exception):
    """There are as many errors as are told."""


def read(
    schema: GraphQLSchema, definitions: Iterable[VariableDefinitionNode], given: Mapping[str, Any]
) -> dict[str, Any] | list[GraphQLError]:
    """The values of an operation's variables, or what is wrong with those given.

    The values are those of graphql-core; its messages would show them as Python writes them. The operation is valid.
    """
    values: dict[str, Any] = {}
    errors: list[GraphQLError] = []
    try:
        for definition in definitions:
            name, kind = definition.variable.name.value, cast(GraphQLInputType, type_from_ast(schema, definition.type))
            if name not in given and definition.default_value:
                values[name] = value_from_ast(definition.default_value, kind)
            elif given.get(name) is None and is_non_null_type(kind):
                null = f"of non-null type '{kind}' must not be null"
                lack = null if name in given else f"of required type '{kind}' was not provided"
                errors.append(GraphQLError(f"Variable '${name}' {lack}.", definition))
            elif name in given:
                values[name] = coerce_input_value(given[name], kind, _noting(definition, errors))
    except _EnoughError:
        errors.append(GraphQLError(f"There are more than {MOST_ERRORS} errors in the variables."))
    return errors or values


def _noting(
    definition: VariableDefinitionNode, errors: list[GraphQLError]
) -> Callable[[list[str | int], Any, GraphQLError], None]:
    """Takes down what is wrong with the value of a variable. Raises _EnoughError."""
    name = definition.variable.name.value

    def note(path: list[str | int], value: Any, error: GraphQLError) -> None:
        if len(errors) >= MOST_ERRORS:
            raise _EnoughError
        text, place = shown(value), f" at '{name}{print_path_list(path)}'" if path else ""
        reason = error.message.replace(inspect(value), text, 1)
        message = f"Variable '${name}' got invalid value {text}{place}; {reason}"
        errors.append(GraphQLError(message, definition, original_error=error))

    return note


def shown(value: Any) -> str:
    """A value of JSON as JSON, cut where it is long."""
    text = ""
    for part in _JSON.iterencode(value):  # which goes no further than it is asked to
        text += part
        if len(text) > MOST_CHARACTERS:
            return f"{text[:MOST_CHARACTERS]}…"
    return text
