"""Forensics on numbers: what a possible result may look like, and what an impossible one may not."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.grading import arms, scores
from kb.grading.numbers import mismatches
from kb.model import Finding, Instrument, Scale


def finding(**values: Any) -> Finding:
    shared = {"id": "a", "outcome": "burnout", "comparison": "randomized", "place": "Table 1"}
    return Finding.model_validate(shared | values)


def codes(found: Any) -> list[str]:
    return [item.code for item in found]


def arm(label: str, **values: Any) -> dict[str, Any]:
    return {"label": label} | {k: Decimal(v) if isinstance(v, str) else v for k, v in values.items()}


def interval(measure: str, estimate: str, low: str, high: str, **more: Any) -> Finding:
    return finding(measure=measure, estimate=Decimal(estimate), ci=(Decimal(low), Decimal(high)), **more)


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high", "found"),
    [
        ("odds-ratio", "12.52", "2.6", "61", []),
        ("odds-ratio", "2.0", "1.1", "5.6", ["KB302"]),
        ("hazard-ratio", "0.50", "0.25", "1.00", []),
        ("risk-ratio", "0.50", "0.25", "0.75", ["KB302"]),
        ("standardized-mean-difference", "-0.18", "-0.32", "-0.03", []),
        ("standardized-mean-difference", "-0.18", "-0.62", "-0.03", ["KB302"]),
        ("correlation", "0.57", "0.46", "0.66", []),
        ("correlation", "0.57", "0.26", "0.66", ["KB302"]),
        ("mean-difference", "-0.79", "-1.27", "-0.32", []),
    ],
)
def test_an_interval_is_symmetric_on_the_scale_of_its_measure(
    measure: str, estimate: str, low: str, high: str, found: list[str]
) -> None:
    assert codes(mismatches(interval(measure, estimate, low, high))) == found


@given(st.floats(-3, 3), st.floats(0.05, 1.5), st.integers(2, 4))
def test_no_interval_of_a_ratio_that_is_only_rounded_is_told(log: float, error: float, digits: int) -> None:
    """Whatever the ratio, an interval computed on the log scale and rounded for print passes."""
    low, middle, high = (f"{math.exp(log + z * error):.{digits}f}" for z in (-1.96, 0, 1.96))
    if Decimal(low) > 0:
        assert codes(mismatches(interval("odds-ratio", middle, low, high))) == []


TWO = {"measure": "mean-difference", "estimate": Decimal("-0.79")}


def test_the_difference_of_two_arms_is_told_only_beyond_their_rounding() -> None:
    near = [arm("A", change="-0.71"), arm("B", change="0.09")]
    far = [arm("A", change="-0.71"), arm("B", change="0.10")]
    assert codes(arms.mismatches(finding(**TWO, arms=near))) == []
    assert codes(arms.mismatches(finding(**TWO, arms=far))) == ["KB315"]


def test_an_adjusted_difference_need_not_be_that_of_the_arms() -> None:
    far = [arm("A", change="-0.71"), arm("B", change="0.30")]
    assert codes(arms.mismatches(finding(**TWO, arms=far, contrast="A against B, adjusted for age"))) == []
    assert codes(arms.mismatches(finding(**TWO, arms=far, contrast="Unadjusted, A against B"))) == ["KB315"]


def test_figures_of_the_other_side_are_called_a_wrong_sign() -> None:
    turned = [arm("Control", change="0.09"), arm("Coaching", change="-0.71")]
    (found,) = arms.mismatches(finding(**TWO, arms=turned))
    assert found.message.endswith(": a sign is wrong")
    assert "Leave the order of the arms" in found.hint


def test_one_arm_says_nothing_of_a_difference_between_two() -> None:
    assert codes(arms.mismatches(finding(**TWO, arms=[arm("A", change="-0.10")]))) == []


def test_an_arm_within_another_may_stand_beside_it() -> None:
    three = [arm("Randomized", n=67), arm("Coached", n=52), arm("Control", n=71)]
    assert codes(arms.mismatches(finding(measure="other", n=138, arms=three))) == []
    assert codes(arms.mismatches(finding(measure="other", n=123, arms=three))) == []
    assert codes(arms.mismatches(finding(measure="other", n=130, arms=three))) == ["KB314"]


def test_the_events_of_the_arms_that_make_the_whole_are_its_events() -> None:
    two = [arm("A", events=47, total=52), arm("B", events=63, total=71)]
    whole = {"measure": "proportion", "unit": "%", "arms": two, "total": 123}
    assert codes(arms.mismatches(finding(**whole, events=110))) == []
    assert codes(arms.mismatches(finding(**whole, events=111))) == ["KB314"]


@pytest.mark.parametrize(
    ("change", "relative", "found"),
    [("-0.51", "-12", []), ("-0.51", "-14", ["KB316"]), ("0.2", "10", []), ("0.2", "20", ["KB316"])],
)
def test_a_relative_change_is_its_share_of_the_baseline(change: str, relative: str, found: list[str]) -> None:
    """A tenth that a table prints as 0.1 stands for 5 to 15 percent."""
    one = [arm("A", baseline_mean="4.10", change=change, relative_change=relative)]
    assert codes(arms.mismatches(finding(measure="other", arms=one))) == found


@pytest.mark.parametrize(("ratio", "found"), [("0.38", []), ("0.375", []), ("0.36", ["KB315"])])
def test_an_odds_ratio_is_that_of_its_four_counts(ratio: str, found: list[str]) -> None:
    two = [arm("A", events=10, total=50), arm("B", events=20, total=50)]
    assert codes(arms.mismatches(finding(measure="odds-ratio", estimate=Decimal(ratio), arms=two))) == found


@pytest.mark.parametrize(
    ("measure", "estimate", "unit", "found"),
    [
        ("correlation", "-0.4", None, []),
        ("correlation", "1.2", None, ["KB319"]),
        ("reliability", "0.75", None, []),
        ("reliability", "-0.1", None, ["KB319"]),
        ("sensitivity", "84", "%", []),
        ("sensitivity", "0.84", None, ["KB320"]),
        ("proportion", "34", "percent of physicians", ["KB320"]),
        ("relative-change", "-100", "%", []),
        ("relative-change", "-101", "%", ["KB319"]),
        ("risk-difference", "-28", "percentage points", []),
        ("risk-difference", "-0.28", None, ["KB320"]),
        ("count", "3.5", "states", ["KB319"]),
        ("count", "-3", "states", ["KB319"]),
        ("standardized-mean-difference", "-0.2", "points", ["KB320"]),
        ("odds-ratio", "2.0", "points", ["KB320"]),
        ("cost", "-430.77", "US dollars", []),
    ],
)
def test_a_figure_lies_where_its_measure_can(measure: str, estimate: str, unit: str | None, found: list[str]) -> None:
    reported = finding(measure=measure, estimate=Decimal(estimate), unit=unit)
    assert codes([*scores.of_bounds(reported), *scores.of_unit(reported)]) == found


def test_a_sensitivity_above_all_is_told() -> None:
    assert codes(mismatches(finding(measure="sensitivity", estimate=Decimal(840), unit="%"))) == ["KB304"]


def scale(low: int, high: int, items: int, scoring: str | None = None) -> Scale:
    return Scale(slug="a", label="A", min=Decimal(low), max=Decimal(high), item_count=items, scoring=scoring)


def instrument(response_scale: str | None) -> Instrument:
    return Instrument.model_construct(response_scale=response_scale)


@pytest.mark.parametrize(
    ("sd", "n", "found"),
    [("4.69", None, []), ("4.70", 52, []), ("4.75", 52, ["KB317"]), ("6.6", 2, []), ("6.7", None, ["KB317"])],
)
def test_no_scores_spread_further_than_to_both_ends_of_their_scale(sd: str, n: int | None, found: list[str]) -> None:
    one = [arm("A", baseline_mean="3.28", baseline_sd=sd, n=n)]
    printed = finding(measure="mean-difference", estimate=Decimal("-0.5"), arms=one)
    assert codes(scores.of_scale(printed, scale(0, 10, 10))) == found


@pytest.mark.parametrize(
    ("measure", "estimate", "unit", "found"),
    [
        ("mean", "10", "points", []),
        ("mean", "10.1", "points", ["KB317"]),
        ("mean", "-0.1", None, ["KB317"]),
        ("mean-difference", "-10", "points", []),
        ("mean-difference", "-10.5", "points", ["KB317"]),
        ("mean-change", "-0.5", "%", ["KB320"]),
        ("mean-change", "-0.5", "hours", ["KB320"]),
        ("proportion", "34", "%", []),
        ("odds-ratio", "34", None, []),
    ],
)
def test_a_score_lies_within_its_scale(measure: str, estimate: str, unit: str | None, found: list[str]) -> None:
    printed = finding(measure=measure, estimate=Decimal(estimate), unit=unit)
    assert codes(scores.of_scale(printed, scale(0, 10, 10))) == found


def test_a_percentage_is_the_unit_of_a_scale_from_0_to_100() -> None:
    printed = finding(measure="mean-difference", estimate=Decimal("4.04"), unit="%")
    assert codes(scores.of_scale(printed, scale(0, 100, 42))) == []


ANSWERS = "7-point frequency scale, 0 to 6"


@pytest.mark.parametrize(
    ("mean", "n", "found"),
    [("3.20", 15, []), ("3.27", 15, []), ("3.24", 15, ["KB318"]), ("3.24", 150, []), ("3.2", 15, [])],
)
def test_a_mean_of_whole_answers_is_one_that_so_many_can_give(mean: str, n: int, found: list[str]) -> None:
    printed = finding(measure="mean", estimate=Decimal(mean), n=n)
    assert codes(scores.of_answers(printed, scale(0, 6, 1), instrument(ANSWERS))) == found


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(0, 3))
def test_no_mean_of_real_answers_is_told(answers: list[int], digits: int) -> None:
    """Whatever people answer, the mean of it rounded for print passes."""
    mean = Decimal(f"{sum(answers) / len(answers):.{digits}f}")
    printed = finding(measure="mean", estimate=mean, n=len(answers))
    assert codes(scores.of_answers(printed, scale(0, 6, 1), instrument(ANSWERS))) == []


@pytest.mark.parametrize(
    ("scoring", "response", "items", "step"),
    [
        ("The four answers are added up.", "5-point Likert scale", 4, 0.625),
        ("Average of the items, times 2.5.", "five-point scale", 10, 0.25),
        ("Share of positive answers, averaged over the domains.", "5-point scale", 10, None),
        (None, "5-point scale", 4, None),
        (None, "5-point scale", 1, 2.5),
        ("Sum of the items.", "Visual analog scale, 0 to 100", 4, None),
        ("Sum of the items.", None, 4, None),
    ],
)
def test_the_step_of_a_score_is_known_only_where_the_entry_tells_it(
    scoring: str | None, response: str | None, items: int, step: float | None
) -> None:
    assert scores.answer_step(scale(0, 10, items, scoring), instrument(response)) == step


def test_a_discrepancy_that_names_the_finding_settles_all_its_numbers(problems: Any) -> None:
    text = (
        "---\ntitle: A study\nsummary: A study.\nstatus: draft\nreviewed: 2026-11-01\nreference: trial-2024\n"
        "design: rct\nreading_basis: full-text\nfindings:\n  - {id: a, outcome: burnout, instrument: pfi, "
        "scale: burnout, comparison: randomized, measure: mean, estimate: 12.4, n: 5, place: Table 1, "
        "arms: [{label: A, n: 3}]}\n"
        "discrepancies:\n  - {place: Table 1, issue: The table prints 12.4 on a scale to 10., "
        "resolution: It is recorded as printed., findings: [a]}\n---\n"
    )
    assert problems({"studies/a.md": text}) == []


def test_the_rules_have_something_to_check_in_the_real_content(real: Any) -> None:
    """So that no rule is quiet because it never looks."""
    knowledge = real.knowledge
    found = [
        (item, knowledge.instruments.get(item.instrument or ""))
        for s in knowledge.studies.values()
        for item in s.findings
    ]
    steps = [
        scores.answer_step(part, owner)
        for item, owner in found
        if owner
        for part in owner.scales
        if part.slug == item.scale
    ]
    assert sum(step is not None for step in steps) >= 10
    assert sum(len(item.arms) >= 2 for item, _ in found) >= 40
