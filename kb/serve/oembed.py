"""/oembed: how to embed what is at an address of the site, as oEmbed 1.0 says (https://oembed.com)."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kb.export.as_oembed import within
from kb.export.identity import EMBED
from kb.serve.served import Served

_LARGEST = 10_000
"""Pixels that may be asked for; no frame is as large."""


def oembed(served: Callable[[], Served]) -> Callable[[Request], Response]:
    """The endpoint. The site's files hold the answers; only their size is adapted."""

    def answer(request: Request) -> Response:
        now, asked = served(), request.query_params
        if asked.get("format", "json") != "json":
            return _told("only format=json is answered", 501)
        sizes = {name: asked[name] for name in ("maxwidth", "maxheight") if name in asked}
        for name, size in sizes.items():
            if not (size.isascii() and size.isdecimal() and 0 < int(size[:6]) <= _LARGEST):
                return _told(f"{name} must be a whole number of pixels from 1 to {_LARGEST}", 400)
        if "url" not in asked:
            return _told("give the address of a page as url", 400)
        if not now.site_url:
            return _told("this server does not know its public address: start it with --site-url", 404)
        record = now.site.get(_record_of(asked["url"], now.site_url))
        if record is None:
            return _told(f"url must be the address of an entry or a chart, below {now.site_url}/", 404)
        most = (int(sizes[name]) if name in sizes else None for name in ("maxwidth", "maxheight"))
        return JSONResponse(within(json.loads(record), *most), headers={"Cache-Control": "max-age=3600"})

    return answer


def _record_of(address: str, site_url: str) -> str:
    """Where the site holds the answer for an address; empty where it holds none."""
    try:
        parts, own = urlsplit(address), urlsplit(site_url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.netloc != own.netloc or not parts.path.startswith(f"{own.path}/"):
        return ""
    path = unquote(parts.path.removeprefix(f"{own.path}/")).removesuffix("index.html").removeprefix(EMBED)
    name = path.removesuffix(".html").removesuffix(".svg")
    return f"{EMBED}{name}.json" if name != path else f"{EMBED}{path.rstrip('/')}/index.json"


def _told(why: str, status: int) -> Response:
    return PlainTextResponse(f"{why[0].upper()}{why[1:]}.\n", status)
