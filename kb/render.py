"""Markdown bodies to sanitized HTML, with numbered citations, their bibliography and the links back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from kb import citations
from kb.model import Entry, Reference

_ALLOWED = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dfn", "div", "dl", "dt", "em"),
    *("figcaption", "figure", "h2", "h3", "h4", "hr", "i", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small"),
    *("span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "*": {"id", "class", "title"},
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Text is easier to read with a space before the brackets; a superscript stands close to its word.
_SPACE_BEFORE_CITATION = re.compile(r"\s+(<sup class=\"citation\">)")


@dataclass(frozen=True)
class Cited:
    """A work of a bibliography: its number, and the anchors in the text that cite it."""

    number: int
    reference: Reference
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class Rendered:
    """An entry's body as sanitized HTML, and its bibliography: works of the text first, then those of the fields."""

    html: str
    bibliography: tuple[Cited, ...]

    @property
    def bibliography_html(self) -> str:
        """The bibliography as an ordered list; each work links back to where it is cited."""
        if not self.bibliography:
            return ""
        items = "".join(
            f'<li id="ref-{cited.number}">{cited.reference.html}{_back_links(cited)}</li>'
            for cited in self.bibliography
        )
        return f'<ol class="bibliography">{items}</ol>'


def _back_links(cited: Cited) -> str:
    links = [
        f'<a class="back" href="#{anchor}" aria-label="Back to citation {index} of work {cited.number}">↩</a>'
        for index, anchor in enumerate(cited.anchors, 1)
    ]
    return " " + " ".join(links) if links else ""


class Renderer:
    """Renders entries with one Markdown converter; not for use by two threads at once."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references
        self._citations = _CitationExtension()
        self._markdown = Markdown(extensions=["tables", "fenced_code", "sane_lists", "toc", self._citations])

    def render(self, entry: Entry) -> Rendered:
        """The body and bibliography of an entry. Works that do not exist are shown as the brackets that name them."""
        keys = [key for key in citations.cited_keys(entry) if key in self._references]
        numbers = {key: number for number, key in enumerate(keys, 1)}
        anchors = self._citations.start(numbers)
        converted = self._markdown.reset().convert(entry.body)
        html = nh3.clean(
            _SPACE_BEFORE_CITATION.sub(r"\1", converted),
            tags=_ALLOWED,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
        cited = tuple(
            Cited(number, self._references[key], tuple(anchors.get(key, ()))) for key, number in numbers.items()
        )
        return Rendered(html, cited)


def at_depth(html: str, depth: int) -> str:
    """The same HTML with links from the site's root made relative to a page ``depth`` folders below it."""
    prefix = "../" * depth or "./"
    return html.replace('href="/', f'href="{prefix}')


class _CitationExtension(Extension):
    """``[@key, place]`` becomes a superscript number that links to the bibliography."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: Mapping[str, int] = {}
        self.anchors: dict[str, list[str]] = {}

    def start(self, numbers: Mapping[str, int]) -> dict[str, list[str]]:
        """Begin a new document; the anchors of its citations will be found in the result, by key."""
        self.numbers, self.anchors = numbers, {}
        return self.anchors

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # Below code spans (190) and escapes (180), above links (170 and less).
        md.inlinePatterns.register(_CitationProcessor(self, md), "citation", 175)


class _CitationProcessor(InlineProcessor):
    def __init__(self, extension: _CitationExtension, md: Markdown) -> None:
        super().__init__(citations.PATTERN, md)
        self._extension = extension

    def handleMatch(self, m: Any, data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # noqa: ARG002, N802
        group = citations.parse(m[1])
        if not group or any(citation.key not in self._extension.numbers for citation in group):
            return None, None, None
        element = ElementTree.Element("sup", {"class": "citation"})
        last: ElementTree.Element | None = None
        for citation in group:
            number = self._extension.numbers[citation.key]
            known = self._extension.anchors.setdefault(citation.key, [])
            anchor = f"cite-{number}-{len(known) + 1}"
            known.append(anchor)
            if last is not None:
                last.tail = ","
            last = ElementTree.SubElement(element, "a", {"href": f"#ref-{number}", "id": anchor})
            last.text = str(number)
            if citation.place:
                last = ElementTree.SubElement(element, "span", {"class": "place"})
                last.text = f"({citation.place})"
        return element, m.start(0), m.end(0)


__all__ = ["Cited", "Rendered", "Renderer", "at_depth"]
