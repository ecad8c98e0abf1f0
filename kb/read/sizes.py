"""Front matter, texts and bibliographies that are too large to check, found before anything is made of them (KB111)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.limits import (
    ANGLES,
    BIB_FIELDS,
    BODY,
    BRACES,
    CELLS,
    CITED,
    FRONT_LINES,
    HEADINGS,
    LATEX,
    LEVELS,
    LINE,
    OPEN_BRACKETS,
    PARAGRAPH,
    PARTS,
    QUOTES,
    RECORD_FIELDS,
    RECORDS,
)
from kb.problems import Problem

DIVIDE = "divide the entry in two, or remove what was pasted by mistake"
DIVIDE_BIBLIOGRAPHY = "remove what was pasted by mistake, or leave out what nobody cites"


def of_front_matter(source: str, path: str) -> Iterator[Problem]:
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
    for position, message, hint in _of_body(body):
        line = first_line + body.count("\n", 0, position)
        yield Problem(path, line, "KB111", message, hint)
        return


_COUNTED = (
    # A line of = or - below a text makes it a heading too, or is a horizontal line.
    (re.compile(r"^ {0,3}(?:#|=+ *$|(?:[*_-] *){2,}$|- *$)", re.M), HEADINGS, "headings and horizontal lines"),
    (re.compile(r"\[@?|@"), CITED, "citations and links"),
    (re.compile("<"), ANGLES, "signs <"),
)
# What comes before the words of a line: blanks, and the marks of quotations and of the items of lists.
_BEFORE = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|[0-9]{1,9}\.(?=[ \t])))*[ \t]*")


def _of_body(body: str) -> Iterator[tuple[int, str, str]]:
    """What is too large in a text, each with its place in it, message and hint."""
    if len(body) > BODY:
        yield BODY, f"a text may have at most {BODY:,} characters, this one has {len(body):,}", DIVIDE
        return
    for form, most, name in _COUNTED:
        starts = [match.start() for match in form.finditer(body)]
        if len(starts) > most:
            yield starts[most], f"a text may have at most {most:,} {name}, this one has {len(starts):,}", DIVIDE
    place = 0
    for line in body.split("\n"):
        before = _BEFORE.match(line)
        blanks = before[0].expandtabs(4) if before else ""
        marks = len(re.findall(r"[>*+.-]", blanks))
        levels = marks + max(blanks.count(" ") - marks, 0) // 4
        if levels > LEVELS and line.strip():
            message = f"lists and quotations may be nested at most {LEVELS} deep, found {levels}"
            yield place, message, "move the line to the left"
        place += len(line) + 1
    start = 0
    for blank in re.finditer(r"\n[ \t]*\n|\Z", body):
        yield from _of_paragraph(body[start : blank.start()], start)
        start = blank.end()


_OPENING = {"]": "[", ")": "("}


def _of_paragraph(text: str, start: int) -> Iterator[tuple[int, str, str]]:
    if len(text) > PARAGRAPH:
        message = f"a paragraph, list or table may have at most {PARAGRAPH:,} characters, this one has {len(text):,}"
        yield start, message, "divide it by a blank line"
    lines = text.split("\n")
    cells = len(lines) * max(line.count("|") for line in lines)
    if cells > CELLS:
        message = f"a table may have at most {CELLS:,} cells, this one has {cells:,}"
        yield start, message, "divide the table in two, or cut empty cells"
    depth = {"[": 0, "(": 0}
    for match in re.finditer(r"[][()]", text):
        opening = _OPENING.get(match[0], match[0])
        depth[opening] = max(depth[opening] + (1 if match[0] == opening else -1), 0)
        if depth[opening] > OPEN_BRACKETS:
            message = f"at most {OPEN_BRACKETS} brackets {opening} may be open at once, found more"
            yield start + match.start(), message, f"close each with {']' if opening == '[' else ')'}"
            return


# What starts a record, and the signs that show how much is in it; a record that is not closed ends where one starts.
_SIGN = re.compile(r"^[ \t]*@(?=\w+[ \t]*[{(])|[@{}=#,\\$\"]", re.M)
_MOST = {
    "@": (RECORDS, "a bibliography may have at most {:,} records"),
    "=": (RECORD_FIELDS, "a record may have at most {:,} fields"),
    "all =": (BIB_FIELDS, "a bibliography may have at most {:,} fields"),
    "#": (PARTS - 1, f"a value may have at most {PARTS} parts joined by #"),
    '"': (QUOTES, "at most {:,} quotes may follow each other without a brace"),
    "{": (BRACES, "braces may be nested at most {} deep"),
    "\\": (LATEX, "the values of a bibliography may contain at most {:,} signs \\, $ and braces"),
}
_IN_A_VALUE = 2
"""How deep in braces the words of a value are: in those of the record and its own."""


def of_bibliography(text: str, path: str) -> Problem | None:
    """The first part of a bibliography of which there is too much, at its line."""
    counts = dict.fromkeys(_MOST, 0)
    for match in _SIGN.finditer(text):
        sign = match[0][-1]
        if sign == "@":
            if len(match[0]) > 1 or match.start() == 0 or text[match.start() - 1] == "\n":
                counts["{"] = 0
            if counts["{"] == 0:
                counts["@"] += 1
                counts["="] = counts["#"] = 0
        elif sign in '{}"':
            counts['"'] = counts['"'] + 1 if sign == '"' else 0
            counts["{"] = max(counts["{"] + {"{": 1, "}": -1, '"': 0}[sign], 0)
            counts["\\"] += sign == "{" and counts["{"] > _IN_A_VALUE
        elif sign in "\\$":
            counts["\\"] += 1
        elif counts["{"] < _IN_A_VALUE:
            counts["="] += sign == "="
            counts["all ="] += sign == "="
            counts["#"] = counts["#"] + 1 if sign == "#" else 0 if sign == "," else counts["#"]
        for name, (most, message) in _MOST.items():
            if counts[name] > most:
                line = text.count("\n", 0, match.start()) + 1
                return Problem(path, line, "KB111", f"{message.format(most)}, found more", DIVIDE_BIBLIOGRAPHY)
    return None
