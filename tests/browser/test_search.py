"""Searching in a browser: from any page, with facets, by keyboard, by a shared address, and where nothing answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def _status(page: Page) -> str:
    """What the search tells, when it has answered."""
    status = page.locator("#status")
    expect(status).to_contain_text("entr")
    return status.inner_text()


def _found(page: Page) -> int:
    return int(_status(page).split()[0])


def test_a_word_in_the_header_finds_entries_with_their_rating_and_the_word_marked(visit: Visit, address: str) -> None:
    page = visit(f"{address}drivers/workload/")
    page.get_by_role("searchbox").fill("coaching")
    page.keyboard.press("Enter")
    assert "for “coaching”" in _status(page)
    expect(page.get_by_role("status")).to_have_text(_status(page))
    item = page.locator("#results > li").filter(
        has=page.get_by_role("link", name="Peer coaching by trained", exact=False)
    )
    expect(item.locator(".badge")).to_have_text("Promising for burnout · low certainty")
    expect(item.locator("mark").first).to_contain_text("oach")
    item.get_by_role("heading").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Peer coaching by trained physicians")
    page.go_back()
    assert "for “coaching”" in _status(page)


def test_facets_count_narrow_and_are_taken_away_by_keyboard(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q=coaching")
    every = _found(page)
    box = page.get_by_role("group", name="Kind").get_by_label("Study (")
    number = int(str(box.locator("xpath=..").inner_text()).split("(")[1].rstrip(")"))
    assert 0 < number < every
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_contain_text(f"{number} entr")
    expect(box).to_be_focused()
    expect(page.locator("#results .badge")).to_have_count(0)
    expect(page.get_by_role("group", name="Verdict")).to_be_hidden()
    other = page.get_by_role("group", name="Kind").get_by_label("Instrument (")
    more = int(other.locator("xpath=..").inner_text().split("(")[1].rstrip(")"))
    other.check()
    expect(page.locator("#status")).to_contain_text(f"{number + more} entr")
    page.get_by_role("button", name="Clear all filters").press("Enter")
    expect(page.locator("#status")).to_contain_text(f"{every} entr")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_an_address_brings_back_words_and_facets(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html")
    _status(page)
    page.get_by_role("searchbox").fill("inbox")
    expect(page.locator("#status")).to_contain_text("“inbox”")
    page.get_by_role("checkbox", name="Intervention (").check()
    page.get_by_role("checkbox", name="EHR and technology (").check()
    expect(page.locator("#status")).to_contain_text("“inbox”")
    number = _found(page)
    assert "q=inbox&kind=Intervention&driver=EHR" in page.url
    other = visit(page.url)
    assert _found(other) == number
    expect(other.get_by_role("checkbox", name="EHR and technology (")).to_be_checked()
    expect(other.get_by_role("searchbox")).to_have_value("inbox")


def test_without_words_all_entries_are_there_the_strongest_interventions_first(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert _found(page) > 100
    expect(page.locator("#results .badge").first).to_contain_text("Promising")
    expect(page.locator("#results mark")).to_have_count(0)
    expect(page.locator("#results > li")).to_have_count(10)
    page.get_by_role("button", name="More results").press("Enter")
    expect(page.locator("#results > li")).to_have_count(20)
    expect(page.locator("#results > li").nth(10).get_by_role("link").first).to_be_focused()


def test_a_word_that_no_page_has_is_told_from_one_that_was_found(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q=zzzqq")
    expect(page.get_by_role("status")).to_contain_text("No page has “zzzqq”.")


@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "still loading"])
def test_after_a_search_the_results_are_the_next_stop_of_the_keyboard(visit: Visit, address: str, loaded: bool) -> None:
    """Also where Enter came before the search was loaded."""
    page = visit(f"{address}index.html")
    held: list[Route] = []
    page.route("**/facets.json", lambda route: held.append(route))
    page.goto(f"{address}search/index.html")
    while not held:
        page.wait_for_timeout(10)
    page.get_by_role("searchbox").fill("coaching")
    if not loaded:
        page.keyboard.press("Enter")
    for route in held:
        route.continue_()
    if loaded:
        page.locator("#results > li").first.wait_for()
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_focused()
    page.locator("#results > li").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator("#results a").first).to_be_focused()


def test_a_question_in_plain_words_is_answered(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q={quote('my physicians finish their notes at night')}")
    expect(page.get_by_role("link", name="EHR and technology")).to_be_visible()
    expect(page.get_by_role("link", name="Human scribes and other help with notes", exact=True)).to_be_visible()
    page.goto(f"{address}search/index.html?q={quote('who assists with documentation on Saturdays')}")
    page.locator("#results > li").first.wait_for()
    assert "no page has all of these words, these have the most" in _status(page)
    expect(page.get_by_role("link", name="Human scribes and other help with notes")).to_be_visible()


def test_where_nothing_is_found_it_says_so_and_shows_no_markup_of_the_query(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q={quote('<b>日本</b>')}&kind=Study")
    expect(page.locator("#status")).to_have_text(
        "Nothing found for “<b>日本</b>”. Remove a filter, or try other words."
    )
    expect(page.locator("#results > li")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Study (0)")).to_be_checked()


def test_where_the_index_cannot_be_read_it_says_so(browser: Browser, address: str, site_folder: Path) -> None:
    """Opened as a file a script may load nothing; the lists are named in its place."""
    page = browser.new_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    for place in (f"{address}search/index.html?q=coaching", (site_folder / "search/index.html").as_uri()):
        page.goto(place)
        expect(page.locator("#status")).to_contain_text("could not be loaded")
        expect(page.locator("main").get_by_role("link", name="What works", exact=True)).to_be_visible()
    page.close()


def test_no_page_loosens_its_policy_for_the_search(site_folder: Path) -> None:
    text = {path: path.read_text(encoding="utf-8") for path in site_folder.rglob("*.html")}
    assert [path.name for path in text if "unsafe" in text[path].partition("</head>")[0]] == []
