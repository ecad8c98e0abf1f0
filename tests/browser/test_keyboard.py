"""From what a leader hears to the trial behind an answer, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FOCUSED = "(document.activeElement.textContent || '').replace(/\\s+/g, ' ').trim()"
RINGED = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"


def _tab_to(page: Page, text: str, within: str = "main") -> None:
    """Press Tab until the link with this text has the focus; it must show that it has."""
    for _ in range(400):
        page.keyboard.press("Tab")
        inside = page.evaluate("part => !!document.activeElement.closest(part)", within)
        if inside and page.evaluate(FOCUSED) == text:
            assert page.evaluate(RINGED)
            return
    raise AssertionError(f"Tab never reached {text!r}")


def test_from_home_to_driver_to_intervention_to_study(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    _tab_to(page, "Skip to the content", "body")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    _tab_to(page, "“We hardly know our colleagues anymore”")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Community and support")
    _tab_to(page, "Peer coaching by trained physicians")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Peer coaching by trained physicians")
    _tab_to(page, "See this evidence")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence-burnout-inactive-short-randomized")).to_be_in_viewport()
    _tab_to(page, "Kiser et al 2024")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Peer coaching for physician burnout")
    assert "/studies/kiser-2024/" in page.url


def test_from_home_to_the_comparison_of_a_driver(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    _tab_to(page, "“My physicians finish their notes at night”")
    _tab_to(page, "Compare 14 interventions")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ of \d+ interventions\.$"))
    _tab_to(page, "Advanced team-based care with in-room support")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Advanced team-based care with in-room support")
