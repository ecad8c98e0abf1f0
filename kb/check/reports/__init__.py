"""Reports: the problems of a check in the forms that people and programs read, one module a form."""

from __future__ import annotations

from collections.abc import Callable

from kb.check.reports import as_github, as_json, as_sarif, as_text
from kb.check.reports.report import Report, make_report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text.render,
    "github": as_github.render,
    "json": as_json.render,
    "sarif": as_sarif.render,
}

__all__ = ["FORMATS", "Report", "make_report"]
