"""The files of the site while they are being replaced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest

from kb.folders import replacing, write
from kb.server.files import SiteFiles


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of a page, a folder with a page, and a page for what is missing."""
    folder = tmp_path / "output"
    for name in ("index.html", "a b/index.html", "part/data.json", "404.html"):
        write(folder / name, name.encode())
    return folder


def ask(site: Path, *paths: str, method: str = "GET") -> list[httpx.Response]:
    """The answers to requests for paths, as they are written in an address."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(SiteFiles(site))
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return [await client.request(method, path) for path in paths]

    # In a thread of its own: where tests in a browser ran before, this one has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, run).result()


def test_a_folder_shows_its_page_at_the_address_with_a_slash(site: Path) -> None:
    """Without the slash links of the page would lead elsewhere, so the browser is sent on, with its query."""
    home, inner, moved = ask(site, "/", "/a%20b/", "/a%20b?q=%C3%A9")
    assert (home.text, inner.text) == ("index.html", "a b/index.html")
    assert (moved.status_code, moved.headers["location"]) == (308, "./a%20b/?q=%C3%A9")


def test_what_is_missing_shows_the_page_for_that(site: Path) -> None:
    """With status 404; where there is no such page, in a sentence."""
    missing, folder = ask(site, "/nothing.html", "/part/")
    assert (missing.status_code, missing.text) == (folder.status_code, folder.text) == (404, "404.html")
    (site / "404.html").unlink()
    (plain,) = ask(site, "/nothing.html")
    assert (plain.status_code, plain.text) == (404, "There is no such page.\n")


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret.txt", "/%2e%2e/secret.txt", "/part/..%2f..%2fsecret.txt", "/.hidden", "/.folder/page.html"),
        *("/part//data.json", "/%00", "/" + "x" * 5_000, "/index.html/", "/..%5csecret.txt"),
    ],
)
def test_nothing_outside_of_the_site_or_in_the_making_is_shown(site: Path, path: str) -> None:
    """Names that lead out, start with a dot, or cannot be names are missing."""
    write(site.parent / "secret.txt", b"secret")
    write(site / ".hidden", b"secret")
    write(site / ".folder" / "page.html", b"secret")
    (answer,) = ask(site, path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_no_request_fails_while_folders_take_the_place_of_others(site: Path) -> None:
    """The whole site and a folder in it are replaced all the time, and a file changes its length."""
    stop = threading.Event()

    def replace() -> Iterator[None]:
        while True:
            with replacing(site / "part") as new:
                write(new / "data.json", b"part/data.json")
            yield
            with replacing(site) as new:
                for name in ("index.html", "a b/index.html", "part/data.json", "404.html"):
                    write(new / name, name.encode() * 500)
            yield
            write(site / "index.html", b"index.html")
            yield

    def run() -> None:
        for _ in replace():
            if stop.is_set():
                break

    replacer = threading.Thread(target=run)
    replacer.start()
    try:
        answers = ask(site, *["/", "/part/data.json", "/a%20b/"] * 300)
    finally:
        stop.set()
        replacer.join()
    assert {answer.status_code for answer in answers} == {200}
    whole = {"index.html", "part/data.json", "a b/index.html"}
    assert {answer.text for answer in answers} <= whole | {name * 500 for name in whole}
    assert len({answer.text for answer in answers}) > 3, "files must have changed while they were asked for"


def test_what_was_left_aside_does_not_hold_up_a_page_that_is_missing(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that could not be removed after its replacement: whoever asks for what is not there need not wait."""
    for left in (site / ".part.old", site.with_name(".output.old")):
        left.mkdir()
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("kb.server.files.asyncio.sleep", wait)
    (answer,) = ask(site, "/nothing.html")
    assert (answer.status_code, len(waited)) == (404, 0)


@pytest.mark.parametrize("folder", ["part", "."])
def test_a_page_is_waited_for_while_its_folder_lies_aside(
    site: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """Between the two renames, of a folder in the site or of the whole site."""
    target = (site / folder).resolve()
    aside = target.rename(target.with_name(f".{target.name}.old"))
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            aside.rename(target)

    monkeypatch.setattr("kb.server.files.asyncio.sleep", wait)
    (answer,) = ask(site, "/part/data.json")
    assert (answer.status_code, answer.text, len(waited)) == (200, "part/data.json", 3)
