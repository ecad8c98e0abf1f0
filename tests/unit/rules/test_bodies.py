"""Rules on bodies of evidence that need more than one file: what a judgment may hold, and what it must not be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import check

BASE = Path(__file__).parents[2] / "bad" / "_base"
Check = Callable[..., list[str]]
ARMS = """arms:
  - {slug: quiet, label: Quiet hours, role: intervention, intervention: quiet-hours}
  - {slug: usual, label: Usual work, role: control, comparator_class: inactive}
"""
REVIEW = (
    "measure: standardized-mean-difference, estimate: -0.4, ci: [-0.6, -0.2], n: 900, intervention: quiet-hours, "
    "comparator_class: inactive, pooled: {studies: 4, kinds: [randomized], i_squared: 0, risk_of_bias_of_trials: low}"
)
DIFFERENCE = "measure: mean-difference, estimate: -0.5, ci: [-0.7, -0.3], n: 900, arms: [{arm: quiet}, {arm: usual}]"
BODY = "burnout/inactive/short/randomized"


def codes(problems: list[str]) -> list[str]:
    return [problem.split(": ")[1][:5] for problem in problems]


def study(
    finding: str,
    *,
    comparison: str = "randomized",
    weeks: int = 26,
    risk: str | None = "low",
    more: str = "",
    status: str = "published",
) -> str:
    """A study of quiet hours with one finding on burnout."""
    appraisals = f"appraisals: [{{tool: RoB 2, overall: {risk}}}]\n" if risk else ""
    return (
        f"---\ntitle: A study\nsummary: A study.\nstatus: {status}\nreviewed: 2026-11-01\nreference: trial-2024\n"
        f"design: rct\nreading_basis: full-text\ninterventions: [quiet-hours]\n{ARMS}{appraisals}{more}findings:\n"
        f"  - {{id: fell, outcome: burnout, instrument: pfi, scale: burnout, comparison: {comparison}, "
        f"weeks_after_end: {weeks}, {finding}, place: Table 3}}\n---\n"
        "## What was done\n\nWords [@trial-2024].\n\n## What was found\n\nWords.\n\n## How far to trust it\n\nWords.\n"
    )


def judged(steps: str, words: str = "It may [@moss-2024, Table 3].") -> dict[str, str]:
    """Quiet hours with other judgments than in the small content."""
    text = (BASE / "interventions/quiet-hours.md").read_text(encoding="utf-8")
    start, end = text.index("judgements:\n"), text.index("---\n", 5)
    changed = f"{text[:start]}judgements:\n{steps}{text[end:]}"
    return {"interventions/quiet-hours.md": changed.replace("It may [@moss-2024, Table 3].", words)}


def step(domain: str, steps: int, body: str = BODY, way: str = "down") -> str:
    reason = "A reason that is long enough to be one."
    return f"  - {{body: {body}, {way}: [{{domain: {domain}, steps: {steps}, reason: {reason}}}]}}\n"


def override(domain: str, floor: int, body: str = BODY) -> str:
    reason = "A reason that is long enough to be one."
    return f"  - {{body: {body}, overrides: [{{domain: {domain}, floor: {floor}, reason: {reason}}}]}}\n"


def test_what_the_data_ask_for_needs_no_judgment(problems: Check) -> None:
    """Steps that are forced count by themselves, in bodies that a new study makes too."""
    assert problems({**judged(step("indirectness", 1)), "studies/a.md": study(DIFFERENCE, risk=None)}) == []


def test_an_override_with_a_reason_lowers_what_is_asked(problems: Check) -> None:
    assert problems(judged(override("imprecision", 0))) == []


def test_more_steps_than_asked_are_the_curators_right(problems: Check) -> None:
    assert problems(judged(step("imprecision", 2))) == []


@pytest.mark.parametrize(
    ("domain", "steps", "found"),
    [("indirectness", 1, 1), ("risk_of_bias", 0, 1), ("risk_of_bias", 1, 0), ("risk_of_bias", 2, 0)],
)
def test_where_all_is_at_high_risk_a_curator_says_how_much_it_costs(
    problems: Check, domain: str, steps: int, found: int
) -> None:
    judgment = judged(step(domain, steps, "burnout/inactive/medium/randomized"))
    assert codes(problems({"studies/a.md": study(DIFFERENCE, risk="high"), **judgment})) == ["KB305"] * found


def test_a_body_that_starts_low_and_has_no_step_down_may_go_up(problems: Check) -> None:
    body = "burnout/inactive/medium/controlled"
    up = step("large_effect", 1, body, way="up")
    assert problems({**judged(up), "studies/a.md": study(DIFFERENCE, comparison="controlled")}) == []


def test_a_review_has_a_body_of_its_own(problems: Check) -> None:
    found = {**judged(step("indirectness", 1, f"{BODY}/a")), "studies/a.md": study(REVIEW, weeks=0)}
    assert problems(found) == []


def test_results_of_drafts_stand_in_no_body(problems: Check) -> None:
    judgment = judged(step("indirectness", 1, "burnout/inactive/medium/randomized"))
    draft = study(DIFFERENCE, risk="high", status="draft")
    assert codes(problems({"studies/a.md": draft, **judgment})) == ["KB324"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("studies/trial-2024.md", "---\ntitle", "title"),
        ("studies/trial-2024.md", "estimate: -0.79", "estimate: much"),
        ("studies/trial-2024.md", "role: control", "role: contrl"),
        ("instruments/pfi.md", "min: 0", "min: none"),
    ],
)
def test_what_cannot_be_read_says_nothing_of_the_bodies_that_rest_on_it(
    problems: Check, name: str, old: str, new: str
) -> None:
    """Judgments of bodies that only seem to be gone, or to be surer, are left alone."""
    wrong = (BASE / name).read_text(encoding="utf-8").replace(old, new)
    found = problems({name: wrong, **judged(step("imprecision", 0))})
    assert {problem.split(":")[0] for problem in found} == {f"content/{name}"}


def test_other_files_beside_the_entries_keep_no_rule_from_looking(content: Callable[..., Path], today: date) -> None:
    """The bibliography, the register and the record of changes are no entries that nobody could read."""
    register = "key,decision,reason,kind,interventions,screened,by\n"
    root = content({"screening.csv": register, "changes.jsonl": "", **judged(step("imprecision", 0))})
    assert [problem.code for problem in check(root, today).problems] == ["KB305"]


def test_groups_that_are_no_arms_have_a_label(problems: Check) -> None:
    groups = DIFFERENCE.replace("{arm: usual}", "{label: Those who left}")
    assert problems({"studies/a.md": study(groups)}) == []


@pytest.mark.parametrize(("names_it", "found"), [(True, ["KB323"]), (False, [])])
def test_a_study_that_names_no_intervention_needs_no_arms(problems: Check, names_it: bool, found: list[str]) -> None:
    text = study(DIFFERENCE.replace(", arms: [{arm: quiet}, {arm: usual}]", "")).replace(ARMS, "")
    text = text if names_it else text.replace("interventions: [quiet-hours]\n", "")
    assert codes(problems({"studies/a.md": text})) == found


def test_a_withdrawn_entry_of_the_same_trial_is_no_second_one(problems: Check) -> None:
    gone = "withdrawn: {date: 2026-11-01, reason: It is a report of another one.}\n"
    text = study(DIFFERENCE, more=f"registration: NCT01234567\nreports: [moss-2024]\n{gone}", status="withdrawn")
    assert problems({"studies/a.md": text}) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("It reduces burnout", ["KB328"]),
        ("Coaching clearly improves sleep", ["KB328"]),
        ("It probably reduces burnout", []),
        ("Whether it lowers burnout is not known", []),
        ("That it lowers burnout has not been shown", []),
        ("It did not say how it works", []),
    ],
)
def test_words_that_are_stronger_than_the_certainty_are_found(problems: Check, words: str, found: list[str]) -> None:
    assert codes(problems(judged(step("indirectness", 1), f"{words} [@moss-2024, Table 3]."))) == found


COLUMNS = "key,decision,reason,kind,interventions,screened,by\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("screening.csv", COLUMNS, COLUMNS, ["KB327"]),
        ("screening.csv", COLUMNS, f"{COLUMNS}trial-2024,excluded,no-outcome,controlled,,2026-11-01,curator\n", []),
        ("studies/trial-2025.md", "design: rct\n", "design: rct\nreports: [trial-2024]\n", []),
        ("studies/trial-2025.md", "reference: moss-2025", "reference: trial-2024", []),
    ],
)
def test_a_work_cited_as_evidence_is_an_entry_a_report_of_one_or_in_the_register(
    problems: Check, name: str, old: str, new: str, found: list[str]
) -> None:
    text = (BASE / name).read_text(encoding="utf-8") if (BASE / name).exists() else COLUMNS
    cited = judged(step("indirectness", 1), "It may [@trial-2024, Table 3].")
    assert codes(problems({**cited, name: text.replace(old, new)})) == found
