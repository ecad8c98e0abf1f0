"""The pictures in a browser: on a phone, by keyboard, and drawn where their numbers say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PAGES = ("gap-map/", "crosswalk/", "studies/kiser-2024/", "interventions/physician-peer-coaching/")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_picture_makes_a_page_scroll_sideways(visit: Visit, address: str, width: int) -> None:
    page = visit(address, viewport={"width": width, "height": 740})
    wide = []
    for path in PAGES:
        page.goto(f"{address}{path}index.html")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert not wide


def test_the_map_scrolls_in_its_own_frame_and_keeps_its_row_headings(visit: Visit, address: str) -> None:
    page = visit(f"{address}gap-map/", viewport={"width": 360, "height": 740})
    frame = page.get_by_role("region", name="Map: Drivers of burnout")
    heading = frame.get_by_role("rowheader", name="Workload", exact=True)
    heading.scroll_into_view_if_needed()
    before = heading.bounding_box()
    assert frame.evaluate("frame => { frame.scrollLeft = 300; return frame.scrollLeft; }") == 300
    after = heading.bounding_box()
    assert before
    assert after
    assert abs(before["x"] - after["x"]) < 2


def test_a_cell_leads_to_its_entries_by_keyboard(visit: Visit, address: str) -> None:
    page = visit(f"{address}gap-map/")
    cell = page.get_by_role("link", name="Community and support, peer support:")
    expect(cell).to_have_accessible_name(
        re.compile(r"^Community and support, peer support: \d+ interventions, best low certainty$")
    )
    cell.focus()
    page.keyboard.press("Enter")
    entries = page.locator("#driver-community-support-peer-support")
    expect(entries).to_be_in_viewport()
    page.keyboard.press("Tab")
    first = entries.get_by_role("link").first
    expect(first).to_be_focused()
    title = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)


def test_an_outcome_cell_leads_to_the_body_of_evidence(visit: Visit, address: str) -> None:
    page = visit(f"{address}gap-map/")
    page.get_by_role("link", name="Disengagement, peer support:").click()
    page.locator("#outcome-disengagement-peer-support").get_by_role("link").first.click()
    expect(page.locator("#evidence-disengagement-inactive-short-randomized")).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_forest_plot_draws_intervals_beside_the_null(visit: Visit, address: str, width: int) -> None:
    page = visit(f"{address}studies/kiser-2024/", viewport={"width": width, "height": 740})
    plot = page.locator("figure.forest").first
    row = plot.get_by_role("listitem").filter(has_text="Overall burnout")
    null, line = row.locator(".null").bounding_box(), row.locator(".ci").bounding_box()
    assert null
    assert line
    assert line["width"] > 20
    assert line["x"] + line["width"] < null["x"], "the whole interval is below 0"
    axis = plot.locator(".axis").bounding_box()
    zero = plot.locator(".axis text").filter(has_text="no difference").bounding_box()
    assert axis
    assert zero
    assert abs(axis["x"] + axis["width"] / 2 - null["x"]) < 1.5
    assert abs(zero["x"] + zero["width"] / 2 - null["x"]) < 1.5
    crossing = plot.get_by_role("listitem").filter(has_text="Work exhaustion").locator(".ci").bounding_box()
    assert crossing
    assert crossing["x"] < null["x"] < crossing["x"] + crossing["width"]


def test_a_drawing_says_what_it_shows_and_its_name_leads_to_the_finding(visit: Visit, address: str) -> None:
    page = visit(f"{address}studies/kiser-2024/")
    plot = page.locator("figure.forest").first
    expect(plot.get_by_role("img", name="The whole interval is below 0: favors the intervention").first).to_be_visible()
    plot.get_by_role("link", name="Burnout", exact=True).click()
    expect(page.locator("#finding-pfi-burnout-3-months")).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_body_of_evidence_draws_the_study_beside_the_shaded_zone_with_its_appraisal(
    visit: Visit, address: str, width: int
) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/", viewport={"width": width, "height": 740})
    body = page.locator("section", has=page.locator("#section-headline"))
    body.scroll_into_view_if_needed()
    zone, square, line = (
        body.locator(f"li svg {part}").first.bounding_box() for part in (".zone", "rect:last-child", ".ci")
    )
    assert zone
    assert square
    assert line
    assert line["x"] < square["x"] < square["x"] + square["width"] < zone["x"], "the estimate is beyond the threshold"
    expect(body.get_by_role("img", name="Risk of bias by RoB 2")).to_be_visible()
    expect(body.get_by_text("better with it")).to_be_visible()


def test_a_hundred_figures_say_what_they_show(visit: Visit, address: str) -> None:
    page = visit(f"{address}interventions/physician-peer-coaching/")
    picture = page.get_by_role("img", name="Of 100 people, about 68 end up better off")
    expect(picture).to_be_visible()
    colors = picture.locator("path").evaluate_all("paths => paths.map(path => getComputedStyle(path).stroke)")
    assert len(set(colors)) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_in_both_color_schemes(visit: Visit, address: str, scheme: str) -> None:
    page = visit(f"{address}gap-map/", color_scheme=scheme)
    ratios = page.evaluate(CONTRAST)
    assert len(ratios) == 5
    assert min(ratios) >= 4.5


# The contrast of a circle's number with the tint behind it, for each circle of the legend.
CONTRAST = """() => {
  const parts = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = rgb => rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const paper = parts(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('.counts .dot')].map(dot => {
    const ink = parts(getComputedStyle(dot.querySelector('text')).fill);
    const share = Number(getComputedStyle(dot.querySelector('circle')).fillOpacity);
    const color = parts(getComputedStyle(dot).color);
    const tint = paper.map((v, i) => v + (color[i] - v) * share);
    const [low, high] = [light(ink), light(tint)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  });
}"""
