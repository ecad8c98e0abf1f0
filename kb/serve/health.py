"""What /health says: whether the newest content is served, and of which version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kb.api import ApiContext
from kb.build import Artifact, Source
from kb.model import KINDS
from kb.serve.publisher import Status


@dataclass(frozen=True)
class Served:
    """What a worker serves. A request takes it once and sees one version."""

    artifact: Artifact
    context: ApiContext
    status: Status


def describe(served: Served, source: Source, watch: bool) -> tuple[int, dict[str, Any]]:
    """The status code and the answer of /health.

    ``status`` is ok, with 200; updating, with 503, while a change is being built; or stale, with 503, where it
    could not be published: ``fault`` then says why. The last good version is served in all cases. Without ``watch``
    nothing is compared with the content, since the server was told not to follow it.
    """
    knowledge, index, status = served.context.knowledge, served.context.index, served.status
    fault = status.fault
    name = "stale" if fault else "ok"
    if watch and not fault and not _is_newest(served.artifact, source):
        name, fault = "updating", "a change is being published"
    return 200 if name == "ok" else 503, {
        "status": name,
        "version": knowledge.version,
        "since": status.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "entries": {kind.kind: len(knowledge.of_kind(kind)) for kind in KINDS},
        "index": {"version": index.version, "documents": index.search("", limit=0).total} if index else None,
        "drafts": [draft.path for draft in knowledge.drafts],
        **({"fault": fault} if fault else {}),
    }


def _is_newest(artifact: Artifact, source: Source) -> bool:
    """Whether the content, and the site on the disk, are still those of an artifact."""
    return source.inputs() == artifact.inputs and source.written() == artifact.written
