"""The grade code of each kind of entry, in its scheme, with the reasons."""

from datetime import date

import pytest

from kb.grading import GradeScheme, instrument_grade, intervention_grade, study_grade
from kb.model import Instrument, Study

SHARED = {"slug": "a", "body": "", "title": "A", "summary": "A.", "status": "published", "reviewed": date(2026, 11, 1)}


def _study(finding, design, comparison=None, **fields):
    findings = [finding(comparison=comparison)] if comparison else []
    unread = {"funding": "not-read", "conflicts": "not-read"}
    return Study(
        **SHARED,
        **unread,
        reference="trial-2024",
        design=design,
        reading_basis="full-text",
        findings=findings,
        **fields,
    )


def _instrument(**fields):
    return Instrument(**SHARED, constructs=["burnout"], source="trial-2024", place="Methods", **fields)


@pytest.mark.parametrize(
    ("design", "comparison", "code"),
    [
        ("systematic-review", "randomized", "1"),
        ("meta-analysis", "randomized", "1"),
        ("rct", "randomized", "2"),
        ("rct", "uncontrolled", "2"),
        ("cluster-rct", "randomized", "2"),
        ("non-randomized-controlled", "controlled", "3"),
        ("before-after", "uncontrolled", "4"),
        ("case-report", "uncontrolled", "4"),
        ("systematic-review", "association", "none"),
        ("systematic-review", "descriptive", "none"),
        ("qualitative", "qualitative", "none"),
        ("cross-sectional", "association", "none"),
        ("cohort", "association", "none"),
        ("psychometric", "psychometric", "none"),
        ("commentary", None, "none"),
        ("report", "descriptive", "none"),
    ],
)
def test_the_level_of_a_study_follows_from_its_design_if_it_tests_an_intervention(finding, design, comparison, code):
    grade = study_grade(_study(finding, design, comparison))
    assert (grade.scheme, grade.code) == (GradeScheme.OCEBM_2011, code)
    assert grade.rationale


def test_a_review_that_found_no_trial_of_anything_has_no_level(finding):
    assert study_grade(_study(finding, "systematic-review", no_findings_reason="None found.")).code == "none"


def test_the_level_that_is_our_own_says_so(finding):
    assert "our own rule" in study_grade(_study(finding, "before-after", "uncontrolled")).rationale
    assert "our own rule" not in study_grade(_study(finding, "rct", "randomized")).rationale


def test_an_instrument_without_an_assessment_is_not_assessed():
    grade = instrument_grade(_instrument())
    assert (grade.scheme, grade.code) == (GradeScheme.COSMIN, "not-assessed")


@pytest.mark.parametrize("category", ["A", "B", "C"])
def test_an_instrument_has_its_category_with_the_ratings_behind_it(category):
    rated = {"property": "Internal consistency", "rating": "+", "evidence": "low", "reason": "Alpha was 0.92."}
    grade = instrument_grade(_instrument(cosmin={"category": category, "properties": [rated]}))
    assert grade.code == category
    assert "Alpha was 0.92." in grade.rationale


@pytest.mark.parametrize(
    ("n", "risk", "code"),
    [(900, "low", "high"), (300, "low", "moderate"), (300, "high", "low"), (90, "high", "very-low")],
)
def test_an_intervention_has_the_certainty_of_its_headline(trial, assessed, n, risk, code):
    grade = intervention_grade(assessed(trial(estimate=-4, ci=(-5, -3.5), n=n, risk=risk), mid="3"))
    assert (grade.scheme, grade.code) == (GradeScheme.GRADE, code)


def test_the_path_from_start_to_certainty_is_given_in_words(trial, assessed):
    made = assessed(trial(estimate=-4, ci=(-5, -3.5), n=123, risk=None), mid="3")
    assert intervention_grade(made).rationale == (
        "Starts at high. "
        "Down 1 for risk of bias: all of the evidence is not appraised. "
        "Down 1 for imprecision: 123 people are fewer than 400. "
        "At most low, since half or more of the evidence is not appraised. Result: low."
    )


def test_an_intervention_without_evidence_is_not_graded_and_says_why(study, assessed):
    nothing = intervention_grade(assessed())
    silent = intervention_grade(assessed(study(measure="other", p=".04", n=100)))
    assert (nothing.code, silent.code) == ("not-graded", "not-graded")
    assert nothing.rationale
    assert silent.rationale
