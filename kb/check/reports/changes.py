"""Changes: what came and what went between two checks, for somebody who is writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from kb.check.reports import as_text
from kb.check.reports.report import Report
from kb.problems import Problem


def first(report: Report, time: str) -> str:
    """The section of the first look."""
    return f"{_title(time, 'watching, Ctrl+C stops')}\n{as_text.render(report)}"


def render(before: Report, after: Report, time: str) -> str:
    """The section of a later look: every problem that went (-), came (+) or stands, by place, and the summary.

    A problem that only moved to another line stands.
    """
    gone = _without(before.problems, after.problems)
    new = set(_without(after.problems, before.problems))
    marked = [*((problem, "-") for problem in gone), *((p, "+" if p in new else " ") for p in after.problems)]
    lines = [_marked(problem, mark) for problem, mark in sorted(marked, key=lambda pair: (pair[0], pair[1]))]
    counts = f"{len(new)} new, {len(gone)} gone"
    return "\n".join([_title(time, counts), *lines, after.summary()])


def _title(time: str, words: str) -> str:
    return click.style(f"-- {time}: {words} ".ljust(72, "-"), bold=True)


def _without(problems: Sequence[Problem], others: Sequence[Problem]) -> list[Problem]:
    left = Counter(_same(problem) for problem in others)
    found = []
    for problem in problems:
        if left[_same(problem)]:
            left[_same(problem)] -= 1
        else:
            found.append(problem)
    return found


def _same(problem: Problem) -> tuple[str, str, str]:
    return problem.path, problem.code, problem.message


def _marked(problem: Problem, mark: str) -> str:
    if mark == "-":
        return click.style(f"- {str(problem).partition(chr(10))[0]}", fg="green", strikethrough=True)
    return f"{click.style(mark, fg='red')} {as_text.line(problem).replace(chr(10), chr(10) + '  ')}"
