"""One version of the content with its site and its search index, made and written as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from kb import search, site
from kb.check import read
from kb.folders import Signature, data_file, publish, require_owned, signature
from kb.read.content import default_today
from kb.snapshot import Snapshot


class Report(Protocol):
    """Called with what is being done, and how much of how much where that is known."""

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None: ...


class Inputs(NamedTuple):
    """Everything that a snapshot depends on, at one moment; equal inputs make equal snapshots."""

    day: date
    content: Signature
    theme: Signature


@dataclass(frozen=True)
class Source:
    """Where content is read and where what is made of it goes; ``today`` None is the day of each build.

    ``site_url`` is the address at which the site will be; empty where that is not known. ``search`` says which
    engine answers searches.
    """

    content: Path
    output: Path
    index: Path
    today: date | None = None
    site_url: str = ""
    search: search.SearchSettings = search.EMBEDDED

    def require_owned(self) -> None:
        """Refuse folders that a build may not write to; raises FolderError."""
        require_owned(self.output, site.HOLDS, [self.content, self.index])
        require_owned(self.index, search.HOLDS, [self.content])

    def inputs(self) -> Inputs:
        """The inputs of this moment."""
        day = self.today or default_today()
        return Inputs(day, signature(self.content), signature(data_file("theme")))

    def written(self) -> Signature:
        """The state of the site's files: it changes when one of them is changed or removed."""
        return signature(self.output)


def build(source: Source, report: Report) -> Snapshot:
    """Check the content, make the site and the search index, and write both; all or nothing.

    Raises ContentError where the content has errors, FolderError for a folder that must not or cannot be written to,
    and SearchUnavailableError for a cluster that cannot be loaded; the site and the index then stay as they are.
    """
    source.require_owned()
    report("Reading and checking the content")
    knowledge = read(source.content, source.today)
    pages = site.build_site(knowledge, source.content, partial(report, "Writing the pages"), source.site_url)
    indexing = partial(report, "Indexing the entries")
    index = search.embedded_files(knowledge, source.index, report, indexing, source.search)
    search.load_cluster(knowledge, report, partial(report, "Loading the entries into the cluster"), source.search)
    publish(pages, source.output, site.HOLDS, [source.content, source.index])
    return Snapshot(knowledge, pages, index, source.site_url)
