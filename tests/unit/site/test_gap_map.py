"""The evidence map: every cell counted once more from the content, and every circle with its entries."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from kb.check import Checked
from kb.grading import statements
from kb.model import Certainty, EntryStatus, Intervention, InterventionCategory, Outcome, OutcomeGroup
from kb.site.context import Context
from kb.site.lists import gap_map_page
from kb.view.catalog import Catalog
from kb.view.gap_map import LARGEST, SMALLEST, Cell, GapMap, dot
from kb.view.parts import Link
from kb.view.relations import addressed


@pytest.fixture(scope="module")
def page(real: Checked) -> Context:
    """The page's context, of the real content."""
    return gap_map_page(Catalog(real.knowledge.public()))


@pytest.fixture(scope="module")
def text(built: Path) -> str:
    """The page as built."""
    return (built / "gap-map/index.html").read_text(encoding="utf-8")


def _cells(drawn: GapMap) -> dict[str, Cell]:
    return {cell.id: cell for _, rows in drawn.groups for row in rows for cell in row.cells}


def _published(real: Checked) -> list[Intervention]:
    return [item for item in real.knowledge.interventions.values() if item.status is EntryStatus.PUBLISHED]


def _links(cell: Cell) -> list[Link]:
    return [link for links in cell.answers.values() for link in links]


def _agrees(cell: Cell, items: set[str], levels: list[Certainty | None]) -> None:
    assert (cell.dot.count if cell.dot else 0) == len(items), cell.id
    assert {link.href.split("/")[2] for link in _links(cell)} == items, cell.id
    if cell.dot:
        assert cell.dot.level == max((level or 0 for level in levels), default=0), cell.id


def test_every_cell_of_a_driver_holds_the_interventions_that_claim_it(real: Checked, page: Context) -> None:
    cells = _cells(page.maps[0])
    drivers = [driver for driver in real.knowledge.drivers.values() if driver.status is EntryStatus.PUBLISHED]
    assert len(cells) == len(drivers) * len(InterventionCategory)
    for driver in drivers:
        for category in InterventionCategory:
            items = [item for item in _published(real) if item.category is category and driver.slug in addressed(item)]
            levels = [real.knowledge.assessments[item.slug].certainty for item in items]
            _agrees(cells[f"driver-{driver.slug}-{category}"], {item.slug for item in items}, levels)


def test_every_cell_of_an_outcome_holds_the_bodies_of_evidence_on_it(real: Checked, page: Context) -> None:
    cells = _cells(page.maps[1])
    outcomes = [word for word in Outcome if word.group is not OutcomeGroup.OTHER]
    assert len(cells) == len(outcomes) * len(InterventionCategory)
    for word in outcomes:
        for category in InterventionCategory:
            bodies = [
                (item.slug, body)
                for item in _published(real)
                if item.category is category
                for body in real.knowledge.assessments[item.slug].bodies
                if body.outcome == word
            ]
            _agrees(
                cells[f"outcome-{word}-{category}"],
                {slug for slug, _ in bodies},
                [body.certainty for _, body in bodies],
            )


def test_the_headings_count_each_intervention_once(real: Checked, page: Context) -> None:
    assert page.maps[0].columns == tuple(
        (category, sum(item.category is category for item in _published(real))) for category in InterventionCategory
    )
    for _, rows in page.maps[0].groups:
        for row in rows:
            entries = {link.href for cell in row.cells for link in _links(cell)}
            assert row.total == len(entries)


def test_the_summary_counts_all_cells(page: Context) -> None:
    total, graded, not_graded, nothing = (int(number) for number in re.findall(r"\d+", page.summary))
    assert total == graded + not_graded + nothing == len(_cells(page.maps[0]))
    assert graded == sum(bool(cell.dot and cell.dot.level) for cell in _cells(page.maps[0]).values())


def test_every_circle_leads_to_its_entries_and_every_list_of_entries_has_a_circle(page: Context, text: str) -> None:
    filled = {cell.id for drawn in page.maps for cell in _cells(drawn).values() if cell.dot}
    assert filled == set(re.findall(r'<a href="#((?:driver|outcome)-[^"]+)"><svg', text))
    assert filled == set(re.findall(r'<div id="([^"]+)"><dt>', text))


def test_an_entry_tells_its_verdict_with_its_certainty_or_what_its_evidence_lets_one_say(
    text: str, real: Checked
) -> None:
    listed = text[text.index('id="entries-driver"') : text.index('id="entries-outcome"')]
    notes = [unescape(note) for note in re.findall(r'<dd><span class="note">(.*?)</span> <a', listed)]
    said = {statements.verdict(assessment) for assessment in real.knowledge.assessments.values()}
    assert notes
    assert set(notes) <= said
    told = re.findall(r'<dd><span class="note">(.*?)</span> <a', text[text.index('id="entries-outcome"') :])
    assert told
    for note in told:
        assert re.search(r"\. (?:Not graded|(?:Very low|Low|Moderate|High) certainty)\.$", note), note


def test_certainty_shows_without_color_and_nothing_differs_from_not_graded(text: str) -> None:
    legend = text[text.index('aria-label="Legend"') : text.index('id="map-driver"')]
    marks = re.findall(r"[●○]{4}", legend)
    assert marks == ["●●●●", "●●●○", "●●○○", "●○○○"]
    assert legend.count('class="dot level-0"') == 1
    table = text[text.index('id="map-driver"') : text.index('id="map-outcome"')]
    assert table.count("<td>·</td>") + table.count("<td><a") == table.count("<td>")


def test_what_says_the_same_is_told_once_in_a_cell(page: Context) -> None:
    shared = 0
    for drawn in page.maps:
        for cell in _cells(drawn).values():
            for links in cell.answers.values():
                titles = [link.title for link in links]
                assert len(set(titles)) == len(titles), cell.id
                shared += len(titles) > 1
    assert shared


def test_a_circle_says_in_words_what_it_shows() -> None:
    assert dot(2, Certainty.LOW, 5, "Workload, training").label == (
        "Workload, training: 2 interventions, best low certainty"
    )
    assert dot(1, None, 5).label == "1 intervention, not graded"


def test_the_area_of_a_circle_grows_with_the_count() -> None:
    assert dot(8, None, 8).radius == LARGEST
    assert dot(2, None, 8).radius == LARGEST / 2
    assert dot(1, None, 500).radius == SMALLEST
