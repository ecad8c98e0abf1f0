"""This project's server, as its workers are; with a third argument it keeps neither answers nor documents."""

import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import uvicorn

from kb.api import make_context
from kb.api.answers import Answers
from kb.check import read
from kb.search import open_index
from kb.serve.app import create_app
from kb.serve.connections import configure
from kb.serve.server import bind

if __name__ == "__main__":
    port, data = int(sys.argv[1]), Path(sys.argv[2])
    if len(sys.argv) > 3:
        Answers.keep = lambda *_: None  # type: ignore[method-assign]
    public = read(Path(__file__).parents[2] / "content", date(2026, 11, 22)).public()
    context = make_context(public, open_index(public, data.parent / "index", lambda _message: None))
    for entries in (public.interventions, public.studies, public.drivers, public.instruments):
        for entry in entries.values():
            context.catalog.render(entry)
    served = SimpleNamespace(context=context)
    app = create_app(lambda: served)
    listener = bind("127.0.0.1", port)
    listener.listen(2048)
    uvicorn.Server(configure(app)).run(sockets=[listener])
