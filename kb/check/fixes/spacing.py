"""Spacing: line ends, the byte order mark, blanks that no one sees, and tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.check.fixes.edits import Edit
from kb.check.fixes.places import front_span

_TRAILING = re.compile(r"(?<![ \t])[ \t]+$", re.M)
_INDENT = re.compile(r"^ *\t[ \t]*", re.M)
_AFTER_NAME = re.compile(r"^ *(?:- )?\w+:([ \t]{2,}|\t)(?=[^\s|>#])", re.M)
_AFTER_DASH = re.compile(r"^ *-(?= *\t)([ \t]+)(?=\S)", re.M)


def line_ends(text: str) -> Iterator[Edit]:
    """Unix line ends, no byte order mark, and one line end after the last line."""
    if text.startswith("\ufeff"):
        yield Edit(0, 1, "")
    for match in re.finditer("\r\n", text):
        yield Edit(match.start(), match.end(), "\n")
    end = len(text.rstrip("\r\n"))
    rest = text[end:]
    if rest != "\n" and "\r" not in rest:  # what was replaced above is left to the next pass
        yield Edit(end, len(text), "\n")


def fields(text: str) -> Iterator[Edit]:
    """No blanks at the end of a line of front matter, and one blank after a field's name.

    The text below is left alone: there two blanks at the end of a line are a line break.
    """
    start, end = front_span(text)
    for form in (_TRAILING, _AFTER_NAME, _AFTER_DASH):
        for match in form.finditer(text, start, end):
            group = form.groups
            yield Edit(match.start(group), match.end(group), " " if group else "")


def tabs(text: str) -> Iterator[Edit]:
    """Two blanks for each tab that indents a line of front matter."""
    start, end = front_span(text)
    for match in _INDENT.finditer(text, start, end):
        yield Edit(match.start(), match.end(), match[0].replace("\t", "  "))


def records(text: str) -> Iterator[Edit]:
    """No blanks at the end of a line of the bibliography."""
    for match in _TRAILING.finditer(text):
        yield Edit(match.start(), match.end(), "")
