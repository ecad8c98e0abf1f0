"""An entry that is wrong in part is checked as far as it can be read, and never published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.model import Intervention, Status, Study
from kb.read.content import load
from kb.read.frontmatter import as_far_as_read, build, hole_of, parse, salvage

STUDY = """---
title: A study
summary: A study of quiet hours.
status: published
reviewed: 2026-11-01
reference: moss-2024
design: rct
reading_basis: full-text
findings:
  - {id: fell, outcome: burnout, comparison: randomized, measure: mean-difference, estimate: '-0,79', place: Table 3}
  - {id: out, outcome: burnout, comparison: randomized, measure: mean-difference, estimate: -1, ci: [2, 3], place: Box}
---
Words.
"""
Problems = Callable[..., list[str]]
Content = Callable[..., Path]


def codes(found: list[str]) -> list[str]:
    return [problem.split(": ")[1][:5] for problem in found]


def test_what_is_wrong_is_missing_and_the_rest_is_there() -> None:
    front, _ = parse(STUDY, "a.md")
    assert front is not None
    entry, _ = build(Study, front, slug="a", body="")
    left = salvage(Study, front, slug="a", body="").entry
    assert entry is None
    assert left.title == "A study"
    assert not hasattr(left.findings[0], "estimate")
    assert left.findings[1].ci is not None
    with pytest.raises(AttributeError) as raised:
        _ = left.findings[0].estimate
    assert hole_of(raised.value)


def test_an_error_of_the_program_is_no_hole() -> None:
    """A misspelled attribute must not end a rule in silence."""
    front, _ = parse(STUDY, "a.md")
    assert front is not None
    left = salvage(Study, front, slug="a", body="").entry
    with pytest.raises(AttributeError):
        list(as_far_as_read(getattr(left, name) for name in ("titel",)))


def test_the_second_finding_is_checked_though_the_first_is_wrong(problems: Problems) -> None:
    found = problems({"studies/a.md": STUDY})
    assert "KB103" in codes(found)
    assert any("KB301 the estimate -1 must lie inside its interval" in problem for problem in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("design: rct", "design: trial"),
        ("reading_basis: full-text\n", ""),
        ("findings:", "finding:"),
        ("findings:\n", "findings: none\nx:\n"),
        ("    id: burnout", "    id: Burn Out"),
        ("estimate: -0.79", "estimate: many"),
        ("n: 123", "n: some"),
        ("title: A trial", "title: [A, trial"),
    ],
)
def test_one_wrong_field_is_one_problem(content: Content, today: date, old: str, new: str) -> None:
    """Nothing follows from it: not in the entry, nor in those that rest on it."""
    root = content()
    path = root / "studies/trial-2024.md"
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    found = check(root, today).problems
    lines = {(problem.path, problem.line) for problem in found}
    assert len(lines) <= (2 if "x:" in new else 1 if new != "    id: Burn Out" else 0), found


@pytest.mark.parametrize("status", ["publishd", "publish", "7"])
def test_a_status_that_cannot_be_read_counts_as_published(status: str) -> None:
    front, _ = parse(STUDY.replace("published", status), "a.md")
    assert front is not None
    assert salvage(Study, front, slug="a", body="").entry.status is Status.PUBLISHED


def test_what_is_left_of_an_entry_is_never_in_the_knowledge_base(content: Content, today: date) -> None:
    loaded = load(content({"studies/a.md": STUDY}), today)
    assert "a" not in loaded.knowledge.studies
    assert [item.entry.slug for item in loaded.salvaged] == ["a"]
    checked = check(loaded.root, today)
    assert "a" not in checked.knowledge.studies
    assert "studies/a" in checked.unread


def test_a_group_that_should_be_a_list_is_left_out_as_a_whole() -> None:
    text = "---\ntitle: A\nevidence: {id: a}\ndrivers: [{driver: b}]\ncost: high\n---\n"
    front, _ = parse(text, "a.md")
    assert front is not None
    left = salvage(Intervention, front, slug="a", body="").entry
    assert not hasattr(left, "evidence")
    assert not hasattr(left, "cost")
    assert left.drivers[0].driver == "b"
    assert not hasattr(left.drivers[0], "source")


def test_many_entries_with_the_same_fault_are_all_told(problems: Problems) -> None:
    found = problems({f"studies/a-{n}.md": STUDY.replace("A study\n", f"Study {n}\n") for n in range(30)})
    assert codes(found).count("KB103") == codes(found).count("KB301") == 30
