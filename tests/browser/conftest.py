"""The site of the real content, served on this machine, and Debian's chromium to read it with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kb.check import read
from kb.folders import publish
from kb.site import HOLDS, build_site


@pytest.fixture(scope="session")
def site_folder(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    output = tmp_path_factory.mktemp("browser") / "output"
    publish(build_site(read(project / "content", date(2026, 11, 28)), project / "content"), output, HOLDS)
    return output


@pytest.fixture(scope="session")
def address(site_folder: Path, serving: Callable[[ASGIApp], AbstractContextManager[str]]) -> Iterator[str]:
    """Where the site is served as files: below a path, since it must work there too."""
    files = StaticFiles(directory=site_folder, html=True)
    with serving(Starlette(routes=[Mount("/output", files)])) as opened:
        yield f"{opened}/output/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, where this machine has it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page with the options of a browser context; every complaint on its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(url: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
