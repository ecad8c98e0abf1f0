"""Markdown to HTML by Python-Markdown, with numbered citations."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from kb.read import citations
from kb.view.render.numbering import OURS, Numbering, heading_id


class Converted(NamedTuple):
    """A text as HTML."""

    html: str
    anchors: Mapping[str, tuple[str, ...]]
    """By key: the anchors of its citations in the text."""


class Converter:
    """Converts one text after the other; safe for use by several threads."""

    def __init__(self) -> None:
        self._citations = CitationExtension()
        # Given by their names, they would be looked for in all installed packages.
        headings = TocExtension(marker="", slugify=lambda text, _: OURS + heading_id(text))
        known = TableExtension(), FencedCodeExtension(), SaneListExtension(), headings
        self._markdown = Markdown(extensions=[*known, self._citations])
        self._lock = Lock()

    def convert(self, text: str, keys: tuple[str, ...]) -> Converted:
        """The text, not sanitized, with citations numbered by the places of their keys."""
        with self._lock:
            numbering = self._citations.numbering = Numbering(keys)
            return Converted(self._markdown.reset().convert(text), numbering.anchors)


class CitationExtension(Extension):
    """``[@key, place]`` becomes a superscript number that links to the bibliography."""

    def __init__(self) -> None:
        super().__init__()
        self.numbering = Numbering(())
        """That of the text which is converted."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # Below code spans (190) and escapes (180), above links (170 and less).
        md.inlinePatterns.register(_CitationProcessor(self, md), "citation", 175)


class _CitationProcessor(InlineProcessor):
    def __init__(self, extension: CitationExtension, md: Markdown) -> None:
        super().__init__(citations.PATTERN, md)
        self._extension = extension

    def handleMatch(self, m: Any, data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # noqa: ARG002, N802
        marks = self._extension.numbering.cited(m[1])
        if marks is None:
            return None, None, None
        element = ElementTree.Element("sup", {"class": f"{OURS}citation"})
        last: ElementTree.Element | None = None
        for mark in marks:
            if last is not None:
                last.tail = AtomicString(",")
            last = ElementTree.SubElement(element, "a", {"href": f"#ref-{mark.number}", "id": OURS + mark.anchor})
            last.text = AtomicString(mark.number)
            if mark.place:
                last = ElementTree.SubElement(element, "span", {"class": f"{OURS}place"})
                last.text = mark.place
        return element, m.start(0), m.end(0)
