"""The ASGI app: /graphql, /graphiql, /mcp, /oembed, /health, and the site below /."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from kb.api import create_graphql_app
from kb.mcp.endpoint import mcp_route
from kb.model import KINDS
from kb.serve.files import SiteFiles
from kb.serve.graphiql import PageForBrowsers, graphiql_routes
from kb.serve.middleware import API, Compression, RequestTiming, ResponseHeaders, Write
from kb.serve.oembed import oembed
from kb.serve.served import Served


def health(served: Served) -> tuple[int, dict[str, Any]]:
    """The status code and the answer of /health.

    ``status`` is ok, with 200; updating, with 503, while a change is being built; or stale, with 503, where it could
    not be published: ``fault`` then says why. The last good version is served in all cases.
    """
    knowledge, index, fault = served.context.knowledge, served.context.index, served.fault
    name = "stale" if fault else "ok"
    if not fault and served.is_newest and not served.is_newest():
        name, fault = "updating", "a change is being published"
    return 200 if name == "ok" else 503, {
        "status": name,
        "version": knowledge.version,
        "since": served.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "entries": {kind.kind: len(knowledge.of_kind(kind)) for kind in KINDS},
        "index": {"version": index.version, "documents": index.documents} if index else None,
        "drafts": [draft.path for draft in knowledge.drafts],
        **({"fault": fault} if fault else {}),
    }


def routes(served: Callable[[], Served]) -> list[BaseRoute]:
    """What is served at which address."""

    async def answer_health(_: Request) -> JSONResponse:  # not in a thread: those may all be busy with queries
        status, answer = health(served())
        return JSONResponse(answer, status, headers={"Cache-Control": "no-store"})

    async def alive(_: Request) -> PlainTextResponse:
        # For a proxy: what is served is complete and correct even if it is not the newest version.
        return PlainTextResponse("alive\n", headers={"Cache-Control": "no-store"})

    site = Compression(SiteFiles(lambda: served().site))
    # Answers are compressed anew each time, while others wait: the fastest level leaves a third more bytes.
    api = PageForBrowsers(Compression(create_graphql_app(lambda: served().context), level=1))
    graphql = [Route(path, api) for path in API]
    mcp = mcp_route(lambda: served().context, served().site_url)
    health_routes = [Route("/health", answer_health), Route("/health/live", alive)]
    embed = Route("/oembed", oembed(served))
    return [*graphql, mcp, embed, *health_routes, *graphiql_routes(), Mount("/", site)]


def create_app(served: Callable[[], Served], access_log: Write | None = None) -> ASGIApp:
    """The ASGI app; ``served`` is called once a request, and ``access_log`` gets one line each."""
    # Outside of Starlette, so that its own answers to what fails have the headers and are logged, too.
    return RequestTiming(ResponseHeaders(Starlette(routes=routes(served))), access_log)
