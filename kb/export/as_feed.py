"""Atom feeds of what moved: an item for each verdict that moved, and for all else one a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree

from kb.export.identity import NAME
from kb.model import Driver
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.parts import day

_ATOM = "http://www.w3.org/2005/Atom"
LIMIT = 50


class _Item(NamedTuple):
    """One entry of a feed."""

    identifier: str
    title: str
    date: str
    summary: str
    path: str
    """The page that it leads to, below the site's root."""


def as_atom(catalog: Catalog, driver: Driver | None = None, path: str = "", root: str = "") -> bytes:
    """The feed of all that moved, or of what bears on one driver, as UTF-8 XML.

    ``root`` leads to the site's root: an address with its last slash, or, relative to the feed, ``../``; without it
    nothing is linked, since a path alone is no address. ``path`` is the feed's own place below the root.
    """
    ElementTree.register_namespace("", _ATOM)
    found = moves.events(catalog)
    items = list(_items(moves.of_driver(catalog, found, driver) if driver else found, driver))[:LIMIT]
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", f"What moved: {driver.title if driver else NAME}")
    _add(feed, "id", f"urn:burnout-kb:{f'driver:{driver.slug}:' if driver else ''}feed")
    _add(feed, "updated", f"{items[0].date if items else catalog.knowledge.today}T00:00:00Z")
    if path:
        ElementTree.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "self", "href": f"{root}{path}"})
    for item in items:
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "title", item.title)
        _add(entry, "id", item.identifier)
        _add(entry, "updated", f"{item.date}T00:00:00Z")
        # An entry must have content or a link.
        _add(entry, "summary" if root else "content", item.summary)
        _add(ElementTree.SubElement(entry, f"{{{_ATOM}}}author"), "name", NAME)
        if root:
            ElementTree.SubElement(entry, f"{{{_ATOM}}}link", {"href": f"{root}{item.path}"})
    ElementTree.indent(feed)
    xml: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _items(found: Iterable[moves.Event], driver: Driver | None) -> Iterator[_Item]:
    """The items, the last first."""
    page = moves.page_of(driver)
    about = f":{driver.slug}" if driver else ""
    for date, group in groupby(found, lambda event: event.date):
        events = tuple(group)
        others = [event for event in events if event.kind is not moves.ChangeKind.MOVED]
        for event in events:
            if event.kind is moves.ChangeKind.MOVED:
                # A verdict may move twice on one day.
                mark = hashlib.sha256(event.text.encode()).hexdigest()[:8]
                name = f"urn:burnout-kb:moved:{event.path.replace('/', ':')}:{date}:{mark}"
                title = f"{event.about.title} {event.text}"
                yield _Item(name, title, str(date), event.why, event.about.href.removeprefix("/") or page)
        if said := moves.digest(others):
            yield _Item(f"urn:burnout-kb:moves:{date}{about}", f"{day(date)}: {said}", str(date), said, page)


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}").text = text
