"""Layers: what is folded is found, reached by links, copied and opened, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
COACHING = "interventions/physician-peer-coaching/index.html"
CLASSES = ("mindfulness-programs", "individual-directed-interventions", "organization-directed-interventions")


def test_a_page_opens_on_its_card_and_what_is_needed_to_act(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}")
    for heading in ("How to do it", "What it takes", "Who it suits", "Harms", "The result behind the verdict"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.locator("#section-harms + p")).to_be_visible()
    assert page.locator("figure").filter(visible=True).count() == 1
    assert page.locator("table").filter(visible=True).count() == 0
    for heading in ("Does it work", "The evidence", "Summary of findings", "What is not known", "Bibliography"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


@pytest.mark.parametrize("slug", CLASSES)
def test_a_class_of_interventions_is_no_longer_than_others(visit: Visit, address: str, slug: str) -> None:
    """Four heights of a screen with all that is folded, where it was up to seventy."""
    page = visit(f"{address}interventions/{slug}/", viewport={"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * 900


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(
    "place",
    [
        "interventions/mindfulness-training/index.html#note-b",
        f"{COACHING}#evidence-work-home-conflict-inactive-short-randomized",
        f"{COACHING}#ref-2",
        "studies/kiser-2024/index.html#finding-pfi-burnout-3-months",
    ],
)
def test_a_link_into_a_folded_part_opens_it(visit: Visit, address: str, place: str, scripts: bool) -> None:
    page = visit(f"{address}{place}", java_script_enabled=scripts)
    target = page.locator(f"[id='{place.partition('#')[2]}']")
    expect(target).to_be_visible()
    expect(target).to_be_in_viewport()


@pytest.mark.parametrize("place", [f"{COACHING}#section-evidence", f"{COACHING}#what-is-not-known"])
def test_a_link_to_the_heading_of_a_folded_part_opens_it(visit: Visit, address: str, place: str) -> None:
    page = visit(f"{address}{place}")
    fold = page.locator(".fold", has=page.locator(f"summary #{place.partition('#')[2]}"))
    expect(fold).to_have_attribute("open", "")
    expect(fold.locator("summary").first).to_be_in_viewport()
    page.locator(f"nav.contents a[href$='#{place.partition('#')[2]}']").click()
    page.get_by_role("link", name="What would change the rating").click()
    expect(page.get_by_text("Computed with the same rules")).to_be_visible()


def test_a_link_to_words_finds_them_in_a_folded_part(browser: Browser, address: str) -> None:
    """As a browser's own search in the page does."""
    page = browser.new_page()
    page.goto(f"{address}{COACHING}#:~:text=Computed%20with%20the%20same%20rules")
    expect(page.get_by_text("Computed with the same rules")).to_be_in_viewport()
    page.close()


def test_all_text_is_there_for_readers_and_copies(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}")
    words = ("Down 1 for risk of bias.", "Computed with the same rules", "Whether the effect lasts", "Mean difference")
    reader = page.evaluate("document.body.textContent")
    assert all(text in reader for text in words[:2])
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.evaluate("document.querySelector('main').prepend(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+v")
    copied = page.locator("textarea").input_value()
    for heading in page.locator("main :is(h2, h3)").all_text_contents():
        assert re.sub(r"\s+", " ", heading) in re.sub(r"\s+", " ", copied), heading
    assert all(text in copied for text in words[:2])


def test_one_button_opens_and_closes_all_parts(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}")
    button = page.get_by_role("button", name="Open all")
    button.press("Enter")
    assert page.locator("main details:not([open])").count() == 0
    page.get_by_role("button", name="Close all").press("Enter")
    assert page.locator("main details[open]").count() == 0
    bare = visit(f"{address}{COACHING}", java_script_enabled=False)
    expect(bare.get_by_role("button", name="Open all")).to_be_hidden()


def test_a_folded_part_opens_by_keyboard_without_scripts(visit: Visit, address: str) -> None:
    page = visit(f"{address}studies/kiser-2024/index.html", java_script_enabled=False)
    table = page.get_by_role("region", name="Table: Results that test an effect")
    expect(table).to_be_hidden()
    page.locator("summary", has_text="Result by result").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()


def test_the_search_finds_words_of_a_folded_part_and_leads_into_it(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q=heartbeat%20biofeedback%20puzzle")
    link = page.locator("#results .excerpt a", has_text="Does it work").first
    link.click()
    expect(page.locator(".fold", has=page.locator("#does-it-work"))).to_have_attribute("open", "")


def test_discrepancies_come_by_weight_and_are_narrowed(visit: Visit, address: str) -> None:
    page = visit(f"{address}discrepancies/index.html")
    heads = page.locator(".fold > summary > h2")
    assert heads.all_text_contents() == ["Touches a verdict", "Touches a result", "Touches no result"]
    every = page.locator(".discrepancies > li").count()
    page.get_by_label("Verdict on").select_option(label="Coaching as a whole")
    shown = page.locator(".discrepancies > li").filter(visible=True)
    expect(page.get_by_role("status")).to_have_text(f"{shown.count()} of {every} contradictions.")
    for item in shown.all():
        expect(item.get_by_role("link", name="Coaching as a whole")).to_be_visible()
    assert "intervention=" in page.url
    again = visit(page.url)
    expect(again.get_by_role("status")).to_have_text(f"{shown.count()} of {every} contradictions.")
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Words").fill("misspelled")
    expect(page.get_by_text("Three authors are misspelled")).to_be_visible()
    page.get_by_label("Words").fill("zzzqq")
    expect(page.get_by_role("status")).to_have_text("No contradiction fits all of this. Change a filter, or reset.")
    expect(heads.first).to_be_hidden()


def test_without_scripts_the_discrepancies_are_all_there(visit: Visit, address: str) -> None:
    page = visit(f"{address}discrepancies/index.html", java_script_enabled=False)
    expect(page.get_by_role("form", name="Narrow the list")).to_be_hidden()
    page.get_by_role("heading", name="Touches no result").click()
    expect(page.get_by_text("Three authors are misspelled")).to_be_visible()


def test_a_value_that_no_filter_has_narrows_nothing(visit: Visit, address: str) -> None:
    page = visit(f"{address}discrepancies/index.html?weight=none&intervention=%3Cb%3E")
    expect(page.get_by_role("status")).to_have_text("")
    expect(page.locator(".discrepancies > li").first).to_be_visible()


def test_scripts_of_layers_are_small(site_folder: Path) -> None:
    for name in ("fold.js", "narrow.js"):
        assert (site_folder / "theme" / name).stat().st_size < 15_000
