"""Diff: what a change of the content means for its entries, figures and ratings, and its forms for people and programs.

``compare`` is a pure function of two knowledge bases; ``compare_checked`` adds their problems.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.diff.as_json import render as render_json
from kb.diff.as_markdown import render as render_markdown
from kb.diff.as_text import render as render_text
from kb.diff.comparison import compare, compare_checked
from kb.diff.difference import Change, Difference, EntryChange, FindingChange, What

FORMATS: dict[str, Callable[[Difference], str]] = {
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}

__all__ = ["FORMATS", "Change", "Difference", "EntryChange", "FindingChange", "What", "compare", "compare_checked"]
