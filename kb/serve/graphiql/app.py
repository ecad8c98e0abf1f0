"""The GraphiQL page and its worked queries: a few files in memory, each with the page's own content security policy."""

from __future__ import annotations

import gzip
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from kb.folders import carried
from kb.http import names, tag_of, takes_gzip, type_of
from kb.serve.graphiql.vendor import STATIC, VENDORED

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

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


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
    folder = carried("schema.graphql").with_name("queries")
    return [_worked_query(path) for path in sorted(folder.glob("*.graphql"))]


def _worked_query(path: Path) -> WorkedQuery:
    query = path.read_text(encoding="utf-8")
    values = path.with_suffix(".json")
    variables = values.read_text(encoding="utf-8").strip() if values.exists() else ""
    return WorkedQuery(path.stem, query.splitlines()[0].lstrip("# "), query, variables)


@dataclass(frozen=True)
class _File:
    gzipped: bytes
    media_type: str
    caching: str

    @cached_property
    def etag(self) -> str:
        return tag_of(self.gzipped)

    def answer(self, request: Request) -> Response:
        headers = {
            "Cache-Control": self.caching,
            "Content-Security-Policy": POLICY,
            "ETag": self.etag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if names(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = self.media_type
        if takes_gzip(",".join(request.headers.getlist("accept-encoding"))):
            return Response(self.gzipped, headers={**headers, "Content-Encoding": "gzip"})
        return Response(gzip.decompress(self.gzipped), headers=headers)


def _own(name: str, data: bytes) -> _File:
    return _File(gzip.compress(data, mtime=0), type_of(name), _ASK_AGAIN)


def _files() -> dict[str, _File]:
    """Every file by its name below the page's address; the page itself has an empty name."""
    worked = orjson.dumps([asdict(query) for query in read_worked_queries()])
    files = {name: _own(name, (STATIC / name).read_bytes()) for name in ("start.js", "start.css")}
    files[""] = _own("page.html", (STATIC / "page.html").read_bytes())
    files["queries.json"] = _own("queries.json", worked)
    for vendored in VENDORED:
        zipped = (STATIC / f"{vendored.name}.gz").read_bytes()
        files[vendored.name] = _File(zipped, type_of(vendored.name), _FOREVER)
    return files


def create_graphiql_app() -> Starlette:
    """The application, to be mounted beside the endpoint: it asks ``../graphql``."""
    files = _files()

    def answer(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        return file.answer(request) if file else Response("There is no such file.\n", status_code=404)

    return Starlette(routes=[Route("/{name:path}", answer)])


def graphiql_routes(app: ASGIApp | None = None) -> list[BaseRoute]:
    """Routes for a server that has more below /: the page, and its address without the slash at the end."""

    def to_page(_: Request) -> Response:
        return RedirectResponse("graphiql/", status_code=308)

    return [Route("/graphiql", to_page), Mount("/graphiql", app or create_graphiql_app())]
