"""Planning a portfolio in a browser: numbers in, options and the cost of doing nothing out, shared and printed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}}
MARGIN = {"top": "14mm", "bottom": "14mm", "left": "16mm", "right": "16mm"}


@pytest.fixture
def plan(address: str) -> str:
    return f"{address}plan/index.html"


def _enter(page: Page, name: str, value: str) -> None:
    field = page.locator(f"[name={name}]")
    field.fill(value)
    field.blur()


def _results(page: Page) -> list[str]:
    return page.locator("#estimates .result").all_inner_texts()


def _options(page: Page) -> Locator:
    return page.locator("#table tbody tr:not([hidden])")


def _fitting(page: Page) -> int:
    """How many options match what was entered; those over the budget are among them."""
    found = re.match(
        r"(\d+) options? match(?:es)? (?:any complaint|what you hear)", page.locator("#shown").inner_text()
    )
    return int(found[1]) if found else 0


def test_the_script_computes_what_the_page_says_without_it(visit: Visit, plan: str) -> None:
    assert _results(visit(plan)) == _results(visit(plan, java_script_enabled=False))


def test_the_cost_of_doing_nothing_follows_people_years_and_every_figure(visit: Visit, plan: str) -> None:
    """By the published worksheet (7%, 54%, twice as likely) 2.5 of 100 leave; 450 physicians in its example are 11."""
    page = visit(plan)
    _enter(page, "physicians", "450")
    _enter(page, "times-physicians", "2")
    assert _results(page) == [
        "$3.4 million a year",
        *["Nobody entered"] * 2,
        "About 11 a year, $5.5 million to $11 million",
        "Nobody entered",
    ]
    own = page.locator(".assumption", has=page.locator("[name=times-physicians]")).locator(".own")
    expect(own).to_have_text("Yours, instead of 2.1. ")
    _enter(page, "years", "3")
    assert _results(page)[0] == "$3.4 million a year; in 3 years $10.3 million"
    _enter(page, "high-physicians", "100,000")
    assert _results(page)[3].startswith("About 11 a year, $1.1 million to $5.5 million;")
    _enter(page, "others", "50")
    assert _results(page)[2] == "Enter the figures that are missing"
    _enter(page, "turnover-others", "10")
    _enter(page, "low-others", "$2,000")
    _enter(page, "high-others", "4000")
    assert _results(page)[2] == "About 5 a year, $10,000 to $20,000; in 3 years $30,000 to $60,000"
    expect(page.locator("#answer")).to_contain_text("Others who leave, whatever the reason: About 5 a year")
    expect(page.locator("#answer")).to_contain_text("with your own figures")
    expect(page.locator("#answer")).not_to_contain_text("Shanafelt")


def test_nobody_entered_costs_nothing_and_hides_no_option(visit: Visit, plan: str) -> None:
    page = visit(plan)
    for role in ("physicians", "nurses"):
        _enter(page, role, "0")
    assert set(_results(page)) == {"Nobody entered"}
    expect(page.locator("#worth")).to_be_empty()
    assert _options(page).count() == len(page.locator("#table tbody tr").all())
    assert "NaN" not in page.locator("main").inner_text()


def test_one_person_is_one(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?physicians=1&nurses=0&budget=1000")
    assert _results(page)[0] == "$7,600 a year"
    expect(page.locator("#worth")).to_contain_text("$1,000 a person and year for 1 person who take")
    page.emulate_media(media="print")
    expect(page.locator("#brief")).to_contain_text("For 1 physician; a budget of $1,000; 1 year.")


def test_no_budget_leaves_all_options_and_a_small_one_those_that_are_known_to_cost_more(
    visit: Visit, plan: str
) -> None:
    page = visit(plan)
    coaching = page.locator("#table tr[data-slug=external-professional-coaching]")
    expect(coaching).to_contain_text("$100,000 to $500,000 for 100 people, 1 year")
    most = _fitting(page)
    _enter(page, "budget", "")
    assert _fitting(page) == most
    expect(page.locator("#worth")).to_be_empty()
    _enter(page, "budget", "99999")
    assert _fitting(page) == most
    expect(page.locator("#shown")).to_contain_text(
        "Over your budget and left out: External professional coaching ($100,000"
    )
    expect(page.locator("#shown")).to_contain_text(
        re.compile(r"; \d+ have a price; \d+ of them (is|are) within your budget")
    )
    assert _options(page).count() == most - 1
    expect(coaching).to_be_hidden()
    _enter(page, "share", "10")
    assert _options(page).count() == most
    expect(page.locator("#shown")).not_to_contain_text("Over your budget")
    expect(coaching).to_contain_text("$10,000 to $50,000 for 10 people, 1 year")


def test_huge_numbers_are_said_and_impossible_ones_count_as_the_nearest(visit: Visit, plan: str) -> None:
    page = visit(plan)
    _enter(page, "physicians", "10000000")
    _enter(page, "years", "10")
    assert _results(page)[0] == "$76 billion a year; in 10 years $760 billion"
    _enter(page, "physicians", "99999999999999999999")
    assert _results(page)[0] == "$76 billion a year; in 10 years $760 billion"
    expect(page.locator("#said")).to_contain_text("Physicians, with residents: Out of bounds.")
    _enter(page, "physicians", "-5")
    assert _results(page)[0] == "Nobody entered"
    _enter(page, "physicians", "many")
    assert _results(page)[0] == "Nobody entered"
    expect(page.locator("[name=physicians]")).to_have_attribute("aria-invalid", "true")
    _enter(page, "physicians", "9")
    expect(page.locator("#said")).to_be_empty()


def test_k_and_m_and_signs_are_understood_and_of_anything_else_the_last_good_value_counts(
    visit: Visit, plan: str
) -> None:
    page = visit(plan)
    for typed, shown in (
        ("$150k", "$150,000"),
        ("1.1M", "$1.1 million"),
        ("2,500", "$2,500"),
        ("$ 99 999", "$100,000"),
    ):
        _enter(page, "budget", typed)
        expect(page.locator("#worth")).to_contain_text(f"Your budget of {shown} is")
    _enter(page, "physicians", "900")
    _enter(page, "physicians", "800 doctors")
    expect(page.locator("#said")).to_contain_text("Physicians, with residents: Enter a number, such as 900.")
    assert _results(page)[0] == "$6.8 million a year"
    assert "physicians=900" in page.url
    _enter(page, "physicians", "1k")
    expect(page.locator("#said")).to_be_empty()
    expect(page.locator("[name=physicians]")).to_have_value("1,000")
    for wrong in ("1e3", "0x10", "k", "1..5", "--4", "Infinity"):
        _enter(page, "physicians", wrong)
        assert _results(page)[0] == "$7.6 million a year", wrong


def test_the_first_count_of_people_ends_the_example(visit: Visit, plan: str) -> None:
    page = visit(plan)
    expect(page.locator("#example")).to_be_visible()
    _enter(page, "physicians", "doctors")
    assert page.locator("[name=nurses]").input_value() == "100"
    _enter(page, "physicians", "900")
    assert [page.locator(f"[name={role}]").input_value() for role in ("nurses", "others")] == ["0", "0"]
    expect(page.locator("#example")).to_be_hidden()
    expect(page.locator("#answer")).not_to_contain_text("Nurses")
    _enter(page, "nurses", "20")
    assert page.locator("[name=physicians]").input_value() == "900"
    _enter(page, "physicians", "100")
    _enter(page, "nurses", "0")
    again = visit(page.url)
    assert _results(again) == _results(page)
    assert _results(again)[0] == "$760,000 a year"
    again.get_by_role("button", name="Reset").click()
    expect(again.locator("#example")).to_be_visible()
    assert again.locator("[name=nurses]").input_value() == "100"


def test_the_brief_ends_with_what_to_decide_from_what_is_ticked(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?physicians=900&pick=external-professional-coaching&share=10")
    expect(page.locator("#decide")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Burnout brief for the board"))
    expect(page.locator("#brief")).to_contain_text(re.compile(r"^[A-Z][a-z]+ \d{1,2}, \d{4}\. For 900 physicians"))
    lines = page.locator("#asked li").all_inner_texts()
    assert lines[0] == "Which options to pilot: External professional coaching."
    assert lines[1].startswith(
        "For whom first: some of 90 people who take part (900 physicians in all), picked at random"
    )
    assert "External professional coaching: exhaustion, up to 3 months" in lines[2]
    assert len(lines) == 3
    expect(page.get_by_text("as a later trial lists it")).to_be_hidden()
    page = visit(f"{plan}?physicians=0")
    assert page.locator("#asked li").first.text_content() == "Which options to pilot: none is ticked yet."
    assert "NaN" not in (page.locator("main").text_content() or "")


def test_complaints_and_people_narrow_the_options_in_the_order_of_all_lists(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?driver=ehr-technology&driver=workload&physicians=0&nurses=50")
    ranks = [int(row.get_attribute("data-rank") or 0) for row in _options(page).all()]
    assert ranks == sorted(ranks)
    assert 0 < len(ranks) == len(set(ranks)) <= _fitting(page)
    for row in _options(page).all():
        assert re.search("EHR and technology|Workload", row.locator("th").text_content() or "")
        assert "nurses" in (row.get_attribute("data-role") or "")
    expect(page.locator("#shown")).to_contain_text("that sources name for other people only")
    expect(page.locator("#chosen")).to_have_text("EHR and technology, Workload")
    assert _fitting(visit(f"{plan}?driver=no-such")) > 50


def test_ten_options_are_shown_at_first_and_all_on_demand(visit: Visit, plan: str) -> None:
    page = visit(plan)
    expect(page.locator("#table tbody tr:visible")).to_have_count(10)
    page.get_by_role("button", name=re.compile(r"Show all \d+ options")).click()
    expect(page.locator("#table tbody tr:visible")).to_have_count(_options(page).count())
    expect(page.locator("#table tbody tr:visible a").nth(0)).not_to_be_focused()
    expect(page.locator("#table tbody tr:visible").nth(10).locator("a").first).to_be_focused()
    expect(page.locator("#answer li")).to_have_count(3)


def test_the_address_holds_everything_and_reset_clears_it(visit: Visit, plan: str) -> None:
    page = visit(plan)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _enter(page, "physicians", "900")
    _enter(page, "turnover-nurses", "12.5")
    page.locator("summary", has_text="What do you hear?").click()
    page.get_by_label("“My physicians finish their notes at night”").check()
    page.locator("#table tbody tr:visible .pick input").first.check()
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert re.search(
        r"\?physicians=900&nurses=0&others=0&turnover-nurses=12\.5&driver=ehr-technology&pick=[a-z-]+$", link
    )
    other = visit(link)
    assert _results(other) == _results(page)
    assert other.locator("#picked").inner_text() == page.locator("#picked").inner_text() != ""
    other.get_by_role("button", name="Reset").click()
    expect(other).to_have_url(plan)
    assert _results(other) == _results(visit(plan))


def test_costs_of_chosen_options_are_added_and_effects_are_not(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?pick=external-professional-coaching&pick=collegial-dinners&pick=balint-groups&budget=")
    expect(page.locator("#picked")).to_have_text(
        re.compile(
            r"In the brief: 3 options\. Known costs: \$1\d\d,000 to \$5\d\d,000\. "
            r"1 without a price: ask before you decide\. Their effects are not added up\."
        )
    )


def test_a_word_from_an_address_is_only_ever_text(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?physicians=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&driver=%22%3E%3Cb%3E")
    assert not page.locator("main img").count()
    assert _results(page) == _results(visit(plan))


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize(
    "view",
    [
        "",
        "?physicians=900&nurses=0&budget=150000&driver=ehr-technology&driver=workload&years=2",
        "?physicians=900&nurses=2000&others=500&years=5&turnover-others=9&low-others=1&high-others=2&turnover-nurses=3"
        "&pick=garden-breaks&pick=physician-peer-coaching&pick=adaptive-coping-training&pick=exercise-programs"
        "&pick=duty-hour-limits&pick=yoga-programs",
        "?physicians=0&nurses=0",
    ],
)
def test_the_brief_has_at_most_two_pages(visit: Visit, plan: str, paper: str, view: str) -> None:
    pdf = visit(f"{plan}{view}").pdf(format=paper, margin=MARGIN)  # type: ignore[arg-type]
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) <= 2


def test_the_brief_says_what_a_board_asks_with_sources_and_nothing_to_click(visit: Visit, plan: str) -> None:
    page = visit(f"{plan}?physicians=900&nurses=0&driver=ehr-technology")
    page.emulate_media(media="print")
    expect(page.locator("#brief")).to_contain_text("For 900 physicians; a budget of $150,000; 1 year.")
    expect(page.locator("#brief")).to_contain_text("Complaints: EHR and technology.")
    expect(page.locator("#brief")).to_contain_text("driver=ehr-technology")
    expect(page.locator("#answer")).to_contain_text("Han et al 2019")
    expect(page.locator("#answer")).to_contain_text(" certainty)")
    expect(page.locator("#table tbody tr:visible")).to_have_count(4)
    expect(page.locator("#estimates tr[data-estimate]:visible")).to_have_count(2)
    for rule in ("never adds effects up", "never counts cures", "computes no return", "stretches no effect"):
        expect(page.get_by_text(rule)).to_be_visible()
    assert page.locator("#estimates input").first.is_visible()
    for selector in ("form", "button", "nav", "noscript", ".pick"):
        assert not page.locator(selector).filter(visible=True).count(), selector


def test_without_javascript_everything_stands_by_complaint(visit: Visit, plan: str) -> None:
    page = visit(plan, java_script_enabled=False)
    expect(page.locator("#plan")).to_be_hidden()
    assert page.locator("#table tbody tr:visible").count() > 150
    for text in ("What it costs to do nothing", "$760,000 a year", "Of 100 ", "Ask the vendor", "never counts cures"):
        expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()


def test_on_a_phone_nothing_scrolls_sideways(visit: Visit, plan: str) -> None:
    page = visit(plan, **PHONE)
    page.locator("summary", has_text="What do you hear?").click()
    page.get_by_role("button", name=re.compile("Show all")).click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for frame in page.locator(".scroll").all():
        assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")


def test_everything_works_by_keyboard_alone(visit: Visit, plan: str) -> None:
    page = visit(plan)
    page.locator("[name=physicians]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    assert _results(page)[0] == "$76,000 a year"
    while not page.evaluate("document.activeElement.matches('summary')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#chosen")).not_to_have_text("any complaint")
    while not page.evaluate("document.activeElement.matches('.pick input')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#picked")).to_contain_text("In the brief: 1 option.")


def test_it_works_opened_as_a_file_and_a_driver_leads_to_its_plan(visit: Visit, address: str) -> None:
    page = visit(f"{address}drivers/workload/index.html")
    page.get_by_role("link", name="Plan with them").click()
    expect(page.locator("#chosen")).to_have_text("Workload")
