"""Charts to take away, in a browser: files that can be fetched, a picture made on the spot, code to embed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PAGES = ("", "gap-map/", "interventions/physician-peer-coaching/", "studies/kiser-2024/")


@pytest.mark.parametrize("path", PAGES)
def test_files_of_charts_can_be_fetched_without_javascript(visit: Visit, address: str, path: str) -> None:
    page = visit(f"{address}{path}index.html", java_script_enabled=False)
    links = page.locator(".take a")
    assert links.count() >= 2
    for link in links.all():
        answer = page.request.get(f"{address}{path}{link.get_attribute('href')}")
        assert answer.ok
        assert answer.headers["content-type"].partition(";")[0] in ("image/svg+xml", "text/csv")
    assert page.locator(".take button").count() == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_picture_is_made_of_the_drawing_at_twice_its_size(visit: Visit, address: str, path: str) -> None:
    """The policy of the page lets it; the file is a PNG."""
    page = visit(f"{address}{path}index.html")
    line = page.locator(".take").first
    href = str(line.get_by_role("link", name="SVG").get_attribute("href"))
    with page.expect_download() as waiting:
        line.get_by_role("button", name="PNG").click()
    assert waiting.value.suggested_filename == href.replace(".svg", ".png")
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    drawing = page.request.get(f"{address}{path}{href}").text()
    assert f'width="{width // 2}" height="{height // 2}"' in drawing


def test_the_code_to_embed_leads_to_the_drawing_and_the_page(visit: Visit, address: str) -> None:
    page = visit(f"{address}gap-map/index.html#map-driver", permissions=["clipboard-read", "clipboard-write"])
    line = page.locator(".take").first
    line.get_by_role("button", name="Copy code to embed").click()
    expect(line.get_by_role("status")).to_have_text("Copied.")
    code = page.evaluate("navigator.clipboard.readText()")
    assert code == (
        f'<a href="{address}gap-map/index.html"><img src="{address}gap-map/driver.svg" '
        'alt="Evidence map: Drivers of burnout, by what is changed" style="max-width: 100%"></a>'
    )


def test_a_phone_is_told_that_the_map_scrolls_and_a_wide_screen_has_all_of_it(visit: Visit, address: str) -> None:
    page = visit(f"{address}gap-map/index.html", viewport={"width": 1280, "height": 740})
    for width in (360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        frame = page.get_by_role("region", name="Map: Drivers of burnout")
        scrolls = frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        assert page.locator(".scrolls").first.is_visible() or not scrolls
        assert scrolls == (width < 1280)


def test_paper_names_the_address_where_the_site_has_none_of_its_own(visit: Visit, address: str) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/index.html#section-summary")
    page.emulate_media(media="print")
    expect(page.locator(".paper")).to_contain_text(f"{address}interventions/physician-peer-coaching/index.html")
    expect(page.get_by_role("heading", name="Summary of findings")).to_be_visible()


def test_a_missing_page_is_styled_and_leads_to_the_search(visit: Visit, site_folder: Path, tmp_path: Path) -> None:
    text = (site_folder / "404.html").read_text(encoding="utf-8")
    assert 'action="/search/index.html"' in text
    assert 'href="/theme/style.css"' in text


def test_no_badge_of_a_verdict_stands_at_a_driver(visit: Visit, address: str) -> None:
    """Verdicts are of interventions: neither the head of a driver's page nor its place in the search has one."""
    page = visit(f"{address}drivers/workload/index.html")
    assert page.locator("header.title .badge").count() == 0
    page.goto(f"{address}search/index.html?q=workload")
    item = page.locator("#results > li", has=page.get_by_role("link", name="Workload", exact=True))
    expect(item.first).to_be_visible()
    assert item.first.locator(".badge").count() == 0


def test_badges_of_the_legend_keep_to_one_line(visit: Visit, address: str) -> None:
    page = visit(f"{address}index.html", viewport={"width": 1280, "height": 740})
    heights = page.locator("dt .badge").evaluate_all("all => all.map(badge => Math.round(badge.offsetHeight))")
    assert len(set(heights)) == 1
