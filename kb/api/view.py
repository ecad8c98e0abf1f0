"""The HTTP view: GraphQL over GET and POST as an ASGI application.

Every answer has these headers:

- ``GraphQL-Limits``: the most that a request may have of each, e.g. ``body=100000, batch=1, characters=16000``
  (see `kb.api.limits.Limits`);
- ``GraphQL-Cost``: what the query costs, where it came to measuring that;
- ``Cache-Control``: what was asked by GET without errors may be kept for seconds, fewer than the server itself needs to
  make an edit public, then is confirmed by its ``ETag``; nothing else may be kept.

``scope["state"]["graphql"]`` tells the rest of the server of each request: ``operation`` (its name or None), ``cost``,
``cached`` and ``errors`` (how many).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError
from graphql_server.asgi import GraphQL
from graphql_server.http.exceptions import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.api.answers import Answer, Answers, MethodError, Question, encoded, reply
from kb.api.context import ApiContext
from kb.api.limits import LIMITS, check_variables
from kb.api.schema import SCHEMA
from kb.http import is_fresh, weights

__all__ = ["View", "create_graphql_app"]

LEGACY = "application/json"
STRICT = "application/graphql-response+json"
_HINT = "send query, and where needed variables and operationName, by GET or as a JSON object by POST"
_METHODS = "GET, HEAD, POST, OPTIONS"
_KEPT_FOR = "public, max-age=5, must-revalidate"
_LIMITS = {"graphql-limits": LIMITS.header}
_log = logging.getLogger(__name__)


class _RefusedError(HTTPException):
    """A request that is no GraphQL request, or one that failed as a whole."""

    def __init__(self, status: int, message: str, code: str = "BAD_REQUEST", hint: str = _HINT) -> None:
        super().__init__(status, message)
        self.code, self.hint = code, hint


class _Encoded(Response):
    """The HTTP answer of a GraphQL answer."""

    def __init__(self, given: Answer, status: int, media_type: str) -> None:
        super().__init__(given.body, status, media_type=media_type)
        self.given = given


class View(GraphQL[Any, None]):
    """graphql-server's view with this project's limits, errors and cache. It serves no page and no subscriptions."""

    def __init__(self, get_context: Callable[[], ApiContext]) -> None:
        super().__init__(SCHEMA, graphql_ide=None, subscription_protocols=())
        self._get_context = get_context
        self._answers = Answers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        scope.setdefault("state", {})["graphql"] = {"operation": None, "cost": 0, "cached": False, "errors": 0}
        if scope["method"] == "HEAD":  # the server sends no body then
            scope = {**scope, "method": "GET"}
        body = await _body(receive) if scope["method"] == "POST" else b""
        if body is not None:
            response = await self._answered(Request(scope, _replaying(body)))
            await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        """The answer by graphql-server, with its headers."""
        told = request.scope["state"]["graphql"]
        try:
            if len(request.scope["query_string"]) > LIMITS.body or len(await request.body()) > LIMITS.body:
                message = f"a body may have {LIMITS.body} bytes at most, this one has more"
                raise _RefusedError(413, message, "BODY_TOO_LARGE", "ask in several requests")
            response = await self.run(request, self._get_context())
        except HTTPException as error:
            told["errors"] = int(error.status_code != 200)
            return _refusal(error)
        assert isinstance(response, _Encoded)  # noqa: S101 - create_response makes no other
        given = response.given
        told |= {"operation": given.operation, "cost": round(given.cost or 0), "errors": given.errors}
        headers = {**_LIMITS, "vary": "Accept", "cache-control": "no-store"}
        if given.retry_after:
            headers["retry-after"] = str(given.retry_after)
        if given.cost is not None:
            headers["graphql-cost"] = str(round(given.cost))
        if request.method == "GET" and response.status_code == 200 and not given.errors:
            headers |= {"etag": given.etag, "cache-control": _KEPT_FOR}
            if is_fresh(", ".join(request.headers.getlist("if-none-match")), given.etag):
                return Response(status_code=304, headers={"content-type": response.headers["content-type"]} | headers)
        response.headers.update(headers)
        return response

    async def get_graphql_request_data(self, request: Any, context: Any, data: Any, protocol: Any) -> Any:
        """The parts of a request, each of its type, to be answered in the media type that is preferred."""
        if isinstance(data, list):
            message = f"a request may hold {LIMITS.batch} query, not a list of them"
            raise _RefusedError(400, message, "BATCH_NOT_ALLOWED", "send each query in a request of its own")
        if not isinstance(data, dict):
            raise HTTPException(400, "the body must be a JSON object")
        if not isinstance(data.get("query"), str) or not data["query"]:
            raise HTTPException(400, "the request has no query")
        if not isinstance(data.get("operationName"), str | None):
            raise HTTPException(400, "operationName must be a string")
        if protocol != "multipart-subscription":
            accept = request.headers.get("accept") or request.headers.get("http-accept") or ""
            protocol = "http-strict" if media_type(accept) == STRICT else "http"
        return await super().get_graphql_request_data(request, context, data, protocol)

    async def execute_operation(
        self,
        request_adapter: Any,
        request_data: Any,
        context: Any,
        root_value: None,  # noqa: ARG002
        allowed_operation_types: Any,
    ) -> ExecutionResult:
        """The answer that is kept, or a new one from a thread, so that a long query does not hold up the others."""
        check_variables(request_data.variables or {})
        question = Question(request_data.query, request_data.variables or {}, request_data.operation_name)
        given = self._answers.get(question, context)
        request_adapter.request.scope["state"]["graphql"]["cached"] = given is not None
        if given is None:
            try:
                given = await run_in_threadpool(reply, question, context, allowed_operation_types)
            except MethodError:
                raise HTTPException(405, f"{request_adapter.method} may only be used for queries") from None
            except Exception:
                _log.exception("a query could not be answered")
                message, hint = "the server failed to answer", "try again; if it fails again, report the query"
                raise _RefusedError(500, message, "INTERNAL", hint) from None
            self._answers.keep(question, context, given)
        return _Result(given)

    async def process_result(self, request: Any, result: ExecutionResult, strict: bool = False) -> Any:  # noqa: ARG002
        return result.given if isinstance(result, _Result) else encoded(None, result.errors or [], executed=False)

    def create_response(self, response_data: Any, sub_response: Any, is_strict: bool) -> Response:  # noqa: ARG002
        """What was refused has status 400 in the specification's own media type, a search not answered 503 in any."""
        status = 503 if response_data.retry_after else 400 if is_strict and response_data.refused else 200
        return _Encoded(response_data, status, STRICT if is_strict else LEGACY)

    def decode_json(self, data: str | bytes) -> object:
        """Stricter than json: no NaN, no broken UTF-8, no boundless nesting."""
        return orjson.loads(data)


class _Result(ExecutionResult):
    """An answer on its way through graphql-server."""

    def __init__(self, given: Answer) -> None:
        super().__init__(None, None)
        self.given = given


async def _body(receive: Receive) -> bytes | None:
    """The body, read no further than it may be long, and one piece more; None where the client is gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LIMITS.body or not message.get("more_body"):
            return bytes(body)


def _replaying(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _refusal(error: HTTPException) -> Response:
    """A request that is no GraphQL request, as a GraphQL answer."""
    allow = {"allow": _METHODS} if error.status_code in (200, 405) else {}
    if error.status_code == 200:  # OPTIONS
        return Response(status_code=204, headers=_LIMITS | allow)
    known = error if isinstance(error, _RefusedError) else _RefusedError(error.status_code, error.reason)
    shown = GraphQLError(known.reason, extensions={"code": known.code, "hint": known.hint})
    body = orjson.dumps({"errors": [shown.formatted]})
    headers = _LIMITS | {"cache-control": "no-store"} | allow
    return Response(body, error.status_code, headers, media_type="application/json")


def media_type(accept: str) -> str:
    """The type that an Accept header prefers; a tie is the specification's own, where it is named.

    Where it is not, clients get JSON: those that say ``*/*``, or nothing, often know of nothing else.
    """
    given = weights(accept)
    legacy = next((given[name] for name in (LEGACY, "application/*", "*/*") if name in given), 0.0)
    strict = given.get(STRICT, 0.0)
    return STRICT if strict and strict >= legacy else LEGACY


def create_graphql_app(get_context: Callable[[], ApiContext]) -> ASGIApp:
    """The ASGI application; it asks for the context anew for every request, so that contents can be swapped."""
    return View(get_context)
