"""Markdown to HTML by Python-Markdown, with numbered citations; the same HTML as it gives by itself, in less time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from threading import Lock
from typing import Any, NamedTuple
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import render_inner_html, strip_tags, unique
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from kb import citations
from kb.render.numbering import OURS, Numbering, heading_id

_NEEDED = {
    "backtick": "`",
    "escape": r"\\",
    "citation": r"\[@",
    "reference": r"\[",
    "link": r"\[",
    "image_link": r"!\[",
    "image_reference": r"!\[",
    "short_reference": r"\[",
    "short_image_ref": r"!\[",
    "autolink": "<",
    "automail": "<",
    "linebreak": "  \n",
    "html": "<",
    "entity": "&",
    "em_strong": r"[*_]",
}
"""What a text must hold for an inline pattern to match in it, by the pattern's name in Python-Markdown."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKED = re.compile("[&<>\x02]")


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
        known = TableExtension(), FencedCodeExtension(), SaneListExtension()
        self._markdown = Markdown(extensions=[*known, self._citations, _Shortcuts()])
        self._lock = Lock()

    def convert(self, text: str, keys: tuple[str, ...]) -> Converted:
        """The text, not sanitized, with citations numbered by the places of their keys."""
        with self._lock:
            numbering = self._citations.numbering = Numbering(keys)
            return Converted(self._markdown.reset().convert(text), numbering.anchors)


class _Shortcuts(Extension):
    """What is done otherwise than by Python-Markdown, to the same effect."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # Names and priorities of those in whose place they stand.
        md.treeprocessors.register(_Inline(md), "inline", 20)
        md.treeprocessors.register(_HeadingIds(md), "toc", 5)


class _Inline(InlineTreeprocessor):
    """Leaves out patterns that match nowhere in a document, and texts in which no pattern matches.

    Python-Markdown tries every pattern on every text, of which most hold nothing but words.
    """

    def run(self, tree: ElementTree.Element, ancestors: list[str] | None = None) -> ElementTree.Element:
        patterns = self.md.inlinePatterns
        whole = "\n\n".join(tree.itertext())
        needs = {id(patterns[name]): need for name, need in _NEEDED.items() if name in patterns}
        # A pattern that is not known may match anywhere, as the empty expression does.
        tried = [pattern for pattern in patterns if re.search(needs.get(id(pattern), ""), whole)]
        # A list is read as a registry is, and faster.
        self.inlinePatterns = tried  # type: ignore[assignment]
        needed = {needs.get(id(pattern), "") for pattern in tried}
        matches = re.compile("|".join(sorted(needed)) if needed else "(?!)").search
        for element in tree.iter():
            if element.text and not matches(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not matches(element.tail):
                element.tail = AtomicString(element.tail)
        return super().run(tree, ancestors)


class _HeadingIds(Treeprocessor):
    """Gives headings ids as the extension toc does, without making a table of contents."""

    def run(self, root: ElementTree.Element) -> None:
        used: set[str] = set()
        for element in root.iter():
            if element.tag in _HEADINGS:
                text = element.text or ""
                if len(element) or _MARKED.search(text):
                    text = unescape(strip_tags(render_inner_html(element, self.md)))
                element.set("id", OURS + unique(heading_id(text), used))


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
