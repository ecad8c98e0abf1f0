"""kb check --watch: what appears and what goes away is shown after each edit, until Ctrl+C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.check.reports import Report, changes, first_look
from kb.problems import Problem

PROJECT = Path(__file__).parents[3]


def report(*problems: Problem) -> Report:
    return Report(tuple(sorted(problems)), 0, 1, 1)


@pytest.mark.slow
def test_an_edit_is_answered_with_what_came_and_what_went(content: Callable[..., Path], tmp_path: Path) -> None:
    """A real process, real edits, and Ctrl+C with exit status 0, though ignored at first as in a background job."""
    page = content() / "pages/about.md"
    good = page.read_text()
    out = tmp_path / "out.txt"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "kb.cli", "check", "--watch"]

    def wait_for(words: str) -> None:
        for _ in range(600):
            if words in out.read_text():
                return
            time.sleep(0.1)
        raise AssertionError(f"no {words!r} in:\n{out.read_text()}")

    with out.open("w") as file:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=file, stderr=subprocess.STDOUT)
        finally:
            signal.signal(signal.SIGINT, before)
        try:
            wait_for("0 errors, 0 warnings")
            page.write_text(good.replace("reviewed: 2026-11-01", "reviewed: soon"))
            wait_for("1 new, 0 gone")
            wait_for("+ content/pages/about.md:5: KB103 reviewed must be a date")
            page.write_text(good)
            wait_for("0 new, 1 gone")
            wait_for("- content/pages/about.md:5: KB103")
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert "Traceback" not in out.read_text()


def test_a_problem_that_only_moves_to_another_line_stays() -> None:
    old = Problem("content/pages/a.md", 3, "KB103", "a")
    moved = Problem("content/pages/a.md", 4, "KB103", "a")
    new = Problem("content/pages/a.md", 5, "KB103", "a")
    section = changes(report(old), report(moved, new), "12:00:00")
    assert "1 new, 0 gone" in section


def test_the_task_of_vs_code_reads_the_lines_that_are_printed() -> None:
    """Its patterns mark new and standing problems, not those that went, and know errors from warnings."""
    tasks = json.loads((PROJECT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    error, warning = tasks[0]["problemMatcher"]
    stays = Problem("content/pages/a.md", 3, "KB103", "a")
    new = Problem("content/pages/b.md", 4, "KB404", "b", "mend it")
    gone = Problem("content/pages/c.md", 5, "KB103", "c")
    lines = _plain(changes(report(stays, gone), report(stays, new), "12:00:00"))
    assert _found(error, lines) == [("content/pages/a.md", "3", "KB103", "a")]
    assert _found(warning, lines) == [("content/pages/b.md", "4", "KB404", "b")]
    first = _plain(first_look(report(stays), "12:00:00"))
    assert _found(error, first) == [("content/pages/a.md", "3", "KB103", "a")]
    for section in (first, lines):
        assert re.search(error["background"]["beginsPattern"], section[0])
        assert re.search(error["background"]["endsPattern"], section[-1])


def _plain(text: str) -> list[str]:
    import click

    return click.unstyle(text).splitlines()


def _found(matcher: dict[str, dict[str, str]], lines: list[str]) -> list[tuple[str, ...]]:
    return [match.groups() for line in lines if (match := re.match(matcher["pattern"]["regexp"], line))]
