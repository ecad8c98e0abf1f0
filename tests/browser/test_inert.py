"""Payloads in every text field of a small site, in a browser that would run them: its policy is switched off."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kb.check import read
from kb.folders import publish
from kb.site import HOLDS, build_site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
BASE = Path(__file__).parents[1] / "bad" / "_base"
TRY_ALL = """() => {
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const type of ["mouseover", "pointerenter", "focus", "animationstart", "begin", "load", "error"])
      element.dispatchEvent(new Event(type, { bubbles: true }));
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") found.push(`${element.tagName} ${name}`);
      if (["href", "src", "action"].includes(name) && URL.canParse(value, location)
          && !/^(https?|mailto):$/.test(new URL(value, location).protocol))
        found.push(`${element.tagName} ${name}=${value}`);
    }
  }
  if (window.__acted || document.body.dataset.acted) found.push("acted");
  return found;
}"""


@pytest.fixture(scope="module")
def acting(
    hostile: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[[ASGIApp], AbstractContextManager[str]],
) -> Iterator[tuple[str, list[str]]]:
    """The address of a site that is hostile throughout, and its pages."""
    output = tmp_path_factory.mktemp("acting") / "output"
    publish(build_site(hostile.Hostile().knowledge(read(BASE, date(2026, 11, 22))), BASE), output, HOLDS)
    # That of what is missing holds nothing of the content.
    pages = sorted(path.relative_to(output).as_posix() for path in output.rglob("*.html") if path.stem != "404")
    with serving(StaticFiles(directory=output, html=True)) as address:
        yield f"{address}/", pages


@pytest.fixture
def page(visit: Visit, acting: tuple[str, list[str]]) -> Iterator[Page]:
    """A page without the policy that would stop a payload; what it says or asks of others fails the test."""
    address, _ = acting
    opened = visit(address, bypass_csp=True, accept_downloads=True)
    said: list[str] = []

    def asked(url: str) -> None:
        if not url.startswith((address, "blob:")):
            said.append(url)

    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: asked(request.url))
    yield opened
    assert not said


def test_no_page_runs_a_payload(page: Page, acting: tuple[str, list[str]]) -> None:
    address, pages = acting
    assert len(pages) > 20
    for name in pages:
        page.goto(f"{address}{name}")
        assert page.evaluate(TRY_ALL) == [], name
        assert page.url.startswith(address), name


def test_the_search_shows_payloads_as_words(page: Page, acting: tuple[str, list[str]]) -> None:
    page.goto(f"{acting[0]}search/index.html?q=HYPERLINK")
    expect(page.locator("#results > li").first).to_contain_text("<script>")
    assert page.evaluate(TRY_ALL) == []


def test_the_table_that_is_downloaded_holds_no_formula(page: Page, acting: tuple[str, list[str]]) -> None:
    page.goto(f"{acting[0]}compare/index.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = [*csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig")))]
    assert rows[1][0].startswith("'=HYPERLINK")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
