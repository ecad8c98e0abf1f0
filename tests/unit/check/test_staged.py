"""kb check --staged and the hooks: a commit is judged by what it will hold, in a real repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
BROKEN = "---\ntitle: Quiet\nsummary: A page.\nstatus: published\nreviewed: soon\n---\nText.\n"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def git(content: Callable[..., Path], tmp_path: Path) -> Run:
    """Runs git in a repository with the small content, whose hook checks every commit."""
    content()
    shutil.copytree(PROJECT / ".githooks", tmp_path / ".githooks")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / ".gitignore").write_text(".venv\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "SOURCE_DATE_EPOCH": "1795305600",
        "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }

    def run(*words: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    for words in (
        "init --quiet --initial-branch main",
        "config user.name Ada",
        "config user.email ada@example.org",
        "config core.hooksPath .githooks",
        "add --all",
    ):
        assert run(*words.split()).returncode == 0
    first = run("commit", "--message", "Start")
    assert first.returncode == 0, first.stderr
    return run


def test_a_commit_with_an_error_is_refused_with_its_line(git: Run, tmp_path: Path) -> None:
    (tmp_path / "content/pages/quiet.md").write_text(BROKEN)
    git("add", "content")
    done = git("commit", "--message", "Quiet")
    assert done.returncode != 0
    assert "content/pages/quiet.md:5: KB103" in done.stdout + done.stderr
    assert git("rev-list", "--count", "HEAD").stdout == "1\n"


def test_what_is_staged_counts_and_not_what_lies_in_the_folder(git: Run, tmp_path: Path) -> None:
    """A page mended after git add is still refused; one broken after git add is committed as it was added."""
    path = tmp_path / "content/pages/quiet.md"
    path.write_text(BROKEN)
    git("add", "content")
    path.write_text(BROKEN.replace("soon", "2026-11-01"))
    assert git("commit", "--message", "Quiet").returncode != 0
    git("add", "content")
    path.write_text(BROKEN)
    assert git("commit", "--message", "Quiet").returncode == 0
    assert path.read_text() == BROKEN
    assert "reviewed: 2026-11-01" in git("show", "HEAD:content/pages/quiet.md").stdout


def test_problems_of_other_files_do_not_stop_a_commit(git: Run, tmp_path: Path) -> None:
    """Whoever mends one file is not held up by another that is broken, staged or not."""
    (tmp_path / "content/pages/quiet.md").write_text(BROKEN)
    git("add", "content")
    assert git("commit", "--no-verify", "--message", "Broken").returncode == 0
    about = tmp_path / "content/pages/about.md"
    about.write_text(about.read_text() + "More words.\n")
    git("add", "content/pages/about.md")
    done = git("commit", "--message", "About")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 problem in other files" in done.stdout + done.stderr


def test_removing_an_entry_that_others_name_is_refused_where_they_name_it(git: Run) -> None:
    git("rm", "--quiet", "content/studies/trial-2024.md")
    done = git("commit", "--message", "Away")
    assert done.returncode != 0
    assert "content/interventions/quiet-hours.md:" in done.stdout + done.stderr


def test_removing_a_published_page_is_refused_with_the_way_to_withdraw_it(git: Run) -> None:
    """Even where nothing names it."""
    git("rm", "--quiet", "content/pages/about.md")
    done = git("commit", "--message", "Away")
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "content/pages/about.md:1: KB210 the page about was published and must not be deleted" in output
    assert "write status: withdrawn" in output


def test_a_renamed_page_passes_where_it_says_its_former_name(git: Run, tmp_path: Path) -> None:
    git("mv", "content/pages/about.md", "content/pages/around.md")
    assert git("commit", "--message", "Rename").returncode != 0
    page = tmp_path / "content/pages/around.md"
    page.write_text(page.read_text().replace("status:", "formerly: [about]\nstatus:", 1))
    git("add", "content")
    done = git("commit", "--message", "Rename")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_draft_may_be_removed(git: Run) -> None:
    git("rm", "--quiet", "content/drivers/unfinished.md")
    done = git("commit", "--message", "Away")
    assert done.returncode == 0, done.stdout + done.stderr


def test_kb_check_compares_with_the_last_commit_or_with_the_one_that_is_named(git: Run, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kb.cli", "check", "--today", "2026-11-22", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    page = tmp_path / "content/pages/about.md"
    text = page.read_text()
    page.write_text(text.replace("reviewed: 2026-11-01", "reviewed: soon"))
    assert "KB210" not in run().stdout  # it is there, though it cannot be read
    page.unlink()
    assert "content/pages/about.md:1: KB210" in run().stdout
    assert "KB210" in run("--format", "github").stdout
    git("commit", "--all", "--no-verify", "--message", "Away")
    assert run().returncode == 0
    assert run("--base", "HEAD^1").returncode == 1
    assert "git knows no revision 'nowhere' here" in run("--base", "nowhere").stderr


def test_a_commit_made_with_all_or_from_a_folder_below_is_checked_too(git: Run, tmp_path: Path) -> None:
    """Git then hands its hook another index."""
    about = tmp_path / "content/pages/about.md"
    about.write_text(about.read_text().replace("reviewed: 2026-11-01", "reviewed: soon"))
    done = git("commit", "--all", "--message", "About", cwd=tmp_path / "content")
    assert done.returncode != 0
    assert "content/pages/about.md:5: KB103" in done.stdout + done.stderr


def test_a_commit_without_content_passes(git: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Words.\n")
    git("add", "notes.txt")
    assert git("commit", "--message", "Notes").returncode == 0


def test_outside_of_a_repository_it_says_so(content: Callable[..., Path], tmp_path: Path) -> None:
    content()
    command = [sys.executable, "-m", "kb.cli", "check", "--staged"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "git failed: " in done.stderr


def test_python_is_checked_where_it_is_staged(git: Run, tmp_path: Path) -> None:
    """By ruff and mypy; a commit without Python waits for neither."""
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    (tmp_path / "kb").mkdir()
    module = tmp_path / "kb/__init__.py"
    module.write_text("import os\n")
    (tmp_path / "notes.txt").write_text("Words.\n")
    git("add", "notes.txt")
    assert git("commit", "--message", "Notes").returncode == 0
    for code, output in (
        ("import os\n", "imported but unused"),
        ("WORDS = [ 1 ]\n", "would be reformatted"),
        ('def words() -> int:\n    return "one"\n', "Incompatible return value"),
    ):
        module.write_text(code)
        git("add", "kb")
        done = git("commit", "--message", "Code")
        assert done.returncode != 0
        assert output in done.stdout + done.stderr
    module.write_text("def words() -> int:\n    return 1\n")
    git("add", "kb")
    done = git("commit", "--message", "Code")
    assert done.returncode == 0, done.stdout + done.stderr


def test_pre_commit_runs_the_same_hook_where_it_has_something_to_check() -> None:
    """The configuration for pre-commit names a script that is there and can be run."""
    output = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = output["repos"][0]["hooks"]
    assert os.access(PROJECT / hook["entry"], os.X_OK)
    for path, runs in {"content/pages/about.md": True, "tests/conftest.py": True, "README.md": False}.items():
        assert bool(re.search(hook["files"], path)) == runs, path
    assert hook["pass_filenames"] is False


def test_without_kb_the_hook_says_how_to_set_it_up(tmp_path: Path) -> None:
    hook = PROJECT / ".githooks/pre-commit"
    done = subprocess.run(
        ["/bin/sh", str(hook)], cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "run make setup once" in done.stderr
