"""Problems as SARIF 2.1.0, which code scanning of GitHub and editors read."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from kb import __version__
from kb.check.explain import link
from kb.check.reports.report import Report
from kb.problems import CODES, Problem

_ROOT = "REPOSITORY"
_RULES = {code: index for index, code in enumerate(CODES)}


def render(report: Report) -> str:
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
