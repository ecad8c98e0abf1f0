"""Reports: the problems of a check in the forms that people and programs read."""

from __future__ import annotations

from collections.abc import Callable

from kb.check.reports.formats import as_github, as_json, as_sarif
from kb.check.reports.report import Report, make_report
from kb.check.reports.text import as_text, changes, first_look

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "github": as_github,
    "json": as_json,
    "sarif": as_sarif,
}

__all__ = ["FORMATS", "Report", "changes", "first_look", "make_report"]
