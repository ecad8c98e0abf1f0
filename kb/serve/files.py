"""The files of the site, served from memory: every answer is from one version, whatever happens on the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from kb.http import etag_of, is_fresh, type_of

Files = Mapping[str, bytes]
"""Files by path below the site's root."""
_NO_HEADERS = dict[str, str]()


class SiteFiles:
    """An ASGI app for the files of a site, with index.html for a folder and 404.html for a missing file.

    ``site`` is called once a request; ``headers`` gives more headers for a file.
    """

    def __init__(
        self, site: Callable[[], Files], headers: Callable[[str], Mapping[str, str]] = lambda _: _NO_HEADERS
    ) -> None:
        self._site, self._headers = site, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        await self._answer(scope, self._site())(scope, receive, send)

    def _answer(self, scope: Scope, site: Files) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("The site can only be read.\n", 405, {"Allow": "GET, HEAD"})
        path = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/")
        name = f"{path}index.html" if path.endswith("/") or not path else path
        if name in site:
            etag = etag_of(site[name])
            headers = {"ETag": etag, "Cache-Control": "no-cache", **self._headers(name)}
            if is_fresh(Headers(scope=scope).get("if-none-match", ""), etag):
                return Response(status_code=304, headers=headers)
            return Response(site[name], headers={**headers, "Content-Type": type_of(name)})
        if f"{path}/index.html" in site:
            return _with_slash(scope)
        if "404.html" in site:
            return Response(site["404.html"], 404, media_type=type_of("404.html"))
        return PlainTextResponse("There is no such page.\n", 404)


def _with_slash(scope: Scope) -> Response:
    """Redirect to the same address with a slash at its end, which the links of the page need."""
    last, query = scope["path"].rpartition("/")[2], scope["query_string"].decode("latin-1")
    # Relative, so that it works behind a proxy that serves the site below a path.
    return RedirectResponse(f"./{quote(last)}/" + (f"?{query}" if query else ""), 308)
