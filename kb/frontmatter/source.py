"""A content file to the values of its front matter, with the line of each, and its body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NoReturn

import yaml

from kb.frontmatter import sizes
from kb.frontmatter.comments import text_lost
from kb.frontmatter.fences import split
from kb.frontmatter.syntax import UNREAD, find_fault, without_group, without_value
from kb.limits import DEPTH, FIELDS, ITEMS, TEXT, VALUES
from kb.problems import Problem

Loc = tuple[str | int, ...]

_WHOLE = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_MOST_FAULTS = 20
_MOST_LINES = 100_000
"""That are looked through for faults of YAML, one fault after the other."""
_OR_A_DASH = "; where a new item starts, write a dash before it"


@dataclass(frozen=True)
class FrontMatter:
    """The values of a file's front matter, its body, and the line of each."""

    path: str
    values: Mapping[str, Any]
    body: str
    body_line: int
    """The line on which the body starts."""
    source: str = field(default="", repr=False)
    """The front matter as written, without the values that could not be read."""
    unread: frozenset[Loc] = frozenset()
    """The places of these values; each has its problem."""

    @cached_property
    def lines(self) -> Mapping[Loc, int]:
        """The line of each field, looked up where there is a problem to tell: most files have none."""
        return _noted(self.source, self.path)[0]

    @cached_property
    def source_lines(self) -> list[str]:
        """The lines of the front matter as written."""
        return self.source.split("\n")

    def line(self, loc: Loc = ()) -> int:
        """The line of a field; of the nearest field around it where it is missing."""
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
    """Split a content file and read its front matter, without what in it is no YAML; None where nothing can be read."""
    source, body_start, problems = split(text, path)
    if source is None:
        return None, problems
    body = text[body_start:]
    body_start += len(body) - len(body.lstrip("\n"))
    body_line = text.count("\n", 0, body_start) + 1
    body = body.strip("\n")
    too_large = [*sizes.of_lines(source, path), *sizes.of_body(body, body_line, path)]
    if too_large:
        return None, [*problems, *_too_many(source, path), *too_large]
    reading, values = None, None
    most = max(min(_MOST_FAULTS, _MOST_LINES // (source.count("\n") + 1)), 1)
    for _ in range(most):
        try:
            reading = _Reading(path, _safe_events(source, path))
            values = reading.document()
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
        message, hint = "front matter may have more faults than those above", "mend these, then check again"
        return None, [*problems, Problem(path, max(other.line for other in problems), "KB102", message, hint)]
    if reading is None or not isinstance(values, dict):
        message, hint = "front matter must be fields, one a line", "write e.g. title: Schwartz rounds"
        return None, problems or [Problem(path, 2, "KB102", message, hint)]
    if reading.skipped:
        problems += _noted(source, path)[1]
    unread = {loc for loc, text in texts(values) if text == UNREAD} if UNREAD in source else set[Loc]()
    if " #" in source:
        for problem, name in text_lost(source, path):
            problems.append(problem)
            unread |= {(name,)} & {(field,) for field in values}
    return FrontMatter(path, values, body, body_line, source, frozenset(unread)), problems


def _too_many(source: str, path: str) -> list[Problem]:
    """What there is too much of in front matter that is too long as a whole; nothing where that cannot be told."""
    try:
        _Reading(path, _safe_events(source, path)).document()
    except _RefusedError as refused:
        return [refused.problem] if refused.problem.code == "KB110" else []
    except yaml.YAMLError:
        pass
    return []


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text in the values of a front matter, with its place."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts(part, (*loc, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, (*loc, index))


class _RefusedError(Exception):
    """Raised at the first part of front matter that is not read on."""

    def __init__(self, problem: Problem, passable: bool = False) -> None:
        self.problem = problem
        self.passable = passable
        """Whether the rest can be read without the value there."""
        super().__init__(str(problem))


def _safe_events(source: str, path: str) -> Iterator[yaml.Event]:
    """The YAML events of front matter, which uses no tags, anchors or aliases, and nests at most 12 levels (KB106).

    Values are built of these events alone, so that alias bombs and deep nesting are refused before they are built.
    """
    depth = 0
    next_event: Callable[[], Any] = yaml.CSafeLoader(source).get_event
    while (event := next_event()) is not None:
        kind = type(event)
        depth += _DEEPER.get(kind, 0)
        if kind in _NODES and (event.anchor or event.tag or depth > DEPTH):
            problem = Problem(path, _line(event), "KB106", *_unsafe(event, depth))
            raise _RefusedError(problem, passable=depth <= DEPTH)
        yield event


_DEEPER: dict[type[yaml.Event], int] = {
    yaml.MappingStartEvent: 1,
    yaml.SequenceStartEvent: 1,
    yaml.MappingEndEvent: -1,
    yaml.SequenceEndEvent: -1,
}
_NODES = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.ScalarEvent, yaml.AliasEvent})


def _unsafe(event: Any, depth: int) -> tuple[str, str]:
    """Why an event is refused, and what to do."""
    if depth > DEPTH:
        return f"fields may nest {DEPTH} levels deep, found more", "check the indentation"
    if isinstance(event, yaml.AliasEvent):
        return f"no alias may be used, found *{event.anchor}", "write the value out"
    if event.anchor:
        return f"no anchor may be used, found &{event.anchor}", "remove it; quote text that starts with &"
    return f"no tag may be used, found {event.tag}", "remove it; quote text that starts with !"


def _line(event: Any) -> int:
    """The line of an event or node in its file, whose first line is the fence."""
    line: int = event.start_mark.line
    return line + 2


def _syntax_problem(error: yaml.YAMLError, source: str, path: str) -> tuple[Problem, str | None]:
    """What is wrong at the first fault, and the front matter without it, line by line where it was."""
    if fault := find_fault(source):
        return Problem(path, fault.line + 2, "KB102", fault.message, fault.hint), "\n".join(fault.lines)
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    line = mark.line if mark else 0
    return _malformed(path, line + 2, what), without_group(source, line)


def _malformed(path: str, line: int, what: str) -> Problem:
    hint = "check the indentation and the quotes; put text that holds a colon or # in quotes"
    return Problem(path, line, "KB102", f"front matter must be valid YAML: {what}", hint)


@dataclass
class _Reading:
    """YAML events on their way to plain values."""

    path: str
    events: Iterator[yaml.Event]
    skipped: bool = False
    """Whether a field was passed over, since its name is no word or stands twice."""
    values: int = 0
    """How many were read."""

    def document(self) -> Any:
        """The value of the only document, None where there is none; raises at the first fault up to the end."""
        starts = (event for event in self.events if isinstance(event, yaml.DocumentStartEvent))
        if not next(starts, None):
            return None
        values = self.value(next(self.events))
        another = next(starts, None)
        for _ in self.events:  # for the faults further on, which come first
            pass
        if another:
            raise _RefusedError(_malformed(self.path, _line(another), "but found another document"))
        return values

    def value(self, event: yaml.Event, name: str = "the list") -> Any:
        """The plain value that starts with an event; ``name`` is that of the field around it."""
        self.values += 1
        if self.values > VALUES:
            self._refuse(event, f"an entry may have at most {VALUES:,} values, found more")
        if type(event) is yaml.ScalarEvent:
            if len(event.value) > TEXT:
                self._refuse(event, f"a text may have at most {TEXT:,} characters, this one has {len(event.value):,}")
            return _scalar(event.value) if event.implicit[0] else event.value
        if type(event) is yaml.MappingStartEvent:
            return self._mapping(event)
        items: list[Any] = []
        first = event
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            items.append(self.value(event, name))
            if len(items) > ITEMS:
                found = len(items) + self._left()
                self._refuse(first, f"a list may have at most {ITEMS:,} items, {name} has {found:,}")
        return items

    def _mapping(self, first: yaml.Event) -> dict[str, Any]:
        values: dict[str, Any] = {}
        fields = 0
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            fields += 1
            if fields > FIELDS:
                found = fields + (self._left() + 1) // 2
                self._refuse(first, f"a group may have at most {FIELDS} fields, this one has {found:,}")
            if type(event) is yaml.ScalarEvent and event.value not in values:
                name = event.value
                if len(name) > TEXT:
                    message = f"the name of a field may have at most {TEXT:,} characters, this one has {len(name):,}"
                    self._refuse(event, message)
                values[name] = self.value(next(self.events), name)
            else:
                self.skipped = True
                if type(event) is not yaml.ScalarEvent:
                    self.value(event)
                self.value(next(self.events))
        return values

    def _left(self) -> int:
        """How many more items a list has, or names and values a group, of which not all were read."""
        depth = count = 0
        with suppress(_RefusedError, yaml.YAMLError):
            for event in self.events:
                count += depth == 0 and type(event) in _NODES
                depth += _DEEPER.get(type(event), 0)
                if depth < 0:
                    break
        return count

    def _refuse(self, event: Any, message: str) -> NoReturn:
        raise _RefusedError(Problem(self.path, _line(event), "KB110", message, sizes.DIVIDE))


def _noted(source: str, path: str) -> tuple[dict[Loc, int], list[Problem]]:
    """The line of each part of front matter that was read, and a problem for each that was passed over."""
    lines: dict[Loc, int] = {}
    problems: list[Problem] = []

    def note(node: yaml.Node, loc: Loc) -> None:
        lines[loc] = _line(node)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                note(item, (*loc, index))
        elif isinstance(node, yaml.MappingNode):
            of_item, twice = bool(loc) and isinstance(loc[-1], int), False
            for key, value in node.value:
                line, place = _line(key), (*loc, key.value)
                if not isinstance(key, yaml.ScalarNode):
                    message, hint = "the name of a field must be a word", "check the brackets"
                    problems.append(Problem(path, line, "KB102", message, hint))
                elif place in lines:
                    if not (of_item and twice):  # the fields after the first belong to the item whose dash is missing
                        message = f"{key.value} stands twice, first on line {lines[place]}"
                        hint = f"keep one of the two{_OR_A_DASH if of_item else ''}"
                        problems.append(Problem(path, line, "KB107", message, hint))
                    twice = True
                else:
                    note(value, place)
                    lines[place] = line

    node = yaml.CSafeLoader(source).get_single_node()
    if node:
        note(node, ())
    return lines, problems


# The forms of plain scalars that YAML 1.1 takes for something, by first letter.
_FORMS = {
    first: [(tag.rpartition(":")[2], form) for tag, form in forms]
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _scalar(text: str) -> Any:
    """YAML 1.1 without its surprises: no, 1:30 and 017 stay text, and decimals keep their digits."""
    for kind, form in _FORMS.get(text[:1], ()):
        if form.match(text):
            return _typed(text, kind)
    return text


def _typed(text: str, kind: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind == "int" and _WHOLE.match(text):
        # Python refuses to read endless digits as an int; as a decimal they reach the checks of the field.
        return int(text) if len(text) < 16 else Decimal(text)
    if kind == "float":
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    if kind == "timestamp":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
