"""Places: the lines of a bibliography, and the line on which a field of a record stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator

_TOKEN = re.compile(r'[{}"]|(?<![\w-])([A-Za-z_][\w-]*)\s*=')


class Places:
    """The lines of a text. A record is looked through once, where there is a fault in it to tell."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._fields: dict[int, list[tuple[str, int]]] = {}

    def line(self, position: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._starts, position)

    def field_line(self, record: int, names: Collection[str], nth: int = 0) -> int:
        """The line of a field of the record that starts on line ``record``; that line where it has no such field.

        ``names`` are those under which the field can stand, in small letters; ``nth`` counts from 0.
        """
        if record not in self._fields:
            self._fields[record] = list(self._fields_of(record))
        lines = [line for name, line in self._fields[record] if name in names]
        return lines[nth] if nth < len(lines) else record

    def _fields_of(self, record: int) -> Iterator[tuple[str, int]]:
        """The names of a record's fields in small letters, each with its line; what stands in values is passed over."""
        depth, quoted = 0, False
        for match in _TOKEN.finditer(self._text, self._starts[record - 1]):
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
                yield match[1].lower(), self.line(match.start())
