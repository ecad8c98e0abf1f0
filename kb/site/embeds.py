"""Cards and charts for other sites: a page for a frame, a picture, and how to embed it, below embed/."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kb.export import as_oembed, charts
from kb.export.as_json import as_bytes
from kb.export.charts import CARD_HEIGHT, CARD_WIDTH, Caption
from kb.export.identity import EMBED
from kb.grading import statements
from kb.model import Assessment, EntryStatus, Intervention
from kb.site.context import Context
from kb.site.files import Files
from kb.view.catalog import Catalog
from kb.view.render import at_depth

_SIZE = re.compile(rb'width="(\d+)" height="(\d+)"')


class Embed(NamedTuple):
    """What the template of a card or a chart is given, as the variable ``embed``."""

    title: str
    kind: str
    """Of a card: what it is a card of."""
    text: str
    """Of a card what the evidence says; of a chart its title."""
    page_address: str
    """The whole address of the page that it is from; empty where the site has none."""
    assessment: Assessment | None = None
    marks: tuple[str, ...] = ()
    """What must be seen beside the verdict."""
    chart: str = ""
    """The path of the drawing; of a card empty."""


def embed_files(
    page: Context,
    drawings: Mapping[str, bytes],
    catalog: Catalog,
    template: Callable[[str, Mapping[str, Any]], str],
    site_url: str,
) -> Files:
    """The card of a page's entry and its charts. oEmbed holds whole addresses, so a site without one has none."""
    address = f"{site_url}/{page.canonical or page.path}" if site_url else ""
    for name, embed, width, height in _embeds(page, drawings, catalog, address):
        path = f"{EMBED}{page.path}{name}"
        depth = path.count("/")
        html = template("embed", {"page": page, "embed": embed, "SITEURL": "/".join([".."] * depth)})
        yield f"{path}.html", at_depth(html, depth).encode()
        if not embed.chart:
            rated = (embed.assessment.verdict, statements.verdict(embed.assessment)) if embed.assessment else None
            said = Caption(embed.title, embed.text, address or f"Page: {page.title}")
            yield f"{path}.svg", charts.of_card(embed.kind, rated, embed.marks, said)
        if site_url:
            record = as_oembed.as_record(site_url, f"{site_url}/{path}.html", embed.title, width, height)
            yield f"{path}.json", as_bytes(record)


def _embeds(
    page: Context, drawings: Mapping[str, bytes], catalog: Catalog, address: str
) -> Iterator[tuple[str, Embed, int, int]]:
    """The card, then the charts: name, what it shows, width and height of its frame in CSS pixels."""
    if page.entry:
        yield "index", _card(page, catalog, address), CARD_WIDTH, CARD_HEIGHT
    for path, drawing in drawings.items():
        size = _SIZE.search(drawing)
        if path.endswith(".svg") and size:
            name = path.removeprefix(page.path).removesuffix(".svg")
            title = charts.title_of(drawing)
            yield name, Embed(title, "", title, address, chart=path), int(size[1]), int(size[2])


def _card(page: Context, catalog: Catalog, address: str) -> Embed:
    entry = page.entry
    assert entry  # noqa: S101
    kind = entry.kind.capitalize()
    if entry.status is EntryStatus.WITHDRAWN:
        return Embed(entry.title, kind, f"This {entry.kind} was withdrawn.", address)
    if isinstance(entry, Intervention):
        assessment = catalog.knowledge.assessments[entry.slug]
        marks = tuple(mark.text for mark in assessment.marks)
        people = page.headline.people.title if page.headline and page.headline.people else ""
        said = f"{statements.summary(assessment)} {people}".strip()
        return Embed(entry.title, kind, said, address, assessment, marks)
    return Embed(entry.title, kind, entry.summary, address)
