"""The access log: one line of JSON a request, without who asked and without the text of queries."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_CHARACTERS = 300
"""Of a path or a name, so that a line is short enough for one atomic write."""
Write = Callable[[bytes], None]


class RequestTiming:
    """Times every request of an app: a Server-Timing header on answers of /graphql, and a line in the log.

    ``write`` gets each line; without it nothing is logged. About a query the API sets scope["state"]["graphql"]:
    operation, cost, cached and errors.
    """

    def __init__(self, app: ASGIApp, write: Write | None = None) -> None:
        self._app, self._write = app, write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, when = time.perf_counter(), time.time()
        state = scope.setdefault("state", {})
        status, size = None, 0

        async def measured(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["path"] == "/graphql":
                    timing = _server_timing(_milliseconds(start), state.get("graphql"))
                    message["headers"] = (*message["headers"], (b"server-timing", timing))
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            if self._write:
                line = {
                    "time": datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
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


def _server_timing(total: float, graphql: Mapping[str, Any] | None) -> bytes:
    cached = f', cache;desc="{"hit" if graphql["cached"] else "miss"}"' if graphql and "cached" in graphql else ""
    return f"total;dur={total}{cached}".encode()


def _query(graphql: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of the log about a query, without its text and variables."""
    if graphql is None:
        return {}
    name = graphql.get("operation")
    found = {key: graphql.get(key) for key in ("cost", "cached", "errors")}
    return {"operation": name[:MOST_CHARACTERS] if isinstance(name, str) else None, **found}
