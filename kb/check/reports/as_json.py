"""Problems as JSON, in a shape that other programs may rely on."""

from __future__ import annotations

import json
from typing import Any

from kb.check.explain import link
from kb.check.reports.report import Report
from kb.problems import Problem

VERSION = 1
"""Rises when a field changes its meaning or goes; new fields may come without it."""


def render(report: Report) -> str:
    """An object with ``version``, ``counts`` and ``problems``; every problem has every field."""
    counts = {
        "errors": report.errors,
        "warnings": report.warnings,
        "elsewhere": report.elsewhere,
        "entries": report.entries,
        "references": report.references,
    }
    problems = [_problem(report, problem) for problem in report.problems]
    return json.dumps({"version": VERSION, "counts": counts, "problems": problems}, ensure_ascii=False, indent=2)


def _problem(report: Report, problem: Problem) -> dict[str, Any]:
    return {
        "path": report.path(problem),
        "line": problem.line,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "hint": problem.hint,
        "help": link(problem.code),
    }
