"""What a first view of a page transfers, from the project's own server to a browser that has nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.types import ASGIApp

from kb.serve.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_server(site_folder: Path, serving: Callable[[ASGIApp], AbstractContextManager[str]]) -> Iterator[str]:
    """Where the project's server serves the site."""
    files = {path.relative_to(site_folder).as_posix(): path.read_bytes() for path in site_folder.rglob("*.*")}
    served: Any = SimpleNamespace(site=files, site_url="")
    with serving(create_app(lambda: served)) as address:
        yield f"{address}/"


def _transferred(browser: Browser, url: str) -> dict[str, float]:
    """The bytes of all answers, heads and bodies as sent, by address."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({urls[event["requestId"]]: event["encodedDataLength"]}),
    )
    page.goto(url, wait_until="networkidle")
    context.close()
    return sizes


def test_the_first_view_of_an_intervention_transfers_less_than_60_kilobytes(
    browser: Browser, own_server: str, site_folder: Path
) -> None:
    """The five longest pages, with all that they load."""
    pages = sorted((site_folder / "interventions").glob("*/index.html"), key=lambda path: -path.stat().st_size)[:5]
    for page in pages:
        sizes = _transferred(browser, own_server + page.relative_to(site_folder).as_posix())
        assert {url.rsplit("/", 1)[1] for url in sizes} >= {"index.html", "style.css"}
        assert sum(sizes.values()) < 60_000, sizes


@pytest.mark.parametrize("page", ["compare", "plan"])
def test_the_first_view_of_a_page_with_its_own_script_transfers_less_than_60_kilobytes(
    browser: Browser, own_server: str, page: str
) -> None:
    sizes = _transferred(browser, f"{own_server}{page}/index.html")
    assert {url.rsplit("/", 1)[1] for url in sizes} >= {"index.html", "style.css", f"{page}.js"}
    assert sum(sizes.values()) < 60_000, sizes
    assert all(size < 15_000 for url, size in sizes.items() if url.endswith(".js"))


def test_no_intervention_is_heavy_even_where_a_host_does_not_compress(site_folder: Path) -> None:
    """The page, the style sheet and the icon as they lie; the three longest hold the evidence of many trials."""
    shared = sum((site_folder / "theme" / name).stat().st_size for name in ("style.css", "icon.svg"))
    sizes = sorted(page.stat().st_size + shared for page in (site_folder / "interventions").glob("*/index.html"))
    assert len(sizes) > 40
    assert sizes[-1] < 400_000
    assert sizes[-4] < 135_000
