"""kb diff and kb new show what a draft would be graded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main

pytestmark = pytest.mark.slow

BASE = Path(__file__).parents[2] / "bad" / "_base"
FINDING = """  - {id: tired, outcome: exhaustion, instrument: pfi, scale: exhaustion, comparison: randomized,
     weeks_after_end: 0, measure: mean-difference, estimate: -0.90, ci: [-1.30, -0.50], n: 123,
     arms: [{arm: quiet}, {arm: usual}], place: Table 2}
"""


@pytest.fixture
def root(content: Callable[..., Path]) -> Path:
    """The small content with a draft of another trial of quiet hours."""
    known = (BASE / "studies/trial-2024.md").read_text(encoding="utf-8")
    head, rest = known.split("findings:\n")
    text = head.replace("published", "draft").replace("A trial", "Naps").replace("moss-2024", "trial-2024")
    return content({"studies/naps-2025.md": f"{text}findings:\n{FINDING}---\n{rest.split('---', 1)[1]}"})


def _run(*words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--today", "2026-11-22"])
    return result.output


def test_a_draft_of_a_study_shows_how_it_would_move_the_rating(root: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(BASE, before)
    for form in ("text", "markdown"):
        shown = _run("diff", str(before), "--content", str(root), "--format", form)
        assert "no rating moves" in shown
        assert "Drafts, if they were published" in shown
        assert "exhaustion/inactive/short/randomized" in shown
        assert "-0.90 (-1.30 to -0.50) mean difference" in shown
        assert "To be evidence-based it needs" in shown


def test_a_draft_that_moves_nothing_or_is_not_complete_says_so(root: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(BASE, before)
    path = root / "studies/naps-2025.md"
    path.write_text(path.read_text(encoding="utf-8").replace("intervention: quiet-hours, ", ""), encoding="utf-8")
    assert "studies/naps-2025: no rating would move" in _run("diff", str(before), "--content", str(root))
    path.write_text(path.read_text(encoding="utf-8").replace("design: rct", "design: TODO"), encoding="utf-8")
    assert "studies/naps-2025: not yet: 1 TODO" in _run("diff", str(before), "--content", str(root))


def test_kb_new_shows_the_grade_of_a_draft_that_is_there_and_that_a_skeleton_has_none(root: Path) -> None:
    shown = _run("new", "study", "naps-2025", "--content", str(root))
    assert "quiet-hours" in shown
    assert "already exists" in shown
    fresh = _run("new", "intervention", "night-naps", "--content", str(root))
    assert "interventions/night-naps: not yet: " in fresh
    assert "kb diff HEAD" in fresh
