"""Sizes: front matter and texts that are larger than can be checked, found before anything is made of them (KB111)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.limits import ANGLES, BODY, CELLS, CITED, FRONT_LINES, HEADINGS, LEVELS, LINE, OPEN_BRACKETS, PARAGRAPH
from kb.problems import Problem

DIVIDE = "divide the entry in two, or remove what was pasted by mistake"

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_BRACKET = re.compile(r"[][()]")
_OPENS, _CLOSES = "[(", "])"
# What stands before the words of a line: blanks, and the marks of quotations and of the items of lists.
_BEFORE = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|[0-9]{1,9}\.(?=[ \t])))*[ \t]*")
_MARK = re.compile(r"[>*+.-]")


def of_lines(source: str, path: str) -> Iterator[Problem]:
    """Front matter of too many lines, and its first line that is too long."""
    lines = source.split("\n")
    if len(lines) - 1 > FRONT_LINES:
        message = f"front matter may have at most {FRONT_LINES:,} lines, this one has {len(lines) - 1:,}"
        yield Problem(path, FRONT_LINES + 2, "KB111", message, DIVIDE)
    for number, line in enumerate(lines, 2):
        if len(line) > LINE:
            message = f"a line of front matter may have at most {LINE:,} characters, this one has {len(line):,}"
            yield Problem(path, number, "KB111", message, "write a long text below its field, over several lines")
            return


def of_body(body: str, first_line: int, path: str) -> Iterator[Problem]:
    """The first part of a text that is too large, at its line; ``first_line`` is the line on which the text starts."""
    for position, message, hint in _faults(body):
        line = first_line + body.count("\n", 0, position)
        yield Problem(path, line, "KB111", message, hint)
        return


def _faults(body: str) -> Iterator[tuple[int, str, str]]:
    """What is too large in a text, each with its place in it, message and hint."""
    if len(body) > BODY:
        message = f"a text may have at most {BODY:,} characters, this one has {len(body):,}"
        yield BODY, message, DIVIDE
        return
    for form, most, name in _COUNTED:
        starts = [match.start() for match in form.finditer(body)]
        if len(starts) > most:
            yield starts[most], f"a text may have at most {most:,} {name}, this one has {len(starts):,}", DIVIDE
    place = 0
    for line in body.split("\n"):
        before = _BEFORE.match(line)
        blanks = before[0].expandtabs(4) if before else ""
        marks = len(_MARK.findall(blanks))
        levels = marks + max(blanks.count(" ") - marks, 0) // 4
        if levels > LEVELS and line.strip():
            message = f"lists and quotations may be nested at most {LEVELS} deep, found {levels}"
            yield place, message, "move the line to the left"
        place += len(line) + 1
    start = 0
    for blank in _BLANK_LINE.finditer(body):
        yield from _of_paragraph(body, start, blank.start())
        start = blank.end()
    yield from _of_paragraph(body, start, len(body))


# A line of signs below a text makes it a heading too, or is a line across the page.
_HEADING = re.compile(r"^ {0,3}(?:#|=+ *$|(?:[*_-] *){2,}$|- *$)", re.M)
_COUNTED = (
    (_HEADING, HEADINGS, "headings and lines across"),
    (re.compile(r"\[@?|@"), CITED, "citations and links"),
    (re.compile("<"), ANGLES, "signs <"),
)


def _of_paragraph(body: str, start: int, end: int) -> Iterator[tuple[int, str, str]]:
    if end - start > PARAGRAPH:
        message = f"a paragraph, list or table may have at most {PARAGRAPH:,} characters, this one has {end - start:,}"
        yield start, message, "divide it by a blank line"
    width = max((line.count("|") for line in body[start:end].split("\n")), default=0) if "|" in body else 0
    height = body.count("\n", start, end) + 1
    if width and width * height > CELLS:
        message = f"a table may have at most {CELLS:,} cells, this one has {width * height:,}"
        yield start, message, "divide the table in two, or cut empty cells"
    for opening, closing in zip("[(", "])", strict=True):
        if body.count(opening, start, end) > OPEN_BRACKETS:
            depth = 0
            for match in _BRACKET.finditer(body, start, end):
                if match[0] == opening:
                    depth += 1
                    if depth > OPEN_BRACKETS:
                        message = f"at most {OPEN_BRACKETS} brackets {opening} may be open at once, found more"
                        yield match.start(), message, f"close each with {closing}"
                        break
                elif match[0] == closing:
                    depth = max(depth - 1, 0)
