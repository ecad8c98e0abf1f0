"""The app: /graphql, /graphiql, /health, and the site below /."""

from __future__ import annotations

from typing import Protocol

from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.api import create_graphql_app
from kb.graphiql import graphiql_routes
from kb.server.files import SiteFiles
from kb.server.headers import Compressing, Heading
from kb.server.health import describe
from kb.server.live import Served, Source
from kb.server.log import Timing, Write


class Serving(Protocol):
    """What is served, and where the site lies."""

    @property
    def source(self) -> Source: ...

    @property
    def served(self) -> Served:
        """What is served now; asked for once a request."""


def routes(live: Serving) -> list[BaseRoute]:
    """What is served, beside /graphql."""

    async def health(_: Request) -> JSONResponse:  # not in a thread: those may all be busy with queries
        # 200 even where it is stale: what is served is whole and right, and a proxy that took the server out of
        # service for a curator's slip would make it an outage. Who watches the content reads the status.
        return JSONResponse(describe(live.served), headers={"Cache-Control": "no-store"})

    return [Route("/health", health), *graphiql_routes(), Mount("/", Compressing(SiteFiles(live.source.output)))]


def create_app(live: Serving, access_log: Write | None = None) -> ASGIApp:
    """The ASGI app; ``access_log`` takes one line a request, see `kb.server.log`."""
    graphql = create_graphql_app(lambda: live.served.context)
    site = Starlette(routes=routes(live))

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        # Here and not by a route: finding one costs more than an answer of the API that is known.
        await (graphql if scope.get("path") == "/graphql" else site)(scope, receive, send)

    # Outside of Starlette, so that its own answers to what fails have the headers and are logged, too.
    return Timing(Heading(ServerErrorMiddleware(choose)), access_log)
