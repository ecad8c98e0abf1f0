"""Explanations of the problem codes: what is meant, a wrong example with what kb check shows, and a right one.

``codes/`` holds one Markdown file a code, which is the only source: ``kb explain`` shows it at the terminal, and
docs/problems.md is written from all of them.
"""

from __future__ import annotations

import re
from pathlib import Path

from kb.problems import CODES, FAMILIES, Severity

FOLDER = Path(__file__).with_name("codes")
MANUAL = "docs/problems.md"
"""The file that explains all codes, relative to the root of the repository."""

_BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.M | re.S)


def link(code: str) -> str:
    """The place in the manual that explains a code. It stays the same when the words change."""
    return f"{MANUAL}#{code.lower()}"


def source(code: str) -> Path:
    """The Markdown file with the explanation of a code and its examples."""
    return FOLDER / f"{code}.md"


def as_text(code: str) -> str:
    """One code for a terminal: its meaning, explanation and examples, which are indented."""
    shown = _BLOCK.sub(lambda block: re.sub(r"^(?=.)", "    ", block[1], flags=re.M).rstrip(), _read(code))
    return f"{code} ({CODES[code].severity}): {CODES[code].meaning}\n\n{shown}"


def summary() -> str:
    """All codes with their meanings, one a line, by family."""
    return "\n\n".join(
        "\n".join([title, *(f"  {code}  {_short(code)}" for code in _members(digit))])
        for digit, title in FAMILIES.items()
    )


def manual() -> str:
    """The text of docs/problems.md."""
    families = (f"## {title}\n\n{''.join(map(_section, _members(digit)))}" for digit, title in FAMILIES.items())
    return _INTRODUCTION + "\n" + "".join(families).rstrip() + "\n"


def _members(digit: str) -> list[str]:
    return [code for code in CODES if code[2] == digit]


def _short(code: str) -> str:
    warning = " (warning)" if CODES[code].severity is Severity.WARNING else ""
    return f"{CODES[code].meaning}{warning}"


def _section(code: str) -> str:
    return f"### {code}\n\n**{_short(code)}**\n\n{_read(code)}\n"


def _read(code: str) -> str:
    return source(code).read_text(encoding="utf-8")


_INTRODUCTION = """\
<!-- Written by `make golden` from kb/problems.py and kb/check/codes/: make changes there. -->
# Problems that kb check reports

Find a code with your browser's search, or type `kb explain KB305` in a terminal.

Errors stop the site from being built; warnings do not. For each code there is a wrong example, what `kb check` shows
for it, and a right example. All examples belong to a small made-up evidence base. The first line of an example names
its file; below it are only the fields or the text that matter, so a line number counts lines that you do not see here.
Codes never change their meaning.
"""
