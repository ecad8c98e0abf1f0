"""The words, figures and records that templates are given."""

from __future__ import annotations

import ast
import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import pytest

import kb.site
import kb.view
from kb.folders import data_file
from kb.grading import words
from kb.model import (
    Arm,
    Basis,
    Certainty,
    Comparison,
    Domain,
    Finding,
    Measure,
    Person,
    ReadingBasis,
    Reference,
    Relation,
    Scale,
    Verdict,
    Verification,
)
from kb.site.contexts.frame import headings
from kb.site.pages import PAGE_OF, Site
from kb.view import figures
from kb.view.parts import short_name

CONTEXTS = sorted((Path(kb.site.__file__).parent / "contexts").glob("*.py"))
ROWS = [
    Path(kb.view.__file__).parent / f"{name}.py" for name in ("evidence", "outlook", "parts", "rows", "charts/gap_map")
]


def _finding(**given: object) -> Finding:
    return Finding.model_validate(
        {"id": "a", "outcome": "burnout", "comparison": "randomized", "measure": "mean-difference", "place": "Table 1"}
        | given
    )


@pytest.mark.parametrize("path", [*CONTEXTS, *ROWS], ids=lambda path: path.stem)
def test_every_field_of_a_context_is_used_by_a_template(path: Path) -> None:
    templates = "".join(file.read_text(encoding="utf-8") for file in data_file("theme").glob("templates/*.html"))
    used = set(re.findall(r"(?:\.|[\[(]\")(\w+)", templates))
    for record in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(record, ast.ClassDef):
            names = {ast.unparse(item.target) for item in record.body if isinstance(item, ast.AnnAssign)}
            assert names - {"template"} <= used, record.name


def test_contexts_are_frozen() -> None:
    assert is_dataclass(Site)
    frame = Site(**{field.name: "" for field in fields(Site)})  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        frame.day = "today"  # type: ignore[misc]


def test_every_kind_of_entry_has_a_page() -> None:
    assert {kind.kind for kind in PAGE_OF} == {"intervention", "instrument", "study", "driver", "framework", "page"}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (words.VERDICT, Verdict),
        (words.VERDICT_MEANING, Verdict),
        (words.CERTAINTY_MEANING, Certainty),
        (words.COMPARISON, Comparison),
        (words.READING_BASIS, ReadingBasis),
        (words.BASIS, Basis),
        (words.RELATION, Relation),
        (words.DOMAIN, Domain),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_value_of_a_vocabulary_has_its_words(table: dict[object, str], values: type) -> None:
    assert set(table) == set(values)  # type: ignore[call-overload]


def test_a_verdict_is_put_in_words_with_its_certainty() -> None:
    assert words.graded(Verdict.EVIDENCE_BASED, Certainty.LOW) == "Evidence-based · low certainty"
    assert words.graded(Verdict.PROPOSED, None) == "Proposed · not graded"


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
    assert figures.unit(_finding(measure=Measure.ODDS_RATIO, estimate=Decimal("6.17"), unit="ratio")) == ""


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


def test_headings_of_a_text_become_links() -> None:
    found = headings('<h2 id="what-it-is">What <em>it</em> is &amp; was</h2><h3 id="x">X</h3>')
    assert [(link.title, link.href) for link in found] == [("What it is & was", "#what-it-is")]
