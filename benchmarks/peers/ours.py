"""This project's API; with a third argument it keeps neither answers nor documents, and works out every request."""

import sys
from datetime import date
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from kb.api import create_graphql_app, make_context
from kb.api.caches import Cache
from kb.rules import read
from kb.search import open_index

if __name__ == "__main__":
    port, data = int(sys.argv[1]), Path(sys.argv[2])
    if len(sys.argv) > 3:
        Cache.put = lambda *_: None  # type: ignore[method-assign,misc]
    public = read(Path(__file__).parents[2] / "content", date(2026, 11, 22)).public()
    context = make_context(public, open_index(public, data.parent / "index", lambda _message: None))
    for entries in (public.interventions, public.studies, public.drivers, public.instruments):
        for entry in entries.values():
            context.pages.html(entry)
    app = Starlette(routes=[Route("/graphql", create_graphql_app(lambda: context))])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
