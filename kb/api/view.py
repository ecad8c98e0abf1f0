"""The HTTP view: GraphQL over GET and POST as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode, OperationType, execute, get_operation_ast
from graphql_server.asgi import ASGIRequestAdapter, GraphQL
from graphql_server.exceptions import GraphQLValidationError
from graphql_server.http.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.api.context import ApiContext
from kb.api.errors import fault, presentable
from kb.api.limits import admit
from kb.api.schema import SCHEMA

_HINT = "send query, and where needed variables and operationName, by GET or as a JSON object by POST"
MOST_BYTES = 100_000
"""The size of a POST body."""


class _Adapter(ASGIRequestAdapter):
    """A request whose body is read no further than it may be long."""

    async def get_body(self) -> bytes:
        body = bytearray()
        async for chunk in self.request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise HTTPException(413, f"a body may have {MOST_BYTES} bytes at most, this one has more")
        return bytes(body)


class View(GraphQL[Any, None]):
    """graphql-server's view with this project's limits and errors. It serves no page and no subscriptions."""

    request_adapter_class = _Adapter

    def __init__(self, get_context: Callable[[], ApiContext]) -> None:
        super().__init__(SCHEMA, graphql_ide=None, subscription_protocols=())
        self._get_context = get_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            response = _refusal(error)
        await response(scope, receive, send)

    async def get_context(self, request: Any, response: Any) -> ApiContext:  # noqa: ARG002
        """One snapshot for the whole request."""
        return self._get_context()

    async def get_graphql_request_data(self, request: Any, context: Any, data: Any, protocol: Any) -> Any:
        """The parts of a request, each of its type."""
        if not isinstance(data, dict):
            raise HTTPException(400, "the body must be a JSON object; batches are not supported")
        if not isinstance(data.get("query"), str) or not data["query"]:
            raise HTTPException(400, "the request has no query")
        if not isinstance(data.get("operationName"), str | None):
            raise HTTPException(400, "operationName must be a string")
        return await super().get_graphql_request_data(request, context, data, protocol)

    async def execute_operation(
        self,
        request_adapter: Any,
        request_data: Any,
        context: Any,
        root_value: None,  # noqa: ARG002
        allowed_operation_types: set[OperationType],
    ) -> ExecutionResult:
        """Answer in a thread, so that a long query does not hold up the others."""

        def run() -> ExecutionResult:
            document = admit(SCHEMA, request_data.query, request_data.variables)
            operation = _operation(document, request_data.operation_name)
            if operation not in allowed_operation_types:
                raise HTTPException(405, f"{request_adapter.method} may only be used for queries")
            if operation is not OperationType.QUERY:
                message = f"there is no {operation.value} here: the API only reads"
                raise GraphQLValidationError([fault("VALIDATION_ERROR", message, "ask by a query")])
            return answer(document, context, request_data.variables, request_data.operation_name)

        result = await run_in_threadpool(run)
        if not _executed(result):
            raise GraphQLValidationError(result.errors or [])
        return result

    async def process_result(self, request: Any, result: ExecutionResult, strict: bool = False) -> Any:  # noqa: ARG002
        """The body of the answer; it has no data where nothing was executed."""
        data = {"data": result.data} if _executed(result) else {}
        return data | ({"errors": [error.formatted for error in result.errors]} if result.errors else {})

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """Stricter than json: no NaN, no broken UTF-8, no boundless nesting."""
        return orjson.loads(data)


def _operation(document: DocumentNode, name: str | None) -> OperationType:
    """What kind of operation is meant. Raises GraphQLValidationError where that cannot be told."""
    if operation := get_operation_ast(document, name):
        return operation.operation
    message = (
        f"there is no operation {name!r}" if name is not None else "there are several operations, and none is named"
    )
    found = [d.name.value for d in document.definitions if isinstance(d, OperationDefinitionNode) and d.name]
    hint = f"give as operationName one of: {', '.join(found)}" if found else "leave operationName out"
    raise GraphQLValidationError([fault("BAD_REQUEST", message, hint)])


def _executed(result: ExecutionResult) -> bool:
    """Whether an answer is one of fields, be it null, and not of a request that was refused."""
    return result.data is not None or any(error.path for error in result.errors or ())


def answer(
    document: DocumentNode, context: ApiContext, variables: dict[str, Any] | None = None, operation: str | None = None
) -> ExecutionResult:
    """Execute a document that was admitted; errors are such as clients may see."""
    result = execute(SCHEMA, document, context_value=context, variable_values=variables, operation_name=operation)
    assert isinstance(result, ExecutionResult)  # noqa: S101 - no resolver is asynchronous
    return ExecutionResult(result.data, [presentable(error) for error in result.errors or ()] or None)


def _refusal(error: HTTPException) -> Response:
    """A request that is no GraphQL request, as a GraphQL answer."""
    if error.status_code == 200:  # OPTIONS
        return Response(status_code=204, headers={"Allow": "GET, POST, OPTIONS"})
    extensions = {"code": "BAD_REQUEST", "hint": _HINT}
    if error.status_code == 413:
        extensions = {"code": "BODY_TOO_LARGE", "hint": "ask in several requests"}
    body = {"errors": [{"message": error.reason, "extensions": extensions}]}
    headers = {"Allow": "GET, POST, OPTIONS"} if error.status_code == 405 else None
    return JSONResponse(body, status_code=error.status_code, headers=headers)


def create_graphql_app(get_context: Callable[[], ApiContext]) -> ASGIApp:
    """The ASGI application; it asks for the context anew for every request, so that contents can be swapped."""
    return View(get_context)
