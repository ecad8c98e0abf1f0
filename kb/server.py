"""The server: the static site, /graphql and /health over one immutable snapshot, swapped in one step."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.api import ApiContext, create_graphql_app, make_context
from kb.model import KnowledgeBase
from kb.problems import ContentError
from kb.rules import read
from kb.search import open_index
from kb.site.upkeep import Upkeep

log = logging.getLogger("kb")

SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
}


class Report(Protocol):
    """Told what is being done, and how much of how much where that is known."""

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None: ...


@dataclass(frozen=True)
class Source:
    """Where content is read and where what is made of it goes; ``today`` None is the day of each build.

    ``site_url`` is the address at which the site will stand; empty where that is not known.
    """

    content: Path
    output: Path
    index: Path
    today: date | None = None
    site_url: str = ""

    def upkeep(self) -> Upkeep:
        """The upkeep of the site."""
        return Upkeep(self.content, self.output, self.site_url)

    def signature(self) -> frozenset[tuple[str, int, int]]:
        """Name, time and size of every content file: it differs when anything was edited."""
        files = (path for path in self.content.rglob("*") if path.is_file() and not path.name.startswith("."))
        return frozenset((str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)


def publish(source: Source, report: Report, site: Upkeep | None = None) -> ApiContext:
    """Check the content, build site and index, and return what the API answers from.

    Raises ContentError where the content has errors; site and index then stay as they are.
    """
    report("Reading and checking the content")
    knowledge = read(source.content, source.today)
    site = site or source.upkeep()
    site.publish(knowledge, partial(report, "Writing the pages"))
    return _context(source, knowledge, report)


def _context(source: Source, knowledge: KnowledgeBase, report: Report) -> ApiContext:
    index = open_index(knowledge, source.index, report, partial(report, "Indexing the entries"))
    return make_context(knowledge, index)


class Live:
    """The snapshot that is being served. Requests take it once, so that none sees two versions.

    After an edit the pages that it touches are written at once; the API and both searches follow when the content
    has come to rest, since a search index is made as a whole.
    """

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self._report = report
        self._signature = source.signature()
        self._site = source.upkeep()
        self.current = publish(source, report, self._site)
        self._newest = self.current.knowledge
        gc.freeze()  # what stays for good need not be searched for garbage after every edit
        self.fault: str | None = None
        """Why the newest content is not being served, where it is not."""

    def refresh(self) -> bool:
        """Bring the site in step with changed content, True where that was done; `settle` does the rest.

        A broken change leaves what is served as it is.
        """
        signature = self.source.signature()
        if signature == self._signature:
            return False
        self._signature = signature
        return self._served(self._publish)

    def settle(self) -> bool:
        """Bring the API and the searches in step with the site, True where there was something to do."""
        if self._newest.version == self.current.knowledge.version:
            return False
        return self._served(self._index)

    def _publish(self) -> None:
        knowledge = read(self.source.content, self.source.today)
        self._site.publish(knowledge)
        self._newest = knowledge

    def _index(self) -> None:
        self.current = _context(self.source, self._newest, self._report)
        log.info("Now serving content version %s", self.current.knowledge.version)
        self._site.index()

    def _served(self, step: Callable[[], None]) -> bool:
        """Take a step; what goes wrong is logged and kept for /health."""
        try:
            step()
        except ContentError as error:
            self.fault = f"{len(error.problems)} problems in the content, the first: {error.problems[0]}"
            log.error("The content has errors, the last good version stays in use:\n%s", error)
            return False
        except Exception as error:
            self.fault = f"the site or the index could not be built: {error}"
            log.exception("The build failed, the last good version stays in use")
            return False
        self.fault = None
        return True

    def watch(self, stop: threading.Event, seconds: float = 0.5) -> None:
        """Look for changes until ``stop`` is set."""
        while not stop.wait(seconds):
            try:
                if not self.refresh():
                    self.settle()
            except OSError as error:  # a file vanished while it was looked at
                log.debug("looking again: %s", error)


def create_app(live: Live) -> Starlette:
    """The ASGI app: /graphql, /health, and the site below /."""

    def health(_: Request) -> JSONResponse:
        knowledge = live.current.knowledge
        status = {"status": "ok" if live.fault is None else "stale", "version": knowledge.version}
        return JSONResponse(status | ({"fault": live.fault} if live.fault else {}))

    routes = [
        Route("/health", health),
        Route("/graphql", create_graphql_app(lambda: live.current)),
        Mount("/", GZipMiddleware(StaticFiles(directory=live.source.output, html=True, check_dir=False))),
    ]
    return Starlette(routes=routes, middleware=[Middleware(_SecurityHeaders)])


class _SecurityHeaders:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS.items()]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
