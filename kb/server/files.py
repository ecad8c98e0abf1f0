"""The files of the site, each read in one go, so that one that is replaced meanwhile is sent whole, old or new."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from kb.http import names, tag_of, type_of

PAUSE = 0.02
MOST_PAUSES = 250


class SiteFiles:
    """An ASGI app that serves a folder: index.html for a folder, 404.html, where there is one, for what is missing.

    Names that start with a dot are never served: those are files and folders in the making.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("The site can only be read.\n", 405, {"Allow": "GET, HEAD"})
        path = scope["path"]
        found, settled = await run_in_threadpool(self._look, path)
        for _ in range(MOST_PAUSES):
            if settled:
                break
            # A folder is replaced by two renames: what is missing between them is there again a moment later.
            await asyncio.sleep(PAUSE)
            found, settled = await run_in_threadpool(self._look, path)
        return found(scope) if found else await run_in_threadpool(self._missing)

    def _find(self, path: str) -> _File | _Moved | None:
        """The file at a path, or where to look instead; None where there is nothing."""
        *folders, name = path.removeprefix("/").split("/")
        if any(not part or part.startswith(".") for part in folders) or name.startswith("."):
            return None
        try:
            return _File((self._folder.joinpath(*folders) / (name or "index.html")).read_bytes(), name or "index.html")
        except IsADirectoryError:
            return _Moved(name)
        except (OSError, ValueError):  # there is none, or its name cannot be one
            return None

    def _look(self, path: str) -> tuple[_File | _Moved | None, bool]:
        """What is found at a path, and whether that is settled: nothing is, while folders above it change place."""
        before = self._standing(path)
        found = self._find(path)
        return found, bool(found) or (None not in before and before == self._standing(path))

    def _standing(self, path: str) -> tuple[object, ...]:
        """What tells the site and the folder of the path in it from their successors; None for one that lies aside."""
        return tuple(map(_mark, (self._folder, self._folder / path.split("/", 2)[1])))

    def _missing(self) -> Response:
        try:
            page = (self._folder / "404.html").read_bytes()
        except OSError:
            return PlainTextResponse("There is no such page.\n", 404)
        return Response(page, 404, media_type=type_of("404.html"))


def _mark(folder: Path) -> object:
    try:
        status = folder.stat()
    except FileNotFoundError:
        return None if folder.with_name(f".{folder.name}.old").exists() else ""
    except (OSError, ValueError):  # its name cannot be one
        return ""
    return status.st_ino, status.st_ctime_ns


class _File:
    def __init__(self, data: bytes, name: str) -> None:
        self._data = data
        self._type = type_of(name)

    def __call__(self, scope: Scope) -> Response:
        etag = tag_of(self._data)
        caching = {"ETag": etag, "Cache-Control": "no-cache"}
        if names(Headers(scope=scope).get("if-none-match", ""), etag):
            return Response(status_code=304, headers=caching)
        return Response(self._data, headers={**caching, "Content-Type": self._type})


class _Moved:
    """A folder that was asked for without the slash at its end."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, scope: Scope) -> Response:
        query = scope["query_string"].decode("latin-1")
        # Relative, so that it holds behind a proxy that has the site below a path.
        return RedirectResponse(f"./{quote(self._name)}/" + (f"?{query}" if query else ""), 308)
