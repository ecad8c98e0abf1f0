"""An Atom feed of entries, those reviewed last first."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from kb.model import KnowledgeBase, Status

_ATOM = "http://www.w3.org/2005/Atom"
LIMIT = 50


def write(knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    """Write ``feed.atom`` with the 50 entries reviewed last; links are relative to the site's root."""
    path = folder / "feed.atom"
    path.write_bytes(as_atom(knowledge))
    return [path]


def as_atom(knowledge: KnowledgeBase) -> bytes:
    """The feed as UTF-8 XML."""
    ElementTree.register_namespace("", _ATOM)
    entries = sorted(
        (entry for entry in knowledge.entries() if entry.status is Status.PUBLISHED),
        key=lambda entry: (-entry.reviewed.toordinal(), entry.path),
    )[:LIMIT]
    updated = max((entry.reviewed for entry in entries), default=knowledge.today)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", "Clinician Burnout Evidence Base")
    _add(feed, "id", "urn:burnout-kb:feed")
    _add(feed, "updated", f"{updated}T00:00:00Z")
    for entry in entries:
        item = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(item, "title", entry.title)
        _add(item, "id", f"urn:burnout-kb:{entry.kind}:{entry.slug}")
        _add(item, "updated", f"{entry.reviewed}T00:00:00Z")
        _add(item, "summary", entry.summary)
        _add(ElementTree.SubElement(item, f"{{{_ATOM}}}author"), "name", "Clinician Burnout Evidence Base")
        ElementTree.SubElement(item, f"{{{_ATOM}}}link", {"href": entry.path})
    ElementTree.indent(feed)
    xml: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}").text = text
