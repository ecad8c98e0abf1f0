"""Execution by graphql-core, within a budget of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, ExecutionContext, ExecutionResult, GraphQLError, execute

from kb.api.errors import presentable
from kb.api.limits import LIMITS, too_many_values
from kb.api.schema import SCHEMA
from kb.api.sizes import WEIGHTS

MOST_FAULTS = 20
"""Errors in the variables of a request that are told."""


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
        return ExecutionResult(None, too_many_values().errors)
    return ExecutionResult(result.data, [presentable(error) for error in errors] or None)
