"""Answers: what a query gives, as the bytes that are sent, kept for those who ask the same again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api.caches import Cache
from kb.api.context import ApiContext
from kb.api.errors import fault
from kb.api.execution import answer
from kb.api.limits import admitted
from kb.api.schema import SCHEMA

_PASSING = {"INTERNAL", "SEARCH_UNAVAILABLE"}
"""Codes of errors that may be gone when the same is asked again."""


@dataclass(frozen=True)
class Question:
    """A request, as far as its answer depends on it."""

    query: str
    variables: Mapping[str, Any]
    operation: str | None = None


@dataclass(frozen=True)
class Answer:
    """What was executed, or why nothing was: ``refused``. ``cost`` is None where it was not measured."""

    body: bytes
    errors: int
    refused: bool = False
    cost: float | None = None
    operation: str | None = None
    lasting: bool = True
    """Whether the same question has the same answer for as long as the content is the same."""


Key = tuple[str, str, str | None, bytes]


class Answers:
    """Answers by content version, document, operation and variables; so a changed content has none yet."""

    def __init__(self) -> None:
        self._kept: Cache[Key, Answer] = Cache(entries=2_000, weight=16_000_000)

    def key(self, question: Question, context: ApiContext) -> Key:
        variables = orjson.dumps(question.variables, option=orjson.OPT_SORT_KEYS)
        return (context.knowledge.version, question.query, question.operation, variables)

    def kept(self, key: Key) -> Answer | None:
        return self._kept.get(key)

    def clear(self) -> None:
        """Let go of all answers."""
        self._kept.clear()

    def keep(self, key: Key, given: Answer) -> None:
        """Keep an executed answer, unless it may be another one soon."""
        if given.lasting and not given.refused:
            self._kept.put(key, given, len(given.body) + len(key[1]) + len(key[3]))


class MethodError(Exception):
    """The method of the request does not allow the kind of operation."""


def reply(question: Question, context: ApiContext, allowed: Collection[OperationType]) -> Answer:
    """Admit, execute and encode. Raises MethodError where the operation is of a kind that is not allowed."""
    cost, name = None, None
    try:
        document, cost = admitted(SCHEMA, question.query, question.variables)
        operation = _operation(document, question.operation)
        name = operation.name.value if operation.name else None
        if operation.operation not in allowed:
            raise MethodError
        if operation.operation is not OperationType.QUERY:
            message = f"there is no {operation.operation.value} here: the API only reads"
            raise GraphQLValidationError([fault("VALIDATION_ERROR", message, "ask by a query")])
        result = answer(document, context, question.variables, question.operation)
    except GraphQLValidationError as refusal:
        result = ExecutionResult(None, refusal.errors)
    executed = result.data is not None or any(error.path for error in result.errors or ())
    return encoded(result.data, result.errors or [], executed, cost, name)


def encoded(
    data: Any, errors: list[GraphQLError], executed: bool, cost: float | None = None, name: str | None = None
) -> Answer:
    """The bytes of an answer; it has no data where nothing was executed."""
    shown = ({"data": data} if executed else {}) | ({"errors": [e.formatted for e in errors]} if errors else {})
    lasting = not any((error.extensions or {}).get("code") in _PASSING for error in errors)
    return Answer(orjson.dumps(shown), len(errors), not executed, cost, name, lasting)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is meant. Raises GraphQLValidationError where that cannot be told."""
    if operation := get_operation_ast(document, name):
        return operation
    message = (
        f"there is no operation {name!r}" if name is not None else "there are several operations, and none is named"
    )
    found = [d.name.value for d in document.definitions if isinstance(d, OperationDefinitionNode) and d.name]
    hint = f"give as operationName one of: {', '.join(found)}" if found else "leave operationName out"
    raise GraphQLValidationError([fault("BAD_REQUEST", message, hint)])
