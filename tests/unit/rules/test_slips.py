"""A slip in the figures of a study is called what it is, and who does what the hint says gets the right grade."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.diff.ratings import estimate, rating

HEAD = """---
title: Naps on night shifts
summary: A randomized trial of a nap on night shifts.
status: published
reviewed: 2026-11-01
reference: trial-2024
design: rct
reading_basis: full-text
arms:
  - {slug: nap, label: Nap, role: intervention, intervention: quiet-hours, n_randomized: 125}
  - {slug: usual, label: Usual work, role: control, comparator_class: inactive, n_randomized: 123}
interventions: [quiet-hours]
appraisals: [{tool: RoB 2, overall: low}]
findings:
"""
TEXT = """---
## What was done

Words [@trial-2024].

## What was found

TOLD [@trial-2024].

## How far to trust it

Words.
"""
NO_FIGURES = "[{arm: nap}, {arm: usual}]"
MEANS = "[{arm: nap, n: 120, mean: 3.10, sd: 1.58}, {arm: usual, n: 120, mean: 3.60, sd: 1.58}]"
FIGURES = {
    "id": "fell",
    "outcome": "exhaustion",
    "instrument": "pfi",
    "scale": "exhaustion",
    "comparison": "randomized",
    "weeks_after_end": "0",
    "measure": "mean-difference",
    "estimate": "-0.50",
    "ci": "[-0.90, -0.10]",
    "p": "'.014'",
    "unit": "points",
    "n": "240",
    "arms": MEANS,
    "place": "Table 2",
}

Graded = Callable[..., tuple[list[str], str]]


def study(told: str = "Words", **changed: str | None) -> str:
    fields = {**FIGURES, **changed}
    written = ", ".join(f"{name}: {value}" for name, value in fields.items() if value is not None)
    return f"{HEAD}  - {{{written}}}\n{TEXT.replace('TOLD', told)}"


@pytest.fixture
def graded(content: Callable[..., Path], today: date) -> Graded:
    """The problems of a study, and how quiet hours are graded on exhaustion with it."""
    root = content()

    def run(told: str = "Words", **changed: str | None) -> tuple[list[str], str]:
        (root / "studies/naps-2025.md").write_text(study(told, **changed), encoding="utf-8")
        checked = check(root, today)
        assessment = checked.knowledge.assessments["quiet-hours"]
        body = assessment.by_key.get("exhaustion/inactive/short/randomized")
        found = [str(problem) for problem in checked.problems if "naps-2025" in problem.path]
        return found, f"{rating(assessment)}: {estimate(body)}"

    return run


RIGHT = {"arms": MEANS}
SIGNS = {
    "of the estimate": {"estimate": "0.50"},
    "of the estimate, without figures of the arms": {"estimate": "0.50", "arms": NO_FIGURES},
    "of the interval": {"ci": "[0.10, 0.90]", "arms": NO_FIGURES},
    "of both": {"estimate": "0.50", "ci": "[0.10, 0.90]"},
    "of both, with changes": {
        "estimate": "0.50",
        "ci": "[0.10, 0.90]",
        "arms": "[{arm: nap, n: 120, change: -0.60}, {arm: usual, n: 120, change: -0.10}]",
    },
}


@pytest.mark.parametrize("slip", SIGNS)
def test_a_wrong_sign_is_called_one_and_the_correction_that_is_named_gives_the_right_grade(
    graded: Graded, slip: str
) -> None:
    changed = SIGNS[slip]
    (problem,), _ = graded(**changed)
    assert "sign" in problem
    assert "Table 2" in problem
    assert "list the arm first" not in problem
    corrected = re.search(r"write estimate: (\S+) and ci: (\[[^\]]*\])", problem)
    assert corrected, problem
    as_told = {**changed, "estimate": corrected[1], "ci": corrected[2]}
    arms = {"arms": changed.get("arms", MEANS)}
    assert graded(**as_told) == graded(**arms)
    assert graded(**as_told)[0] == []


def test_the_correction_that_the_text_of_the_study_names_keeps_an_interval_that_is_right(graded: Graded) -> None:
    slip = {"estimate": "0.50", "arms": NO_FIGURES}
    problems, _ = graded("Exhaustion was 0.50 points lower with the nap", **slip)
    assert [problem.split()[1] for problem in problems] == ["KB301", "KB331"]
    assert all("write estimate: -0.50 and ci: [-0.90, -0.10]" in problem for problem in problems)


def test_the_control_in_the_first_place_is_named_where_it_turns_what_the_text_says(graded: Graded) -> None:
    swapped = "[{arm: usual}, {arm: nap}]"
    told = "Exhaustion was 0.50 points lower with the nap"
    (problem,), _ = graded(told, arms=swapped)
    assert "its first arm is usual" in problem
    assert "put arm: nap first under arms:" in problem
    assert graded(told, arms=NO_FIGURES)[0] == []
    other_way = {"estimate": "0.50", "ci": "[0.10, 0.90]", "arms": swapped}
    assert graded(told, **other_way) == graded(told, arms=NO_FIGURES)


def test_a_text_that_tells_what_happened_without_the_intervention_is_no_problem(graded: Graded) -> None:
    rose = {"estimate": "0.50", "ci": "[0.10, 0.90]", "arms": NO_FIGURES}
    assert graded("Exhaustion was 0.50 points lower without the nap", **rose)[0] == []
    assert graded("Exhaustion was 0.50 points lower in the control group", **rose)[0] == []


@pytest.mark.parametrize(("disputed", "settled"), [("interval", False), ("p-value", False), ("estimate", True)])
def test_a_discrepancy_on_another_figure_leaves_a_wrong_sign_to_be_named(
    content: Callable[..., Path], today: date, disputed: str, settled: bool
) -> None:
    note = (
        "discrepancies:\n  - {place: Table 2, issue: The figure is too precise for so few., "
        f"resolution: It is recorded as printed., findings: [fell], disputed: [{disputed}]}}\n"
    )
    text = study(estimate="0.50", ci="[0.10, 0.90]").replace(TEXT.replace("TOLD", "Words"), "")
    whole = f"{text}{note}{TEXT.replace('TOLD', 'Words')}"
    root = content({"studies/naps-2025.md": whole})
    found = [problem for problem in check(root, today).problems if "naps-2025" in problem.path]
    assert [problem.code for problem in found] == ([] if settled else ["KB315"])
    assert settled or "write estimate: -0.50 and ci: [-0.90, -0.10]" in found[0].hint


def test_changes_without_their_minus_are_not_mended_by_another_order_of_the_arms(graded: Graded) -> None:
    unsigned = "[{arm: nap, n: 120, change: 0.60}, {arm: usual, n: 120, change: 0.10}]"
    (problem,), _ = graded(arms=unsigned)
    assert "a sign is wrong" in problem
    assert "else correct these. Leave the order of the arms" in problem


@pytest.mark.parametrize(
    ("told", "changed", "words"),
    [
        ("Exhaustion was 0.50 points lower with the nap", {}, "'0.50 points lower'"),
        ("With the nap exhaustion fell by 0.50 points", {}, "'fell by 0.50'"),
        ("The difference was -0.50", {}, "'-0.50'"),
        ("Exhaustion was lower with the nap", {}, "'Exhaustion was lower'"),
        ("The nap reduced exhaustion", {}, "'reduced exhaustion'"),
    ],
)
def test_a_text_that_says_lower_tells_that_a_sign_was_lost(
    graded: Graded, told: str, changed: dict[str, str], words: str
) -> None:
    turned = {"estimate": "0.50", "ci": "[0.10, 0.90]", "arms": NO_FIGURES, **changed}
    (problem,), _ = graded(told, **turned)
    assert "KB331" in problem
    assert words in problem
    assert graded(told, arms=NO_FIGURES)[0] == []


@pytest.mark.parametrize(
    "told",
    [
        "Exhaustion was not lower with the nap",
        "Exhaustion fell by 0.50 points more without",
        "Pay rose by 0.75 points",
        "Exhaustion was 0.50 points higher with the nap",
    ],
)
def test_a_text_that_says_nothing_else_is_no_problem(graded: Graded, told: str) -> None:
    assert graded(told, estimate="0.50", ci="[0.10, 0.90]", arms=NO_FIGURES)[0] == []


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"ci": "[-0.70, -0.30]"}, {"ci": None, "se": "0.2"}),
        ({"ci": "[-0.70, -0.30]", "arms": NO_FIGURES}, {"ci": None, "se": "0.2"}),
        ({"ci": "[-0.84, -0.16]", "arms": NO_FIGURES}, {"ci_level": "90"}),
        ({"ci": "[-1.03, 0.03]", "arms": NO_FIGURES}, {"ci_level": "99"}),
    ],
)
def test_an_interval_that_is_something_else_is_called_that(
    graded: Graded, changed: dict[str, str], hint: dict[str, str | None]
) -> None:
    """What the hint writes leaves no problem, and a standard error near that of the right interval."""
    problems, _ = graded(**changed)
    told = [f"{name}: {value}" for name, value in hint.items() if value]
    assert any(words in problem for words in told for problem in problems)
    found, grade = graded(**{**changed, **hint})
    assert found == []
    right = graded(arms=changed.get("arms", MEANS))[1]
    assert grade.split(":")[0] == right.split(":")[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ci": None, "se": "1.58"}, "as large as the standard deviation"),
        ({"ci": None, "p": None, "se": "1.58", "arms": NO_FIGURES}, "not a standard deviation"),
        (
            {"ci": None, "p": None, "arms": MEANS.replace("1.58", "0.14")},
            "standard deviations, which no program reaches",
        ),
        ({"arms": MEANS.replace("1.58", "0.144")}, "they fit the interval as standard errors"),
        ({"ci": "[-0.20, 0.20]"}, "distances from it, or a standard error"),
        ({"ci": "[-0.50, 0.20]"}, "one end repeats the estimate"),
        ({"ci": "[0.31, 0.80]", "estimate": "0.50", "p": None, "arms": NO_FIGURES}, "as that of a ratio"),
        ({"n": "120"}, "must be the sum of the arms, 120 + 120"),
        ({"n": "125", "arms": NO_FIGURES}, "which is one arm"),
        ({"n": "900", "arms": NO_FIGURES}, "at most the people of its arms"),
        ({"arms": MEANS.replace("mean: 3.10", "mean: 31.0")}, "must be between 0 and 10"),
        ({"arms": "[{arm: nap}, {arm: usual}, {arm: nap}]"}, "a finding of its own for each two arms"),
    ],
)
def test_other_slips_are_named(graded: Graded, changed: dict[str, str | None], words: str) -> None:
    assert any(words in problem for problem in graded(**changed)[0])


def test_one_registration_in_two_spellings_is_one_study(problems: Callable[..., list[str]]) -> None:
    base = Path(__file__).parents[2] / "bad" / "_base"
    other = (base / "studies/trial-2024.md").read_text(encoding="utf-8")
    files = {
        "studies/naps-2025.md": study().replace("design: rct", "registration: NCT01234567\ndesign: rct"),
        "studies/trial-2024.md": other.replace(
            "design: rct", "registration: ClinicalTrials.gov nct 0123-4567, ISRCTN12345678\ndesign: rct"
        ),
    }
    assert any("KB307" in problem and "NCT01234567" in problem for problem in problems(files))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("It certainly cures burnout", True),
        ("Quiet hours eliminate burnout", True),
        ("Quiet hours have been shown to reduce burnout", True),
        ("There is no doubt that it helps", True),
        ("Burnout is reduced by quiet hours", True),
        ("Quiet hours resolve or end burnout; this will end burnout", True),
        ("It is proven to eliminate burnout", True),
        ("Nobody is told that this is a cure", False),
        ("It probably reduces burnout", False),
        ("It is not known whether it cures burnout", False),
        ("Burnout fell by half in one trial", False),
        ("A report is called “Proven ways to eliminate burnout”", False),
        ("A comment, *How coaching cures burnout*, calls for trials", False),
        ("Quiet hours aim to eliminate burnout", False),
        ("They began to prevent burnout", False),
        ("Vendors claim that it cures burnout", False),
        ("Patients were cured sooner", False),
        ("It needs guaranteed time", False),
        ("It works with two people on site", False),
        ("The burden of proof is on vendors", False),
    ],
)
@pytest.mark.parametrize("section", ["Does it work", "Who it suits"])
def test_a_text_claims_no_more_than_the_evidence_lets_it(
    problems: Callable[..., list[str]], words: str, found: bool, section: str
) -> None:
    base = Path(__file__).parents[2] / "bad" / "_base"
    text = (base / "interventions/quiet-hours.md").read_text(encoding="utf-8")
    changed = re.sub(rf"(## {section}\n\n)[^\n]*", rf"\g<1>{words}.", text)
    told = problems({"interventions/quiet-hours.md": changed})
    absolute = section == "Does it work" or any(word in words for word in ("cure", "eliminate", "doubt", "will end"))
    assert bool(told) == (found and absolute)
    assert all(
        "KB328" in problem and "write what it allows: It probably reduces burnout." in problem for problem in told
    )


@pytest.mark.parametrize(
    ("field", "written", "hint"),
    [
        ("design: rct", "design: pre-post", "did you mean 'before-after'?"),
        ("design: rct", "design: Randomised controlled trial", "did you mean 'rct' or 'cluster-rct'?"),
        (
            "design: rct",
            "design: review",
            "did you mean 'systematic-review' or 'scoping-review' or 'narrative-review'?",
        ),
        ("measure: mean-difference", "measure: SMD", "did you mean 'standardized-mean-difference'?"),
        ("measure: mean-difference", "measure: Cohen's d", "did you mean 'standardized-mean-difference'?"),
        ("comparison: randomized", "comparison: RCT", "did you mean 'randomized'?"),
        ("weeks_after_end: 0", "weeks_after_end: 8 weeks", "write weeks_after_end: 8, digits only"),
        ("p: '.014'", "p_value: '.014'", "did you mean 'p'?"),
        ("estimate: -0.50", "effect_size: -0.50", "did you mean 'estimate'?"),
        ("design: rct", "doi: 10.1000/1\ndesign: rct", "belongs in its record in references.bib"),
    ],
)
def test_what_curators_call_words_and_fields_is_understood(
    problems: Callable[..., list[str]], field: str, written: str, hint: str
) -> None:
    text = study()
    assert field in text
    assert any(hint in problem for problem in problems({"studies/naps-2025.md": text.replace(field, written)}))


def test_a_hint_names_no_other_work_of_the_same_year_and_no_word_that_is_only_a_little_alike(
    problems: Callable[..., list[str]],
) -> None:
    cited = study().replace("Words [@trial-2024]", "Words [@brill-2024; @trail-2024]", 1)
    found = [problem for problem in problems({"studies/naps-2025.md": cited}) if "no work" in problem]
    assert ["did you mean" in problem for problem in found] == [False, True]
    assert "did you mean 'trial-2024'?" in found[1]


def test_the_first_dash_of_a_list_is_missed_once(problems: Callable[..., list[str]]) -> None:
    fields = "\n".join(f"    {name}: {value}" for name, value in FIGURES.items())
    undashed = f"{HEAD}{fields.replace('    id', '  id', 1)}\n{TEXT}"
    (problem,) = problems({"studies/naps-2025.md": undashed})
    assert "a new item of a list must start with a dash, found id" in problem
    assert "write - id: fell" in problem


def test_a_judgment_of_a_body_whose_studies_are_drafts_says_so(problems: Callable[..., list[str]]) -> None:
    base = Path(__file__).parents[2] / "bad" / "_base"
    text = (base / "interventions/quiet-hours.md").read_text(encoding="utf-8")
    judged = (
        "status: draft\njudgements:\n  - body: exhaustion/inactive/short/randomized\n    down: "
        "[{domain: indirectness, steps: 1, reason: All nurses were in two wards of one hospital.}]\n"
    )
    found = problems(
        {
            "interventions/naps.md": re.sub(r"(?m)^status: published\n", judged, text),
            "studies/naps-2025.md": study()
            .replace("status: published", "status: draft")
            .replace("quiet-hours", "naps"),
        }
    )
    (problem,) = [problem for problem in found if "KB324" in problem]
    assert "only drafts have a result for it, naps-2025: this goes away" in problem
