"""The search alone behind HTTP: ``search_app.py PORT INDEX PROCESSES``.

INDEX is a folder with an embedded index, or the addresses of OpenSearch nodes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kb.search import SearchEngine, SearchUnavailableError, WhooshEngine


def _engine(where: str) -> SearchEngine:
    if where.startswith("http"):
        from kb.search.opensearch import OpenSearchEngine
        from kb.search.settings import settings

        return OpenSearchEngine(settings(where, False, {}), "generated", {})
    from kb.search.embedded.store import open_storage

    return WhooshEngine(open_storage({path.name: path.read_bytes() for path in Path(where).iterdir()}), "", {})


def create() -> Starlette:
    """The application, in each process."""
    engine = _engine(os.environ["SEARCH_INDEX"])

    def answer(asked: Request) -> JSONResponse:
        try:
            found = engine.search(asked.query_params["q"])
        except SearchUnavailableError:
            return JSONResponse({}, 503)
        return JSONResponse({"total": found.total, "hits": [[hit.kind, hit.slug] for hit in found.hits]})

    return Starlette(routes=[Route("/", answer)])


if __name__ == "__main__":
    port, os.environ["SEARCH_INDEX"], processes = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent))
    uvicorn.run(
        "search_app:create", factory=True, port=int(port), workers=int(processes), log_level="error", access_log=False
    )
