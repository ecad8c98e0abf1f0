"""The comparison: the model row by row, and the attributes by which the script narrows and sorts it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb.check import Checked
from kb.folders import data_file
from kb.grading import statement, words
from kb.model import Category, Certainty, Level, Magnitude, Status, Verdict
from kb.site.contexts.compare import ComparePage, Row, compare_page, comparison
from kb.view.catalog import Catalog
from kb.view.relations import relate


@pytest.fixture(scope="module")
def page(real: Checked) -> ComparePage:
    return compare_page(Catalog(real.knowledge))


@pytest.fixture(scope="module")
def written(built: Path) -> _Table:
    table = _Table()
    table.feed((built / "compare/index.html").read_text(encoding="utf-8"))
    return table


class _Table(HTMLParser):
    """The attributes of every row and cell of the table's body, and the texts of the cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[dict[str, str], list[tuple[dict[str, str], str]]]] = []
        self.heads: list[dict[str, str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "th" and given.get("scope") == "col":
            self.heads.append(given)
        elif tag == "tr" and "data-driver" in given:
            self.rows.append((given, []))
        elif tag in ("th", "td") and self.rows:
            self.rows[-1][1].append((given, ""))
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.inside:
            given, text = self.rows[-1][1][-1]
            self.rows[-1][1][-1] = given, text + data


def _row(page: ComparePage, title: str) -> Row:
    return next(row for row in page.rows if row.link.title == title)


def test_every_published_intervention_has_its_row_strongest_first(page: ComparePage, real: Checked) -> None:
    published = {i.path for i in real.knowledge.interventions.values() if i.status is Status.PUBLISHED}
    assert {row.link.href[1:] for row in page.rows} == published
    assert [row.link.href[1:] for row in page.rows] == [i.path for i in relate(real.knowledge).interventions]


def test_every_field_of_a_row_is_that_of_the_model(page: ComparePage, real: Checked) -> None:
    knowledge = real.knowledge
    sizes = {m: "Not known" if m is Magnitude.UNKNOWN else words.plain(m) for m in Magnitude}
    for row in page.rows:
        entry = knowledge.interventions[row.link.href.split("/")[2]]
        assessment = knowledge.assessments[entry.slug]
        drivers = {claim.driver for claim in entry.drivers if knowledge.drivers[claim.driver].status == "published"}
        assert row.link.title == entry.title
        assert (row.badge.text, row.badge.certainty) == (
            words.VERDICT[assessment.verdict],
            words.certainty(assessment.certainty),
        )
        assert assessment.headline is None or row.statement.endswith(statement(assessment.headline))
        assert (row.cost.text, row.effort.text) == (sizes[entry.cost.level], sizes[entry.effort.level])
        assert (row.level.text, row.category) == (words.plain(entry.level), words.plain(entry.category))
        assert sorted(row.drivers) == sorted(knowledge.drivers[slug].title for slug in drivers)
        assert row.studies == assessment.study_count
        marks = {mark.name: set(mark.values) for mark in row.marks}
        assert marks["driver"] == drivers
        assert marks["verdict"] == {assessment.verdict}
        assert (marks["cost"], marks["level"], marks["category"]) == (
            {entry.cost.level},
            {entry.level},
            {entry.category},
        )
        assert len(marks["certainty"]) == (assessment.certainty or 0)


def test_a_statement_stands_with_its_figure_and_what_the_figure_means(page: ComparePage) -> None:
    row = _row(page, "Peer coaching by trained physicians")
    assert row.statement == "It may reduce burnout."
    assert row.figure is not None
    assert row.figure.estimate == "−0.79 points"
    assert row.figure.meaning == (
        "Mean difference; PFI, Overall burnout; scale 0 to 10, lower is better; 95% CI −1.27 to −0.32; "
        "randomized comparison"
    )


def test_every_figure_says_which_way_is_better(page: ComparePage) -> None:
    """Also where the source names no scale."""
    shown = [row.figure for row in page.rows if row.figure]
    assert shown
    assert all("is better" in figure.meaning for figure in shown)
    unscaled = _row(page, "External professional coaching").figure
    assert unscaled
    assert "scale not known, lower is better" in unscaled.meaning


def test_what_is_not_graded_has_no_figure(page: ComparePage) -> None:
    assert _row(page, "Schwartz Rounds").figure is None


def test_a_verdict_that_rests_on_work_processes_says_so_with_its_certainty(page: ComparePage) -> None:
    """Each figure stands beside a sentence that is as sure as its own body allows."""
    row = _row(page, "Verbal orders and order entry by the team")
    assert (row.badge.text, row.badge.certainty) == ("Promising", "not graded")
    assert row.statement == (
        "It is very uncertain whether it reduces order entry time. "
        "It has been proposed, but the sources read here did not test its effect on burnout."
    )
    assert row.figure is not None
    assert row.figure.estimate == "−47%"


def test_costs_and_levels_are_sorted_by_size_and_the_unknown_has_no_place(page: ComparePage) -> None:
    orders = {row.cost.text: row.cost.order for row in page.rows} | {r.effort.text: r.effort.order for r in page.rows}
    assert orders["Not known"] == ""
    assert int(orders["Low"]) < int(orders["Moderate"]) < int(orders["High"])
    levels = sorted({(row.level.order, row.level.text) for row in page.rows})
    assert [text for _, text in levels] == [words.plain(level) for level in Level]


def test_filters_offer_what_lets_a_row_pass_with_the_number_of_rows(page: ComparePage) -> None:
    allowed: dict[str, set[str]] = {
        "driver": {slug for row in page.rows for mark in row.marks if mark.name == "driver" for slug in mark.values},
        "verdict": set(Verdict),
        "certainty": {"", "very-low", "low", "moderate", "high"},
        "cost": set(Magnitude),
        "level": set(Level),
        "category": set(Category),
    }
    assert [item.name for item in page.filters] == list(allowed)
    for item in page.filters:
        assert {choice.value for choice in item.choices} <= allowed[item.name]
        for choice in item.choices:
            values = [mark.values for row in page.rows for mark in row.marks if mark.name == item.name]
            assert choice.count == sum(choice.value in found or not choice.value for found in values) > 0


def test_a_filter_for_certainty_lets_pass_all_that_is_at_least_as_sure(page: ComparePage) -> None:
    certainty = next(item for item in page.filters if item.name == "certainty")
    assert certainty.single
    counts = {choice.value: choice.count for choice in certainty.choices}
    for level, value in ((Certainty.VERY_LOW, "very-low"), (Certainty.LOW, "low"), (Certainty.HIGH, "high")):
        assert counts.get(value, 0) == sum(row.badge.level >= level for row in page.rows)
    assert counts[""] == len(page.rows)


def test_the_page_writes_every_row_with_the_attributes_that_the_script_reads(
    written: _Table, page: ComparePage
) -> None:
    script = (data_file("theme") / "static/compare.js").read_text(encoding="utf-8")
    assert len(written.rows) == len(page.rows)
    for place, ((given, cells), row) in enumerate(zip(written.rows, page.rows, strict=True)):
        assert {name.removeprefix("data-") for name in given} == {item.name for item in page.filters}
        assert [value.split() for value in given.values()] == [list(mark.values) for mark in row.marks]
        texts = [" ".join(text.split()) for _, text in cells]
        assert texts[0] == row.link.title
        assert texts[1] == f"{row.badge.text} {row.badge.certainty}"
        assert texts[2].startswith(row.statement)
        assert row.figure is None or texts[2].endswith(f"{row.figure.estimate} {row.figure.meaning}")
        assert texts[3:] == [
            *(row.cost.text, row.effort.text, row.level.text, row.category, ", ".join(row.drivers), str(row.studies)),
        ]
        keys = [cells[i][0]["data-key"] for i in (1, 3, 4, 5)]
        assert keys == [str(len(page.rows) - place), row.cost.order, row.effort.order, row.level.order]
    assert [head["data-sort"] for head in written.heads if "data-sort" in head] == [
        *("title", "strength", "cost", "effort", "level", "category", "studies"),
    ]
    assert [head["data-sort"] for head in written.heads if "aria-sort" in head] == ["strength"]
    for name in ("dataset.sort", "dataset.key", '"down" in', 'getElementById("compare")', 'getElementById("filters")'):
        assert name in script


def test_the_script_stays_small_and_depends_on_nothing() -> None:
    script = (data_file("theme") / "static/compare.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 12_000
    assert not re.search(r"\bimport\b|\brequire\b|https?://|innerHTML|eval\(", script)


def test_a_comparison_by_drivers_has_an_address() -> None:
    both = "/compare/index.html?driver=workload&driver=ehr-technology"
    assert comparison(driver=["workload", "ehr-technology"]) == both
