"""What a change of the content means for its entries, figures and ratings, as text, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Callable

from kb.diff.comparison import compare
from kb.diff.difference import Change, Difference, DraftGrade, DriverChange, EntryChange, RatingChange, What
from kb.diff.drafts import draft_grades
from kb.diff.formats import as_json, as_markdown, as_text

FORMATS: dict[str, Callable[[Difference], str]] = {"text": as_text, "markdown": as_markdown, "json": as_json}

__all__ = [
    "FORMATS",
    "Change",
    "Difference",
    "DraftGrade",
    "DriverChange",
    "EntryChange",
    "RatingChange",
    "What",
    "compare",
    "draft_grades",
]
