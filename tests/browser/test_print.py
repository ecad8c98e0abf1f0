"""Paper and programs: a brief of two pages for the board, citations, and data that the security policy lets stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
COACHING = "interventions/physician-peer-coaching/"
MARGIN = {"top": "14mm", "bottom": "14mm", "left": "16mm", "right": "16mm"}


def _sheets(page: Page, paper: str) -> int:
    """How many pages the page takes on paper, counted in the PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper, margin=MARGIN)))  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_an_intervention_prints_as_a_brief_of_three_pages(visit: Visit, address: str, paper: str) -> None:
    page = visit(f"{address}{COACHING}")
    assert 1 <= _sheets(page, paper) <= 3


def test_the_count_of_sheets_can_tell_a_longer_print(visit: Visit, address: str) -> None:
    assert _sheets(visit(f"{address}references/"), "A4") > 2


def test_the_brief_holds_what_a_board_asks_and_nothing_to_click(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}")
    page.emulate_media(media="print")
    expect(page.get_by_text("Promising for burnout · low certainty").first).to_be_visible()
    expect(page.locator(".verdict .statement")).to_be_visible()
    expect(page.get_by_text("lower is better").first).to_be_visible()
    expect(page.locator(".verdict dt", has_text="Cost")).to_be_visible()
    for heading in (
        "Does it work",
        "How to do it",
        "What is not known",
        "Harms",
        "Summary of findings",
        "Bibliography",
    ):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.locator(".cite .paper")).to_contain_text("Page version")
    expect(page.get_by_role("region", name="Table: Summary of findings")).to_be_visible()
    for selector in ("nav", "form", "button", "#section-evidence", "figure", ".cite details"):
        assert not page.locator(selector).filter(visible=True).count(), selector


def test_on_the_screen_the_line_for_paper_does_not_stand(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}")
    expect(page.locator("#section-evidence")).to_be_visible()
    expect(page.locator(".cite .paper")).to_be_hidden()


def test_what_is_folded_on_the_screen_is_open_on_paper(visit: Visit, address: str) -> None:
    """By style alone: no script runs here, and nothing is opened before."""
    page = visit(f"{address}studies/kiser-2024/", java_script_enabled=False)
    folded = page.get_by_role("region", name="Table: Results that test no effect")
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    for part in page.locator(".fold").all():
        assert part.evaluate("part => part.lastElementChild.getBoundingClientRect().height > 0")


def test_a_page_is_cited_by_keyboard_and_its_records_can_be_fetched(visit: Visit, address: str) -> None:
    page = visit(f"{address}{COACHING}", java_script_enabled=False)
    summary = page.locator("summary", has_text="Cite this page")
    summary.focus()
    page.keyboard.press("Enter")
    cite = page.locator("details", has_text="Cite this page")
    expect(cite.get_by_text("TY - ELEC")).to_be_visible()
    for name, start in (("BibTeX", "@online{"), ("RIS", "TY  - ELEC")):
        href = cite.get_by_role("link", name=f"Download as {name}").get_attribute("href")
        assert page.request.get(f"{address}{COACHING}{href}").text().startswith(start)


def test_the_policy_lets_the_record_of_schema_org_stand(visit: Visit, address: str) -> None:
    """It is data: chromium reports no violation (the fixture fails on any word of complaint), and it can be read."""
    page = visit(f"{address}{COACHING}")
    record = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert record["mainEntity"]["name"] == page.locator("h1").inner_text()
