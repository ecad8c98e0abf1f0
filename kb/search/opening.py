"""The engine that settings ask for, and what it needs made beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from kb.model import KnowledgeBase
from kb.search.documents import documents
from kb.search.embedded.store import Files, Progress, current_files, open_files
from kb.search.engine import Fallback, SearchEngine, SearchUnavailableError
from kb.search.settings import EMBEDDED, SearchSettings


def load_cluster(
    knowledge: KnowledgeBase,
    report: Callable[[str], None],
    progress: Progress | None = None,
    settings: SearchSettings = EMBEDDED,
) -> None:
    """Load the index of a knowledge base into the cluster, if there is one, and make it the current one there.

    Raises SearchUnavailableError where that fails and there is no fallback.
    """
    if settings.nodes:
        load = _of_cluster().load
        entries = documents(knowledge)
        try:
            load(settings, knowledge.version, entries, len(entries), progress)
        except SearchUnavailableError as reason:
            if not settings.fallback:
                raise
            report(f"{reason}. The embedded engine answers until a later build loads this version")


def embedded_files(
    knowledge: KnowledgeBase,
    folder: Path,
    report: Callable[[str], None],
    progress: Progress | None = None,
    settings: SearchSettings = EMBEDDED,
) -> Files:
    """The files of the embedded engine, as `current_files` gives them; none where a cluster alone answers."""
    if settings.nodes and not settings.fallback:
        return {}
    return current_files(knowledge, folder, report, progress)


def open_engine(knowledge: KnowledgeBase, files: Files, settings: SearchSettings = EMBEDDED) -> SearchEngine:
    """The engine for a version of the content; ``files`` are `embedded_files`. A cluster is not contacted yet.

    Raises SearchUnavailableError where an embedded engine is needed and there are no files.
    """
    if (settings.fallback or not settings.nodes) and not files:
        raise SearchUnavailableError("there is no embedded index: build it without --search-url, or with a fallback")
    if not settings.nodes:
        return open_files(files, knowledge)
    titles = {slug: driver.title for slug, driver in knowledge.drivers.items()}
    cluster = _of_cluster().OpenSearchEngine(settings, knowledge.version, titles, knowledge.synonyms)
    return Fallback(cluster, open_files(files, knowledge)) if settings.fallback else cluster


def _of_cluster() -> ModuleType:
    """The engine of a cluster, imported only where there is one. Raises SearchUnavailableError without its extra."""
    try:
        from kb.search import opensearch
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == "kb":
            raise
        raise SearchUnavailableError("opensearch-py is not installed: pip install 'burnout-kb[opensearch]'") from None
    return opensearch
