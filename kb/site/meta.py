"""What a page says of itself: to programs in its head, and to those who cite it or ask how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import orjson
from markupsafe import Markup

from kb.export import as_bibtex, as_jsonld, as_oembed, as_ris
from kb.export.charts import CARD_HEIGHT, CARD_WIDTH
from kb.export.data import BULK
from kb.export.identity import EMBED, ROOT, citation_of
from kb.model import Driver, Entry, EntryStatus
from kb.site.context import VERSION, Context
from kb.view.catalog import Catalog
from kb.view.moves import ChangeKind, Event, of_entry


class PageMeta(NamedTuple):
    """The head of a page, and the end of the page of an entry."""

    address: str
    """The page's permanent address, or that of the page it leads to; empty where the site was built without its own."""
    card: str
    """What a preview calls it: website or article."""
    oembed: str
    """The address of how to embed its card; empty where it has none, or the site has no address."""
    frame: str
    """The code of a frame with its card, of which addresses start at the site's root where it has no address."""
    picture: str
    """The same of its card as a picture."""
    json_ld: Markup
    """The page as a schema.org record."""
    alternates: list[tuple[str, str, str]]
    """The same or more for programs: addresses from the site's root, media types and titles."""
    ama: str
    """How to cite it in AMA style; empty where it is no entry. The two formats below go with it."""
    bibtex: str
    ris: str
    history: tuple[Event, ...]
    """What happened to the entry, the last first."""
    added: date | None
    """The day on which it was added, where that is not the day of its last review."""
    moved: date | None
    """The day on which its verdict moved last."""


def page_meta(page: Context, catalog: Catalog, site_url: str, events: Sequence[Event]) -> PageMeta:
    """What the head of a page says, and, on the page of an entry, how to cite it and how it changed."""
    entry = page.entry if page.entry and page.entry.status is EntryStatus.PUBLISHED else None
    address = f"{site_url}/{page.canonical or page.path}" if site_url else ""
    work = citation_of(entry, catalog.knowledge.today, f"Page version {VERSION}", address) if entry else None
    root = f"{site_url}/" if site_url else ""
    card = f"{root}{EMBED}{page.path}index"
    history = of_entry(events, entry) if entry else ()
    days = {event.kind: event.date for event in reversed(history)}
    added = days.get(ChangeKind.ADDED)
    record = orjson.dumps({"@context": as_jsonld.CONTEXT} | _record(page, entry, catalog, site_url)).decode()
    return PageMeta(
        address=address,
        card="article" if entry else "website",
        oembed=f"{card}.json" if entry and site_url else "",
        frame=as_oembed.frame(f"{card}.html", page.title, CARD_WIDTH, CARD_HEIGHT),
        picture=as_oembed.picture(f"{card}.svg", page.title, f"{root}{page.canonical or page.path}"),
        # No text can end the script element, since every "<" is escaped.
        json_ld=Markup(record.replace("<", "\\u003c")),  # noqa: S704
        alternates=list(_alternates(entry)),
        ama=work.text if work else "",
        bibtex=as_bibtex.as_record(work) if work else "",
        ris=as_ris.as_record(work).replace("\r\n", "\n") if work else "",
        history=history,
        added=added if entry and added != entry.reviewed else None,
        moved=days.get(ChangeKind.MOVED),
    )


def _record(page: Context, entry: Entry | None, catalog: Catalog, site_url: str) -> dict[str, object]:
    root = f"{site_url}/" if site_url else "../" * page.path.count("/") or "./"
    if entry:
        return as_jsonld.as_record(entry, catalog, root)
    kind = "CollectionPage" if page.template == "list" else "WebPage"
    record = as_jsonld.as_page(page.title, page.description, page.path, root, kind)
    if page.path in ("", "downloads/"):
        files = ({"name": file.holds, "type": file.type, "path": file.path} for file in BULK)
        record["mainEntity"] = as_jsonld.as_dataset(catalog.knowledge, root, files)
    return record


def _alternates(entry: Entry | None) -> Iterator[tuple[str, str, str]]:
    yield "/feeds/all.atom", "application/atom+xml", "What moved"
    if isinstance(entry, Driver):
        title = f"What moved: {entry.title}"
        yield f"/feeds/drivers/{entry.slug}.atom", "application/atom+xml", title
    if entry:
        yield f"/{ROOT}{entry.folder}/{entry.slug}.json", "application/json", "The data of this page"
