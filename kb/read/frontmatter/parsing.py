"""A content file to the values of its front matter, with the line of each, and its body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from kb.limits import DEPTH, FIELDS, ITEMS, TEXT, VALUES
from kb.model.fields import SLUG
from kb.problems import Problem
from kb.read import sizes
from kb.read.frontmatter.syntax import (
    find_fault,
    quoted,
    shortened,
    text_lost,
    usual_blanks,
    without_group,
    without_value,
)

Loc = tuple[str | int, ...]
"""A place in front matter: names of fields, and numbers of items from 0."""

PLACEHOLDER = "TODO"
_MOST_FAULTS = 20
_MOST_LINES = 100_000
"""That are looked through for faults of YAML, all lines again for each fault."""


@dataclass(frozen=True)
class FrontMatter:
    """The values of a file's front matter, with the line of each, and its body."""

    path: str
    values: Mapping[str, Any]
    body: str
    body_line: int
    """The line on which the body starts."""
    lines: Mapping[Loc, int] = field(default_factory=dict, repr=False)
    """The line of each field and item."""
    source: str = field(default="", repr=False)
    """The front matter as written, without the values that could not be read."""
    unread: frozenset[Loc] = frozenset()
    """The places of these values; each has its problem."""

    def line(self, loc: Loc = ()) -> int:
        """The line of a field; if it is missing, that of the nearest field around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def problem(self, loc: Loc, code: str, message: str, hint: str = "") -> Problem:
        """A problem at the line of ``loc``."""
        return Problem(self.path, self.line(loc), code, message, hint)

    def body_problem(self, line: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem in the body, ``line`` counted from the body's first."""
        return Problem(self.path, self.body_line + line - 1, code, message, hint)


def parse(text: str, path: str) -> tuple[FrontMatter | None, list[Problem]]:
    """Split a content file and read its front matter; None if nothing of it can be read.

    A value that cannot be read is left out, with a problem at its line, and the rest is read again without it.
    """
    source, body_start, problems = _split(text, path)
    if source is None:
        return None, problems
    body = text[body_start:]
    body_start += len(body) - len(body.lstrip("\n"))
    body_line = text.count("\n", 0, body_start) + 1
    body = body.strip("\n")
    if too_large := [*sizes.of_front_matter(source, path), *sizes.of_body(body, body_line, path)]:
        return None, [*problems, *too_large]
    source, unusual = usual_blanks(source, path)
    problems += unusual
    written = source
    for _ in range(max(min(_MOST_FAULTS, _MOST_LINES // (source.count("\n") + 1)), 1)):
        reader = _Reader(source, path)
        try:
            values = reader.document()
            break
        except _RefusedError as refused:
            problem = refused.problem
            rest = without_value(source, problem.line - 2) if refused.passable else None
        except yaml.YAMLError as error:
            problem, rest = _syntax_problem(error, source, path)
        if problem.line not in [other.line for other in problems]:  # else it may follow from the one before
            problems.append(problem)
        if rest is None or rest == source:
            return None, problems
        source = rest
    else:
        last = max(problems)
        message, hint = "only the first errors of the front matter are shown", "fix them, then check again"
        return None, [*problems, Problem(path, last.line, last.code, message, hint)]
    if not isinstance(values, dict):
        message, hint = "front matter must be fields, one a line", "write e.g. title: Schwartz rounds"
        return None, problems or [Problem(path, 2, "KB102", message, hint)]
    problems += reader.problems
    pairs = enumerate(zip(written.split("\n"), source.split("\n"), strict=True), 2)
    changed = {line for line, (old, new) in pairs if old != new}
    unread = {loc for loc, value in leaves(values) if value is None and reader.lines[loc] in changed} | reader.unread
    for problem, name in text_lost(source, path):
        problems.append(problem)
        if name in values:
            unread.add((name,))
    return FrontMatter(path, values, body, body_line, reader.lines, source, frozenset(unread)), problems


_FENCE = re.compile(r"^---[ \t]*$", re.M)
_DASHES = re.compile(r"[-\u2010-\u2015]+")
# The first line that belongs to no front matter: a heading, or words that are no field, item or comment.
_TEXT = re.compile(r"^(?:#{1,6} +\S|(?![A-Za-z_]\w*:|-(?:\s|$)|#)\S)", re.M)


def _split(text: str, path: str) -> tuple[str | None, int, list[Problem]]:
    """The front matter of a file, where what comes after it starts, and what is wrong with the lines around it."""
    opening = _FENCE.match(text)
    start = opening.end() + 1 if opening else 0
    closing = _FENCE.search(text, start)
    if opening and closing:
        return text[start : closing.start()], closing.end(), []
    must = "front matter must be between two lines of ---"
    if opening:
        # A heading, or a line that is not a field, starts the text: the second line of --- is missing above it.
        found = _TEXT.search(text, start)
        end = found.start() if found else len(text)
        line = text.count("\n", 0, end) + (1 if found else 0)
        hint = "write --- on a line of its own " + ("above this line" if found else "below the last field")
        return text[start:end], end, [Problem(path, max(line, 1), "KB102", f"{must}, the second one is missing", hint)]
    first = text.partition("\n")[0].strip()
    if first:
        what = f"the first line is {first[:60]!r}"
    else:
        what = "the first line is empty" if text.strip() else "the file is empty"
    hint = "start the file with ---, the fields, and another ---"
    if text.lstrip().startswith("---"):
        hint = "delete the empty lines and spaces above the first ---"
    elif first.startswith("```"):
        hint = f"delete the lines of ``` around the entry, then {hint}"
    problem = Problem(path, 1, "KB102", f"{must}, {what}", hint)
    if closing and _DASHES.fullmatch(first):  # a dash too many, or a long one
        return text[text.find("\n") + 1 : closing.start()], closing.end(), [problem]
    return None, 0, [problem]


def _syntax_problem(error: yaml.YAMLError, source: str, path: str) -> tuple[Problem, str | None]:
    """What is wrong at the first fault, and the front matter without it, line by line where it was."""
    if fault := find_fault(source):
        return Problem(path, fault.line + 2, "KB102", fault.message, fault.hint), "\n".join(fault.lines)
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    line = mark.line if mark else 0
    return _malformed(path, line + 2, what), without_group(source, line)


def _malformed(path: str, line: int, what: str) -> Problem:
    hint = "check the indentation and the quotes; put text that contains a colon or # in quotes"
    return Problem(path, line, "KB102", f"front matter must be valid YAML: {what}", hint)


class _RefusedError(Exception):
    """Raised at the first part of front matter that must not be read."""

    def __init__(self, problem: Problem, passable: bool = False) -> None:
        self.problem = problem
        self.passable = passable
        """Whether the rest can be read without the value there."""
        super().__init__(str(problem))


class _Reader:
    """Reads front matter to plain values, and notes the line of each.

    Values are built from YAML's events one by one: so tags, anchors, aliases, deep nesting (KB106) and more values than
    can be checked (KB111) are refused before anything is made of them.
    """

    def __init__(self, source: str, path: str) -> None:
        self.lines: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        """Of fields that were passed over."""
        self.unread: set[Loc] = set()
        """The places of values that were passed over."""
        self._path = path
        self._values = 0
        self._next: Callable[[], Any] = yaml.CSafeLoader(source).get_event

    def document(self) -> Any:
        """The value of the only document, None without one. Raises _RefusedError or YAMLError at the first fault."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._value(self._next(), ())
        self._next()
        if not isinstance(event := self._next(), yaml.StreamEndEvent):
            raise _RefusedError(_malformed(self._path, _line_of(event), "but found another document"))
        return value

    def _value(self, event: Any, loc: Loc) -> Any:
        self._check(event, loc)
        self._values += 1
        if self._values > VALUES:
            self._refuse(event, f"an entry may have at most {VALUES:,} values, found more")
        self.lines.setdefault(loc, _line_of(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._group(event, loc)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, loc)
        if event.implicit[0] and (right := straight_quotes(event.value, loc)) is not None:
            self.unread.add(loc)
            name = f"{loc[-1]}: " if loc and isinstance(loc[-1], str) else ""
            message = f"the quotes around a value must be straight ones, found {shortened(event.value)}"
            self.problems.append(Problem(self._path, _line_of(event), "KB102", message, f"write {name}{right}"))
            return None
        return _scalar(event.value) if event.implicit[0] else event.value

    def _list(self, first: Any, loc: Loc) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            if len(items) == ITEMS:
                name = next((part for part in reversed(loc) if isinstance(part, str)), "this one")
                self._refuse(first, f"a list may have at most {ITEMS:,} items, {name} has more")
            items.append(self._value(event, (*loc, len(items))))
        return items

    def _group(self, first: Any, loc: Loc) -> dict[str, Any]:
        values: dict[str, Any] = {}
        passed_over = (*loc, "")
        is_item = bool(loc) and isinstance(loc[-1], int)
        twice = False
        count = 0
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            count += 1
            if count > FIELDS:
                self._refuse(first, f"a group may have at most {FIELDS} fields, this one has more")
            if not isinstance(key, yaml.ScalarEvent):
                self._value(key, passed_over)
                self._value(self._next(), passed_over)
                message, hint = "the name of a field must be a word", "check the brackets"
                self.problems.append(Problem(self._path, _line_of(key), "KB102", message, hint))
                continue
            self._check(key, loc)
            name, place = key.value, (*loc, key.value)
            if name not in values:
                self.lines[place] = _line_of(key)
                values[name] = self._value(self._next(), place)
                continue
            other = self._value(self._next(), passed_over)
            if not (is_item and twice):  # the fields after the first belong to the item whose dash is missing
                each = [shortened(str(value)) for value in (values[name], other) if not isinstance(value, dict | list)]
                which = f", {each[0]} or {each[1]}, as the source has it" if len(set(each)) == 2 else ""
                hint = f"keep one of the two{which}"
                if is_item:
                    hint = f"where a new item starts, write a dash before it; else {hint}"
                message = f"duplicate field {name}, first on line {self.lines[place]}"
                self.problems.append(Problem(self._path, _line_of(key), "KB107", message, hint))
            twice = True
        return values

    def _check(self, event: Any, loc: Loc) -> None:
        if len(loc) >= DEPTH and isinstance(event, yaml.CollectionStartEvent):
            message = f"fields may be nested at most {DEPTH} levels deep, found more"
            raise _RefusedError(Problem(self._path, _line_of(event), "KB106", message, "check the indentation"))
        fault = None
        if isinstance(event, yaml.AliasEvent):
            fault = f"YAML aliases must not be used, found *{event.anchor}", "write the value out"
        elif event.anchor:
            fault = f"YAML anchors must not be used, found &{event.anchor}", "remove it; quote text that starts with &"
        elif event.tag:
            fault = f"YAML tags must not be used, found {event.tag}", "remove it; quote text that starts with !"
        if fault:
            raise _RefusedError(Problem(self._path, _line_of(event), "KB106", *fault), passable=True)
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > TEXT:
            self._refuse(event, f"a text may have at most {TEXT:,} characters, this one has {len(event.value):,}")

    def _refuse(self, event: Any, message: str) -> NoReturn:
        raise _RefusedError(Problem(self._path, _line_of(event), "KB111", message, sizes.DIVIDE))


# Quotes of a word processor around the whole of a value.
_IN_TYPOGRAPHIC_QUOTES = re.compile(
    "[\u201c\u201e\u00ab]\\s*([^\u201c\u201d\u00ab\u00bb]+?)\\s*[\u201d\u201c\u00bb]|[\u2018\u201a]([^\u2018\u2019]+)\u2019"
)


def straight_quotes(written: str, loc: Loc) -> str | None:
    """How a value is written that a word processor put in its own quotes; None where it did not."""
    around = _IN_TYPOGRAPHIC_QUOTES.fullmatch(written)
    if not around:
        return None
    inside: str = around[1] or around[2]
    name = next((part for part in reversed(loc) if isinstance(part, str)), "")
    as_it_is = SLUG.fullmatch(inside) or (not isinstance(_scalar(inside), str) and name != "p")
    return inside if as_it_is else quoted(inside)


def _line_of(event: Any) -> int:
    """The line of an event in its file, whose first line is the fence."""
    line: int = event.start_mark.line
    return line + 2


def _scalar(text: str) -> Any:
    """YAML 1.1 without its surprises: no, 1:30 and 017 stay text, and decimals keep their digits."""
    forms = yaml.CSafeLoader.yaml_implicit_resolvers.get(text[:1], ())
    kind = next((tag.rpartition(":")[2] for tag, form in forms if form.match(text)), "str")
    match kind:
        case "null":
            return None
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "int" if re.fullmatch(r"[-+]?(?:0|[1-9][0-9]*)", text):
            # Python refuses to read endless digits as an int; as a decimal they reach the checks of the field.
            return int(text) if len(text) < 16 else Decimal(text)
        case "float":
            with suppress(ArithmeticError):
                return Decimal(text)
        case "timestamp":
            with suppress(ValueError):
                return date.fromisoformat(text)
    return text


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text in the values of a front matter, with its place."""
    return ((place, leaf) for place, leaf in leaves(value, loc) if isinstance(leaf, str))


def leaves(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every value of a front matter that contains no others, with its place."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, (*loc, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*loc, index))
    else:
        yield loc, value


def placeholders(values: Mapping[str, Any]) -> Iterator[Loc]:
    """The places of all texts that start with the placeholder."""
    return (loc for loc, text in texts(values) if re.match(rf"\s*{PLACEHOLDER}\b", text))


def count_placeholders(front: FrontMatter) -> int:
    """How many placeholders are left in the fields and in the text."""
    in_text = re.findall(rf"\b{PLACEHOLDER}\b", front.body)
    return sum(1 for _ in placeholders(front.values)) + len(in_text)
