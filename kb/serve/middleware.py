"""Middleware: headers for security and CORS, compression, and the access log."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.export.identity import EMBED
from kb.http import API_METHODS, prefers_gzip

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The policy that each page also has as a meta tag, and frame-ancestors, which works only as a header."""
EMBED_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
"""Of the pages below embed/, which anything may show in a frame, a file too: nothing in them runs."""
ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For JSON, from which nothing is loaded or run. Scripts get no policy: it would apply to the search's web worker."""
_POLICIES = {
    "text/html": PAGE_POLICY,
    "application/json": ANSWER_POLICY,
    "application/graphql-response+json": ANSWER_POLICY,
}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
    "Timing-Allow-Origin": "*",
}
"""For what other sites may read: the API and the files for programs. Nothing is private."""
API = ("/graphql", "/graphql/")
"""The address of the API, and the same with a slash."""
_EMBED = f"/{EMBED}"
_SHARED_PLACES = ("/data/", "/feeds/", "/for-developers/", "/oembed", _EMBED)
_LEVEL = 6
"""Of compression: half the time of level 9 for the largest file, which gets 1% larger."""
MOST_CHARACTERS = 300
"""Of a path or a name in the log, so that a line is short enough for one atomic write."""
Write = Callable[[bytes], None]


class ResponseHeaders:
    """Adds security and CORS headers to the answers of an app, and answers preflight requests.

    A header that an answer already has stays: a page may have its own policy.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        framed = scope["path"].startswith(_EMBED)
        shared = scope["path"] in API or scope["path"].startswith(_SHARED_PLACES)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                kind = headers.get("content-type", "").partition(";")[0]
                framed_page = framed and kind == "text/html" and message["status"] == 200
                policy = EMBED_POLICY if framed_page else _POLICIES.get(kind)
                more = {"Content-Security-Policy": policy} if policy else {}
                more |= {"Allow": API_METHODS} if scope["path"] in API else {}
                for name, value in {**SECURITY, **more, **(SHARED if shared else {})}.items():
                    if not (framed and name == "X-Frame-Options"):
                        headers.setdefault(name, value)
            await send(message)

        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)
        answer = _preflight(scope["path"]) if shared and preflight else self._app
        await answer(scope, receive, with_headers)


def _preflight(path: str) -> Response:
    """What another site may send: any header, since none gives access to anything."""
    headers = {
        "Access-Control-Allow-Methods": API_METHODS if path in API else "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


class Compression:
    """Compresses the answers of an app for clients that prefer gzip, and adds ``Vary: Accept-Encoding``.

    Starlette's middleware does the compression, but only looks for the word gzip; so the preference is decided here.
    """

    def __init__(self, app: ASGIApp, level: int = _LEVEL) -> None:
        self._app = GZipMiddleware(app, compresslevel=level)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = ",".join(Headers(scope=scope).getlist("accept-encoding"))
        coding = b"gzip" if prefers_gzip(asked) else b"identity"
        others = [header for header in scope["headers"] if header[0] != b"accept-encoding"]

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
            await send(message)

        await self._app({**scope, "headers": [*others, (b"accept-encoding", coding)]}, receive, varying)


class RequestTiming:
    """Times every request of an app: a Server-Timing header on answers of /graphql, and a line in the log.

    ``write`` gets each line, in JSON, without who asked and without the text of queries; without it nothing is logged.
    About a query the API sets scope["state"]["graphql"]: operation, cost, cached and errors.
    """

    def __init__(self, app: ASGIApp, write: Write | None = None) -> None:
        self._app, self._write = app, write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, when = time.perf_counter(), datetime.now(UTC)
        state = scope.setdefault("state", {})
        status, size = None, 0

        async def measured(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["path"] in API:
                    MutableHeaders(scope=message)["Server-Timing"] = _server_timing(start, state.get("graphql"))
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            if self._write:
                line = {
                    "time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "method": scope["method"],
                    "path": scope["path"][:MOST_CHARACTERS],
                    "status": status,
                    "bytes": 0 if scope["method"] == "HEAD" else size,
                    "ms": _milliseconds(start),
                    **_query(state.get("graphql")),
                }
                self._write(orjson.dumps(line))


def to_stdout(line: bytes) -> None:
    """Write a line in one call."""
    os.write(sys.stdout.fileno(), line + b"\n")


def _milliseconds(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)


def _server_timing(start: float, graphql: Mapping[str, Any] | None) -> str:
    cached = f', cache;desc="{"hit" if graphql["cached"] else "miss"}"' if graphql and "cached" in graphql else ""
    return f"total;dur={_milliseconds(start)}{cached}"


def _query(graphql: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of the log about a query."""
    if graphql is None:
        return {}
    name = graphql.get("operation")
    others = {key: graphql.get(key) for key in ("cost", "cached", "errors")}
    return {"operation": name[:MOST_CHARACTERS] if isinstance(name, str) else None, **others}
