"""Tables and lists that were pasted from another program, which a page would run together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.check.rule import rule
from kb.check.rules.text import meant
from kb.model import Entry
from kb.problems import Problem
from kb.read.frontmatter import FrontMatter

_SEPARATOR = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ROW = re.compile(r"^ {0,3}\|.*\|[ \t]*$")
_DRAWN = re.compile(r"^[ \t]*(?:[\u2500-\u257f]|\+[-=+]{2,}\+)")
_BULLET = re.compile(r"^[ \t]*[\u2022\u25cf\u25e6\u25aa\u25a0\u2023\u2043\u00b7\uf0b7\uf0a7][ \t]*(?=\S)")
_GAPS = re.compile(r"(?<=\S)(?: {2,}|\t+)(?=\S)")
_CELL = re.compile(r"^(?:[<>=\u2264\u2265+\u2212-]?[\d.,%() \u2013\u00b1-]+|\S+(?: \S+){0,2})$")
_HAS_DIGIT = re.compile(r"\d")
_FEWEST_ROWS = 3
_FEWEST_CELLS = 6
"""Paragraphs of a word or a figure each, one after the other, that are taken for the cells of a table."""
_HOW = "write each row on a line of its own as | Group | Before | After |, and | --- | --- | --- | below the first"


@rule(Entry)
def tables_are_tables(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A table is written with | between its cells, a line of --- below its head, and a blank line above (KB407).

    What a word processor or a browser puts on the clipboard instead is named: columns with tabs or blanks between
    them, cells one below the other, drawn lines, and bullets.
    """
    lines = meant(entry.body).split("\n")
    for line, message, hint in _faults(lines):
        yield source.body_problem(line + 1, "KB407", message, hint)


def _faults(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and lines[end].strip():
            end += 1
        block = lines[index:end]
        if fault := _of_block(block):
            yield index + fault[0], fault[1], fault[2]
        index = max(end, index + 1)
    yield from _one_below_the_other(lines)


def _of_block(block: list[str]) -> tuple[int, str, str] | None:
    """What is wrong with the lines between two blank ones: the number of the line, message and hint."""
    separators = [number for number, line in enumerate(block) if "|" in line and _SEPARATOR.match(line)]
    rows = [number for number, line in enumerate(block) if _ROW.match(line)]
    drawn = [number for number, line in enumerate(block) if _DRAWN.match(line)]
    if len(drawn) > 1:
        return drawn[0], "a table must not be drawn with lines", _HOW
    if separators and separators[0] > 1:
        message = "a table must have a blank line above it, and its head right above the line of ---"
        return separators[0] - 1, message, "put a blank line above the head of the table"
    if len(rows) > 1 and not separators:
        cells = _cells(block[rows[0]])
        below = "| " + " | ".join(["---"] * cells) + " |"
        return rows[0], "a table needs a line of --- below its head", f"write {below} below this line"
    if separators == [1]:
        head = _cells(block[0])
        for number, line in enumerate(block[2:], 2):
            if (found := _cells(line)) > head:
                message = f"a row must have no more cells than the head of its table, {head}, found {found}"
                return number, message, "the last cells would be lost: add to the head, or write \\| for a | in a cell"
        return None
    if (bullet := next((number for number, line in enumerate(block) if _BULLET.match(line)), None)) is not None:
        message = "an item of a list must start with a hyphen and a space, found a bullet"
        return bullet, message, f"write - {_BULLET.sub('', block[bullet]).strip()[:60]}"
    apart = [number for number, line in enumerate(block) if len(_GAPS.findall(line)) and not _ROW.match(line)]
    columns = {len(_GAPS.findall(block[number])) for number in apart}
    tabs = sum("\t" in block[number].strip() for number in apart)
    if tabs > 1 or (
        len(apart) >= _FEWEST_ROWS and len(apart) == len(block) and columns == {max(columns)} and max(columns) > 1
    ):
        what = "tabs" if tabs > 1 else "blanks"
        return apart[0], f"a table must have | between its cells, found {what}: was it pasted?", _HOW
    return None


def _cells(line: str) -> int:
    """How many cells a row of a table has."""
    inside = line.strip().removeprefix("|")
    inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
    return len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", inside))) + 1


def _one_below_the_other(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Cells of a table that came one a paragraph: many short ones without a period, with figures among them."""
    run: list[int] = []
    for number, line in enumerate([*lines, "The end of the text."]):
        if not line.strip():
            continue
        text = line.strip()
        alone = (number == 0 or not lines[number - 1].strip()) and (
            number + 1 >= len(lines) or not lines[number + 1].strip()
        )
        if alone and _CELL.match(text) and not text.endswith((".", ":", "?", "!")) and text[0] not in "#-*>|[<`":
            run.append(number)
            continue
        figures = sum(bool(_HAS_DIGIT.search(lines[at])) for at in run)
        if len(run) >= _FEWEST_CELLS and 3 * figures >= len(run):
            yield (
                run[0],
                "a table must have its cells side by side, found them one below the other: was it pasted?",
                _HOW,
            )
        run = []
