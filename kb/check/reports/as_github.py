"""Problems as workflow commands of GitHub Actions, which shows each at its line of the pull request."""

from __future__ import annotations

from kb.check.reports.report import Report
from kb.problems import Problem


def render(report: Report) -> str:
    """One command a problem, then plain lines of the log: where to read on, and the summary."""
    return "\n".join([*(_command(report, problem) for problem in report.problems), *report.advice(), report.summary()])


def _command(report: Report, problem: Problem) -> str:
    properties = {"file": report.path(problem), "line": str(problem.line), "title": problem.code}
    text = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {given}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
