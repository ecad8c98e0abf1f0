"""/mcp: the MCP server over HTTP (streamable HTTP), stateless, so that any worker or replica can answer any request.

The SDK is an extra and takes a second to import: it is imported by the first request that needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kb.api import ApiContext
from kb.api.limits import LIMITS
from kb.mcp.lookup import Base

if TYPE_CHECKING:
    from mcp.server import Server

PATH = "/mcp"
NOT_INSTALLED = (
    "This server has no MCP. To add it, run pip install '.[mcp]' in a copy of the repository, then start it again.\n"
)
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def mcp_route(get_context: Callable[[], ApiContext], site_url: str = "") -> Route:
    """The route of the MCP server; ``site_url`` is the public address of the site, where that is known."""
    return Route(PATH, Endpoint(get_context, site_url))


class Endpoint:
    """The ASGI application at /mcp.

    Requests must be for this machine or for the site's own host, and come from no page of another site: a page that a
    person reads could otherwise ask a server in their own network (DNS rebinding).
    """

    def __init__(self, get_context: Callable[[], ApiContext], site_url: str = "") -> None:
        self._get_context, self._site_url = get_context, site_url
        self._hosts = _LOCAL | ({urlsplit(site_url).hostname} if site_url else frozenset())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal := self._refusal(Request(scope)):
            await refusal(scope, receive, send)
            return
        server = await run_in_threadpool(lambda: self._server)
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        # A manager for each request: it keeps nothing between requests, and needs no lifespan of the whole app.
        manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=LIMITS.body
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    @cached_property
    def _server(self) -> Server[Any]:
        from kb.mcp.server import create_server

        return create_server(lambda: Base(self._get_context(), self._site_url))

    def _refusal(self, request: Request) -> Response | None:
        """Why a request is not answered; None where it is."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if _hostname(f"//{host}") not in self._hosts:
            known = ", ".join(sorted(filter(None, self._hosts)))
            text = f"/mcp answers only for these hosts: {known}. Start kb serve with --site-url to add yours.\n"
            return PlainTextResponse(text, 421)
        if origin is not None and _hostname(origin) not in self._hosts:
            return PlainTextResponse("/mcp does not answer to pages of other sites.\n", 403)
        if find_spec("mcp") is None:
            return PlainTextResponse(NOT_INSTALLED, 501)
        if request.method != "POST":
            text = "This address is for assistants, which send POST. How to add it to yours: /for-assistants/\n"
            return PlainTextResponse(text, 405, headers={"allow": "POST"})
        return None


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
