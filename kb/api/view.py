"""The HTTP view: GraphQL over GET and POST as an ASGI application.

Every answer has these headers:

- ``GraphQL-Limits``: the most that a request may have of each, e.g. ``body=100000, batch=1, characters=16000``
  (see `kb.api.limits.Limits`);
- ``Allow``: the methods;
- ``GraphQL-Cost``, ``GraphQL-Cost-Limit`` and ``GraphQL-Cost-Left``: what the query costs, what it may cost, and what
  is left of that, where it came to measuring it;
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
from kb.http import API_METHODS, is_fresh, weights

__all__ = ["View", "create_graphql_app"]

LEGACY = "application/json"
STRICT = "application/graphql-response+json"
_HINT = "send query, and where needed variables and operationName, by GET or as a JSON object by POST"
_KEPT_FOR = "public, max-age=5, must-revalidate"
_ALWAYS = {"graphql-limits": LIMITS.header, "allow": API_METHODS, "vary": "Accept", "cache-control": "no-store"}
_NOT_SUPPORTED = "PersistedQueryNotSupported"
"""The message by which clients know that they must send queries as a whole."""
_MARK = b"\xef\xbb\xbf"
"""The byte order mark, with which some programs begin a file."""
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
            if request.method == "POST" and LEGACY not in request.headers.get("content-type", "").lower():
                raise _RefusedError(415, f"the Content-Type of a POST must be {LEGACY}")
            response = await self.run(request, self._get_context())
        except HTTPException as error:
            told["errors"] = int(request.method != "OPTIONS")
            return _refusal(error, media_type(_accepted(request)))
        assert isinstance(response, _Encoded)  # noqa: S101 - create_response makes no other
        given = response.given
        told |= {"operation": given.operation, "cost": round(given.cost or 0), "errors": given.errors}
        headers = dict(_ALWAYS)
        if given.retry_after:
            headers["retry-after"] = str(given.retry_after)
        if given.cost is not None:
            cost = round(given.cost)
            left = max(LIMITS.cost - cost, 0)
            headers |= {
                "graphql-cost": f"{cost}",
                "graphql-cost-limit": f"{LIMITS.cost}",
                "graphql-cost-left": f"{left}",
            }
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
        extensions = data.get("extensions")
        if not data.get("query") and isinstance(extensions, dict) and "persistedQuery" in extensions:
            hint = "send the query itself; answers to GET are kept by their address all the same"
            status = 400 if media_type(_accepted(request)) == STRICT else 200
            raise _RefusedError(status, _NOT_SUPPORTED, "PERSISTED_QUERY_NOT_SUPPORTED", hint)
        if not isinstance(data.get("query"), str) or not data["query"]:
            raise HTTPException(400, "the request has no query")
        if not isinstance(data.get("operationName"), str | None):
            raise HTTPException(400, "operationName must be a string")
        data = {**data, "operationName": data.get("operationName") or None}
        if protocol != "multipart-subscription":
            protocol = "http-strict" if media_type(_accepted(request)) == STRICT else "http"
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
        return orjson.loads(data.removeprefix(_MARK) if isinstance(data, bytes) else data)

    def parse_query_params(self, params: Any) -> dict[str, Any]:
        """A parameter without a value, such as the field of a form that nobody filled in, is none."""
        return super().parse_query_params({name: value for name, value in params.items() if value})


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


def _accepted(request: Any) -> str:
    return request.headers.get("accept") or request.headers.get("http-accept") or ""


def _refusal(error: HTTPException, media: str) -> Response:
    """A request that is no GraphQL request, as a GraphQL answer."""
    if error.status_code == 200 and not isinstance(error, _RefusedError):  # OPTIONS
        return Response(status_code=204, headers=_ALWAYS)
    known = error if isinstance(error, _RefusedError) else _RefusedError(error.status_code, error.reason)
    shown = GraphQLError(known.reason, extensions={"code": known.code, "hint": known.hint})
    return Response(orjson.dumps({"errors": [shown.formatted]}), error.status_code, _ALWAYS, media_type=media)


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
