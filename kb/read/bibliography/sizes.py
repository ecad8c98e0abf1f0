"""Sizes: a bibliography with more or larger parts than can be checked, found before any record is read (KB111)."""

from __future__ import annotations

import re

from kb.limits import BIB_FIELDS, BRACES, LATEX, PARTS, QUOTES, RECORD_FIELDS, RECORDS
from kb.problems import Problem

DIVIDE = "remove what was pasted by mistake, or leave out what nobody cites"
# What starts a record, and the signs that tell how much is in it; a record that is not closed ends where one starts.
_SIGN = re.compile(r"^[ \t]*@(?=\w+[ \t]*[{(])|[@{}=#,\\$\"]", re.M)

_IN_A_VALUE = 2
"""How deep in braces the words of a value are: in those of the record and its own."""


def too_large(text: str, path: str) -> Problem | None:
    """The first part of a bibliography of which there is too much, at its line."""
    depth = records = record_fields = fields = parts = commands = quotes = 0
    for match in _SIGN.finditer(text):
        sign = match[0][-1]
        found = ""
        if sign == "@":
            if len(match[0]) > 1 or match.start() == 0 or text[match.start() - 1] == "\n":
                depth = 0
            if depth == 0:
                records, record_fields, parts = records + 1, 0, 0
                found = f"a bibliography may have at most {RECORDS:,} records, found more" if records > RECORDS else ""
        elif sign == '"':
            quotes += 1
            found = (
                f"at most {QUOTES:,} quotes may follow each other without a brace, found more"
                if quotes > QUOTES
                else ""
            )
        elif sign == "{":
            depth, quotes = depth + 1, 0
            commands += depth > _IN_A_VALUE
            found = f"braces may be nested at most {BRACES} deep, found more" if depth > BRACES else ""
        elif sign == "}":
            depth, quotes = max(depth - 1, 0), 0
        elif sign in "\\$":
            commands += 1
        elif depth > 1:
            continue
        elif sign == ",":
            parts = 0
        elif sign == "=":
            record_fields, fields = record_fields + 1, fields + 1
            if record_fields > RECORD_FIELDS:
                found = f"a record may have at most {RECORD_FIELDS} fields, found more"
            elif fields > BIB_FIELDS:
                found = f"a bibliography may have at most {BIB_FIELDS:,} fields, found more"
        else:
            parts += 1
            found = f"a value may have at most {PARTS} parts joined by #, found more" if parts >= PARTS else ""
        if commands > LATEX:
            found = f"the values of a bibliography may hold at most {LATEX:,} signs \\, $ and braces, found more"
        if found:
            return Problem(path, text.count("\n", 0, match.start()) + 1, "KB111", found, DIVIDE)
    return None
