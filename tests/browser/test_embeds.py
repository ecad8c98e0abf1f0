"""Cards and charts in frames and as pictures on another site, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

Visit = Callable[..., Page]
COACHING = "interventions/physician-peer-coaching/"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 25, 27)"
CORNER = """async (src) => {
  const image = new Image();
  image.src = src;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: 20, height: 20});
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return `rgb(${[...context.getImageData(3, 3, 1, 1).data].slice(0, 3).join(", ")})`;
}"""


def paper(page: Page) -> str:
    color: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return color


@pytest.mark.parametrize("likes", ["light", "dark"])
def test_a_card_has_the_colors_that_the_reader_likes_or_its_address_says(
    visit: Visit, address: str, likes: str
) -> None:
    card = f"{address}embed/{COACHING}index.html"
    assert paper(visit(card, color_scheme=likes)) == (DARK if likes == "dark" else LIGHT)
    assert paper(visit(f"{card}#dark", color_scheme=likes)) == DARK
    assert paper(visit(f"{card}#light", color_scheme=likes)) == LIGHT


@pytest.mark.parametrize("path", [f"embed/{COACHING}index.svg", f"{COACHING}people.svg", "gap-map/driver.svg"])
def test_a_picture_is_light_dark_or_as_the_reader_likes(visit: Visit, address: str, path: str) -> None:
    for likes in ("light", "dark"):
        page = visit(f"{address}index.html", color_scheme=likes)
        liked = DARK if likes == "dark" else LIGHT
        for mark, expected in (("", LIGHT), ("#dark", DARK), ("#auto", liked)):
            assert page.evaluate(CORNER, f"{address}{path}{mark}") == expected, (likes, mark)


def test_the_frame_of_a_chart_shows_it_whole_and_leads_to_its_page(visit: Visit, address: str) -> None:
    page = visit(f"{address}embed/{COACHING}people.html", viewport={"width": 300, "height": 400})
    image = page.get_by_role("img")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.evaluate("document.documentElement.scrollWidth") == 300
    assert image.get_attribute("alt")
    with page.context.expect_page() as opened:
        page.get_by_role("link").click()
    assert opened.value.url == f"{address}{COACHING}index.html"


def test_the_code_of_a_frame_shows_the_chart_on_another_site(
    visit: Visit, address: str, tmp_path: Path, serving: Callable[[ASGIApp], AbstractContextManager[str]]
) -> None:
    page = visit(f"{address}gap-map/index.html", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".take").first.get_by_role("button", name="Copy code of a frame").click()
    page.locator(".take [role=status]").first.get_by_text("Copied.").wait_for()
    code = str(page.evaluate("navigator.clipboard.readText()"))
    assert code.startswith(f'<iframe src="{address}embed/gap-map/driver.html"')
    (tmp_path / "index.html").write_text(f"<!doctype html><link rel=icon href=data:,>{code}", encoding="utf-8")
    with serving(StaticFiles(directory=tmp_path, html=True)) as other:
        inside = visit(f"{other}/").frame_locator("iframe").get_by_role("img")
        inside.wait_for()
        assert inside.evaluate("image => image.complete && image.naturalWidth > 0")


def test_the_code_of_a_card_can_be_copied_from_its_page(visit: Visit, address: str, tmp_path: Path) -> None:
    """With whole addresses, though the site was built without one; it also works in a file on a disk."""
    page = visit(f"{address}{COACHING}index.html", permissions=["clipboard-read", "clipboard-write"])
    part = page.locator("details", has_text="Show this on your own site")
    part.locator("summary").click()
    codes = []
    for number in (0, 1):
        part.get_by_role("button", name="Copy").nth(number).click()
        part.get_by_text("Copied.").nth(number).wait_for()
        codes.append(str(page.evaluate("navigator.clipboard.readText()")))
    assert f'<img src="{address}embed/{COACHING}index.svg"' in codes[1]
    assert codes[1].startswith(f'<a href="{address}{COACHING}"')
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><link rel=icon href=data:,>{''.join(codes)}", encoding="utf-8")
    shown = visit(file.as_uri())
    shown.frame_locator("iframe").get_by_role("heading", level=1).wait_for()
    assert shown.get_by_role("img").evaluate("image => image.complete && image.naturalWidth > 0")


def test_a_card_fits_a_narrow_frame_and_can_be_read_by_everyone(visit: Visit, address: str) -> None:
    page = visit(f"{address}embed/{COACHING}index.html", viewport={"width": 240, "height": 300})
    assert page.evaluate("document.documentElement.scrollWidth") == 240
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("script").count() == 0
