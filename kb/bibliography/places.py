"""Places: the line on which a field of a record stands, looked up where there is a fault to tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_TOKEN = re.compile(r'[{}"]|(?<![\w-])([A-Za-z_][\w-]*)\s*=')


def field_line(text: str, record: int, names: Collection[str], nth: int = 0) -> int:
    """The line of a field of the record that starts on line ``record``; that line where it has no such field.

    ``names`` are those under which the field can stand, in small letters; ``nth`` counts from 0.
    """
    lines = [line for name, line in _fields(text, record) if name in names]
    return lines[nth] if nth < len(lines) else record


def _fields(text: str, record: int) -> Iterator[tuple[str, int]]:
    """The names of a record's fields in small letters, each with its line; what stands in values is passed over."""
    start = 0
    for _ in range(record - 1):
        start = text.index("\n", start) + 1
    depth, quoted = 0, False
    for match in _TOKEN.finditer(text, start):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return
        elif sign == '"':
            quoted = not quoted if depth == 1 else quoted
        elif depth == 1 and not quoted:
            yield match[1].lower(), record + text.count("\n", start, match.start())
