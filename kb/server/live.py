"""Live: the site and the snapshot that answers come from, kept in step with the content."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from kb.api import ApiContext, make_context
from kb.folders import signature
from kb.model import KnowledgeBase
from kb.problems import ContentError
from kb.rules import read
from kb.search import open_index
from kb.site.upkeep import Upkeep

log = logging.getLogger("kb")


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


@dataclass(frozen=True)
class Standing:
    """What /health says beside the snapshot."""

    since: datetime
    """When the API began to answer from this version, in UTC."""
    pages: str
    """The version of the content that the pages were made of."""
    searched: str
    """The version of the content that the search in the browser was made of."""
    fault: str | None = None
    """Why the newest content is not being served, where it is not."""


@dataclass(frozen=True)
class Served:
    """The snapshot that is being served, with how things stand. A request takes it once and sees one version."""

    context: ApiContext
    standing: Standing


def publish(source: Source, report: Report, site: Upkeep | None = None) -> ApiContext:
    """Check the content, build site and index, and return what the API answers from.

    Raises ContentError where the content has errors; site and index then stay as they are.
    """
    report("Reading and checking the content")
    knowledge = read(source.content, source.today)
    site = site or source.upkeep()
    site.publish(knowledge, partial(report, "Writing the pages"))
    return make_snapshot(source, knowledge, report)


def make_snapshot(source: Source, knowledge: KnowledgeBase, report: Report) -> ApiContext:
    """What the API answers from, with the search index of its own; the index on disk is made anew where need be."""
    index = open_index(knowledge, source.index, report, partial(report, "Indexing the entries"))
    return make_context(knowledge, index)


class Live:
    """Keeps what is served in step with the content. ``served`` is only ever replaced as a whole.

    After an edit the pages that it touches are written at once; the API and both searches follow when the content
    has come to rest, since a search index is made as a whole.
    """

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self._report = report
        self._signature = signature(source.content)
        self._site = source.upkeep()
        context = publish(source, report, self._site)
        version = context.knowledge.version
        self.served = Served(context, Standing(_now(), version, version))
        self._newest = context.knowledge
        self._settled = version
        gc.freeze()  # what stays for good need not be searched for garbage after every edit

    @property
    def current(self) -> ApiContext:
        """What the API answers from."""
        return self.served.context

    @property
    def fault(self) -> str | None:
        """Why the newest content is not being served, where it is not."""
        return self.served.standing.fault

    def refresh(self) -> bool:
        """Bring the site in step with changed content, True where that was done; `settle` does the rest.

        A broken change leaves what is served as it is.
        """
        found = signature(self.source.content)
        if found == self._signature:
            return False
        self._signature = found
        return self._taken(self._publish)

    def settle(self) -> bool:
        """Bring the API and the searches in step with the site, True where there was something to do and it was done.

        What failed is not tried again before the next change. The fault of a later, broken change stays.
        """
        if self._newest.version == self._settled:
            return False
        self._settled = self._newest.version
        return self._taken(self._index)

    def _publish(self) -> None:
        knowledge = read(self.source.content, self.source.today)
        self._site.publish(knowledge)
        self._newest = knowledge
        self._stand(pages=knowledge.version, fault=None)

    def _index(self) -> None:
        version = self._newest.version
        if version != self.current.knowledge.version:
            context = make_snapshot(self.source, self._newest, self._report)
            self.served = Served(context, replace(self.served.standing, since=_now()))
            log.info("Now serving content version %s", version)
        self._site.index()
        self._stand(searched=version)

    def _taken(self, step: Callable[[], None]) -> bool:
        """Take a step; what goes wrong is logged and kept for /health."""
        try:
            step()
        except ContentError as error:
            self._stand(fault=f"{len(error.problems)} problems in the content, the first: {error.problems[0]}")
            log.error("The content has errors, the last good version stays in use:\n%s", error)
            return False
        except Exception as error:
            self._stand(fault=f"the site or the index could not be built: {error}")
            log.exception("The build failed, the last good version stays in use")
            return False
        return True

    def _stand(self, **changes: str | None) -> None:
        self.served = replace(self.served, standing=replace(self.served.standing, **changes))  # type: ignore[arg-type]


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["Live", "Report", "Served", "Source", "Standing", "make_snapshot", "publish"]
