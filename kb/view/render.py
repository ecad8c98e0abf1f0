"""Markdown bodies to sanitized HTML, with numbered citations, their bibliography and the links back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import unescape
from itertools import pairwise
from threading import Lock
from typing import Any, NamedTuple
from xml.etree import ElementTree

import nh3
from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension, slugify
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from kb.model import Entry, Reference
from kb.read import citations
from kb.text.characters import without_hidden
from kb.text.html import ATTRIBUTES, ELEMENTS, SCHEMES

OURS = secrets.token_hex(16)
"""Prefix of each id and class that we give. The sanitizer keeps only these and takes it off; no text can know it."""
OF_PAGES = re.compile(
    r"arms|contents|find|forest|main|others|tests|verdict|(?:answer|cite|evidence|finding|note|ref|scale|section|term|text)(?:-.*)?"
)
"""The anchors that the templates of entries give."""
_OWN = frozenset({"id", "class"})
_HEADED = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>(.*)', re.S)
_SANITIZED_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^">]|"[^"]*")*>')
_VOID = frozenset({"br", "hr"})
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r'\s+(<sup class="citation">)')
"""Space before a citation makes a text easier to read; its superscript needs none."""


class Cited(NamedTuple):
    """A work of a bibliography: its number, and the anchors in the text that cite it."""

    number: int
    reference: Reference
    anchors: tuple[str, ...]


class Section(NamedTuple):
    """A part of a text, from one heading of the second level to the next."""

    anchor: str
    title: str
    """Its heading as plain text."""
    html: str
    """All of it but its heading."""


@dataclass(frozen=True)
class Rendered:
    """An entry's body as sanitized HTML, and its bibliography: works of the text first, then those of the fields."""

    html: str
    bibliography: tuple[Cited, ...]

    @cached_property
    def opening(self) -> str:
        """What stands before the first section; empty where nothing does."""
        return self.html[: min(_section_starts(self.html), default=len(self.html))].strip()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The text after its opening, by its headings of the second level that are in no other element."""
        starts = [*_section_starts(self.html), len(self.html)]
        found = (_HEADED.fullmatch(self.html, start, end) for start, end in pairwise(starts))
        return tuple(Section(m[1], unescape(_TAG.sub("", m[2])), m[3].strip()) for m in found if m)

    @cached_property
    def bibliography_html(self) -> str:
        """The bibliography as an ordered list; each work links back to where it is cited."""
        if not self.bibliography:
            return ""
        items = "".join(
            f'<li id="ref-{cited.number}">{cited.reference.html}{_back_links(cited)}</li>'
            for cited in self.bibliography
        )
        return f'<ol class="bibliography">{items}</ol>'


def _section_starts(html: str) -> Iterator[int]:
    """Where sections begin in sanitized HTML. Each ends what it begins, so that a page can lay it out by itself."""
    depth = 0
    for tag in _SANITIZED_TAG.finditer(html):
        if tag[1]:
            depth -= 1
        elif tag[2] not in _VOID:
            if not depth and _HEADED.match(html, tag.start()):
                yield tag.start()
            depth += 1


def _back_links(cited: Cited) -> str:
    return "".join(
        f' <a class="back" href="#{anchor}" aria-label="Back to citation {index} of work {cited.number}">↩</a>'
        for index, anchor in enumerate(cited.anchors, 1)
    )


class Renderer:
    """Renders entries. Safe for use by several threads."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references

    def render(self, entry: Entry) -> Rendered:
        """The body and bibliography of an entry. Works that do not exist are shown as the brackets that name them."""
        works = [self._references[key] for key in citations.cited_keys(entry) if key in self._references]
        html, anchors = _converted(entry.body, tuple(work.key for work in works))
        return Rendered(html, tuple(Cited(n, work, anchors.get(work.key, ())) for n, work in enumerate(works, 1)))


@lru_cache(1_000)
def _converted(body: str, keys: tuple[str, ...]) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """A body as sanitized HTML, with citations numbered by the places of their keys; and their anchors by key."""
    with _lock:
        _citations.numbers = {key: number for number, key in enumerate(keys, 1)}
        _citations.anchors = {}
        html = _SPACE.sub(r"\1", sanitized(_markdown.reset().convert(body)))
        return html, {key: tuple(anchors) for key, anchors in _citations.anchors.items()}


def heading_id(heading: str) -> str:
    """The anchor of a heading in a text; a word before it keeps it apart from the anchors of a page's own."""
    slug = slugify(" ".join(heading.split()), "-")
    return f"text-{slug}" if OF_PAGES.fullmatch(slug) or not slug else slug


class _Citations(InlineProcessor):
    """``[@key, place]`` becomes a superscript number that links to the bibliography."""

    numbers: Mapping[str, int]
    """The number of each work, by its key."""
    anchors: dict[str, list[str]]
    """The anchors of its citations so far."""

    def handleMatch(self, m: Any, data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # noqa: ARG002, N802
        group = citations.parse(m[1])
        if not group or any(citation.key not in self.numbers for citation in group):
            return None, None, None
        element = ElementTree.Element("sup", {"class": f"{OURS}citation"})
        last: ElementTree.Element | None = None
        for citation in group:
            if last is not None:
                last.tail = AtomicString(",")
            number, anchors = self.numbers[citation.key], self.anchors.setdefault(citation.key, [])
            anchors.append(f"cite-{number}-{len(anchors) + 1}")
            last = ElementTree.SubElement(element, "a", {"href": f"#ref-{number}", "id": OURS + anchors[-1]})
            last.text = AtomicString(number)
            if citation.place:
                last = ElementTree.SubElement(element, "span", {"class": f"{OURS}place"})
                last.text = f"({citation.place})"
        return element, m.start(0), m.end(0)


# Extensions given by their names would be looked for in all installed packages.
_markdown = Markdown(
    extensions=[
        TableExtension(),
        FencedCodeExtension(),
        SaneListExtension(),
        TocExtension(marker="", slugify=lambda text, _: OURS + heading_id(text)),
    ]
)
_citations = _Citations(citations.PATTERN, _markdown)
# Below code spans (190) and escapes (180), above links (170 and less).
_markdown.inlinePatterns.register(_citations, "citation", 175)
_lock = Lock()
"""Held while a text is converted: Python-Markdown keeps its state in the converter."""


def _kept(_tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, None where it goes: an id or a class stays only where we gave it."""
    if name not in _OWN:
        return value
    return value.removeprefix(OURS) if value.startswith(OURS) else None


_cleaner = nh3.Cleaner(
    tags=set(ELEMENTS),
    attributes={**{name: set(given) for name, given in ATTRIBUTES.items()}, "*": set(_OWN)},
    attribute_filter=_kept,
    url_schemes=set(SCHEMES),
    link_rel="noopener",
)


def sanitized(html: str) -> str:
    """The HTML with nothing in it that acts, hides, or takes the look or the place of what is ours."""
    return without_hidden(_cleaner.clean(html))


def at_depth(html: str, depth: int) -> str:
    """The same HTML with links from the site's root made relative to a page ``depth`` folders below it.

    A folder opened as a file would show its listing, so links name the page in it.
    """
    start = f'href="{"../" * depth or "./"}'
    head, *links = html.split('href="/')
    parts = [head]
    for link in links:
        address, quote, rest = link.partition('"')
        parts += start, _named(address), quote, rest
    return "".join(parts)


def _named(address: str) -> str:
    path, mark, anchor = address.partition("#")
    is_folder = (not path or path.endswith("/")) and "?" not in path
    return f"{path}index.html{mark}{anchor}" if is_folder else address


__all__ = ["Cited", "Rendered", "Renderer", "at_depth", "sanitized"]
