"""Headers of every answer: what browsers may do with it, and who may read it from another site."""

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
"""The policy that each page also has as a meta tag, and that none may frame it, which only a header can say."""
ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For JSON: nothing in it is ever loaded or run. Scripts get no policy: it would bind the worker of the search."""
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
"""For what any site may read. Nothing here is anyone's own, so no credentials are ever needed."""
_SHARED_PLACES = ("/data/", "/feeds/")
_POLICIES = {
    "text/html": PAGE_POLICY,
    "application/json": ANSWER_POLICY,
    "application/graphql-response+json": ANSWER_POLICY,
}
_MOST_AGE = "86400"
_LEVEL = 6
"""Of compression: the largest file takes half the time of level 9, and is 1 % larger."""
Header = tuple[bytes, bytes]
"""Name and value."""


def is_shared(path: str) -> bool:
    """Whether any site may read what lies at a path: the API and the files for machines."""
    return path == "/graphql" or path.startswith(_SHARED_PLACES)


class Heading:
    """Adds the headers to the answers of an app, and answers preflight requests.

    A header that an answer has already is left as it is: a page may have a policy of its own.
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
                message["headers"] = _headed(tuple(message["headers"]), shared)
            await send(message)

        if shared and scope["method"] == "OPTIONS" and _is_preflight(scope["headers"]):
            await Response(status_code=204, headers=_preflight(scope["path"]))(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


class Compressing:
    """Compresses the answers of an app for those who prefer that; each says that it depends on what is preferred.

    What is preferred is decided here: Starlette's middleware, which compresses, only looks for the word gzip.
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


@lru_cache(maxsize=1_000)  # an answer that is kept comes with the same headers each time
def _headed(headers: tuple[Header, ...], shared: bool) -> tuple[Header, ...]:
    """Headers with those that they lack; names are in lower case, as ASGI has them."""
    present = dict(headers)
    more = _more(present.get(b"content-type", b"").partition(b";")[0], shared)
    return (*headers, *(header for header in more if header[0] not in present))


@cache  # the media types are those that this server sends
def _more(media_type: bytes, shared: bool) -> tuple[Header, ...]:
    """What an answer of a media type has, encoded once."""
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
    """What another site may send: any header, since none of them opens anything."""
    methods = "GET, HEAD, POST, OPTIONS" if path == "/graphql" else "GET, HEAD, OPTIONS"
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": _MOST_AGE,
    }
