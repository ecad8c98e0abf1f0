"""What a query gives, as the bytes that are sent: executed within a budget, kept for who asks the same again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from threading import Lock
from typing import Any

import orjson
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutionContext,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_nullable_type,
    get_operation_ast,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api.context import ApiContext
from kb.api.errors import fault, presentable
from kb.api.limits import LIMITS, WEIGHTS, admit, refusal
from kb.api.schema import SCHEMA

MOST_FAULTS = 20
"""Errors in the variables of a request that are reported."""
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
    retry_after: int = 0
    """Seconds after which a search that could not be answered may be; 0 where all could."""

    @cached_property
    def etag(self) -> str:
        """It is weak, so that it may be used for both gzipped and plain bytes."""
        return f'W/"{blake2b(self.body, digest_size=16).hexdigest()}"'


class Answers:
    """Answers that were given, up to so many bytes; the least recently used goes first. Safe for several threads.

    They are known by content version, document, operation and variables, so a changed content has none yet.
    """

    def __init__(self, most_bytes: int = 16_000_000) -> None:
        self._kept: LRUCache[bytes, Answer] = LRUCache(most_bytes, getsizeof=_weight)
        self._largest = most_bytes // 10
        self._lock = Lock()

    def get(self, question: Question, context: ApiContext) -> Answer | None:
        with self._lock:
            return self._kept.get(_key(question, context))

    def keep(self, question: Question, context: ApiContext, given: Answer) -> None:
        """Keep an executed answer, unless it may be another one soon, or would drive out too many others."""
        if given.lasting and not given.refused and _weight(given) <= self._largest:
            with self._lock:
                self._kept[_key(question, context)] = given


def _key(question: Question, context: ApiContext) -> bytes:
    asked = [context.knowledge.version, question.query, question.operation, question.variables]
    return blake2b(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _weight(given: Answer) -> int:
    """The bytes of an answer, and of all that goes with it."""
    return len(given.body) + 1_000


class MethodError(Exception):
    """The method of the request does not allow the kind of operation."""


def reply(question: Question, context: ApiContext, allowed: Collection[OperationType]) -> Answer:
    """Admit, execute and encode. Raises MethodError where the operation is of a kind that is not allowed."""
    cost, name = None, None
    try:
        document, cost = admit(SCHEMA, question.query, question.variables)
        operation = _operation(document, question.operation)
        name = operation.name.value if operation.name else None
        if operation.operation not in allowed:
            raise MethodError
        if operation.operation is not OperationType.QUERY:
            message = f"there is no {operation.operation.value} here: the API only reads"
            raise GraphQLValidationError([fault("VALIDATION_ERROR", message, "ask by a query")])
        result = answer(document, context, question.variables, question.operation)
    except GraphQLValidationError as error:
        result = ExecutionResult(None, error.errors)
        cost = next((e.extensions["cost"] for e in error.errors if e.extensions and e.extensions.get("cost")), cost)
    executed = result.data is not None or any(each.path for each in result.errors or ())
    return encoded(result.data, result.errors or [], executed, cost, name)


def encoded(
    data: Any, errors: list[GraphQLError], executed: bool, cost: float | None = None, name: str | None = None
) -> Answer:
    """The bytes of an answer; it has no data where nothing was executed."""
    shown = ({"data": data} if executed else {}) | ({"errors": [e.formatted for e in errors]} if errors else {})
    told = [error.extensions or {} for error in errors]
    lasting = not any(each.get("code") in _PASSING for each in told)
    retry_after = max((each.get("retryAfter", 0) for each in told), default=0)
    return Answer(orjson.dumps(shown), len(errors), not executed, cost, name, lasting, retry_after)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that is meant. Raises GraphQLValidationError where that is not clear."""
    if operation := get_operation_ast(document, name):
        return operation
    message = (
        f"there is no operation {name!r}" if name is not None else "there are several operations, and none is named"
    )
    found = [d.name.value for d in document.definitions if isinstance(d, OperationDefinitionNode) and d.name]
    hint = f"give as operationName one of: {', '.join(found)}" if found else "leave operationName out"
    raise GraphQLValidationError([fault("BAD_REQUEST", message, hint)])


class ExhaustedError(GraphQLError):
    """An answer has more values than answers may have."""


class Execution(ExecutionContext):
    """graphql-core's execution; it stops where the values of the answer, so far, exceed ``left``."""

    left = LIMITS.values

    def execute_field(self, parent_type: Any, source: Any, field_nodes: Any, path: Any) -> Any:
        self._pay(WEIGHTS.get(field_nodes[0].name.value, 1))
        return super().execute_field(parent_type, source, field_nodes, path)

    def complete_list_value(self, return_type: Any, field_nodes: Any, info: Any, path: Any, result: Any) -> Any:
        items = list(result)
        self._pay(len(items))
        return super().complete_list_value(return_type, field_nodes, info, path, items)

    def handle_field_error(self, error: GraphQLError, return_type: Any, path: Any) -> None:
        if self.left < 0:
            raise error  # not for this field alone: the whole answer ends
        if path.prev is None:  # one wrong argument must not take away the fields beside its own
            return_type = get_nullable_type(return_type)
        super().handle_field_error(error, return_type, path)

    def _pay(self, price: int) -> None:
        self.left -= price
        if self.left < 0:
            raise ExhaustedError("the answer has too many values")


def answer(
    document: DocumentNode,
    context: Any,
    variables: Mapping[str, Any] | None = None,
    operation: str | None = None,
) -> ExecutionResult:
    """Execute a document that was admitted; errors are such as clients may see."""
    result = execute(
        SCHEMA,
        document,
        context_value=context,
        variable_values=dict(variables or {}),
        operation_name=operation,
        max_coercion_errors=MOST_FAULTS,
        execution_context_class=Execution,
    )
    assert isinstance(result, ExecutionResult)  # noqa: S101 - no resolver is asynchronous
    errors = result.errors or []
    if any(isinstance(error.original_error or error, ExhaustedError) for error in errors):
        return ExecutionResult(None, refusal("values").errors)
    return ExecutionResult(result.data, [presentable(error) for error in errors] or None)
