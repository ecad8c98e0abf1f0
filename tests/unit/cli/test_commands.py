"""The command kb as people type it: what it prints, what it leaves behind, and how it says no."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kb.check import check
from kb.cli import main

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
BROKEN = "---\ntitle: Quiet hours\nsummary: A page.\nstatus: published\nreviewed: soon\n---\nText.\n"


@pytest.fixture
def kb(tmp_path: Path, content: Callable[..., Path]) -> Run:
    """Runs kb in a folder with the small valid content."""
    content()

    def run(*words: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "kb.cli", *words]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_counts_what_it_read_and_exits_with_0(kb: Run) -> None:
    """Valid content has no errors, and the last line says how much was looked at."""
    done = kb("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("0 errors, 0 warnings in ")


def test_check_exits_with_1_and_prints_line_and_remedy(kb: Run, tmp_path: Path) -> None:
    """A fault is printed with its path, line, code and hint."""
    (tmp_path / "content/pages/quiet-hours.md").write_text(BROKEN)
    done = kb("check")
    assert done.returncode == 1
    assert (
        "content/pages/quiet-hours.md:5: KB103 reviewed must be a date, year-month-day without quotes, got 'soon'"
        in done.stdout
    )
    assert "    hint: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 error, ")


def test_an_overdue_review_is_a_warning_that_does_not_fail(kb: Run) -> None:
    """Content past its review date is published all the same."""
    done = kb("check", "--today", "2031-01-01")
    assert "KB404 warning: " in done.stdout
    assert done.returncode == 0


def test_a_broken_entry_stops_the_build_and_the_last_good_site_and_index_stay(kb: Run, tmp_path: Path) -> None:
    """After a failed build, output and index are byte for byte what they were."""
    assert kb("build").returncode == 0
    site, index = tree(tmp_path / "output"), tree(tmp_path / ".kb/index")
    assert "index.html" in site
    assert index
    (tmp_path / "content/pages/quiet-hours.md").write_text(BROKEN)
    failed = kb("build")
    assert failed.returncode == 1
    assert "content/pages/quiet-hours.md:5: KB103" in failed.stdout
    assert "Traceback" not in failed.stdout + failed.stderr
    assert tree(tmp_path / "output") == site
    assert tree(tmp_path / ".kb/index") == index


def test_search_prints_a_verdict_with_its_certainty(kb: Run, tmp_path: Path) -> None:
    """An intervention found is shown with verdict and certainty, never one alone."""
    interventions = check(tmp_path / "content").knowledge.interventions
    entry = next(iter(interventions.values()))
    done = kb("search", entry.title)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith(entry.title))
    assert "certainty" in line or "not graded" in line
    assert entry.path in done.stdout


@pytest.mark.parametrize(("options", "less"), [((), "field:value"), (("--kind", "study"), "the options that narrow")])
def test_a_search_that_finds_nothing_says_so_and_where_else_to_look(
    content: Callable[..., Path], tmp_path: Path, options: tuple[str, ...], less: str
) -> None:
    words = ("--content", str(content()), "--index", str(tmp_path / "index"), *options)
    done = CliRunner().invoke(main, ["search", "zzzqq", *words])
    assert done.exit_code == 0, done.output
    assert "Nothing found for: zzzqq" in done.stdout
    assert less in done.stdout
    assert "drivers/" in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("search", "x", "--driver", "worklod"), "did you mean 'workload'?"),
        (("search", "x", "--verdict", "promissing"), "did you mean 'promising'?"),
        (("search", "x", "--min-certainty", "hihg"), "did you mean 'high'?"),
        (("export", "jason"), "did you mean 'json'?"),
        (("new", "studdy", "x"), "did you mean 'study'?"),
        (("new", "study", "Not A Slug"), "lower-case words joined by hyphens"),
        (("check", "--content", "nowhere"), "name it with --content"),
        (("serve", "--port", "99999"), "not in the range"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(
    content: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], expected: str
) -> None:
    """An error names what is allowed, exits with a failure, and shows no traceback."""
    content()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, words)
    assert done.exit_code != 0
    assert isinstance(done.exception, SystemExit)
    assert expected in done.stderr


def test_new_writes_a_draft_and_overwrites_nothing(kb: Run, tmp_path: Path) -> None:
    """The skeleton is a draft in the folder of its kind, and is not written twice."""
    done = kb("new", "intervention", "walking-meetings")
    path = tmp_path / "content/interventions/walking-meetings.md"
    assert done.returncode == 0, done.stderr
    assert "status: draft" in path.read_text(encoding="utf-8")
    before = path.read_bytes()
    again = kb("new", "intervention", "walking-meetings")
    assert again.returncode != 0
    assert "already exists" in again.stderr
    assert path.read_bytes() == before


def test_every_command_and_option_explains_itself() -> None:
    """No command without a description, no option without help."""
    for name, command in main.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


@pytest.mark.parametrize(("value", "styled"), [("1", False), ("", True)])
def test_a_terminal_is_sent_no_styles_where_no_color_is_set(
    content: Callable[..., Path], tmp_path: Path, value: str, styled: bool
) -> None:
    """By every command, and an empty NO_COLOR counts as none."""
    words = ("--content", str(content()), "--index", str(tmp_path / "index"))
    done = CliRunner().invoke(main, ["search", "workload", *words], env={"NO_COLOR": value}, color=True)
    assert done.exit_code == 0, done.output
    assert ("\x1b[" in done.stdout) == styled
