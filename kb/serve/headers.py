"""Middleware for response headers: security, CORS and compression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.http import takes_gzip

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The policy that each page also has as a meta tag, and frame-ancestors, which works only as a header."""
ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For JSON, from which nothing is loaded or run. Scripts get no policy: it would apply to the search's web worker."""
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
"""For what other sites may read. Nothing here is private, so no credentials are needed."""
_SHARED_PLACES = ("/data/", "/feeds/")
_POLICIES = {
    "text/html": PAGE_POLICY,
    "application/json": ANSWER_POLICY,
    "application/graphql-response+json": ANSWER_POLICY,
}
_MOST_AGE = "86400"
_LEVEL = 6
"""Of compression: half the time of level 9 for the largest file, which gets 1% larger."""
Header = tuple[bytes, bytes]
"""Name and value."""


def is_shared(path: str) -> bool:
    """Whether other sites may read a path: the API and the files for programs."""
    return path == "/graphql" or path.startswith(_SHARED_PLACES)


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
        shared = is_shared(scope["path"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_missing(tuple(message["headers"]), shared)
            await send(message)

        if shared and scope["method"] == "OPTIONS" and _is_preflight(scope["headers"]):
            await Response(status_code=204, headers=_preflight(scope["path"]))(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


class Compression:
    """Compresses the answers of an app for clients that prefer gzip, and adds ``Vary: Accept-Encoding``.

    Starlette's middleware does the compression, but only looks for the word gzip; so the preference is decided here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = GZipMiddleware(app, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
        coding = b"gzip" if takes_gzip(asked.decode("latin-1")) else b"identity"
        others = [header for header in scope["headers"] if header[0] != b"accept-encoding"]

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
            await send(message)

        await self._app({**scope, "headers": [*others, (b"accept-encoding", coding)]}, receive, varying)


@lru_cache(maxsize=1_000)  # a cached answer has the same headers each time
def _with_missing(headers: tuple[Header, ...], shared: bool) -> tuple[Header, ...]:
    """Headers with the missing ones added; names are in lower case, as in ASGI."""
    present = dict(headers)
    more = _more(present.get(b"content-type", b"").partition(b";")[0], shared)
    return (*headers, *(header for header in more if header[0] not in present))


@cache  # by the few media types that this server sends
def _more(media_type: bytes, shared: bool) -> tuple[Header, ...]:
    """The headers for an answer of a media type."""
    policy = _POLICIES.get(media_type.decode("latin-1"))
    values = {
        **SECURITY,
        **({"Content-Security-Policy": policy} if policy else {}),
        **(SHARED if shared else {}),
    }
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in values.items())


def _is_preflight(headers: Sequence[Header]) -> bool:
    return any(name == b"access-control-request-method" for name, _ in headers)


def _preflight(path: str) -> Mapping[str, str]:
    """What another site may send: any header, since none gives access to anything."""
    methods = "GET, HEAD, POST, OPTIONS" if path == "/graphql" else "GET, HEAD, OPTIONS"
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": _MOST_AGE,
    }
