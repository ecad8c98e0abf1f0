"""What kb diff finds between two versions of the content."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.diff import FORMATS, Difference, What, compare

TODAY = date(2026, 11, 22)
BASE = Path(__file__).parents[2] / "bad" / "_base"
TRIAL, QUIET = "studies/trial-2024.md", "interventions/quiet-hours.md"
Edit = Callable[[Path], None]
BODY = "burnout/inactive/short/randomized"


@pytest.fixture
def edited(tmp_path: Path, small: Edit) -> Callable[..., Difference]:
    """The difference that some edits of the small content make."""

    def run(*edits: Edit, first: tuple[Edit, ...] = (), source: Path = BASE) -> Difference:
        roots = []
        for name, steps in (("before", first), ("after", (*first, *edits))):
            root = tmp_path / name / "content"
            shutil.copytree(source, root)
            for edit in (*((small,) if source == BASE else ()), *steps):
                edit(root)
            roots.append(root)
        return compare(check(roots[0], TODAY), check(roots[1], TODAY))

    return run


def replaced(name: str, old: str, new: str) -> Edit:
    """An edit of the first place at which a text stands."""

    def edit(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new, 1))

    return edit


def removed(name: str) -> Edit:
    return lambda root: (root / name).unlink()


def test_content_that_is_the_same_makes_an_empty_difference(edited: Callable[..., Difference]) -> None:
    """Every form says so."""
    found = edited()
    assert found.empty
    assert FORMATS["text"](found) == "\x1b[1mThe content means the same in both versions.\x1b[0m"
    assert "means the same" in FORMATS["markdown"](found)
    assert json.loads(FORMATS["json"](found))["empty"] is True


def test_a_finding_is_told_field_by_field(edited: Callable[..., Difference]) -> None:
    """Old and new stand beside each other; what did not change is not told."""
    (study,) = edited(replaced(TRIAL, "-0.79, ci: [-1.27, -0.32]", "-0.75, ci: [-1.23, -0.27]")).entries
    assert [(c.name, c.before, c.after) for c in study.fields] == [
        ("findings.fell.estimate", "-0.79", "-0.75"),
        ("findings.fell.ci", "-1.27, -0.32", "-1.23, -0.27"),
    ]


def test_a_step_more_moves_the_certainty_and_the_driver(edited: Callable[..., Difference]) -> None:
    """The domain that moved it is named with its steps."""
    found = edited(replaced(QUIET, "steps: 1", "steps: 2"))
    (move,) = found.ratings
    assert move.edited == ("interventions/quiet-hours",)
    assert (move.certainty.before, move.certainty.after) == ("moderate", "low")
    (body,) = move.bodies
    assert (body.name, body.causes) == (BODY, ("imprecision: 1 -> 2 steps down (The trial had 123 participants)",))
    assert not move.estimates
    assert {(d.slug, d.gain) for d in found.drivers} == {("workload", -1), ("paperwork", -1)}


def test_a_study_moves_an_intervention_whose_file_did_not_change(edited: Callable[..., Difference]) -> None:
    """Its rating is told all the same, with the study that moved it."""
    found = edited(replaced(TRIAL, "comparison: randomized", "comparison: controlled"))
    (move,) = found.ratings
    assert move.edited == ("studies/trial-2024",)
    assert (move.headline.before, move.headline.after) == (BODY, BODY.replace("randomized", "controlled"))
    assert {(body.name, body.before, body.after) for body in move.bodies} == {
        (BODY, "moderate", None),
        (BODY.replace("randomized", "controlled"), None, "very low"),
    }


def test_an_estimate_that_moves_is_told_with_its_interval_and_size(edited: Callable[..., Difference]) -> None:
    """Also where certainty and verdict stay."""
    found = edited(replaced(TRIAL, "-0.79, ci: [-1.27, -0.32], p: '.001'", "-0.75, ci: [-1.23, -0.27], p: '.002'"))
    (move,) = found.ratings
    assert not move.moved
    (estimate,) = move.estimates
    assert estimate.name == BODY
    assert (estimate.before, estimate.after) == (
        "-0.79 (-1.27 to -0.32) mean difference, important",
        "-0.75 (-1.23 to -0.27) mean difference, important",
    )
    line = f"estimate of {BODY}: -0.79 (-1.27 to -0.32) mean difference, important -> -0.75 (-1.23 to -0.27) mean"
    assert line in FORMATS["text"](found)


def test_a_published_entry_that_is_deleted_is_an_error(edited: Callable[..., Difference]) -> None:
    """It says how to withdraw the entry; a draft may go."""
    found = edited(removed("studies/letter-2022.md"), removed("drivers/unfinished.md"))
    assert {(e.slug, e.what) for e in found.entries} == {
        ("letter-2022", What.DELETED),
        ("unfinished", What.REMOVED),
    }
    (problem,) = found.missing
    assert problem.code == "KB210"
    assert "status: withdrawn" in problem.hint


def test_a_file_that_cannot_be_read_is_not_taken_for_deleted(edited: Callable[..., Difference]) -> None:
    """Only its problem is new."""
    found = edited(replaced("studies/letter-2022.md", "design:", "desing:"))
    assert [(e.slug, e.what) for e in found.entries] == [("letter-2022", What.UNREADABLE)]
    assert not found.missing
    assert found.errors_after
    assert not found.errors_before


def test_a_base_with_errors_is_compared_as_far_as_it_loads(edited: Callable[..., Difference]) -> None:
    """And the errors that were mended are told as solved."""
    broken = replaced("studies/letter-2022.md", "design:", "desing:")
    found = edited(replaced("studies/letter-2022.md", "desing:", "design:"), first=(broken,))
    assert [(e.slug, e.what) for e in found.entries] == [("letter-2022", What.UNREADABLE)]
    assert found.gone
    assert "compared as far as it can be read" in FORMATS["markdown"](found)


def test_a_withdrawal_tells_its_reason(edited: Callable[..., Difference]) -> None:
    found = edited(replaced("studies/letter-2022.md", "status: published",
        "status: withdrawn\nwithdrawn: {date: 2026-11-20, reason: The letter was a joke.}"))  # fmt: skip
    (entry,) = found.entries
    assert (entry.what, entry.note) == (What.WITHDRAWN, "The letter was a joke.")
    assert not found.missing


def test_a_rename_with_its_former_slug_loses_nothing(edited: Callable[..., Difference]) -> None:
    def rename(root: Path) -> None:
        (root / QUIET).rename(root / "interventions/silent-hours.md")

    found = edited(
        rename,
        replaced("interventions/silent-hours.md", "level:", "formerly: [quiet-hours]\nlevel:"),
        replaced(TRIAL, "interventions: [quiet-hours]", "interventions: [silent-hours]"),
        replaced(TRIAL, "intervention: quiet-hours", "intervention: silent-hours"),
    )
    entry = next(entry for entry in found.entries if entry.kind == "intervention")
    assert (entry.slug, entry.what, entry.note) == ("silent-hours", What.RENAMED, "formerly quiet-hours")
    assert not found.missing
    assert not found.ratings


def test_an_entry_and_a_reference_are_added_and_removed(edited: Callable[..., Difference]) -> None:
    def add(root: Path) -> None:
        text = (root / "pages/about.md").read_text()
        (root / "pages/more.md").write_text(text)

    found = edited(add, replaced("references.bib", "@article{moss-2019,", "@article{moss-2018,"))
    assert ("more", What.ADDED) in {(e.slug, e.what) for e in found.entries}
    assert {(r.slug, r.what) for r in found.references} == {
        ("moss-2018", What.ADDED),
        ("moss-2019", What.REMOVED),
    }


def test_a_problem_that_only_moved_to_another_line_is_not_new(edited: Callable[..., Difference]) -> None:
    """Problems are known by what they say, not by their line."""
    overdue = replaced(QUIET, "reviewed: 2026-11-01", "reviewed: 2024-11-01")
    found = edited(replaced(QUIET, "level: team", "level: team\nharms: None were looked for."), first=(overdue,))
    assert not found.appeared
    assert not found.gone


@pytest.mark.slow
def test_one_step_in_the_real_content_moves_certainty_and_verdict(
    edited: Callable[..., Difference], project: Path
) -> None:
    """With two steps for the imprecision of its headline, peer coaching is not promising for burnout any more."""

    def lower(root: Path) -> None:
        path = root / "interventions/physician-peer-coaching.md"
        before, there, after = path.read_text().partition(f"  - body: {BODY}\n")
        assert there
        once = "domain: imprecision\n        steps: 1"
        path.write_text(before + there + after.replace(once, once.replace("1", "2"), 1))

    found = edited(lower, source=project / "content")
    (move,) = found.ratings
    assert move.verdict.before == "promising for burnout"
    assert move.moved
    body = next(b for b in move.bodies if b.name == BODY)
    assert [cause.partition(" (")[0] for cause in body.causes] == ["imprecision: 1 -> 2 steps down"]
    assert f"{BODY}: low -> very low: imprecision: 1 -> 2 steps down" in FORMATS["text"](found)


def test_the_headline_says_what_became_of_references(edited: Callable[..., Difference]) -> None:
    found = edited(
        replaced("references.bib", "@article{moss-2019,", "@article{moss-2018,"),
        replaced("references.bib", "{Quiet hours in 2025}", "{Quiet hours of 2025}"),
    )
    headline = FORMATS["text"](found).splitlines()[0]
    assert "1 reference added, 1 reference changed, 1 reference removed" in headline


PLACED = "arms: [{arm: quiet}, {arm: usual}]"
ARMS = "arms: [{arm: quiet, n: 61}, {arm: usual, n: 62, change: 0.5}]"
ROSE = "  - {id: rose, outcome: burnout, comparison: randomized, measure: mean-difference, place: Box, "
ROSE += "arms: [{label: Quiet, n: 61}, {label: Usual, n: 62}]}\n  - {id: theme"
DOWN = "    down:\n      - {domain: risk_of_bias, steps: 1, reason: Nobody in the trial was blinded.}\n"


@pytest.mark.parametrize(
    ("first", "edit", "lines"),
    [
        (
            (),
            replaced(TRIAL, PLACED, ARMS),
            {"fell.arms.quiet.n: added: 61", "fell.arms.usual.change: added: 0.5"},
        ),
        (
            (replaced(TRIAL, PLACED, ARMS),),
            replaced(TRIAL, "change: 0.5", "change: 0.4"),
            {"fell.arms.usual.change: 0.5 -> 0.4"},
        ),
        (
            (replaced(TRIAL, PLACED, ARMS),),
            replaced(TRIAL, ARMS, PLACED),
            {"fell.arms.quiet.n: removed: 61", "fell.arms.usual.n: removed: 62"},
        ),
        ((), replaced(TRIAL, "  - {id: theme", ROSE), {"rose.outcome: added: burnout", "rose.arms.Quiet.n: added: 61"}),
        (
            (),
            replaced(QUIET, "    down:\n", DOWN),
            {f"judgements.{BODY}.down.risk_of_bias.steps: added: 1", "reason: added: Nobody in the trial was blinded."},
        ),
        (
            (),
            replaced(QUIET, "The trial had 123", "There were 123"),
            {f"judgements.{BODY}.down.imprecision.reason: The "},
        ),
    ],
)
def test_what_changed_within_an_entry_is_told_value_by_value(
    edited: Callable[..., Difference], first: tuple[Edit, ...], edit: Edit, lines: set[str]
) -> None:
    text = FORMATS["text"](edited(edit, first=first))
    for line in lines:
        assert line in text, text


def test_another_order_of_findings_is_a_change(edited: Callable[..., Difference]) -> None:
    def swap(root: Path) -> None:
        lines = (root / TRIAL).read_text().splitlines(keepends=True)
        first, second = [n for n, line in enumerate(lines) if line.startswith("  - {id: ")][:2]
        lines[first], lines[second] = lines[second], lines[first]
        (root / TRIAL).write_text("".join(lines))

    (study,) = edited(swap).entries
    assert [change.name for change in study.fields] == ["order"]
