"""What the templates of all pages are given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any, ClassVar

from markupsafe import Markup

from kb.model import Driver, Entry
from kb.view.catalog import Catalog, notices
from kb.view.parts import Link, Notice, Review, day
from kb.view.render import Rendered

VERSION = "@content-version@"
"""Placeholder in a page and its data for their version, which is a hash of all the rest of them."""
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.S)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a template is given to write one page, as the variable ``page``."""

    template: ClassVar[str]

    title: str
    """The page's heading."""
    description: str
    """One sentence for search engines and previews."""
    path: str
    """The page's folder below the site's root, e.g. drivers/workload/; empty for the home page."""
    section: str = ""
    """The folder whose place in the navigation is marked as current."""
    canonical: str = ""
    """The path of the page that this one leads to; empty where it leads to none."""


@dataclass(frozen=True, kw_only=True)
class EntryContext(Context):
    """What the page of every entry has."""

    kind: str
    body: Markup
    """The entry's text as sanitized HTML."""
    bibliography: Markup
    """The works cited, as an ordered list with links back; empty where there are none."""
    contents: tuple[Link, ...]
    """The headings of the page."""
    review: Review
    """When it was checked and is due again."""
    notices: tuple[Notice, ...]
    """Retracted or corrected works that it rests on."""


def entry_frame(
    catalog: Catalog, entry: Entry, rendered: Rendered, sections: Iterable[tuple[str, str, object]] = ()
) -> dict[str, Any]:
    """The fields of EntryContext. ``sections`` are those after the text: name, heading, and whether it is there."""
    after = tuple(Link(title, f"#section-{name}") for name, title, shown in sections if shown)
    return {
        "title": entry.title,
        "description": entry.summary,
        "path": entry.path,
        "section": entry.folder,
        "kind": str(entry.driver_kind if isinstance(entry, Driver) else entry.kind).capitalize(),
        "body": Markup(rendered.html),  # noqa: S704 - sanitized by kb.view.render
        "bibliography": Markup(rendered.bibliography_html),  # noqa: S704 - escaped by kb.read.bibliography
        "contents": (*headings(rendered.html), *after),
        "notices": tuple(notices(entry, catalog.knowledge)),
        "review": Review(day(entry.reviewed), day(entry.due), entry.stale(catalog.knowledge.today)),
    }


def headings(html: str) -> tuple[Link, ...]:
    """The headings of a rendered body, as links to their anchors."""
    return tuple(Link(unescape(_TAG.sub("", match[2])), f"#{match[1]}") for match in _HEADING.finditer(html))
