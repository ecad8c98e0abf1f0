"""Problems as text for a terminal: place, code and message, the hint below, and a summary at the end."""

from __future__ import annotations

import click

from kb.check.reports.report import Report
from kb.problems import Problem, Severity

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render(report: Report) -> str:
    """The whole report; its colours are dropped by click where there is no terminal."""
    color = "red" if report.errors else "yellow" if report.warnings else "green"
    summary = click.style(report.summary(), fg=color, bold=True)
    return "\n".join([*map(line, report.problems), *report.advice(), summary])


def line(problem: Problem) -> str:
    """One problem as ``str()`` gives it, with colours."""
    first, _, hint = str(problem).partition("\n")
    place = f"{problem.path}:{problem.line}:"
    code = f"{problem.code}{' warning:' if problem.severity is Severity.WARNING else ''}"
    rest = first.removeprefix(f"{place} {code}")
    shown = f"{click.style(place, bold=True)} {click.style(code, fg=_COLORS[problem.severity])}{rest}"
    return f"{shown}\n{click.style(hint, dim=True)}" if hint else shown
