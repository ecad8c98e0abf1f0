"""Pages of prose, of withdrawn entries, of moved entries, and the page for addresses without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kb.model import Entry, Page
from kb.site.contexts.frame import Context, EntryContext, entry_frame
from kb.view.catalog import Catalog
from kb.view.parts import Link, day, links


@dataclass(frozen=True, kw_only=True)
class ProsePage(EntryContext):
    """A page of prose."""

    template: ClassVar[str] = "prose"


@dataclass(frozen=True, kw_only=True)
class Tombstone(Context):
    """What stays of a withdrawn entry."""

    template: ClassVar[str] = "withdrawn"

    kind: str
    """The kind of the entry."""
    date: str
    """The day of withdrawal."""
    reason: str
    """Why it was withdrawn."""
    replacement: Link | None
    """The entry that takes its place."""


@dataclass(frozen=True, kw_only=True)
class MovedPage(Context):
    """The page at the address that an entry had before it was renamed."""

    template: ClassVar[str] = "moved"

    entry: Link
    """The entry at its present address."""


@dataclass(frozen=True, kw_only=True)
class MissingPage(Context):
    """What a host shows where there is no page; it is shown at any depth."""

    template: ClassVar[str] = "missing"

    home: str
    """The site's own address with a last slash; empty where it was built without one: then nothing is linked."""


def prose_page(catalog: Catalog, entry: Page) -> ProsePage:
    """A published page of content/pages."""
    return ProsePage(**entry_frame(catalog, entry, catalog.render(entry)))


def tombstone(catalog: Catalog, entry: Entry) -> Tombstone:
    """The page of a withdrawn entry. Raises ValueError for another."""
    if entry.withdrawn is None:
        raise ValueError(f"{entry.path} is not withdrawn")
    replaced_by = catalog.knowledge.of_kind(type(entry)).get(entry.withdrawn.replaced_by or "")
    return Tombstone(
        title=entry.title,
        description=f"This {entry.kind} was withdrawn.",
        path=entry.path,
        section=entry.folder,
        kind=entry.kind,
        date=day(entry.withdrawn.date),
        reason=entry.withdrawn.reason,
        replacement=links([replaced_by])[0] if replaced_by else None,
    )


def moved_page(entry: Entry, path: str) -> MovedPage:
    """The page at a former path of an entry. Static hosts know no redirects, so it leads on by a link."""
    return MovedPage(
        title=entry.title,
        description=f"This {entry.kind} has a new address.",
        path=path,
        section=entry.folder,
        canonical=entry.path,
        entry=Link(entry.title, f"/{entry.path}"),
    )


def missing_page(site_url: str) -> MissingPage:
    """The page 404.html. ``site_url`` is the site's address without a last slash, or empty."""
    return MissingPage(
        title="Page not found",
        description="There is no page at this address.",
        path="404.html",
        home=f"{site_url}/" if site_url else "",
    )
