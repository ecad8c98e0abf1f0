"""What /health says: whether the newest content is served, and of which version each part is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kb.model import KINDS
from kb.search import SearchIndex
from kb.server.live import Served


def describe(served: Served) -> dict[str, Any]:
    """The answer of /health.

    ``status`` is ok, or stale where a change could not be published; ``fault`` then says why. The last good version
    is served in both cases.
    """
    knowledge, index, standing = served.context.knowledge, served.context.index, served.standing
    stale = {"fault": standing.fault} if standing.fault else {}
    return {
        "status": "stale" if stale else "ok",
        "version": knowledge.version,
        "since": standing.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "entries": {kind.kind: len(knowledge.of_kind(kind)) for kind in KINDS},
        "index": _index(index) if index else None,
        "site": {"version": standing.pages, "searchInStep": standing.pages == standing.searched},
        **stale,
    }


@lru_cache(maxsize=1)
def _index(index: SearchIndex) -> dict[str, Any]:
    return {"version": index.version, "documents": index.search("", limit=0).total}
