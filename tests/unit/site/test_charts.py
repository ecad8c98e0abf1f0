"""Forest plots: everything stands where its number says, and nothing shares an axis that must not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from kb.check import Checked
from kb.folders import data_file
from kb.grading import EFFECT
from kb.model import Comparison, Discrepancy, EffectDirection, Finding, Study
from kb.view import figures
from kb.view.axis import MARGIN, MOST_TICKS, axis_of
from kb.view.catalog import Catalog
from kb.view.forest_plot import Forest, Plot, PlotRow, drawable, forest


@pytest.fixture(scope="module")
def catalog(real: Checked) -> Catalog:
    """The real content, ready for pages."""
    return Catalog(real.knowledge.public())


def _drawn(catalog: Catalog, study: Study) -> Forest:
    return forest(catalog, ((study, finding, f"#{finding.id}") for finding in study.findings))


def _rows(drawn: Forest) -> Iterator[tuple[Plot, PlotRow]]:
    for _, plots in drawn.groups:
        for plot in plots:
            yield from ((plot, row) for row in plot.rows)


def _study(catalog: Catalog, *findings: dict[str, object]) -> Study:
    """A real study with other findings."""
    shared = {"outcome": "burnout", "comparison": "randomized", "place": "Table 1", "unit": "minutes"}
    given = tuple(
        Finding.model_validate({"id": f"f-{number}", "measure": "mean-difference", **shared, **finding})
        for number, finding in enumerate(findings)
    )
    return catalog.knowledge.studies["kiser-2024"].model_copy(update={"findings": given})


def _charts() -> Any:
    """The macros that draw."""
    environment = Environment(loader=FileSystemLoader(str(data_file("theme") / "templates")), autoescape=True)
    environment.filters["number"] = figures.number
    return environment.get_template("charts.html").module


def _percent(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def _value(text: str) -> float:
    return float(text.replace("−", "-"))


def test_every_estimate_with_an_interval_is_drawn_once_and_every_other_is_told_in_words(catalog: Catalog) -> None:
    told = 0
    for study in catalog.knowledge.studies.values():
        drawn = _drawn(catalog, study)
        wanted = [f for f in study.findings if f.comparison in EFFECT or f.comparison is Comparison.ASSOCIATION]
        with_interval = [f"#{f.id}" for f in wanted if drawable(f)]
        assert sorted(row.name.href for _, row in _rows(drawn)) == sorted(with_interval)
        assert [link.href for link in drawn.undrawn] == [f"#{f.id}" for f in wanted if not drawable(f)]
        told += len(with_interval)
    assert told >= 25


def test_all_points_and_ends_stand_where_the_ticks_of_their_axis_say(catalog: Catalog) -> None:
    """Between two ticks the place of any value follows, on the log scale for ratios."""
    checked = 0
    for study in catalog.knowledge.studies.values():
        for plot, row in _rows(_drawn(catalog, study)):
            finding = next(f for f in study.findings if f"#{f.id}" == row.name.href)
            assert finding.ci
            assert finding.estimate is not None
            level = math.log if finding.measure.ratio else float
            ends = plot.frame.ticks[0], plot.frame.ticks[-1]
            low, high = (level(_value(tick.label)) for tick in ends)
            left, right = (_percent(tick.at) for tick in ends)
            for at, value, cut in (
                (row.span.start, finding.ci[0], row.span.cut_low),
                (row.span.point, finding.estimate, False),
                (row.span.end, finding.ci[1], row.span.cut_high),
            ):
                expected = left + (level(float(value)) - low) / (high - low) * (right - left)
                if not cut:
                    assert _percent(at) == pytest.approx(expected, abs=0.15), f"{study.slug}/{finding.id}"
                    checked += 1
    assert checked > 70


def test_the_null_is_in_the_middle_and_marked_by_a_tick(catalog: Catalog) -> None:
    for study in catalog.knowledge.studies.values():
        for plot, row in _rows(_drawn(catalog, study)):
            assert plot.frame.null.at == "50%"
            finding = next(f for f in study.findings if f"#{f.id}" == row.name.href)
            null = "1" if finding.measure.ratio else "0"
            assert [tick.label for tick in plot.frame.ticks if tick.at == plot.frame.null.at] == [null]


def test_only_findings_of_one_measure_unit_and_scale_share_an_axis(catalog: Catalog) -> None:
    shared = 0
    for study in catalog.knowledge.studies.values():
        by_href = {f"#{f.id}": f for f in study.findings}
        for _, plots in _drawn(catalog, study).groups:
            for plot in plots:
                findings = [by_href[row.name.href] for row in plot.rows]
                shared += len(findings) > 1
                assert len({f.measure for f in findings}) == 1
                assert len({(f.unit or "").replace("percentage points", "%") for f in findings}) == 1
                assert len({f.comparison is Comparison.UNCONTROLLED for f in findings}) == 1
                if findings[0].unit == "points" and len(findings) > 1:
                    assert len({f.instrument for f in findings}) == 1
                    scales = [catalog.scale(f.instrument, f.scale) for f in findings]
                    assert len({(s.min, s.max, s.higher_is_worse) for s in scales if s}) == 1
                    assert all(scales)
    assert shared


def test_a_difference_of_percentages_is_told_in_percentage_points(catalog: Catalog) -> None:
    """The title names the unit once, however the source spells it, and no figure beside it says another."""
    ci = (Decimal(-13), Decimal(-1))
    findings: list[dict[str, object]] = [
        {"measure": "risk-difference", "unit": unit, "estimate": -7, "ci": ci} for unit in ("%", "percentage points")
    ]
    drawn = _drawn(catalog, _study(catalog, *findings))
    assert {plot.title.partition(",")[0] for plot, _ in _rows(drawn)} == {"Risk difference in percentage points"}
    assert re.findall(r'<b class="figure">(.*?)</b>', _charts().forest(drawn)) == ["−7", "−7"]
    relative: dict[str, object] = {"measure": "mean-difference", "unit": "%", "estimate": Decimal(-7), "ci": ci}
    ((plot, _),) = _rows(_drawn(catalog, _study(catalog, relative)))
    assert plot.title.startswith("Mean difference in %")


def test_an_axis_is_ruled_where_its_ticks_are_written(catalog: Catalog) -> None:
    for study in catalog.knowledge.studies.values():
        for plot, _ in _rows(_drawn(catalog, study)):
            strokes = [float(at) for at in re.findall(r"M([\d.]+) 0V1", plot.frame.ruler)]
            assert strokes == [_percent(tick.at) for tick in plot.frame.ticks]


def test_points_on_an_unknown_scale_have_an_axis_of_their_own(catalog: Catalog) -> None:
    ci = (Decimal(1), Decimal(3))
    study = _study(catalog, *[{"unit": "points", "estimate": Decimal(2), "ci": ci} for _ in range(2)])
    assert [len(plot.rows) for _, plots in _drawn(catalog, study).groups for plot in plots] == [1, 1]


def test_the_side_that_favors_the_intervention_follows_the_scale(catalog: Catalog) -> None:
    plots = {row.name.href: plot for plot, row in _rows(_drawn(catalog, catalog.knowledge.studies["kiser-2024"]))}
    burnout, fulfillment = plots["#pfi-burnout-3-months"], plots["#professional-fulfillment-3-months"]
    assert (burnout.frame.left, burnout.frame.right) == ("favors the intervention", "favors the comparison")
    assert (fulfillment.frame.left, fulfillment.frame.right) == ("favors the comparison", "favors the intervention")


def test_a_point_that_favors_the_intervention_is_on_the_side_labelled_so(catalog: Catalog) -> None:
    seen = set()
    for study in catalog.knowledge.studies.values():
        for plot, row in _rows(_drawn(catalog, study)):
            if row.result.direction in (EffectDirection.FAVORS_INTERVENTION, EffectDirection.FAVORS_COMPARATOR):
                label = plot.frame.left if _percent(row.span.point) < 50 else plot.frame.right
                good = row.result.direction is EffectDirection.FAVORS_INTERVENTION
                assert (
                    label in (("favors the intervention", "better than before"), ("favors the comparison",))[not good]
                )
                seen.add(label)
    assert {"favors the intervention", "better than before"} <= seen


def test_an_interval_far_wider_than_the_others_leaves_the_axis_with_an_arrow(catalog: Catalog) -> None:
    narrow = {"estimate": Decimal(-2), "ci": (Decimal(-3), Decimal(-1))}
    study = _study(catalog, narrow, narrow, {"estimate": Decimal(-1), "ci": (Decimal(-50), Decimal(48))})
    rows = [row for _, row in _rows(_drawn(catalog, study))]
    assert [(row.span.cut_low, row.span.cut_high) for row in rows] == [(False, False), (False, False), (True, True)]
    assert (rows[2].span.start, rows[2].span.end) == (f"{MARGIN:g}%", f"{100 - MARGIN:g}%")


def test_a_ratio_whose_interval_reaches_zero_is_cut_and_not_lost(catalog: Catalog) -> None:
    ratio: dict[str, object] = {
        "measure": "odds-ratio",
        "unit": None,
        "estimate": Decimal("0.5"),
        "ci": (Decimal("0.0"), Decimal(3)),
    }
    ((_, row),) = _rows(_drawn(catalog, _study(catalog, ratio)))
    assert (row.span.cut_low, row.span.cut_high) == (True, False)


def test_the_area_of_a_point_grows_with_the_participants(catalog: Catalog) -> None:
    shown = {"estimate": Decimal(2), "ci": (Decimal(1), Decimal(3))}
    study = _study(catalog, {**shown, "n": 400}, {**shown, "n": 100}, shown)
    large, small, unknown = (row for _, row in _rows(_drawn(catalog, study)))
    assert float(large.radius) == 2 * float(small.radius)
    assert float(unknown.radius) < float(small.radius)
    assert unknown.result.finding.n is None


@given(
    st.lists(
        st.tuples(*[st.floats(-5000, 5000, allow_nan=False).map(lambda x: round(x, 3))] * 3).map(sorted),
        min_size=1,
        max_size=6,
    )
)
def test_an_axis_holds_all_estimates_and_few_ticks(results: list[list[float]]) -> None:
    axis = axis_of([(low, middle, high) for low, middle, high in results], 0.0, log=False)
    assert axis.low == -axis.high
    assert all(axis.low <= estimate <= axis.high for _, estimate, _ in results)
    assert 0 in axis.ticks
    assert 3 <= len(axis.ticks) <= MOST_TICKS
    assert all(axis.low <= tick <= axis.high or math.isclose(abs(tick), axis.high) for tick in axis.ticks)


@given(st.lists(st.tuples(*[st.floats(0.01, 500).map(lambda x: round(x, 2))] * 3).map(sorted), min_size=1, max_size=6))
def test_an_axis_of_ratios_is_logarithmic_about_one(results: list[list[float]]) -> None:
    axis = axis_of([(low, middle, high) for low, middle, high in results], 1.0, log=True)
    assert axis.low * axis.high == pytest.approx(1)
    assert axis.place(1) == pytest.approx(50)
    assert axis.place(axis.high**0.5) - 50 == pytest.approx((axis.place(axis.high) - 50) / 2)
    assert all(axis.low <= estimate <= axis.high for _, estimate, _ in results)
    assert 1 in axis.ticks
    assert len(axis.ticks) <= MOST_TICKS


def test_a_disputed_interval_is_drawn_hatched_with_the_reason(catalog: Catalog) -> None:
    study = _study(catalog, {"estimate": Decimal(2), "ci": (Decimal(1), Decimal(3))})
    wrong = {"place": "Table 1", "issue": "The interval cannot be right." * 2, "resolution": "It is not used." * 3}
    discrepancy = Discrepancy.model_validate({**wrong, "findings": ["f-0"], "disputed": ["interval"]})
    drawn = _drawn(catalog, study.model_copy(update={"discrepancies": (discrepancy,)}))
    assert [row.disputed for _, row in _rows(drawn)] == [wrong["issue"]]
    assert 'class="ci disputed"' in _charts().forest(drawn)


def test_a_study_draws_its_findings_before_the_table_that_spells_them_out(built: Path) -> None:
    text = (built / "studies/kiser-2024/index.html").read_text(encoding="utf-8")
    assert text.index('class="forest"') < text.index('aria-label="Table: Results that test an effect')
    assert text.count('class="ci"') == 10
