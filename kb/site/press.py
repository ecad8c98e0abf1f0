"""The press: makes every file of the site from the model, and after a change only what depends on it.

A product is what is made in one go: a page with the data and citations that go with it, a feed, a table. The press
keeps what each product read (`kb.site.reads`); one that would read the same again is left as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, cast

from kb.model import Entry, KnowledgeBase, Status
from kb.relations import Relations, relate
from kb.render import at_depth
from kb.site.contexts.colophon import Colophon, Colophons
from kb.site.contexts.frame import VERSION, Context
from kb.site.contexts.plain import missing_page, moved_page
from kb.site.discovery import discovery_files
from kb.site.files import WHOLE, driver_feed, entry_files
from kb.site.history import History
from kb.site.material import Material
from kb.site.pages import LISTS, Site, entry_page, site
from kb.site.reads import Notebook, Read, Reads, View, changes

Template = Callable[[str, Mapping[str, Any]], str]
"""Fills the template of a name with variables."""
Files = Iterator[tuple[str, bytes]]
_HISTORY = re.compile(rb"<!--history-->.*?<!--/history-->\n", re.S)


class Surroundings(NamedTuple):
    """What pages show that is not of the knowledge base."""

    site: Site
    history: History


class Desk(NamedTuple):
    """Where products are made: everything is seen through views that note what is read."""

    material: Material
    surroundings: Surroundings
    colophons: Colophons


class Printed(NamedTuple):
    """A product as it was made last."""

    reads: frozenset[Read]
    paths: frozenset[str]
    page: Context | None


@dataclass
class _Sheet:
    """A product that is being made: its files, and its page where it has one."""

    files: dict[str, bytes] = field(default_factory=dict)
    page: Context | None = None


Product = Callable[[Desk], _Sheet]


class Press:
    """Makes the files of one site, again and again. Not for use by two threads at once."""

    def __init__(self, template: Template, site_url: str) -> None:
        self._template, self._site_url = template, site_url
        self._printed: dict[str, Printed] = {}
        self._found: Reads = {}
        self._html: dict[str, tuple[Context, Colophon, Site, bytes]] = {}
        self.paths: frozenset[str] = frozenset()
        """All files of the site as it was printed last."""

    def print(
        self, knowledge: KnowledgeBase, history: History, progress: Callable[[int, int], None] | None = None
    ) -> Files:
        """The files, by path below the site's root, that are new or may have changed; ``paths`` has all in the end.

        ``progress`` is called after each page with the number done and that of all.
        """
        whole = {
            "knowledge": knowledge,
            "relations": relate(knowledge),
            "surroundings": Surroundings(site(knowledge), history),
        }
        notebook = Notebook()
        # What two products read at one place is the same, else one of them had been made again.
        changed = changes(self._found, whole)
        found = {read: value for read, value in self._found.items() if read not in changed}
        desk = self._desk({name: View(name, value, notebook) for name, value in whole.items()})
        pages, others = self._pages(knowledge), self._others(knowledge)
        printed: dict[str, Printed] = {}
        for number, (name, product) in enumerate({**pages, **others}.items(), 1):
            last = self._printed.get(name)
            if last is None or not changed.isdisjoint(last.reads):
                reads = notebook.open()
                sheet = product(desk)
                yield from sheet.files.items()
                found |= reads
                last = Printed(frozenset(reads), frozenset(sheet.files), sheet.page)
            printed[name] = last
            if progress and number <= len(pages):
                progress(number, len(pages))
        shown = [product.page for product in printed.values() if product.page]
        discovery = dict(discovery_files(knowledge, shown, self._site_url))
        yield from discovery.items()
        # Only now: after an error on the way, the next run starts from the last whole one.
        self._printed, self._found = printed, found
        self._html = {name: kept for name, kept in self._html.items() if name in printed}
        self.paths = frozenset(discovery).union(*(product.paths for product in printed.values()))

    def _desk(self, views: Mapping[str, View]) -> Desk:
        knowledge = cast(KnowledgeBase, views["knowledge"])
        surroundings = cast(Surroundings, views["surroundings"])
        material = Material(knowledge, cast(Relations, views["relations"]))
        return Desk(material, surroundings, Colophons(knowledge, self._site_url, surroundings.history))

    def _pages(self, knowledge: KnowledgeBase) -> dict[str, Product]:
        pages: dict[str, Product] = {make.__name__: partial(self._list, make=make) for make in LISTS}
        for entry in knowledge.entries():
            pages[entry.path] = partial(self._entry, kind=type(entry), slug=entry.slug)
            if entry.status is not Status.DRAFT:
                for path in entry.former_paths:
                    pages[path] = partial(self._moved, kind=type(entry), slug=entry.slug, path=path)
        return pages

    def _others(self, knowledge: KnowledgeBase) -> dict[str, Product]:
        others: dict[str, Product] = {
            f"feed of {driver.slug}": partial(self._feed, slug=driver.slug)
            for driver in knowledge.drivers.values()
            if driver.status is Status.PUBLISHED
        }
        others["missing"] = self._missing
        return others | {name: partial(self._whole, make=make) for name, make in WHOLE.items()}

    def _list(self, desk: Desk, make: Callable[[Material], Context]) -> _Sheet:
        return self._finished(desk, make.__name__, make(desk.material))

    def _entry(self, desk: Desk, kind: type[Entry], slug: str) -> _Sheet:
        entry = desk.material.knowledge.of_kind(kind)[slug]
        files = dict(entry_files(entry, desk.material.knowledge, self._site_url))
        return self._finished(desk, entry.path, entry_page(desk.material, entry), files)

    def _moved(self, desk: Desk, kind: type[Entry], slug: str, path: str) -> _Sheet:
        return self._finished(desk, path, moved_page(desk.material.knowledge.of_kind(kind)[slug], path))

    def _missing(self, _: Desk) -> _Sheet:
        page = missing_page(self._site_url)
        return _Sheet({page.path: self._template(page.template, {"page": page}).encode()})

    def _feed(self, desk: Desk, slug: str) -> _Sheet:
        knowledge, relations = desk.material.knowledge, desk.material.relations
        return _Sheet(dict(driver_feed(knowledge.drivers[slug], knowledge, relations, self._site_url)))

    def _whole(self, desk: Desk, make: Callable[[KnowledgeBase, str], Files]) -> _Sheet:
        return _Sheet(dict(make(desk.material.knowledge, self._site_url)))

    def _finished(
        self, desk: Desk, name: str, page: Context | None, files: Mapping[str, bytes] | None = None
    ) -> _Sheet:
        """The page as HTML with its other files, and the version of all of them in each."""
        files = dict(files or {})
        if page:
            files[f"{page.path}index.html"] = self._filled(desk, name, page)
        # The same content has the same version in every clone, whatever its history: no text can hold these comments.
        digest = hashlib.sha256(_HISTORY.sub(b"", b"\0".join(files.values()))).hexdigest()[:16].encode()
        mark = VERSION.encode()
        return _Sheet({path: data.replace(mark, digest) for path, data in files.items()}, page)

    def _filled(self, desk: Desk, name: str, page: Context) -> bytes:
        """The page through its template; where it would be the same again, the last one."""
        colophon, frame = desk.colophons.of(page), desk.surroundings.site
        last = self._html.get(name)
        if last and last[:3] == (page, colophon, frame):
            return last[3]
        depth = page.path.count("/")
        root = "/".join([".."] * depth) or "."
        given = {"page": page, "site": frame, "colophon": colophon, "version": VERSION, "SITEURL": root}
        html = at_depth(self._template(page.template, given), depth).encode()
        self._html[name] = page, colophon, frame, html
        return html


__all__ = ["Press"]
