"""Markdown bodies to sanitized HTML, with numbered citations, their bibliography and the links back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import nh3

from kb.model import Entry, Reference
from kb.read.citations import cited_keys
from kb.text.characters import without_hidden
from kb.text.html import ATTRIBUTES, ELEMENTS, SCHEMES
from kb.view.render.conversion import Converted, Converter
from kb.view.render.numbering import OURS

_OWN = frozenset({"id", "class"})
_SPACE = re.compile(r'\s+(<sup class="citation">)')
"""Space before a citation makes a text easier to read; its superscript needs none."""
_converter = Converter()


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


class Cited(NamedTuple):
    """A work of a bibliography: its number, and the anchors in the text that cite it."""

    number: int
    reference: Reference
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class Rendered:
    """An entry's body as sanitized HTML, and its bibliography: works of the text first, then those of the fields."""

    html: str
    bibliography: tuple[Cited, ...]

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


def _back_links(cited: Cited) -> str:
    links = [
        f'<a class="back" href="#{anchor}" aria-label="Back to citation {index} of work {cited.number}">↩</a>'
        for index, anchor in enumerate(cited.anchors, 1)
    ]
    return " " + " ".join(links) if links else ""


class Renderer:
    """Renders entries; a text is converted once for each numbering, whoever asks. Safe for use by several threads."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references

    def render(self, entry: Entry) -> Rendered:
        """The body and bibliography of an entry. Works that do not exist are shown as the brackets that name them."""
        works = [self._references[key] for key in cited_keys(entry) if key in self._references]
        html, anchors = _converted(entry.body, tuple(work.key for work in works))
        return Rendered(html, tuple(Cited(n, work, anchors.get(work.key, ())) for n, work in enumerate(works, 1)))


@lru_cache(1_000)
def _converted(body: str, keys: tuple[str, ...]) -> Converted:
    """A body as sanitized HTML, with citations numbered by the places of their keys."""
    converted = _converter.convert(body, keys)
    return converted._replace(html=_SPACE.sub(r"\1", sanitized(converted.html)))


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
