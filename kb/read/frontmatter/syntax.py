"""Why front matter is not valid YAML, in a curator's words, at the line where it must be fixed.

The lines are looked at as a curator sees them: fields, items, indentation, quotes, brackets. Each fault comes with the
text without it, every other line where it was, so that the rest can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from kb.problems import Problem
from kb.text import characters

UNREAD = "null"
"""Takes the place of a value that could not be read."""

# Words with blanks between them, not any text up to the last blanks: so no blank is looked at twice.
_WORDS = r"[^ \t]+(?:[ \t]+[^ \t]+)*"
_FIELD = re.compile(rf"^( *)((?:- +)*)([A-Za-z_][\w-]*):(?:[ \t]+({_WORDS}))?[ \t]*$")
_ITEM = re.compile(rf"^( *)((?:- +)*)-(?:[ \t]+({_WORDS}))?[ \t]*$")
_CLOSE = re.compile(r"^( *)((?:- +)*)([A-Za-z_][\w-]*):([^\s/].*)$")
_TAB = re.compile(r"^ *\t")
_BLOCK = re.compile(r"^[|>][-+0-9]*(?:\s+#.*)?$")
_COMMENT = re.compile(r"^\s*(?:#.*)?$")
_CLOSING = {"[": "]", "{": "}"}
_MOST_LINES = 50
"""Of a value in quotes or brackets."""
_AN_ITEM = "the item"
_RESERVED = "@`%&*!|>]},?"


@dataclass(frozen=True)
class Fault:
    """One fault: its line, counted from 0, message and hint, and all lines without it."""

    line: int
    message: str
    hint: str
    lines: tuple[str, ...] = field(repr=False)


_UNUSUAL = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Where YAML reads only ordinary blanks: before a line, after a dash, after a field's name, and at the end of a line.
_MISPLACED = re.compile(
    rf"^[ \t]*[{_UNUSUAL}][ \t{_UNUSUAL}]*(?=\S)"
    rf"|^[ \t]*-[ \t]*[{_UNUSUAL}]+[ \t]*"
    rf"|(?:^[ \t]*(?:- +)*|[{{,][ \t{_UNUSUAL}]*)[A-Za-z_]\w*:[ \t]*[{_UNUSUAL}]+[ \t]*"
    rf"|(?<=\S)[ \t{_UNUSUAL}]++$",
    re.M,
)
_EACH = re.compile(f"[{_UNUSUAL}]")
_MOST_UNUSUAL = 20


def usual_blanks(source: str, path: str) -> tuple[str, list[Problem]]:
    """Front matter with ordinary blanks where YAML needs them, and a problem for each line that had others."""
    mended = with_usual_blanks(source)
    if mended == source:
        return source, []
    problems: list[Problem] = []
    for number, (line, right) in enumerate(zip(source.split("\n"), mended.split("\n"), strict=True), 2):
        place = next((at for at, (old, new) in enumerate(zip(line, right, strict=True)) if old != new), None)
        if place is not None and len(problems) < _MOST_UNUSUAL:
            around = right[max(right.rfind(",", 0, place), right.rfind("{", 0, place)) + 1 :].strip()
            message = f"a blank here must be an ordinary space, found {characters.described(line[place])}"
            hint = f"delete it and type a space: {shortened(around)}"
            problems.append(Problem(path, number, "KB102", message, hint))
    return mended, problems


def with_usual_blanks(source: str) -> str:
    """Front matter with an ordinary blank for each other one where YAML reads only ordinary ones."""
    return source if source.isascii() else _MISPLACED.sub(lambda match: _EACH.sub(" ", match[0]), source)


def find_fault(source: str) -> Fault | None:
    """The first fault of front matter that is not YAML; None if it has none of those that this module knows."""
    lines = source.split("\n")
    if fault := _conflict(lines):
        return fault
    # A fault in one field is not looked for in another.
    broken = [(start, end) for start, end in _groups(lines) if not _is_yaml("\n".join(lines[start:end]))]
    for start, end in [*broken, (0, len(lines))]:
        if fault := next(_Scan(lines, start, end).faults(), None):
            return fault
    return None


def _conflict(lines: list[str]) -> Fault | None:
    """Two versions that git left one below the other; the first is kept."""
    marks = [index for index, line in enumerate(lines) if line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    if len(marks) < 3 or not lines[marks[0]].startswith("<"):
        return None
    first, middle, last = marks[:3]
    base = next((index for index in range(first, middle) if lines[index].startswith("|||||||")), middle)
    kept = (*lines[:first], "", *lines[first + 1 : base], *[""] * (last + 1 - base), *lines[last + 1 :])
    hint = "keep one of the two versions, and delete the lines of <<<<<<<, ======= and >>>>>>>"
    return Fault(first, "a merge conflict left two versions of the fields here", hint, kept)


def without_value(source: str, line: int) -> str | None:
    """The text without the value on a line, counted from 0; None if the line is not a field or item."""
    lines = source.split("\n")
    if line >= len(lines) or not (_FIELD.match(lines[line]) or _ITEM.match(lines[line])):
        return None
    return "\n".join(_emptied(lines, line, line + 1))


def without_group(source: str, line: int) -> str | None:
    """The text without the whole outermost field around a line; None if there is none."""
    lines = source.split("\n")
    start, end = next((start, end) for start, end in _groups(lines) if start <= line < end or end == len(lines))
    return "\n".join(_emptied(lines, start, end)) if _FIELD.match(lines[start]) else None


def _groups(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The outermost fields, from their first line up to the next one's."""
    starts = [index for index, line in enumerate(lines) if line[:1].strip() and line[0] not in "#-"]
    starts = sorted({0, *starts})
    yield from zip(starts, [*starts[1:], len(lines)], strict=True)


def _is_yaml(text: str) -> bool:
    try:
        for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
            pass
    except yaml.YAMLError:
        return False
    return True


def _emptied(lines: list[str], start: int, end: int) -> tuple[str, ...]:
    """The lines with the field or item at ``start``, which goes up to ``end``, without its value."""
    match = _FIELD.match(lines[start]) or _CLOSE.match(lines[start]) or _ITEM.match(lines[start])
    if match is None:
        name = lines[start].split()[0] if lines[start].split() else ""
        left = f"{_indent(lines[start])}{name}: {UNREAD}" if name.isidentifier() else ""
    elif match.re is _ITEM:
        left = f"{match[1]}{match[2]}- {UNREAD}"
    else:
        left = f"{match[1]}{match[2]}{match[3]}: {UNREAD}"
    return (*lines[:start], left, *[""] * (end - start - 1), *lines[end:])


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


@dataclass
class _Scan:
    """A walk over the lines from ``start`` up to ``end``."""

    lines: list[str]
    start: int
    end: int
    columns: list[int] = field(default_factory=list)
    """Where the names of the groups of fields start that are open here."""
    name: str = ""
    """The last field."""
    filled: bool = False
    """Whether the last field has a value, so that nothing may be indented below it."""

    def faults(self) -> Iterator[Fault]:
        """The faults in their order. What comes after the first may follow from it."""
        index = self.start
        while index < self.end:
            line = self.lines[index]
            if _TAB.match(line):
                yield self._tab(index)
            if not _COMMENT.match(line):
                match = _FIELD.match(line) or _ITEM.match(line)
                if match is None:
                    yield self._no_field(index)
                elif fault := self._misplaced(index, match):
                    yield fault
                else:
                    following, fault = self._value(index, match)
                    if fault:
                        yield fault
                    index = following
                    continue
            index += 1

    def _tab(self, index: int) -> Fault:
        mended = tuple(
            line.replace("\t", "  ", line[: len(line) - len(line.lstrip())].count("\t")) if _TAB.match(line) else line
            for line in self.lines
        )
        return Fault(index, "indentation must be spaces, found a tab", "replace each tab with two spaces", mended)

    def _no_field(self, index: int) -> Fault:
        line = self.lines[index]
        close = _CLOSE.match(line)
        if close:
            hint = f"write {close[3]}: {close[4].strip()}"
            return self._fault(index, f"there must be a space after the colon of {close[3]}", hint)
        word = line.strip()
        if word.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            hint = "keep what is right around it, and delete this line"
            return self._fault(index, f"a mark of a merge conflict is left, {shortened(word)}", hint)
        message = f"a line must be a field or belong to the one above, found {shortened(word)!r}"
        hint = "write name: value; text that goes on from the line above is indented further than its name"
        if self.name == _AN_ITEM:
            hint = f"write it as an item, - {shortened(word)}, or indent it further than the item that it belongs to"
        return self._fault(index, message, hint)

    def _misplaced(self, index: int, match: re.Match[str]) -> Fault | None:
        """A field or item that starts in no column of those beside it."""
        field_name = match[3] if match.re is _FIELD else ""
        dashes = len(match[2]) if field_name else 0
        column = len(match[1]) + dashes
        name = field_name or _AN_ITEM
        if not self.columns and column and not dashes and field_name:
            return self._moved(index, f"{name} must start the line, found {_spaces(column)} before it", 0)
        if self.columns and self.filled and column > self.columns[-1]:
            if field_name and not dashes and (first := self._without_dash(index, column)) is not None:
                line = self.lines[first]
                right = f"{_indent(line)}- {line.strip()}"
                hint = f"write {shortened(right.strip())}"
                mended = (*self.lines[:first], right, *self.lines[first + 1 :])
                return Fault(first, f"a new item of a list must start with a dash, found {self.name}", hint, mended)
            message = f"{name} must not be indented further than {self.name}, which already has a value"
            return self._moved(index, message, max(self.columns[-1] - dashes, 0))
        while self.columns and self.columns[-1] > column:
            below = self.columns.pop()
            if not self.columns or self.columns[-1] < column:
                self.columns.append(below)
                message = f"{name} must be indented like those beside it, {_spaces(below)}, found {column}"
                return self._moved(index, message, max(below - dashes, 0))
        if not self.columns or self.columns[-1] < column:
            self.columns.append(column)
        self.name = name
        return None

    def _without_dash(self, index: int, column: int) -> int | None:
        """The line of the first field of an item whose dash is missing, where what follows is indented as after one."""
        above = [at for at in range(index - 1, self.start - 1, -1) if not _COMMENT.match(self.lines[at])][:2]
        if len(above) < 2 or len(_indent(self.lines[above[0]])) != column - 2:
            return None
        opened = _FIELD.match(self.lines[above[1]])
        if not opened or opened[4] or len(_indent(self.lines[above[1]])) > column - 2:
            return None
        after = self.lines[index : self._below(above[0], column - 3)]
        beside = [line for line in after if line.strip() and len(_indent(line)) == column - 2]
        alone = sum(len(_indent(line)) == column for line in after if line.strip()) > 2
        return above[0] if all(line.lstrip().startswith("- ") for line in beside) and (beside or alone) else None

    def _moved(self, index: int, message: str, column: int) -> Fault:
        line = " " * column + self.lines[index].lstrip(" ")
        mended = (*self.lines[:index], line, *self.lines[index + 1 :])
        hint = f"write it with {_spaces(column)} before it" if column else "remove the spaces before it"
        return Fault(index, message, hint, mended)

    def _value(self, index: int, match: re.Match[str]) -> tuple[int, Fault | None]:
        """The line after a value, and the fault in it."""
        value: str = match.group(match.re.groups) or ""
        column = self.columns[-1]
        name = match[3] if match.re is _FIELD else "-"
        self.filled = bool(value) and not value.startswith("#")
        if not self.filled:
            return index + 1, None
        if _BLOCK.match(value):
            return self._below(index, column), None
        sign = value[0]
        if sign in "'\"":
            return self._quoted(index, name, value, column)
        if sign in _CLOSING:
            return self._bracketed(index, name, value, column)
        end = self._continued(index, column)
        whole = " ".join([value, *(line.strip() for line in self.lines[index + 1 : end])])
        start = _start(name)
        if sign in _RESERVED:
            message = f"a value that starts with {sign} must be in quotes"
            return end, self._fault(index, message, f"write {start}{quoted(whole)}", end)
        if value.startswith("- "):
            message = f"each item of {name} must be on a line of its own"
            return end, self._fault(index, message, f"write {name}: and below it, indented, {shortened(value)}", end)
        without_comment = re.split(r"\s#", whole, maxsplit=1)[0].rstrip()
        if re.search(r":(?:\s|$)", without_comment):
            message = f"a value with a colon in it must be in quotes, found {shortened(whole)!r}"
            return end, self._fault(index, message, f"write {start}{quoted(without_comment)}", end)
        return end, None

    def _quoted(self, index: int, name: str, value: str, column: int) -> tuple[int, Fault | None]:
        sign = value[0]
        start = _start(name)
        end = index + 1
        closing = re.compile(r"^'(?:[^']|'')*'" if sign == "'" else r'^"(?:[^"\\]|\\.)*"', re.S)
        for end, whole in self._grown(index, value, column):
            if closed := closing.match(whole):
                rest = whole[closed.end() :].strip()
                if not rest or rest.startswith("#"):
                    return end, None
                message = f"nothing may follow the closing quote, found {shortened(rest)!r}"
                inner = " ".join(whole.split())
                if sign == "'" or inner.endswith(sign):  # an apostrophe closed it, or a quote within
                    inner = inner[1:].removesuffix(sign)
                return end, self._fault(index, message, f"write {start}{quoted(inner)}", end)
        end = self._continued(index, column)
        whole = " ".join([value[1:], *(line.strip() for line in self.lines[index + 1 : end])])
        message = f"the opening quote {sign} must be closed"
        return end, self._fault(index, message, f"write {start}{quoted(whole, sign)}", end)

    def _bracketed(self, index: int, name: str, value: str, column: int) -> tuple[int, Fault | None]:
        sign, closing = value[0], _CLOSING[value[0]]
        start = _start(name)
        end = index + 1
        for end, whole in self._grown(index, value, column - 1):
            if _is_yaml(whole):
                return end, None
            if whole.count(closing) > whole.count(sign):
                message = f"there is a {closing} more than {sign} in the value, found {shortened(value)!r}"
                return end, self._fault(index, message, "remove it", end)
        whole = " ".join([value, *(line.strip() for line in self.lines[index + 1 : end])])
        missing = whole.count(sign) - whole.count(closing)
        if missing > 0:
            message = f"the opening bracket {sign} must be closed"
            return end, self._fault(index, message, f"write {start}{whole.rstrip(', ')}{closing * missing}", end)
        if apart := re.search(r"([A-Za-z_]\w*: *|[\[,] *)([-\u2212\u2013])\s+(?=[\d.])([\d.,]*\d)", whole):
            start, number = apart[1].lstrip("[, "), f"-{apart[3]}"
            message = f"a minus must be right before its number, found {shortened(apart[0].lstrip('[, '))!r}"
            return end, self._fault(index, message, f"write {start}{number}", end)
        message = f"a value that starts with {sign} must be a list or group in brackets, found {shortened(whole)!r}"
        hint = f"write {start}{quoted(whole)} if it is text; else check commas and quotes between the brackets"
        return end, self._fault(index, message, hint, end)

    def _fault(self, index: int, message: str, hint: str, end: int | None = None) -> Fault:
        return Fault(index, message, hint, _emptied(self.lines, index, end or index + 1))

    def _grown(self, index: int, value: str, column: int) -> Iterator[tuple[int, str]]:
        """A value with more and more of the lines below that can belong to it, each time with the line after it."""
        for end in range(index + 1, min(self._below(index, column), index + _MOST_LINES) + 1):
            yield end, "\n".join([value, *self.lines[index + 1 : end]])
            if end < self.end and (_FIELD.match(self.lines[end]) or _ITEM.match(self.lines[end])):
                return

    def _below(self, index: int, column: int) -> int:
        """The end of the lines below that are indented further than ``column``."""
        lines = enumerate(self.lines[index + 1 : self.end], index + 1)
        return next((end for end, line in lines if line.strip() and len(_indent(line)) <= column), self.end)

    def _continued(self, index: int, column: int) -> int:
        """The end of the text that goes on from a line: indented further, and not a field."""
        lines = enumerate(self.lines[index + 1 : self.end], index + 1)
        over = (end for end, line in lines if len(_indent(line)) <= column or not line.strip() or _FIELD.match(line))
        return next(over, self.end)


_CUT = re.compile(r"^ *(?:- +)?(\w+): +([^\s'\"#|>\[{][^\n'\"]*?) (#[^\s#][^\n]*)$", re.M)


def text_lost(source: str, path: str) -> Iterator[tuple[Problem, str]]:
    """Text after a #, as in Trial #2, and the field that loses it. A comment that is meant has a blank after its #."""
    line, position = 2, 0
    for match in _CUT.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        message = f"text after a space and # is lost as a comment, found {shortened(match[3])!r}"
        text = f"{match[2]} {match[3]}"
        yield Problem(path, line, "KB102", message, f"write {match[1]}: {quoted(text)}"), match[1]


def _start(name: str) -> str:
    """What comes before a value: the name of its field, or a dash."""
    return "- " if name == "-" else f"{name}: "


def quoted(text: str, sign: str = "'") -> str:
    """A text in quotes, with those inside it as YAML wants them."""
    text = text.strip("\u201c\u201d\u2018\u2019") if text[:1] in "\u201c\u2018" else text
    if sign == '"' or ("'" in text and '"' not in text and "\\" not in text):
        return '"' + re.sub(r'(?<!\\)"', r"\"", text) + '"'
    return "'" + re.sub(r"'+", "''", text) + "'"


def shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}"
