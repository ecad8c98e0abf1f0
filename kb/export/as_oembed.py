"""How to embed a card or a chart, as oEmbed 1.0 (https://oembed.com)."""

from __future__ import annotations

from html import escape
from typing import Any

from kb.export.identity import NAME


def frame(address: str, title: str, width: int, height: int) -> str:
    """The HTML of a frame that shows what is at an address."""
    size = f'width="{width}" height="{height}"'
    look = 'style="border: 0; max-width: 100%"'
    return f'<iframe src="{escape(address)}" title="{escape(title)}" {size} {look} loading="lazy"></iframe>'


def picture(address: str, title: str, page: str) -> str:
    """The HTML of a picture that leads to a page."""
    look = 'style="max-width: 100%"'
    return f'<a href="{escape(page)}"><img src="{escape(address)}" alt="{escape(title)}" {look}></a>'


def as_record(site_url: str, address: str, title: str, width: int, height: int) -> dict[str, Any]:
    """What a site is told that wants to show what is at an address; sizes are in CSS pixels."""
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": NAME,
        "provider_url": f"{site_url}/",
        "title": title,
        "cache_age": 86400,
        "html": frame(address, title, width, height),
        "width": width,
        "height": height,
    }


def within(record: dict[str, Any], most_width: int | None, most_height: int | None) -> dict[str, Any]:
    """The same no larger than asked for. A card scrolls, a chart shrinks."""
    width = min(record["width"], most_width or record["width"])
    height = min(record["height"], most_height or record["height"])
    before, after = (f'width="{w}" height="{h}"' for w, h in ((record["width"], record["height"]), (width, height)))
    return record | {"html": record["html"].replace(before, after), "width": width, "height": height}
