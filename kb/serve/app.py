"""The app: /graphql, /graphiql, /health, and the site below /."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from kb.api import create_graphql_app
from kb.build import Source
from kb.serve.files import SiteFiles
from kb.serve.graphiql import graphiql_routes
from kb.serve.headers import Compressing, Heading
from kb.serve.health import Served, describe
from kb.serve.log import Timing, Write


def routes(served: Callable[[], Served], source: Source, watch: bool) -> list[BaseRoute]:
    """What is served at which address."""

    async def health(_: Request) -> JSONResponse:  # not in a thread: those may all be busy with queries
        status, said = describe(served(), source, watch)
        return JSONResponse(said, status, headers={"Cache-Control": "no-store"})

    async def alive(_: Request) -> PlainTextResponse:
        # For a proxy: what is served is whole and right even where it is not the newest.
        return PlainTextResponse("alive\n", headers={"Cache-Control": "no-store"})

    site = Compressing(SiteFiles(lambda: served().artifact.site))
    graphql = Route("/graphql", create_graphql_app(lambda: served().context))
    return [graphql, Route("/health", health), Route("/health/live", alive), *graphiql_routes(), Mount("/", site)]


def create_app(
    served: Callable[[], Served], source: Source, watch: bool = True, access_log: Write | None = None
) -> ASGIApp:
    """The ASGI app; ``served`` is asked once a request; ``access_log`` takes one line each, see `kb.serve.log`."""
    # Outside of Starlette, so that its own answers to what fails have the headers and are logged, too.
    return Timing(Heading(Starlette(routes=routes(served, source, watch))), access_log)
