"""Problems in the forms that programs read: GitHub Actions, JSON and SARIF."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from kb import __version__
from kb.check.explain import link
from kb.check.reports.report import Report
from kb.problems import CODES, Problem


def as_github(report: Report) -> str:
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


VERSION = 1
"""Rises when a field changes its meaning or goes; new fields may come without it."""


def as_json(report: Report) -> str:
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


_ROOT = "REPOSITORY"
_RULES = {code: index for index, code in enumerate(CODES)}


def as_sarif(report: Report) -> str:
    """A log of one run, with every code as a rule."""
    driver = {"name": "kb check", "version": __version__, "rules": [_rule(code) for code in CODES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(report, problem) for problem in report.problems],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    meaning = CODES[code].meaning
    place = link(code)
    return {
        "id": code,
        "shortDescription": {"text": meaning},
        "help": {"text": f"{meaning} A wrong and a right example: {place}", "markdown": f"[{meaning}]({place})"},
        "defaultConfiguration": {"level": str(CODES[code].severity)},
    }


def _result(report: Report, problem: Problem) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(report.path(problem)), "uriBaseId": _ROOT},
        "region": {"startLine": problem.line},
    }
    same = sha256(f"{problem.path}\0{problem.code}\0{problem.message}".encode()).hexdigest()[:32]
    return {
        "ruleId": problem.code,
        "ruleIndex": _RULES[problem.code],
        "level": str(problem.severity),
        "message": {"text": f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"problem/v1": same},
    }
