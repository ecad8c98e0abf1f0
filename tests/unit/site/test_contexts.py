"""The words, figures and records that templates are given."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

import kb.view
from kb.check import Checked
from kb.folders import data_file
from kb.model import (
    KINDS,
    Arm,
    EffectMeasure,
    Finding,
    Person,
    Reference,
    Scale,
    Verification,
)
from kb.site.entries import PAGE_OF
from kb.site.pages import pages
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import short_name

ROWS = [
    Path(kb.view.__file__).parent / f"{name}.py"
    for name in (
        *("axis", "evidence", "bodies", "body_plot", "people", "screening", "parts", "forest_plot", "gap_map", "price"),
        "doing_nothing",
    )
]
TEMPLATES = "".join(file.read_text(encoding="utf-8") for file in data_file("theme").glob("templates/*.html"))
USED = set(re.findall(r"(?:\.|[\[(]\")(\w+)", TEMPLATES))
"""The names that templates look up."""


def _finding(**given: object) -> Finding:
    return Finding.model_validate(
        {"id": "a", "outcome": "burnout", "comparison": "randomized", "measure": "mean-difference", "place": "Table 1"}
        | given
    )


@pytest.mark.parametrize("path", ROWS, ids=lambda path: path.stem)
def test_every_field_of_a_row_is_used_by_a_template(path: Path) -> None:
    # These are read in Python: an axis by its plot.
    read = {"low", "high", "log"}
    for record in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(record, ast.ClassDef) and not record.name.startswith("_"):
            names = {ast.unparse(item.target) for item in record.body if isinstance(item, ast.AnnAssign)}
            assert names - read <= USED, record.name


def test_whatever_a_page_is_given_is_used_by_a_template(real: Checked) -> None:
    for page in pages(Catalog(real.knowledge.public())):
        assert set(vars(page)) - {"template"} <= USED, page.path


def test_every_kind_of_entry_has_a_page() -> None:
    assert set(PAGE_OF) == set(KINDS)


def test_numbers_keep_their_digits_and_get_a_true_minus_sign() -> None:
    assert figures.number(Decimal("-0.60")) == "−0.60"
    assert figures.number(Decimal("4.10")) == "4.10"
    assert figures.number(1575) == "1,575"
    assert figures.number(None) == "–"


def test_intervals_name_their_level() -> None:
    finding = _finding(estimate=Decimal("-0.79"), ci=(Decimal("-1.27"), Decimal("-0.32")), p=".001", unit="points")
    assert figures.confidence(finding) == "95% CI −1.27 to −0.32"
    assert figures.p_value(finding.p) == "P = .001"
    assert figures.p_value("<.001") == "P < .001"
    assert figures.p_value(None) == ""


def test_a_percentage_carries_its_sign_and_other_units_stand_beside() -> None:
    share = _finding(measure="proportion", estimate=Decimal(34), unit="%")
    assert (figures.estimate(share), figures.unit(share)) == ("34%", "")
    points = _finding(estimate=Decimal("-0.5"), unit="points")
    assert (figures.estimate(points), figures.unit(points)) == ("−0.5", "points")
    assert figures.estimate(_finding()) == "–"
    assert figures.unit(_finding(measure=EffectMeasure.ODDS_RATIO, estimate=Decimal("6.17"), unit="ratio")) == ""


def test_a_scale_tells_its_range_and_which_way_is_better() -> None:
    scale = Scale(slug="burnout", label="Burnout", min=Decimal(0), max=Decimal(10), higher_is_worse=True)
    assert figures.scale_meaning(scale) == "scale 0 to 10, lower is better"
    assert figures.scale_meaning(Scale(slug="a", label="A", higher_is_worse=False)) == "higher is better"
    assert figures.scale_meaning(None) == ""


def test_arms_are_shown_as_printed() -> None:
    arm = Arm(
        label="Coaching",
        baseline_mean=Decimal("3.28"),
        baseline_sd=Decimal("1.58"),
        change=Decimal("-0.71"),
        ci=(Decimal("-1.06"), Decimal("-0.35")),
        relative_change=Decimal(-22),
    )
    assert figures.spread(arm.baseline_mean, arm.baseline_sd) == "3.28 (SD 1.58)"
    assert figures.change(arm) == "−0.71 (−1.06 to −0.35)"
    assert figures.percent(arm.relative_change) == "−22%"
    assert figures.share(12, 40) == "12 of 40"
    assert figures.share(12, None) == ""


def test_words_are_counted_in_the_singular_and_plural() -> None:
    assert figures.count(1, "study", "studies") == "1 study"
    assert figures.count(2, "study", "studies") == "2 studies"


@pytest.mark.parametrize(
    ("families", "more", "name"),
    [
        (["Kiser", "Sterns", "Lai"], False, "Kiser et al 2024"),
        (["Kiser", "Sterns"], False, "Kiser and Sterns 2024"),
        (["Kiser"], False, "Kiser 2024"),
        (["Kiser"], True, "Kiser et al 2024"),
        ([], False, "The Journal 2024"),
    ],
)
def test_a_work_is_named_by_author_and_year(families: list[str], more: bool, name: str) -> None:
    reference = Reference(
        key="kiser-2024",
        type="article",
        authors=tuple(Person(family=family) for family in families),
        more_authors=more,
        title="A title",
        year=2024,
        container="The Journal",
        verified=Verification.SEED,
        text="",
        html="",
    )
    assert short_name(reference) == name
