"""Makes every file of the site from the model: the pages, and the data, feeds and tables that go with them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kb.model import KnowledgeBase, Status
from kb.site.contexts.frame import VERSION
from kb.site.contexts.meta import page_meta
from kb.site.contexts.plain import missing_page
from kb.site.files import data_files, discovery_files, driver_feed, entry_files
from kb.site.history import History
from kb.site.pages import pages, site
from kb.view.catalog import Catalog
from kb.view.render import at_depth

Template = Callable[[str, Mapping[str, Any]], str]
"""Fills the template of a name with variables."""
_HISTORY = re.compile(rb"<!--history-->.*?<!--/history-->\n", re.S)
Files = Iterator[tuple[str, bytes]]
"""Paths below the site's root, each with what the file holds."""


def make_files(
    knowledge: KnowledgeBase,
    history: History,
    template: Template,
    site_url: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Files:
    """All files of the site but the theme's and the search's; drafts are left out.

    ``progress`` is called after each page with the number done and that of all.
    """
    knowledge = knowledge.public()
    catalog = Catalog(knowledge)
    frame = site(knowledge)
    made = list(pages(catalog))
    for number, (page, entry) in enumerate(made, 1):
        files = dict(entry_files(entry, catalog, site_url)) if entry else {}
        depth = page.path.count("/")
        meta = page_meta(page, catalog, site_url, history)
        given = {"page": page, "site": frame, "meta": meta, "version": VERSION}
        html = template(page.template, {**given, "SITEURL": "/".join([".."] * depth) or "."})
        yield from _versioned({**files, f"{page.path}index.html": at_depth(html, depth).encode()})
        if progress:
            progress(number, len(made))
    for driver in knowledge.drivers.values():
        if driver.status is Status.PUBLISHED:
            yield from driver_feed(driver, catalog, site_url)
    missing = missing_page(site_url)
    yield missing.path, template(missing.template, {"page": missing}).encode()
    yield from data_files(catalog, site_url)
    yield from discovery_files(knowledge, [page for page, _ in made], site_url)


def _versioned(files: Mapping[str, bytes]) -> Files:
    """A page and its other files, with the version of all of them in each."""
    # The same content has the same version in every clone, whatever its history: no text can hold these comments.
    digest = hashlib.sha256(_HISTORY.sub(b"", b"\0".join(files.values()))).hexdigest()[:16].encode()
    mark = VERSION.encode()
    return ((path, data.replace(mark, digest)) for path, data in files.items())


__all__ = ["make_files"]
