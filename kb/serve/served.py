"""Served: one snapshot, opened, as all requests of one moment see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kb.api import ApiContext, make_context
from kb.search import EMBEDDED, SearchSettings, open_engine
from kb.snapshot import Snapshot


@dataclass(frozen=True)
class Served:
    """What is served now; a request reads it once, so that it sees one version."""

    site: Mapping[str, bytes]
    """The site's files, by path below its root."""
    context: ApiContext
    site_url: str
    """The address at which the site will be; empty where that is not known."""
    since: datetime
    """When this version was first served, in UTC."""
    fault: str | None = None
    """Why the newest content is not served; None if it is."""
    is_newest: Callable[[], bool] | None = None
    """Whether the content still is what this was built from; None where nobody looks at it."""

    @property
    def version(self) -> str:
        """The version of the content."""
        return self.context.knowledge.version


def open_snapshot(snapshot: Snapshot, search: SearchSettings = EMBEDDED) -> Served:
    """Open a snapshot; it is served from now on. The only place where the server opens a search engine."""
    engine = open_engine(snapshot.knowledge, snapshot.index, search)
    return Served(snapshot.site, make_context(snapshot.knowledge, engine), snapshot.site_url, datetime.now(UTC))
