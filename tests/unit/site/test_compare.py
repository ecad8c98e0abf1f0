"""The comparison: the model row by row, and the attributes by which the script narrows and sorts it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb.check import Checked
from kb.folders import data_file
from kb.grading import statements
from kb.model import Certainty, EntryStatus, InterventionCategory, InterventionLevel, Magnitude, Outcome, Verdict
from kb.site.compare import Row, compare_page
from kb.site.context import Context
from kb.view.audience import PEOPLE, PLACES, people_of, places_of
from kb.view.catalog import Catalog
from kb.view.parts import comparison, verdict_word
from kb.view.price import LABELS, price
from kb.view.relations import addressed, relate


@pytest.fixture(scope="module")
def page(real: Checked) -> Context:
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


def _row(page: Context, title: str) -> Row:
    row: Row = next(row for row in page.rows if row.entry.title == title)
    return row


def test_every_published_intervention_has_its_row_strongest_first(page: Context, real: Checked) -> None:
    published = {i.path for i in real.knowledge.interventions.values() if i.status is EntryStatus.PUBLISHED}
    assert {row.entry.path for row in page.rows} == published
    assert [row.entry.path for row in page.rows] == [i.path for i in relate(real.knowledge).interventions]


def test_every_row_is_that_of_the_model(page: Context, real: Checked) -> None:
    knowledge = real.knowledge
    for row in page.rows:
        entry, assessment = row.entry, knowledge.assessments[row.entry.slug]
        drivers = {slug for slug in addressed(entry) if knowledge.drivers[slug].status == "published"}
        assert row.assessment is assessment
        assert assessment.headline is None or row.statement == statements.statement(assessment.headline)
        assert {driver.slug for driver in row.drivers} == drivers
        marks = {name: set(values) for name, values in row.marks.items()}
        assert marks["driver"] == drivers
        assert marks["verdict"] == {verdict_word(assessment)}
        assert marks["outcome"] == {body.outcome for body in assessment.bodies}
        assert (marks["cost"], marks["level"], marks["category"]) == (
            {price(entry).word},
            {entry.level},
            {entry.category},
        )
        assert marks["population"] == set(people_of(entry.populations))
        assert marks["setting"] == set(places_of(entry.settings))
        assert len(marks["certainty"]) == (assessment.certainty or 0)


def _texts(written: _Table, page: Context, title: str) -> list[str]:
    """What the cells of an intervention say."""
    place = [row.entry.title for row in page.rows].index(title)
    return [" ".join(text.split()) for _, text in written.rows[place][1]]


def test_a_statement_comes_with_its_figure_and_what_the_figure_means(written: _Table, page: Context) -> None:
    assert _texts(written, page, "Peer coaching by trained physicians")[2] == (
        "It may reduce burnout. −0.79 (−1.27 to −0.32) "
        "Mean difference in points on the PFI, Overall burnout; scale 0 to 10, lower is better; "
        "compared with no program · up to 3 months · randomized comparison "
        "Of 100 people, about 68 end up better off than the typical colleague without it (57 to 77); "
        "with no effect it would be 50. This figure: 1 study, 123 people"
    )


def test_side_by_side_shows_the_first_graded_body_of_each_outcome(page: Context, built: Path) -> None:
    html = (built / "compare/index.html").read_text(encoding="utf-8")
    kept = html.partition('<template id="outcomes">')[2].partition("</template>")[0]
    for row in page.rows:
        graded = [body for body in row.assessment.bodies if body.certainty is not None]
        assert set(row.outcomes) == {body.outcome for body in graded}
        assert list(row.outcomes) == [outcome for outcome in Outcome if outcome in row.outcomes]
        for outcome, card in row.outcomes.items():
            assert card.assessed is next(body for body in graded if body.outcome is outcome)
        own = kept.partition(f'data-of="{row.entry.slug}"')[2].partition("</dl>")[0]
        assert own.count("<dd ") == len(row.outcomes)


def test_a_ratio_is_in_small_print_after_the_words(built: Path, page: Context) -> None:
    """On the comparison, on the plan, and on the card of an intervention."""
    ratios = [row for row in page.rows if row.body and row.body.figure and row.body.ratio]
    assert ratios
    for name in ("compare", "plan", *(row.entry.path for row in ratios)):
        html = (built / name / "index.html").read_text(encoding="utf-8").partition('id="section-evidence"')[0]
        for row in ratios:
            assert row.body
            assert f'<b class="figure">{row.body.figure}</b> <span class="means">{row.body.measure}' not in html


def test_every_figure_says_which_way_is_better(written: _Table, page: Context) -> None:
    """Also where the source names no scale."""
    shown = [row.entry.title for row in page.rows if row.body and row.body.figure]
    assert shown
    assert all("is better" in _texts(written, page, title)[2] for title in shown)


def test_what_is_not_tested_has_no_figure_and_a_known_trial_is_named(page: Context, written: _Table) -> None:
    untested = [row.entry.title for row in page.rows if row.assessment.verdict is Verdict.UNTESTED]
    assert untested
    for title in untested:
        assert _row(page, title).body is None
        waits = _row(page, title).assessment.waiting
        assert ("Trials known" if waits else "Not tested") in _texts(written, page, title)[1]


def test_costs_and_levels_are_sorted_by_size_and_the_unknown_has_no_place(page: Context) -> None:
    order, label = page.orders, page.labels
    assert (label[Magnitude.UNKNOWN], order[Magnitude.UNKNOWN]) == ("Not known", "")
    assert (order["ask-the-vendor"], order["not-reported"]) == ("", "")
    assert int(order["50-250"]) < int(order["1000-5000"]) < int(order[Magnitude.LOW])
    assert int(order[Magnitude.LOW]) < int(order[Magnitude.MODERATE]) < int(order[Magnitude.HIGH])
    assert sorted(InterventionLevel, key=lambda level: int(order[level])) == list(InterventionLevel)


def test_filters_offer_what_lets_a_row_pass_with_the_number_of_rows(page: Context) -> None:
    allowed: dict[str, set[str]] = {
        "driver": {slug for row in page.rows for slug in row.marks["driver"]},
        "verdict": {verdict_word(row.assessment) for row in page.rows},
        "outcome": set(Outcome),
        "certainty": {"", "very-low", "low", "moderate", "high"},
        "cost": set(LABELS),
        "population": set(PEOPLE),
        "setting": set(PLACES),
        "level": set(InterventionLevel),
        "category": set(InterventionCategory),
    }
    assert [item.name for item in page.filters] == list(allowed)
    for item in page.filters:
        assert {choice.value for choice in item.choices} <= allowed[item.name]
        for choice in item.choices:
            values = [row.marks[item.name] for row in page.rows]
            assert choice.count == sum(choice.value in found or not choice.value for found in values) > 0


def test_a_filter_for_certainty_lets_pass_all_that_is_at_least_as_sure(page: Context) -> None:
    certainty = next(item for item in page.filters if item.name == "certainty")
    assert certainty.single
    counts = {choice.value: choice.count for choice in certainty.choices}
    for level, value in ((Certainty.VERY_LOW, "very-low"), (Certainty.LOW, "low"), (Certainty.HIGH, "high")):
        assert counts.get(value, 0) == sum((row.assessment.certainty or 0) >= level for row in page.rows)
    assert counts[""] == len(page.rows)


def test_the_page_writes_every_row_with_the_attributes_that_the_script_reads(written: _Table, page: Context) -> None:
    script = (data_file("theme") / "static/compare.js").read_text(encoding="utf-8")
    assert len(written.rows) == len(page.rows)
    for place, ((given, cells), row) in enumerate(zip(written.rows, page.rows, strict=True)):
        assert {name.removeprefix("data-") for name in given} == {item.name for item in page.filters}
        assert [value.split() for value in given.values()] == [list(values) for values in row.marks.values()]
        texts = [" ".join(text.split()) for _, text in cells]
        entry, assessment = row.entry, row.assessment
        cost, effort, level = row.price, entry.effort.level, entry.level
        assert texts[0] == f"{entry.title} For: {row.people} Where: {row.places} Side by side"
        assert texts[1].startswith(f"{assessment.label} {statements.certainty(assessment.certainty)}")
        assert all(mark.text in texts[1] for mark in assessment.marks)
        assert texts[2].startswith(row.statement)
        assert row.body is None or row.body.figure in texts[2]
        assert texts[3:5] == [cost.label, "Not known" if effort is Magnitude.UNKNOWN else effort.label]
        drivers = ", ".join(driver.title for driver in row.drivers)
        assert texts[5:] == [level.label, entry.category.label, drivers, str(assessment.study_count)]
        keys = [cells[i][0]["data-key"] for i in (1, 3, 4, 5)]
        assert keys == [str(len(page.rows) - place), *(page.orders[value] for value in (cost.word, effort, level))]
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
