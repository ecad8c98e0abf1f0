"""Problems as text for a terminal: all of them, or what changed since the last look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import click

from kb.check.reports.report import Report
from kb.problems import Problem, Severity

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def as_text(report: Report) -> str:
    """The whole report; its colours are dropped by click where there is no terminal."""
    color = "red" if report.errors else "yellow" if report.warnings else "green"
    summary = click.style(report.summary(), fg=color, bold=True)
    return "\n".join([*map(line, report.problems), *report.advice(), summary])


def line(problem: Problem) -> str:
    """One problem as ``str()`` gives it, with colours."""
    place = f"{problem.path}:{problem.line}:"
    code = f"{problem.code}{' warning:' if problem.severity is Severity.WARNING else ''}"
    shown = f"{click.style(place, bold=True)} {click.style(code, fg=_COLORS[problem.severity])} {problem.message}"
    return f"{shown}\n{click.style(f'    hint: {problem.hint}', dim=True)}" if problem.hint else shown


def first_look(report: Report, time: str) -> str:
    """The section of the first look."""
    return f"{_title(time, 'watching, Ctrl+C stops')}\n{as_text(report)}"


def changes(before: Report, after: Report, time: str) -> str:
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
        return click.style(f"- {replace(problem, hint='')}", fg="green", strikethrough=True)
    return f"{click.style(mark, fg='red')} {line(problem).replace(chr(10), chr(10) + '  ')}"
