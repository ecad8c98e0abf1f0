"""The page that plans a survey: it calculates as R does, hides small groups, and is readable without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "surveys" / "expected.json").read_text()
)


@pytest.fixture
def page(visit: Callable[..., Page], address: str) -> Page:
    return visit(f"{address}measure/index.html")


def _fill(form: Locator, **values: object) -> str:
    """What the form answers to values."""
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(str(value))
    return form.locator(".answer").inner_text()


def test_sizes_and_margins_are_those_of_r(page: Page) -> None:
    """The script computes by itself, so it is compared with R like the table of the page."""
    form = page.locator("#size-form")
    for case in EXPECTED["answers_for_share"]:
        answer = _fill(form, people=case["people"], margin=100 * case["margin"], share=100 * case["share"])
        assert re.search(r"You need ([\d,]+) answer", answer)[1].replace(",", "") == str(case["value"]), case  # type: ignore[index]
    for case in EXPECTED["margin_of_share"]:
        if case["answers"] < case["people"]:
            percent = 100 * case["answers"] / case["people"]
            answer = _fill(form, people=case["people"], margin=5, share=100 * case["share"], response=percent)
            assert f"within ±{100 * case['value']:.1f} percentage points" in answer, case
    form.locator("[name=kind]").select_option("mean")
    for case in EXPECTED["answers_for_mean"]:
        answer = _fill(form, people=case["people"], margin=case["margin"], sd=case["sd"])
        assert re.search(r"You need ([\d,]+) answer", answer)[1].replace(",", "") == str(case["value"]), case  # type: ignore[index]


def test_intervals_of_counts_are_those_of_r(page: Page) -> None:
    """Counts of a group give Wilson's interval for few people."""
    form = page.locator("#score-form")
    for case in EXPECTED["interval_of_share"]:
        answer = _fill(form, counted=case["counted"], answers=case["answers"], people=case["people"])
        low, high = (f"{100 * end:.1f}%" for end in case["value"])
        assert f"between {low} and {high}" in answer, case


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("0", "nobody to ask"),
        ("1", "that person’s answer"),
        ("", "whole number"),
        ("-3", "whole number"),
        ("2.5", "whole number"),
    ],
)
def test_the_sizes_hold_at_their_edges(page: Page, people: str, said: str) -> None:
    """Nobody, one person, nothing and nonsense get a sentence and no number that is none."""
    answer = _fill(page.locator("#size-form"), people=people)
    assert said in answer
    assert not re.search(r"NaN|Infinity|undefined", answer)


@pytest.mark.parametrize("response", ["0", "100", "", "250"])
def test_any_response_gets_a_sensible_answer(page: Page, response: str) -> None:
    """Nobody, everybody, and what is no share."""
    answer = _fill(page.locator("#size-form"), response=response)
    assert "You need 270 answers" in answer
    assert not re.search(r"NaN|Infinity|undefined|−", answer)


def test_small_groups_are_hidden_with_those_that_would_tell_them(page: Page) -> None:
    """A small group takes the next smallest with it; with none small, all are shown."""
    form, rows = page.locator("#groups-form"), page.locator("#groups-table tr")
    answer = _fill(form, groups="North, 30, 12\nSouth, 14, 6\nWest, 3, 1")
    assert "1 of 3 groups may be shown" in answer
    assert [row.split("\t")[0] for row in rows.all_inner_texts() if "hidden" in row] == ["South", "West"]
    assert "All 2 groups" in _fill(form, groups="North, 30, 12\nSouth, 14, 6")
    assert "too few" in _fill(form, groups="North, 4, 1")
    assert "Nobody answered" in _fill(form, groups="North, 0, 0")
    assert "Nobody answered" in _fill(form, groups="")
    assert "Not understood" in _fill(form, groups="North, 4, 9")
    assert "Not understood" in _fill(form, groups="<img src=x>")


def test_a_score_is_read_by_its_scale(page: Page) -> None:
    """A sum becomes a score, a score lies on a side of each line, and one beyond the range is refused."""
    form = page.locator("#score-form")
    form.locator("[name=scale]").select_option("pfi-work-exhaustion")
    answer = _fill(form, sum=8)
    assert "is a score of 5" in answer
    assert "Yes 4.375 or more" in answer
    assert "No, not 4.375 or more" in _fill(form, sum="", score=4)
    assert "runs from 0 to 10" in _fill(form, score=10.5)
    form.locator("[name=scale]").select_option("single-item-burnout-burnout")
    answer = _fill(form, score="", counted=0, answers=0)
    assert "Nobody answered" in answer
    answer = _fill(form, counted=40, answers=100, people=100)
    assert "40.0%, of everybody" in answer
    assert "38.5%" in answer
    assert "not more" in _fill(form, counted=101)


def test_a_scale_without_a_cutoff_is_no_dead_end(page: Page) -> None:
    """Nothing is chosen at first; then the other scales and the results of others are named."""
    form = page.locator("#score-form")
    assert "Choose a scale" in _fill(form, score=3.9)
    form.locator("[name=scale]").select_option("pfi-burnout")
    answer = _fill(form, score=3.9)
    assert "No cutoff is published in what we read" in answer
    assert "Work exhaustion" in answer
    assert "38.1%" in answer


def test_a_small_unit_asks_everyone(page: Page) -> None:
    """Under 100 people ten points do, unless a margin was typed."""
    form = page.locator("#size-form")
    assert "ask everyone" in _fill(form, people=30)
    assert "±10 " in form.locator(".answer").inner_text()
    assert "±4 " in _fill(form, margin=4)


def test_the_year_has_dates_and_says_what_is_past(page: Page) -> None:
    """Weeks become days."""
    form = page.locator("#calendar-form")
    form.locator("[name=opens]").fill("2020-02-28")
    expect(form.locator(".answer")).to_contain_text("in the past")
    expect(page.locator("[data-weeks='0']")).to_contain_text("2020-02-28")


def test_every_scale_answers_to_a_score_and_to_counts(page: Page) -> None:
    """No scale gives a number that is none."""
    form = page.locator("#score-form")
    scales = form.locator("[name=scale] option").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    assert len(scales) > 15
    for scale in scales:
        form.locator("[name=scale]").select_option(scale)
        answer = _fill(form, score=1, counted=2, answers=9, people="")
        assert not re.search(r"NaN|undefined|null", answer), scale
        assert "22.2%" in answer or "runs from" in answer


def test_the_table_sorts_and_what_is_not_known_stays_last(page: Page) -> None:
    """By a click on the head, numbers as numbers, unknown last both ways."""
    head = page.locator("#compared thead th", has_text="Minutes")
    cells = page.locator("#compared td[data-label=Minutes]")
    for way in ("ascending", "descending"):
        head.locator("button").click()
        expect(head).to_have_attribute("aria-sort", way)
        keys = cells.evaluate_all("all => all.map(one => one.dataset.key)")
        known = [float(key) for key in keys if key]
        assert known == sorted(known, reverse=way == "descending")
        assert keys[len(known) :] == [""] * (len(keys) - len(known))


def test_the_calendar_is_moved_to_the_day_that_is_given(page: Page) -> None:
    """All steps keep their distance, also across a leap day."""
    form = page.locator("#calendar-form")
    form.locator("button").click()
    expect(form.locator(".answer")).to_contain_text("Give the day")
    form.locator("[name=opens]").fill("2028-02-28")
    with page.expect_download() as saved:
        form.locator("button").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    days = {
        re.search(r"UID:survey-(-?\d+)@", event)[1]: re.search(r"DTSTART;VALUE=DATE:(\d+)", event)[1]  # type: ignore[index]
        for event in text.split("BEGIN:VEVENT")[1:]
    }
    assert (days["-8"], days["0"], days["1"]) == ("20280103", "20280228", "20280306")


def test_without_scripts_the_table_the_sizes_and_the_rules_are_there(visit: Callable[..., Page], address: str) -> None:
    """No form that does nothing is shown."""
    page = visit(f"{address}measure/index.html", java_script_enabled=False)
    expect(page.locator("form.calculator").first).to_be_hidden()
    text = page.locator("main").inner_text()
    assert "calculators need JavaScript" in text
    assert "270" in text
    assert "fewer than 10 answers" in text
    assert page.locator("#compared tbody tr").count() > 10
    assert page.locator("#scales tbody tr").count() > 15


def test_nothing_scrolls_sideways_on_a_phone(visit: Callable[..., Page], address: str) -> None:
    """At 360 pixels, with every scale chosen that has a long name."""
    page = visit(f"{address}measure/index.html", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_script_is_small(site_folder: Path) -> None:
    """Under 15 kilobytes even uncompressed."""
    assert (site_folder / "theme/measure.js").stat().st_size < 15_000
