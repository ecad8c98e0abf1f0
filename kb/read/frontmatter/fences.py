"""Fences: the two lines of --- around front matter, and where front matter ends that lacks one of them."""

from __future__ import annotations

import re

from kb.problems import Problem

_FENCE = re.compile(r"---(?<=^---)[ \t]*$", re.M)
_DASHES = re.compile(r"[-\u2010-\u2015]+")
# The first line that belongs to no front matter: a heading, or words that are no field, item or comment.
_TEXT = re.compile(r"^(?:#{1,6} +\S|(?![A-Za-z_]\w*:|-(?:\s|$)|#)\S)", re.M)


def split(text: str, path: str) -> tuple[str | None, int, list[Problem]]:
    """The front matter of a file, where what comes after it starts, and what is wrong with the lines around it."""
    opening = _FENCE.match(text)
    start = opening.end() + 1 if opening else 0
    closing = _FENCE.search(text, start)
    if opening and closing:
        return text[start : closing.start()], closing.end(), []
    must = "front matter must be between two lines of ---"
    if opening:
        # What is no field, or a heading, is the text: so the second line of --- is missing above it.
        end = found.start() if (found := _TEXT.search(text, start)) else len(text)
        line = text.count("\n", 0, end) + (1 if found else 0)
        hint = "write --- on a line of its own " + ("above this line" if found else "below the last field")
        return text[start:end], end, [Problem(path, max(line, 1), "KB102", f"{must}, the second one is missing", hint)]
    first = text.partition("\n")[0].strip()
    if not first and text.strip():
        found_there = "the first line is empty"
    else:
        found_there = f"the first line is {first[:60]!r}" if first else "the file is empty"
    hint = "start the file with ---, the fields, and another ---"
    problem = Problem(path, 1, "KB102", f"{must}, {found_there}", hint)
    if closing and _DASHES.fullmatch(first):  # a dash too many, or a long one
        return text[text.find("\n") + 1 : closing.start()], closing.end(), [problem]
    return None, 0, [problem]
