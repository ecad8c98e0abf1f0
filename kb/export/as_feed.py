"""Atom feeds of entries, those reviewed last first."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from kb.export.identity import NAME, urn
from kb.model import Entry, KnowledgeBase, Status

_ATOM = "http://www.w3.org/2005/Atom"
LIMIT = 50


def as_atom(
    knowledge: KnowledgeBase,
    entries: Iterable[Entry] | None = None,
    title: str = NAME,
    identifier: str = "urn:burnout-kb:feed",
    path: str = "",
    root: str = "",
) -> bytes:
    """The feed of some entries, else of all, as UTF-8 XML; those that are not published are left out.

    ``root`` leads to the site's root: an address with its last slash, or, relative to the feed, ``../``. ``path`` is
    the feed's own place below the root.
    """
    ElementTree.register_namespace("", _ATOM)
    latest = sorted(
        (entry for entry in entries or knowledge.entries() if entry.status is Status.PUBLISHED),
        key=lambda entry: (-entry.reviewed.toordinal(), entry.path),
    )[:LIMIT]
    updated = max((entry.reviewed for entry in latest), default=knowledge.today)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", identifier)
    _add(feed, "updated", f"{updated}T00:00:00Z")
    if path:
        ElementTree.SubElement(feed, f"{{{_ATOM}}}link", {"rel": "self", "href": f"{root}{path}"})
    for entry in latest:
        item = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(item, "title", entry.title)
        _add(item, "id", urn(entry))
        _add(item, "updated", f"{entry.reviewed}T00:00:00Z")
        _add(item, "summary", entry.summary)
        _add(ElementTree.SubElement(item, f"{{{_ATOM}}}author"), "name", NAME)
        ElementTree.SubElement(item, f"{{{_ATOM}}}link", {"href": f"{root}{entry.path}"})
    ElementTree.indent(feed)
    xml: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}").text = text
