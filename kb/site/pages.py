"""Makes every file of the site from the model: the pages, and the data, feeds and tables that go with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kb.export.data import data_files
from kb.export.identity import LOCAL
from kb.model import EntryStatus, Framework, Instrument, KnowledgeBase, Study
from kb.site.changes import changes_page
from kb.site.charts import chart_files
from kb.site.context import VERSION, Context
from kb.site.embeds import embed_files
from kb.site.entries import PAGE_OF, moved_page, withdrawn_page
from kb.site.files import Files, api_files, discovery_files, driver_feed, entry_files, feed_files
from kb.site.lists import LISTS
from kb.site.meta import page_meta
from kb.view.catalog import Catalog
from kb.view.moves import events
from kb.view.parts import Link, links
from kb.view.render import at_depth

Template = Callable[[str, Mapping[str, Any]], str]
"""Fills the template of a name with variables."""


def make_files(
    knowledge: KnowledgeBase,
    template: Template,
    site_url: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Files:
    """All files of the site but the theme's and the search's; drafts are left out.

    ``progress`` is called after each page with the number done and that of all.
    """
    knowledge = knowledge.public()
    catalog = Catalog(knowledge)
    navigation = site(knowledge)
    made = list(pages(catalog))
    happened = events(catalog)
    for number, page in enumerate(made, 1):
        files = dict(entry_files(page.entry, catalog, site_url, happened)) if page.entry else {}
        drawings = dict(chart_files(page, site_url))
        files |= drawings | dict(embed_files(page, drawings, catalog, template, site_url))
        depth = page.path.count("/")
        meta = page_meta(page, catalog, site_url, happened)
        given = {"page": page, "site": navigation, "meta": meta, "version": VERSION}
        html = template(page.template, {**given, "SITEURL": "/".join([".."] * depth) or "."})
        html = html.replace(f'"{LOCAL}/data/', '"/data/').replace(LOCAL, site_url or LOCAL)
        yield from _versioned({**files, f"{page.path}index.html": at_depth(html, depth).encode()})
        if progress:
            progress(number, len(made))
    for driver in knowledge.drivers.values():
        if driver.status is EntryStatus.PUBLISHED:
            yield from driver_feed(driver, catalog, site_url)
    missing = missing_page()
    given = {"page": missing, "site": navigation, "version": knowledge.version, "SITEURL": site_url}
    html = template(missing.template, given).replace('href="/', f'href="{site_url}/')
    yield missing.path, html.encode()
    yield from data_files(catalog, site_url)
    yield from feed_files(catalog, site_url)
    yield from api_files(site_url)
    yield from discovery_files(knowledge, made, site_url)


def _versioned(files: Mapping[str, bytes]) -> Files:
    """A page and its other files, with the version of all of them in each."""
    digest = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:16].encode()
    mark = VERSION.encode()
    return ((path, data.replace(mark, digest)) for path, data in files.items())


def pages(catalog: Catalog) -> Iterator[Context]:
    """Every page: lists first, then entries kind by kind, withdrawn ones too, then pages that moved."""
    for page in LISTS:
        yield page(catalog)
    for driver in catalog.relations.drivers:
        yield changes_page(catalog, driver)
    entries = list(catalog.knowledge.entries())
    for entry in entries:
        make = withdrawn_page if entry.status is EntryStatus.WITHDRAWN else PAGE_OF[type(entry)]
        yield make(catalog, entry)
    for entry in entries:
        for path in entry.former_paths:
            yield moved_page(entry, path)


def missing_page() -> Context:
    """The page 404.html, which a host shows where there is no page, at any depth.

    Its links begin at the root of the host: a site below a path must be built with its address.
    """
    return Context(
        template="missing",
        title="Page not found",
        description="There is no page at this address.",
        path="404.html",
    )


def site(knowledge: KnowledgeBase) -> dict[str, Any]:
    """What every template is given beside its page, as the variable ``site``: its navigation, its footer, the day."""
    prose = [page for page in knowledge.pages.values() if page.status is EntryStatus.PUBLISHED]
    return {
        # The note names the sections whose pages belong to it, to mark the current one.
        "navigation": (
            Link("Problems", "/drivers/", "drivers"),
            Link("What works", "/interventions/", "interventions compare questions"),
            Link("Plan", "/plan/", "plan"),
            Link("Measure", "/measure/", "measure instruments"),
            Link("Evidence map", "/gap-map/", "gap-map"),
            Link("About", "/about/", "studies frameworks"),
        ),
        "footer": (
            Link("Questions leaders ask", "/questions/"),
            Link("Compare interventions", "/compare/"),
            *links(sorted(prose, key=lambda page: page.title)),
            *(Link(kind.folder.capitalize(), f"/{kind.folder}/") for kind in (Instrument, Study, Framework)),
            Link("What moved", "/changes/"),
            Link("Crosswalk", "/crosswalk/"),
            Link("References", "/references/"),
            Link("Discrepancies", "/discrepancies/"),
            Link("Downloads", "/downloads/"),
        ),
        "today": knowledge.today,
    }
