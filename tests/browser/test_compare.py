"""Comparing interventions in a browser: narrow, sort, share, go back, reset, download, with and without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.view.price import LABELS

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ALL = len(list((Path(__file__).parents[2] / "content/interventions").glob("*.md")))
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def compare(address: str) -> str:
    return f"{address}compare/index.html"


def _rows(page: Page) -> Locator:
    return page.locator("#compare tbody tr:visible")


def _having(page: Page, **values: str) -> int:
    """How many rows have these values, by the attributes that the page writes; a value may name several, by blanks."""
    rows = page.locator("#compare tbody tr").all()
    given = [{name: (row.get_attribute(f"data-{name}") or "").split() for name in values} for row in rows]
    return sum(all(set(wanted.split()) & set(row[name]) for name, wanted in values.items()) for row in given)


def _column(page: Page, number: int) -> list[str]:
    """What a column says; of the first the titles."""
    cells = [row.locator("th, td").nth(number) for row in _rows(page).all()]
    return [(cell if number else cell.locator("a")).inner_text() for cell in cells]


def _open(page: Page, name: str) -> Locator:
    details = page.locator("#filters details", has=page.locator("summary", has_text=name))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return details


def _choose(page: Page, name: str, choice: str) -> None:
    _open(page, name).get_by_label(re.compile(f"^{choice}[ ,]")).check()


def _shown(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_have_text(text)


def test_filters_narrow_the_table_and_say_how_many_are_shown(visit: Visit, compare: str) -> None:
    page = visit(compare)
    _shown(page, f"{ALL} interventions.")
    _choose(page, "Driver", "EHR and technology")
    assert _having(page, driver="ehr-technology") > 5
    _shown(page, f"{_having(page, driver='ehr-technology')} of {ALL} interventions.")
    assert all("EHR and technology" in drivers for drivers in _column(page, 7))
    _choose(page, "Verdict", "Early signs")
    _shown(page, f"{_having(page, driver='ehr-technology', verdict='early-signs')} of {ALL} interventions.")
    assert all(text.startswith("Early signs") for text in _column(page, 1))
    _choose(page, "Certainty", "Low or higher")
    _shown(page, "No intervention fits all of this. Remove a filter, or reset.")
    assert _rows(page).count() == 0


def test_two_values_of_one_filter_let_either_pass(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?cost=low")
    _shown(page, f"{_having(page, cost='low')} of {ALL} interventions.")
    _choose(page, "Cost", "Moderate")
    _shown(page, f"{_having(page, cost='low moderate')} of {ALL} interventions.")
    expect(page.locator("summary", has_text="Cost")).to_contain_text("2 chosen")


def test_counts_on_a_filter_say_what_a_choice_would_show(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?driver=ehr-technology")
    for verdict in _open(page, "Verdict").locator("label").all():
        count = verdict.locator(".note").inner_text()
        verdict.locator("input").check()
        assert _rows(page).count() == int(count)
        verdict.locator("input").uncheck()
    # A filter's own choices do not lower its counts.
    counts = _open(page, "Driver").locator("label .note").all_inner_texts()
    assert counts == visit(compare).locator("#filters details").first.locator("label .note").all_text_contents()


def test_a_view_can_be_shared_by_its_address(visit: Visit, compare: str) -> None:
    page = visit(compare)
    _choose(page, "Driver", "Workload")
    _choose(page, "Driver", "Community and support")
    _choose(page, "Certainty", "Very low or higher")
    page.get_by_role("button", name="Studies").click()
    assert page.url == f"{compare}?driver=community-support&driver=workload&certainty=very-low&sort=-studies"
    other = visit(page.url)
    assert other.get_by_role("status").inner_text() == page.get_by_role("status").inner_text()
    assert _column(other, 0) == _column(page, 0)
    expect(other.locator("th[aria-sort]")).to_have_text("Studies")
    expect(_open(other, "Certainty").get_by_label("Very low or higher")).to_be_checked()
    expect(_open(other, "Driver").get_by_label("Workload")).to_be_checked()


def test_an_address_that_makes_no_sense_shows_everything(visit: Visit, compare: str) -> None:
    """And says what it cannot narrow by."""
    page = visit(f"{compare}?driver=nothing&sort=nothing&other=1")
    _shown(page, f"{ALL} interventions. Nothing has the driver that this link asks for.")


def test_back_and_forward_go_through_the_views(visit: Visit, compare: str) -> None:
    page = visit(compare)
    _choose(page, "Cost", "Moderate")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Effort").click()
    sorted_titles = _column(page, 0)
    page.go_back()
    _shown(page, f"{_having(page, cost='moderate')} of {ALL} interventions.")
    expect(page.locator("th[aria-sort]")).to_have_text("Verdict")
    page.go_back()
    _shown(page, f"{ALL} interventions.")
    expect(page.locator("#filters").get_by_label("Moderate", exact=False).first).not_to_be_checked()
    page.go_forward()
    page.go_forward()
    assert _column(page, 0) == sorted_titles


def test_reset_shows_all_strongest_first(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?driver=workload&certainty=low&sort=title")
    page.get_by_role("button", name="Reset").click()
    _shown(page, f"{ALL} interventions.")
    assert page.url == compare
    assert _column(page, 0) == _column(visit(compare), 0)
    expect(page.locator("summary", has_text="Driver")).to_contain_text("any")
    expect(_open(page, "Certainty").get_by_label("Any, or not graded")).to_be_checked()


def test_columns_sort_both_ways_and_say_so(visit: Visit, compare: str) -> None:
    page = visit(compare)
    strongest = _column(page, 0)
    verdict, title, cost, studies = (
        page.get_by_role("columnheader", name=name) for name in ("Verdict", "Intervention", "Cost", "Studies")
    )
    expect(verdict).to_have_attribute("aria-sort", "descending")
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "ascending")
    assert page.locator("th[aria-sort]").count() == 1
    assert _column(page, 0) == sorted(strongest, key=str.casefold)
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "descending")
    assert _column(page, 0) == sorted(strongest, key=str.casefold, reverse=True)
    studies.get_by_role("button").click()
    expect(studies).to_have_attribute("aria-sort", "descending")
    numbers = [int(text) for text in _column(page, 8)]
    assert numbers == sorted(numbers, reverse=True)
    studies.get_by_role("button").click()
    expect(studies).to_have_attribute("aria-sort", "ascending")
    assert [int(text) for text in _column(page, 8)] == sorted(numbers)
    # What is not known stands last both ways.
    unknown = {"Ask the vendor", "Not reported"}
    known = [text for text in _column(page, 3) if text not in unknown]
    order = sorted(known, key=list(LABELS.values()).index)
    assert order
    for expected in (order, order[::-1]):
        cost.get_by_role("button").click()
        assert _column(page, 3)[: len(known)] == expected
        assert set(_column(page, 3)[len(known) :]) == unknown
    verdict.get_by_role("button").click()
    assert _column(page, 0) == strongest
    verdict.get_by_role("button").click()
    assert _column(page, 0) == strongest[::-1]


def test_the_csv_holds_what_is_shown_in_its_order(visit: Visit, compare: str) -> None:
    page = visit(
        f"{compare}?driver=community-support&driver=meaning-growth&verdict=early-signs&verdict=promising&sort=title"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename == "interventions.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Intervention"] for row in rows] == _column(page, 0)
    assert len(rows) == _rows(page).count() > 2
    for name, number in (("Cost", 3), ("Effort", 4), ("Acts on", 5), ("Changes", 6), ("Drivers", 7), ("Studies", 8)):
        assert [row[name] for row in rows] == _column(page, number)
    peer = next(row for row in rows if row["Intervention"].startswith("Peer coaching"))
    assert (peer["Verdict"], peer["Certainty"]) == ("Promising", "low certainty")
    assert (peer["Effect"], peer["Figure"]) == ("It may reduce burnout.", "−0.79 (−1.27 to −0.32)")
    assert "scale 0 to 10, lower is better" in peer["Figure means"]
    assert peer["Page"].endswith("/output/interventions/physician-peer-coaching/index.html")


def test_the_link_of_a_view_is_copied(visit: Visit, compare: str) -> None:
    page = visit(compare)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _choose(page, "Acts on", "Team")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Copy link").click()
    _shown(page, "Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{compare}?level=team"


def test_everything_works_by_keyboard_alone(visit: Visit, compare: str) -> None:
    page = visit(compare)
    page.locator("#filters summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text(f"of {ALL} interventions.")
    page.keyboard.press("Escape")
    expect(page.locator("#filters details[open]")).to_have_count(0)
    expect(page.locator("#filters summary").first).to_be_focused()
    while not page.evaluate("document.activeElement.matches('#compare th button')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Intervention")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("button", name="Intervention")).to_be_focused()
    page.get_by_role("button", name="Reset").focus()
    page.keyboard.press("Enter")
    _shown(page, f"{ALL} interventions.")


def test_an_open_filter_closes_by_a_click_elsewhere_and_one_is_open_at_a_time(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?driver=workload")
    _open(page, "Driver")
    page.locator("#filters summary", has_text="Acts on").click()
    expect(page.locator("#filters details[open]")).to_have_count(1)
    page.locator("h1").click()
    expect(page.locator("#filters details[open]")).to_have_count(0)


def test_without_javascript_the_whole_table_is_there_and_nothing_that_needs_it(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?driver=workload", java_script_enabled=False)
    expect(_rows(page)).to_have_count(ALL)
    for dead in ("#filters", ".tools", "#compare th button", ".pick"):
        assert not page.locator(dead).filter(visible=True).count(), dead
    page.get_by_role("link", name="Peer coaching by trained physicians").click()
    assert page.url.endswith("interventions/physician-peer-coaching/index.html")


def test_it_works_opened_as_a_file(visit: Visit, site_folder: Path) -> None:
    page = visit((site_folder / "compare/index.html").as_uri() + "?driver=workload")
    _shown(page, f"{_having(page, driver='workload')} of {ALL} interventions.")
    _choose(page, "Verdict", "Early signs")
    _shown(page, f"{_having(page, driver='workload', verdict='early-signs')} of {ALL} interventions.")


def test_on_a_phone_rows_become_cards_with_labels_and_nothing_scrolls_sideways(visit: Visit, compare: str) -> None:
    page = visit(compare, **PHONE)
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
    for name in ("Driver", "Verdict", "Certainty", "Cost", "For", "Where", "Acts on", "Changes"):
        panel = _open(page, name).locator("fieldset")
        box = panel.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert not page.evaluate(wide)
        page.keyboard.press("Escape")
    frame = page.get_by_role("region", name="Table: Interventions compared")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    label = "cell => getComputedStyle(cell, '::before').content"
    assert _rows(page).first.locator("td").nth(2).evaluate(label) == '"Cost: "'
    page.get_by_role("button", name="Studies").click()
    expect(page.get_by_role("columnheader", name="Studies")).to_have_attribute("aria-sort", "descending")


def test_the_home_page_and_an_intervention_lead_to_views_of_the_comparison(visit: Visit, address: str) -> None:
    page = visit(address)
    card = page.locator(".card", has=page.get_by_role("link", name="“My physicians finish their notes at night”"))
    card.get_by_role("link", name=re.compile(r"Compare \d+ interventions")).click()
    expect(page.get_by_role("status")).to_contain_text(f" of {ALL} interventions.")
    _shown(page, f"{_having(page, driver='ehr-technology')} of {ALL} interventions.")
    page.goto(f"{address}interventions/physician-peer-coaching/index.html")
    page.get_by_role("link", name="Compare with others for the same drivers").click()
    expect(page.get_by_role("status")).to_contain_text(f" of {ALL} interventions.")
    expect(page.locator("summary", has_text="Driver")).to_contain_text("4 chosen")


def test_for_whom_where_and_what_it_costs_narrow_the_table(visit: Visit, compare: str) -> None:
    page = visit(compare)
    _choose(page, "For", "Nurses")
    _shown(page, f"{_having(page, population='nurses')} of {ALL} interventions.")
    _choose(page, "Where", "Intensive care")
    _choose(page, "Where", "Not reported")
    both = _having(page, population="nurses", setting="intensive-care not-reported")
    _shown(page, f"{both} of {ALL} interventions.")
    assert page.url.endswith("?population=nurses&setting=intensive-care&setting=not-reported")
    _shown(visit(f"{compare}?cost=1000-5000"), f"{_having(page, cost='1000-5000')} of {ALL} interventions.")


def test_a_filter_by_outcome_says_on_what_the_effects_are(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?outcome=turnover")
    expect(page.get_by_role("status")).to_contain_text("Each effect is on the outcome of its verdict.")


def _tick(page: Page, number: int) -> None:
    _rows(page).nth(number).get_by_label("Side by side").check()


def test_up_to_four_stand_side_by_side_and_the_address_holds_them(visit: Visit, compare: str) -> None:
    page = visit(compare)
    bar, side = page.locator("#bar"), page.locator("#side")
    expect(bar).to_be_hidden()
    _tick(page, 0)
    expect(bar).to_contain_text("1 of up to 4 ticked.")
    expect(side).to_be_hidden()
    for number in (1, 2, 3):
        _tick(page, number)
    titles = _column(page, 0)[:4]
    assert side.locator("th[scope=col]").all_inner_texts() == titles
    assert not _rows(page).nth(4).get_by_label("Side by side").is_enabled()
    names = side.locator("th[scope=row]").all_inner_texts()
    assert names[:3] == ["Intervention", "Verdict", "Burnout"]
    assert names[-8:] == ["Cost", "Effort", "Acts on", "Changes", "Drivers", "Studies", "For", "Where"]
    other = visit(page.url)
    assert other.locator("#side th[scope=col]").all_inner_texts() == titles
    page.get_by_role("link", name="See side by side").click()
    expect(page.locator("#together")).to_be_focused()
    page.get_by_role("button", name="Clear").click()
    expect(side).to_be_hidden()
    assert "pick" not in page.url


def _beside(page: Page, outcome: str) -> list[str]:
    """What the picks say of one outcome, side by side."""
    row = page.locator("#side tr", has=page.get_by_role("rowheader", name=outcome, exact=True))
    return row.locator("td").all_inner_texts()


def test_side_by_side_a_row_is_one_outcome_and_says_what_each_figure_rests_on(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?pick=coaching&pick=mindfulness-programs&pick=massage")
    mindful, coaching, massage = _beside(page, "Burnout")
    for text in (mindful, coaching):
        assert "burnout" in text.splitlines()[0]
        assert "certainty" in text
        assert "This figure: 1 study, " in text
    assert massage == "No figure"
    assert "increase accomplishment" in _beside(page, "Accomplishment")[0]
    assert _beside(page, "Accomplishment")[1:] == ["No figure", "No figure"]
    assert not _beside(page, "Effect")


def test_without_any_graded_outcome_side_by_side_says_so(visit: Visit, compare: str) -> None:
    page = visit(compare)
    known = page.evaluate(
        "[...document.getElementById('outcomes').content.querySelectorAll('[data-of]')].map((of) => of.dataset.of)"
    )
    values = [box.get_attribute("value") for box in page.locator(".pick input").all()]
    first, second = [value for value in values if value not in known][:2]
    page = visit(f"{compare}?pick={first}&pick={second}")
    assert _beside(page, "Effect") == ["No figure", "No figure"]


def test_an_intervention_is_found_by_its_name_and_the_address_holds_it(visit: Visit, compare: str) -> None:
    page = visit(compare)
    page.get_by_label("Find by name").fill(" Peer  coach")
    titles = _column(page, 0)
    assert titles
    assert all("peer" in title.lower() and "coach" in title.lower() for title in titles)
    _shown(page, f"{len(titles)} of {ALL} interventions.")
    assert _column(visit(page.url), 0) == titles
    page.get_by_label("Find by name").fill("no such thing")
    _shown(page, "No intervention fits all of this. Remove a filter, or reset.")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_label("Find by name")).to_have_value("")
    assert page.url == compare


@pytest.mark.parametrize(("width", "hinted"), [(360, False), (820, True), (1280, False)])
def test_where_the_table_scrolls_sideways_a_hint_says_so(visit: Visit, compare: str, width: int, hinted: bool) -> None:
    page = visit(compare, viewport={"width": width, "height": 900})
    assert page.get_by_text("Scroll it sideways").is_visible() == hinted


def test_the_address_of_a_feed_is_shown_whole_and_copied(visit: Visit, address: str) -> None:
    page = visit(f"{address}changes/index.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    feed = f"{address}feeds/all.atom"
    expect(page.locator(".feed a")).to_have_text(feed)
    page.locator(".feed").get_by_role("button", name="Copy").click()
    expect(page.locator(".feed [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == feed


def test_more_than_four_in_an_address_are_four(visit: Visit, compare: str) -> None:
    slugs = ["yoga-programs", "massage", "coaching", "living-wage", "schwartz-rounds"]
    page = visit(f"{compare}?{'&'.join(f'pick={slug}' for slug in slugs)}&pick=no-such")
    expect(page.locator("#side th[scope=col]")).to_have_count(4)


def test_on_paper_the_view_says_how_it_was_narrowed(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?population=nurses&certainty=low")
    page.emulate_media(media="print")
    expect(page.locator("#view")).to_contain_text("Filters: Certainty: Low or higher; For: Nurses. http")
    for selector in ("#filters", ".tools", ".pick", "#bar"):
        assert not page.locator(selector).filter(visible=True).count(), selector
    assert 0 < _rows(page).count() < ALL
    both = visit(f"{compare}?pick=massage&pick=coaching")
    both.emulate_media(media="print")
    expect(both.locator("#view")).to_contain_text("Coaching as a whole · Massage at work. http")
    expect(both.locator("#shown")).to_be_hidden()
    expect(both.locator("#side")).to_be_visible()
    expect(both.locator("#compare")).to_be_hidden()


def test_the_csv_carries_the_view(visit: Visit, compare: str) -> None:
    page = visit(f"{compare}?population=nurses&certainty=low")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert {row["Filters"] for row in rows} == {"Certainty: Low or higher; For: Nurses"}
    assert {row["View"] for row in rows} == {page.url}
    assert all("urses" in row["For"] and row["Where"] and row["Cost"] and row["Effort"] for row in rows)
    assert any(row["Of 100 people"].startswith("Of 100 people, about") for row in rows)
