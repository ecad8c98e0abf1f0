"""kb diff on a real repository of git, and on folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.cli import main
from kb.model import Finding

pytestmark = pytest.mark.slow


@pytest.fixture
def root(content: Callable[..., Path], small: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small content in a repository of its own, committed once."""
    folder = content()
    small(folder)
    for name in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder.parent)
    git("init", "--quiet", "--initial-branch=main")
    commit()
    return folder


def git(*words: str) -> None:
    given = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *given, *words], check=True, capture_output=True)


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message=x")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["diff", *words, "--today", "2026-11-22"])


def lower(root: Path) -> None:
    path = root / "interventions/quiet-hours.md"
    path.write_text(path.read_text().replace("steps: 1", "steps: 2"))


def test_the_same_revision_means_the_same(root: Path) -> None:
    result = run("HEAD")
    assert result.exit_code == 0
    assert result.output == "The content means the same in both versions.\n"


def test_edits_that_are_not_committed_count_where_head_is_missing(root: Path) -> None:
    lower(root)
    assert "certainty: moderate -> low" in run("HEAD").output
    assert "means the same" in run("HEAD", "HEAD").output


def test_two_revisions_are_compared_and_the_work_tree_stays(root: Path) -> None:
    lower(root)
    commit()
    (root / "pages/about.md").write_text("half an edit")
    result = run("HEAD^1", "HEAD", "--format", "json")
    assert [move["slug"] for move in json.loads(result.output)["ratings"]] == ["quiet-hours"]
    assert (root / "pages/about.md").read_text() == "half an edit"


def test_three_dots_leave_out_what_the_other_branch_did_since(root: Path) -> None:
    git("switch", "--quiet", "--create", "mine")
    lower(root)
    commit()
    git("switch", "--quiet", "main")
    (root / "pages/more.md").write_text((root / "pages/about.md").read_text())
    commit()
    git("switch", "--quiet", "mine")
    assert "deleted page more" in run("main").output
    result = run("main...")
    assert result.exit_code == 0
    assert "more" not in result.output
    assert "moderate -> low" in result.output


def test_a_deleted_page_gives_exit_status_1_and_the_remedy(root: Path) -> None:
    (root / "pages/about.md").unlink()
    result = run("HEAD")
    assert result.exit_code == 1
    assert "KB210" in result.output
    assert "write status: withdrawn" in result.output


def test_folders_are_compared_without_git(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(root, other / "content")
    lower(other / "content")
    assert "moderate -> low" in run("./content", str(other)).output
    assert "moderate -> low" in run("./content", str(other / "content")).output


@pytest.mark.parametrize("name", ["no-such-branch", "--output=x", "no...such"])
def test_a_name_that_stands_for_nothing_is_wrong_usage(root: Path, name: str) -> None:
    result = run("--", name) if name.startswith("-") else run(name)
    assert result.exit_code == 2


def test_two_processes_tell_an_added_finding_in_the_same_order(root: Path) -> None:
    """Fields come in the model's order, whatever the order of sets is in a process."""
    path = root / "studies/trial-2025.md"
    text = path.read_text()
    line = next(line for line in text.splitlines() if "rose-in-many" in line)
    path.write_text(text.replace(line, f"{line}\n{line.replace('rose-in-many', 'rose-again')}"))
    command = [sys.executable, "-c", "from kb.cli import main; main()", "diff", "HEAD", "--today", "2026-11-22"]
    told = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        for seed in ("1", "2")
    ]
    assert told[0].stdout == told[1].stdout
    names = re.findall(r"^    findings\.rose-again\.(\w+): added", told[0].stdout, re.M)
    assert len(names) > 5
    assert names == [name for name in Finding.model_fields if name in names]
