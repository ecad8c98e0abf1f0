"""Faults of form: what kept a record from being read, in a curator's words, at the line to mend."""

from __future__ import annotations

import re
from typing import Any

from pybtex.database.input.bibtex import UndefinedMacro

from kb.read.bibliography.places import Places

HINT = "check the braces, the commas between fields, and that values are in braces"
_FOUND = re.compile(r"[^\s=,{}]+|\S|\Z")
_FIELD = re.compile(r"[A-Za-z][\w-]*\s*=")
_SHOWN = 60


def told(parser: Any, error: Any, places: Places) -> tuple[int, str, str]:
    """The line, message and hint of a fault, from the parser of pybtex that met it and stands behind it."""
    field, text = parser.current_field_name, parser.text
    if isinstance(error, UndefinedMacro):
        name = error.args[0]
        message = f"the value of {field} must be in braces, found {name}"
        return parser.lineno, message, f"write {field} = {{...}}, or define the string {name} above"
    end = parser.pos
    while end and text[end - 1].isspace():
        end -= 1
    line = places.line(end)
    match = _FOUND.match(text, parser.pos)
    found = match[0][:_SHOWN] if match and match[0] else "the end of the file"
    match error.args[0]:
        case "'}' expected" | "')' expected" if field and _FIELD.match(text, parser.pos):
            written = text[text.rfind("\n", 0, end) + 1 : end].strip()
            whole = written.startswith(field) and len(written) <= _SHOWN
            hint = f"write {written}," if whole else f"write a comma after the value of {field}"
            return line, f"a comma is missing between the fields {field} and {found}", hint
        case "'}' expected" | "')' expected" if field:
            message = f"the value of {field} must be followed by a comma or the end of the record, found {found}"
            return line, message, "write the whole value in one pair of braces"
        case "'}' expected" | "')' expected":
            return line, f"there must be a field here, found {found}", "write name = {value}, for each field"
        case "'=' expected":
            message = f"a = is missing between the field {field} and its value"
            return line, message, f"write {field} = {{...}}, or put it into the braces before it, if it belongs there"
        case "field value expected":
            return line, f"the value of {field} must be in braces, found {found}", f"write {field} = {{...}}"
    return parser.lineno, f"the bibliography must be well-formed: {error.args[0]}", HINT
