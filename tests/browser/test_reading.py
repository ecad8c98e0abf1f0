"""Reading the site in a browser: by clicks, on a phone, in the dark, without JavaScript, from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PAGES = (
    "",
    *("drivers/", "drivers/workload/", "interventions/", "interventions/physician-peer-coaching/", "instruments/"),
    *("instruments/pfi/", "studies/", "studies/kiser-2024/", "frameworks/", "frameworks/wcc-actionable-strategies/"),
    *("references/", "discrepancies/", "search/", "how-we-grade/"),
)
PHONE = {"viewport": {"width": 360, "height": 740}}


def _heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_leader_gets_from_a_driver_to_the_trial_by_clicks(visit: Visit, address: str) -> None:
    page = visit(address)
    page.get_by_role("link", name="“We hardly know our colleagues anymore”").click()
    assert _heading(page) == "Community and support"
    page.get_by_role("link", name="What can be done").first.click()
    page.get_by_role("link", name="Peer coaching by trained physicians", exact=True).last.click()
    expect(page.get_by_role("heading", name="Promising for burnout · low certainty")).to_be_visible()
    page.get_by_role("link", name="See this evidence").click()
    body = page.locator("#evidence-burnout-inactive-short-randomized")
    expect(body).to_be_in_viewport()
    body.get_by_role("link", name="Kiser et al 2024").last.click()
    assert page.url.endswith("studies/kiser-2024/index.html#finding-pfi-burnout-3-months")
    expect(page.locator("#finding-pfi-burnout-3-months")).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_scrolls_sideways(visit: Visit, address: str, width: int) -> None:
    page = visit(address, viewport={"width": width, "height": 740})
    wide = []
    for path in PAGES:
        page.goto(f"{address}{path}index.html")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert not wide


def test_on_a_phone_no_result_is_cut_off_from_its_certainty(visit: Visit, address: str) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/index.html#section-summary", **PHONE)
    frame = page.get_by_role("region", name="Table: Summary of findings")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert frame.locator(".badge").count() == 9


def test_a_wide_table_scrolls_within_its_own_frame(visit: Visit, address: str) -> None:
    page = visit(f"{address}studies/kiser-2024/index.html#arms", **PHONE)
    frame = page.get_by_role("region", name="Results by arm or group")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    assert frame.evaluate("frame => { frame.scrollLeft = 50; return frame.scrollLeft; }") == 50
    frame.focus()
    expect(frame).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_color_schemes(visit: Visit, address: str, scheme: str) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/", color_scheme=scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    low = []
    for selector in (
        "body",
        ".lead",
        ".badge",
        "td .badge",
        "a[href]",
        ".note",
        "p .side",
        ".risk .s",
        ".risk .h",
        "footer p",
        "button",
    ):
        ratio = page.locator(selector).first.evaluate(CONTRAST)
        if ratio < 4.5:
            low.append(f"{selector}: {ratio:.2f}")
    assert not low
    assert (sum(int(part) for part in paper[4:-1].split(",")) > 382) == (scheme == "light")


CONTRAST = """element => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  let behind = element;
  while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(parts).map(light);
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
}"""


def test_everything_is_there_without_javascript(visit: Visit, address: str) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/", java_script_enabled=False)
    page.get_by_role("heading", name="Summary of findings").click()
    expect(page.get_by_text("Down 1 for risk of bias.").first).to_be_visible()
    page.get_by_role("link", name="Problems", exact=True).click()
    expect(page.get_by_role("link", name="Workload", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("coaching")
    page.get_by_role("button", name="Search").click()
    assert "Search needs JavaScript." in (page.locator("noscript").text_content() or "")


def test_the_site_works_opened_as_files(visit: Visit, site_folder: Path) -> None:
    page = visit((site_folder / "index.html").as_uri())
    page.get_by_role("link", name="“There is more to do than there are hours in the day”").click()
    assert _heading(page) == "Workload"
    assert page.evaluate("getComputedStyle(document.querySelector('.wide')).maxWidth") != "none"


def test_the_keyboard_reaches_the_content_first(visit: Visit, address: str) -> None:
    page = visit(f"{address}drivers/workload/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_header_leaves_a_phone_to_the_page(visit: Visit, address: str) -> None:
    """All of it is in sight, and it takes under 100 of 740 pixels."""
    page = visit(address, **PHONE)
    box = page.locator("header.top").bounding_box()
    assert box
    assert box["height"] < 100
    for link in page.locator("header.top :is(a, button)").all():
        expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "place",
    [
        "interventions/physician-peer-coaching/index.html#evidence-work-home-conflict-inactive-short-randomized",
        "interventions/physician-peer-coaching/index.html#section-resources",
        "studies/kiser-2024/index.html#section-discrepancies",
        "gap-map/index.html#driver-workload-policy",
    ],
)
def test_a_link_into_a_long_page_arrives_where_it_says(visit: Visit, address: str, place: str, width: int) -> None:
    """A link into a page of many screens ends where its target is in sight, on a phone too."""
    page = visit(f"{address}{place}", viewport={"width": width, "height": 740})
    target = page.locator(f"[id='{place.partition('#')[2]}']")
    page.wait_for_load_state()
    expect(target).to_be_in_viewport()
    for _ in range(20):
        page.evaluate("new Promise(requestAnimationFrame)")
    expect(target).to_be_in_viewport()
