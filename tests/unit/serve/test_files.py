"""The files of the site, as they are asked for over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest

from kb.serve.files import SiteFiles

SITE = {name: name.encode() for name in ("index.html", "a b/index.html", "part/data.json", "404.html")}


def ask(site: dict[str, bytes], *paths: str, method: str = "GET") -> list[httpx.Response]:
    """The answers to requests for paths, as they are written in an address."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(SiteFiles(lambda: site))
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return [await client.request(method, path) for path in paths]

    # In a thread of its own: where tests in a browser ran before, this one has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, run).result()


def test_a_folder_shows_its_page_at_the_address_with_a_slash() -> None:
    """Without the slash links of the page would lead elsewhere, so the browser is sent on, with its query."""
    home, inner, moved = ask(SITE, "/", "/a%20b/", "/a%20b?q=%C3%A9")
    assert (home.text, inner.text) == ("index.html", "a b/index.html")
    assert (moved.status_code, moved.headers["location"]) == (308, "./a%20b/?q=%C3%A9")


def test_what_is_missing_shows_the_page_for_that() -> None:
    """With status 404; where there is no such page, in a sentence."""
    missing, folder = ask(SITE, "/nothing.html", "/part/")
    assert (missing.status_code, missing.text) == (folder.status_code, folder.text) == (404, "404.html")
    (plain,) = ask({"index.html": b""}, "/nothing.html")
    assert (plain.status_code, plain.text) == (404, "There is no such page.\n")


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/part/..%2f..%2fsecret.txt", "/.hidden", "/part"),
        *("/part//data.json", "/%00", "/" + "x" * 5_000, "/index.html/", "/..%5csecret.txt"),
    ],
)
def test_nothing_but_the_files_of_the_site_is_shown(path: str) -> None:
    (answer,) = ask(SITE, path)
    assert answer.status_code == 404


def test_the_site_can_only_be_read() -> None:
    (answer,) = ask(SITE, "/", method="PUT")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
