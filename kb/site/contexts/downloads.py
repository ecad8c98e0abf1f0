"""The page of all downloads, and the list of the files on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kb.site.contexts.frame import Context
from kb.view.catalog import Catalog
from kb.view.parts import Link

ROOT = "data/v1/"
"""Where the data is. A change that breaks a reader's program gets a new number."""


class Download(NamedTuple):
    """A file, or a family of files, to be downloaded."""

    path: str
    """Its path below the site's root; of a family with a placeholder."""
    type: str
    holds: str
    """What it holds, in a sentence."""

    @property
    def linked(self) -> bool:
        """Whether the path is one file that a link can lead to."""
        return "{" not in self.path


DATA = (
    Download(
        f"{ROOT}index.json", "application/json", "All entries: kind, title, summary, page, data file, last review."
    ),
    Download(f"{ROOT}{{kind}}/{{slug}}.json", "application/json", "One entry with its grading; the index lists all."),
    Download(f"{ROOT}schema.json", "application/json", "JSON Schema of the JSON files, with what each field means."),
    Download("{page}/cite.bib", "application/x-bibtex", "How to cite a page, as BibTeX; next to the page."),
    Download("{page}/cite.ris", "application/x-research-info-systems", "The same as RIS."),
)
BULK = (
    Download(
        f"{ROOT}burnout-kb.json", "application/json", "Everything: all entries with their grading, and all works."
    ),
    Download(f"{ROOT}interventions.csv", "text/csv", "Interventions, one a row, with verdict, certainty and drivers."),
    Download(f"{ROOT}claims.csv", "text/csv", "Which driver each intervention addresses, who says so, and where."),
    Download(
        f"{ROOT}findings.csv", "text/csv", "Every result with its interval, unit, direction and place in the source."
    ),
    Download(f"{ROOT}references.bib", "application/x-bibtex", "Every work cited, as BibTeX."),
    Download(
        f"{ROOT}drivers.ttl", "text/turtle", "Drivers, and the terms of other frameworks mapped to them, as SKOS."
    ),
)
FEEDS = (
    Download("feeds/all.atom", "application/atom+xml", "The entries last added or reviewed, as an Atom feed."),
    Download("feeds/drivers/{slug}.atom", "application/atom+xml", "The same for one driver."),
    Download("feeds/reviews-due.ics", "text/calendar", "The day on which each entry is due for review, as iCalendar."),
)


class DownloadGroup(NamedTuple):
    """Downloads under a heading."""

    title: str
    files: tuple[Download, ...]


@dataclass(frozen=True, kw_only=True)
class DownloadsPage(Context):
    """The page of all downloads."""

    template: ClassVar[str] = "downloads"

    groups: tuple[DownloadGroup, ...]
    driver_feeds: tuple[Link, ...]
    """The feed of each driver."""
    version: str
    """The version of the content."""


def downloads_page(catalog: Catalog) -> DownloadsPage:
    """All files with what they hold."""
    return DownloadsPage(
        title="Downloads",
        description="All of the content as files: JSON, CSV, BibTeX, SKOS, Atom feeds and a calendar of reviews.",
        path="downloads/",
        groups=(
            DownloadGroup("All in one file", BULK),
            DownloadGroup("Entry by entry", DATA),
            DownloadGroup("To stay informed", FEEDS),
        ),
        driver_feeds=tuple(Link(d.title, f"/feeds/drivers/{d.slug}.atom") for d in catalog.relations.drivers),
        version=catalog.knowledge.version,
    )
