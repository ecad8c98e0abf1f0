"""Reading: YAML events to plain values, which are refused where they are unsafe, or more than can be checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import yaml

from kb.limits import DEPTH, FIELDS, ITEMS, TEXT, VALUES
from kb.problems import Problem
from kb.read.frontmatter import sizes

_WHOLE = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")


class RefusedError(Exception):
    """Raised at the first part of front matter that is not read on."""

    def __init__(self, problem: Problem, passable: bool = False) -> None:
        self.problem = problem
        self.passable = passable
        """Whether the rest can be read without the value there."""
        super().__init__(str(problem))


def safe_events(source: str, path: str) -> Iterator[yaml.Event]:
    """The YAML events of front matter, which uses no tags, anchors or aliases, and nests at most 12 levels (KB106).

    Values are built of these events alone, so that alias bombs and deep nesting are refused before they are built.
    """
    depth = 0
    next_event: Callable[[], Any] = yaml.CSafeLoader(source).get_event
    while (event := next_event()) is not None:
        kind = type(event)
        depth += _DEEPER.get(kind, 0)
        if kind in _NODES and (event.anchor or event.tag or depth > DEPTH):
            problem = Problem(path, line_of(event), "KB106", *_unsafe(event, depth))
            raise RefusedError(problem, passable=depth <= DEPTH)
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
        return f"fields may be nested at most {DEPTH} levels deep, found more", "check the indentation"
    if isinstance(event, yaml.AliasEvent):
        return f"YAML aliases must not be used, found *{event.anchor}", "write the value out"
    if event.anchor:
        return f"YAML anchors must not be used, found &{event.anchor}", "remove it; quote text that starts with &"
    return f"YAML tags must not be used, found {event.tag}", "remove it; quote text that starts with !"


def line_of(event: Any) -> int:
    """The line of an event or node in its file, whose first line is the fence."""
    line: int = event.start_mark.line
    return line + 2


def malformed(path: str, line: int, what: str) -> Problem:
    hint = "check the indentation and the quotes; put text that holds a colon or # in quotes"
    return Problem(path, line, "KB102", f"front matter must be valid YAML: {what}", hint)


@dataclass
class Reading:
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
            raise RefusedError(malformed(self.path, line_of(another), "but found another document"))
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
        with suppress(RefusedError, yaml.YAMLError):
            for event in self.events:
                count += depth == 0 and type(event) in _NODES
                depth += _DEEPER.get(type(event), 0)
                if depth < 0:
                    break
        return count

    def _refuse(self, event: Any, message: str) -> NoReturn:
        raise RefusedError(Problem(self.path, line_of(event), "KB111", message, sizes.DIVIDE))


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
