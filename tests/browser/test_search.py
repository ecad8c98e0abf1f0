"""Searching in a browser: from any page, with facets, by keyboard, by a shared address, and where nothing answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kb.check import Checked
from kb.search import SearchEngine
from kb.search.spelling import english
from kb.search.words import tokens
from kb.text.stop_words import STOP_WORDS

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


def test_a_word_that_no_page_has_and_that_resembles_none_finds_nothing(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q=zzzqq")
    expect(page.get_by_role("status")).to_have_text(
        "Nothing found for “zzzqq”: no entry has any of this, or a word spelled almost like it. "
        "Try another word for the same thing."
    )
    expect(page.locator("#narrow")).to_be_hidden()
    for name, heading in (
        ("Start from a problem", "Drivers"),
        ("Compare all interventions", "Compare"),
        ("What we know of and have not entered", "Protocol"),
    ):
        page.locator("#nothing").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_contain_text(heading)
        page.go_back()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("the of and", "Nothing found for “the of and”: there is no word to look for. Type what it is about."),
        (
            '"coaching zzzqq"',
            "entries with just its words, without quotation marks, minus signs or fields such as kind:.",
        ),
        ("coaching -coaching", "entries with just its words"),
        ("author:zzzqq coaching year:2024 kind:driver -workload -peer", "entries with just its words"),
    ],
)
def test_where_a_query_asks_too_much_it_says_so(visit: Visit, address: str, query: str, told: str) -> None:
    page = visit(f"{address}search/index.html?q={quote(query)}")
    expect(page.get_by_role("status")).to_contain_text("Nothing found for")
    expect(page.get_by_role("status")).to_contain_text(told)


def test_where_filters_leave_nothing_it_says_how_much_there_is_and_clears_them(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q=coaching")
    every = _found(page)
    page.goto(f"{address}search/index.html?q=coaching&kind=Framework&driver=Workload")
    told = f"Nothing found for “coaching” with these filters; {every} entries without them."
    expect(page.get_by_role("status")).to_have_text(told)
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator("#status")).to_contain_text(f"{every} entries for")
    expect(page.locator("#nothing")).to_be_hidden()


@pytest.mark.parametrize("query", ["PSS", "copenhagan inventory", "biofeedback", "losing doctors to other jobs"])
def test_every_hit_shows_a_word_by_which_it_was_found(visit: Visit, address: str, query: str) -> None:
    """Also where only a table has it."""
    page = visit(f"{address}search/index.html?q={quote(query)}")
    items = page.locator("#results > li")
    expect(items.first).to_be_visible()
    expect(items.filter(has=page.locator("mark"))).to_have_count(items.count())


@pytest.mark.parametrize(
    ("query", "reason", "marked"),
    [
        ("NCT05036993", "Registration: NCT05036993", "NCT05036993"),
        ("https://doi.org/10.1001/JAMANetworkOpen.2024.5645", "DOI: 10.1001/JAMANetworkOpen.2024.5645", "10.1001"),
        ("pmid:41497288", "PMID: 41497288", "41497288"),
        ("author:kiser", "Author: Stephanie B. Kiser", "Kiser"),
        ("author:west burnout", "Author: C. P. West", "West"),
    ],
)
def test_a_study_found_by_a_number_or_an_author_shows_it(
    visit: Visit, address: str, query: str, reason: str, marked: str
) -> None:
    page = visit(f"{address}search/index.html?q={quote(query)}")
    line = page.locator("#results > li").first.locator(".excerpt").filter(has_text=reason.split(":")[0])
    expect(line).to_have_text(reason)
    expect(line.locator("mark")).to_contain_text(marked)


@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "still loading"])
def test_after_a_search_the_results_are_the_next_stop_of_the_keyboard(visit: Visit, address: str, loaded: bool) -> None:
    """Also where Enter came before the search was loaded."""
    page = visit(f"{address}index.html")
    held: list[Route] = []
    page.route("**/search/index.json", lambda route: held.append(route))
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
    assert "no page has all of these words, these come nearest" in _status(page)
    expect(page.get_by_role("link", name="Human scribes and other help with notes")).to_be_visible()


def test_where_nothing_is_found_it_says_so_and_shows_no_markup_of_the_query(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q={quote('<i>日本</i>')}&kind=Study")
    expect(page.locator("#status")).to_have_text(
        "Nothing found for “<i>日本</i>”: no entry has any of this, or a word spelled almost like it. "
        "Try another word for the same thing."
    )
    expect(page.locator("#results > li")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Study (0)")).to_be_checked()


def test_where_the_index_cannot_be_read_it_says_so(browser: Browser, address: str, site_folder: Path) -> None:
    """Opened as a file a script may load nothing; the lists are named in its place."""
    page = browser.new_page()
    page.route("**/search/index.json", lambda route: route.abort())
    for place in (f"{address}search/index.html?q=coaching", (site_folder / "search/index.html").as_uri()):
        page.goto(place)
        expect(page.locator("#status")).to_contain_text("could not be loaded")
        expect(page.locator("main").get_by_role("link", name="What works", exact=True)).to_be_visible()
    page.close()


def test_no_page_loosens_its_policy_for_the_search(site_folder: Path) -> None:
    text = {path: path.read_text(encoding="utf-8") for path in site_folder.rglob("*.html")}
    assert [path.name for path in text if "unsafe" in text[path].partition("</head>")[0]] == []


def test_a_misspelt_word_is_mended_and_said(visit: Visit, address: str) -> None:
    page = visit(f"{address}search/index.html?q={quote('coahcing physcians')}")
    expect(page.get_by_role("status")).to_contain_text("for “coaching physicians”.")
    expect(page.get_by_role("status")).to_contain_text("“coahcing physcians” was not found as it is spelled.")
    expect(page.get_by_role("searchbox")).to_have_value("coahcing physcians")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [("kind:instrument burnout", {"Instrument"}), ("burnout -kind:study -kind:intervention kind:driver", {"Driver"})],
)
def test_a_field_and_its_value_narrow(visit: Visit, address: str, query: str, kinds: set[str]) -> None:
    page = visit(f"{address}search/index.html?q={quote(query)}")
    assert _found(page) > 3
    assert {text.strip() for text in page.locator("#results .meta").all_inner_texts()} == kinds


def test_every_word_of_the_content_becomes_the_same_terms_here_and_there(
    visit: Visit, address: str, project: Path
) -> None:
    files = [path for path in (project / "content").rglob("*") if path.suffix in (".md", ".bib", ".yml")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    texts += [*english(), "U.S. u.s. US us WHO İstanbul ½ ² ﬁ straße 倦怠 e\u0301 a-b-c x--y ’s 1.5.2 A.B-C x'y'z", ""]
    page = visit(f"{address}search/index.html")
    page.evaluate("stops => { window.stops = new Set(stops); }", sorted(STOP_WORDS))
    script = """texts => texts.map((text) =>
        words.tokens(text, stops).map(({ term, extra }) => extra ? `${term}*` : term))"""
    for start in range(0, len(texts), 2_000):
        some = texts[start : start + 2_000]
        here = [[f"{token.term}*" if token.extra else token.term for token in tokens(text)] for text in some]
        assert page.evaluate(script, some) == here


def test_both_searches_put_the_same_first(visit: Visit, address: str, real_index: SearchEngine, real: Checked) -> None:
    titles = [entry.title for entry in real.knowledge.entries() if entry.kind != "study"]
    queries = [
        *titles,
        "EMR",
        "e mail",
        "well being",
        "losing doctors",
        '"moral injury"',
        "author:west",
        "coaching -peer",
    ]
    page = visit(f"{address}search/index.html")
    script = """async ([root, queries]) => {
      const index = await (await fetch(root + "search/index.json")).json(), search = engine(index);
      const found = (query) => search.find(search.parse(query)).slice(0, 5);
      return queries.map((query) => found(query).map(({ number }) => index.shown[number].path));
    }"""
    here = page.evaluate(script, [address, queries])
    paths = {(entry.kind, entry.slug): entry.path for entry in real.knowledge.entries()}
    alike = 0
    for query, found in zip(queries, here, strict=True):
        there = [paths[hit.kind, hit.slug] for hit in real_index.search(query, limit=5).hits]
        alike += there[:1] == [path for path in found if path != "measure/"][:1]
    assert alike >= 0.95 * len(queries)


@pytest.mark.parametrize(
    "query",
    [
        "-",
        '"',
        "NOT",
        ":",
        "kind:",
        "author:",
        '-"',
        "\\",
        "constructor",
        "__proto__ toString",
        "a" * 9_000,
        "((((",
        "kind:study " * 300,
        "word " * 3_000,
    ],
)
def test_nothing_that_is_typed_breaks_the_search(visit: Visit, address: str, query: str) -> None:
    page = visit(f"{address}search/index.html")
    _status(page)
    page.get_by_role("searchbox").fill(query)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_focused()
    expect(page.get_by_role("status")).not_to_contain_text("could not be loaded")


def test_the_index_weighs_less_than_a_kilobyte_an_entry_and_the_scripts_little(site_folder: Path) -> None:
    index = (site_folder / "search/index.json").read_bytes()
    assert len(gzip.compress(index)) < 1_000 * len(json.loads(index)["shown"])
    scripts = [(site_folder / f"theme/{name}.js").read_bytes() for name in ("words", "engine", "search")]
    assert sum(len(gzip.compress(script)) for script in scripts) < 15_000
