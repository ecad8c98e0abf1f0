"""What a page says of itself: to programs in its head, and to those who cite it or ask how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson
from markupsafe import Markup

from kb.export import as_bibtex, as_jsonld, as_ris
from kb.export.identity import NAME
from kb.model import Driver, Entry, KnowledgeBase, Page, Person, Reference, Status, Verification
from kb.site.contexts.downloads import BULK, ROOT
from kb.site.contexts.frame import VERSION, Context
from kb.site.history import History
from kb.view.catalog import Catalog
from kb.view.parts import day

_SHOWN = 10
"""How many changes a page lists; version control holds the rest."""


class Alternate(NamedTuple):
    """The same or more in another form, for programs."""

    href: str
    """Its address from the site's root."""
    type: str
    title: str


class Change(NamedTuple):
    """One change in the history of an entry."""

    date: str
    subject: str
    """What was done, in a line."""


class PageMeta(NamedTuple):
    """The head of a page, and the end of the page of an entry."""

    address: str
    """The page's permanent address, or that of the page it leads to; empty where the site was built without its own."""
    card: str
    """What a preview calls it: website or article."""
    json_ld: Markup
    """The page as a schema.org record."""
    alternates: tuple[Alternate, ...]
    """Its data and its feeds."""
    ama: str
    """How to cite it in AMA style; empty where it is no entry. The two formats below go with it."""
    bibtex: str
    """The same as BibTeX."""
    ris: str
    """The same as RIS."""
    changes: tuple[Change, ...]
    """The last changes of the entry; empty where version control has none."""
    earlier: int
    """How many changes before those."""


def page_meta(page: Context, catalog: Catalog, site_url: str, history: History) -> PageMeta:
    """What the head of a page says, and, on the page of an entry, how to cite it and how it changed."""
    knowledge = catalog.knowledge
    entry = _published(knowledge, page.path)
    address = f"{site_url}/{page.canonical or page.path}" if site_url else ""
    work = citation_of(entry, knowledge, address) if entry else None
    revisions = history.get(f"{entry.folder}/{entry.slug}.md", ()) if entry else ()
    return PageMeta(
        address=address,
        card="article" if entry else "website",
        json_ld=_script(_record(page, entry, catalog, site_url)),
        alternates=tuple(_alternates(entry)),
        ama=work.text if work else "",
        bibtex=as_bibtex.as_record(work) if work else "",
        ris=as_ris.as_record(work).replace("\r\n", "\n") if work else "",
        changes=tuple(Change(day(revision.date), revision.subject) for revision in revisions[:_SHOWN]),
        earlier=max(0, len(revisions) - _SHOWN),
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


def _published(knowledge: KnowledgeBase, path: str) -> Entry | None:
    """The published entry whose page has a path, or None."""
    folder, _, slug = path.strip("/").rpartition("/")
    entries: Mapping[str, Entry] = getattr(knowledge, folder or Page.folder, {})
    entry = entries.get(slug)
    return entry if entry and entry.status is Status.PUBLISHED else None


def _alternates(entry: Entry | None) -> list[Alternate]:
    found = [Alternate("/feeds/all.atom", "application/atom+xml", "New and changed entries")]
    if isinstance(entry, Driver):
        href = f"/feeds/drivers/{entry.slug}.atom"
        found.append(Alternate(href, "application/atom+xml", f"New and changed entries: {entry.title}"))
    if entry:
        found.append(Alternate(f"/{ROOT}{entry.folder}/{entry.slug}.json", "application/json", "The data of this page"))
    return found


def _script(record: dict[str, object]) -> Markup:
    """The record as the text of a script element, which no text in it can end."""
    text = orjson.dumps({"@context": as_jsonld.CONTEXT} | record).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - every "<" is escaped


def citation_of(entry: Entry, knowledge: KnowledgeBase, address: str) -> Reference:
    """An entry's page as a work, for the writers of reference formats; ``address`` is empty where it has none."""
    version = f"Last reviewed {day(entry.reviewed)}. Content version {VERSION} of {day(knowledge.today)}."
    text = " ".join(part for part in (f"{entry.title.rstrip('.')}. {NAME}. {version}", address) if part)
    return Reference(
        key=f"burnout-kb-{entry.kind}-{entry.slug}"[:80].rstrip("-"),
        type="online",
        authors=(Person(family=NAME),),
        title=entry.title,
        year=entry.reviewed.year,
        url=address or None,
        verified=Verification.UNVERIFIED,
        note=version,
        text=text,
        html="",
    )
