"""GraphiQL, the page on which to try queries, from files of this package and with its own security policy."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kb.folders import data_file
from kb.http import weights
from kb.serve.files import SiteFiles
from kb.serve.graphiql.vendor import STATIC, VENDORED
from kb.serve.middleware import Compression

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The hash is that of the rule by which a dialog of GraphiQL keeps the page behind it from scrolling.
        "style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='",
        "connect-src 'self'",
        "font-src data:",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere and no inline script. The stylesheet of GraphiQL holds its fonts and pictures as data:."""
_OWN = {"index.html": "page.html", "start.js": "start.js", "start.css": "start.css"}
"""Files of this project, by their name below the page's address."""


@dataclass(frozen=True)
class WorkedQuery:
    """A query to start from; ``variables`` is JSON, empty if the query has none."""

    name: str
    question: str
    """The first line of the comment above the query."""
    query: str
    variables: str


def read_worked_queries() -> list[WorkedQuery]:
    """The worked queries of graphql/queries, ordered by file name."""
    folder = data_file("schema.graphql").with_name("queries")
    return [_worked_query(path) for path in sorted(folder.glob("*.graphql"))]


def _worked_query(path: Path) -> WorkedQuery:
    query = path.read_text(encoding="utf-8")
    values = path.with_suffix(".json")
    variables = values.read_text(encoding="utf-8").strip() if values.exists() else ""
    return WorkedQuery(path.stem, query.splitlines()[0].lstrip("# "), query, variables)


def _headers(name: str) -> Mapping[str, str]:
    headers = {"Content-Security-Policy": POLICY}
    if name in {file.name for file in VENDORED}:  # its name holds its version
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return headers


def graphiql_routes() -> list[BaseRoute]:
    """The page, which asks ``../graphql``, and its address without the slash at the end."""
    files = {name: (STATIC / file).read_bytes() for name, file in _OWN.items()}
    files["queries.json"] = orjson.dumps([asdict(query) for query in read_worked_queries()])
    files |= {file.name: gzip.decompress((STATIC / f"{file.name}.gz").read_bytes()) for file in VENDORED}

    def to_page(_: Request) -> Response:
        return RedirectResponse("graphiql/", status_code=308)

    return [Route("/graphiql", to_page), Mount("/graphiql", Compression(SiteFiles(lambda: files, _headers)))]


class PageForBrowsers:
    """Leads people who open the address of the API in a browser to the page; queries go to the API."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        accepted = weights(request.headers.get("accept", ""))
        is_query = request.method not in ("GET", "HEAD") or "query" in request.query_params
        if is_query or "text/html" not in accepted or any(name.endswith("json") for name in accepted):
            await self._app(scope, receive, send)
            return
        place = "../graphiql/" if scope["path"].endswith("/") else "graphiql/"
        headers = {"Vary": "Accept", "Cache-Control": "no-store"}
        await RedirectResponse(place, status_code=303, headers=headers)(scope, receive, send)


__all__ = ["PageForBrowsers", "WorkedQuery", "graphiql_routes", "read_worked_queries"]
