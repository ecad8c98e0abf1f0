"""A content file to the values of its front matter, with the line of each, and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from kb.problems import Problem

Loc = tuple[str | int, ...]

MAX_DEPTH = 12
_FENCE = re.compile(r"^---[ \t]*$", re.M)
_WHOLE = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")


@dataclass(frozen=True)
class FrontMatter:
    """The values of a file's front matter, its body, and the line of each."""

    path: str
    values: Mapping[str, Any]
    body: str
    body_line: int
    """The line on which the body starts."""
    lines: Mapping[Loc, int] = field(default_factory=dict)

    def line(self, loc: Loc = ()) -> int:
        """The line of a field; of the nearest field around it where it is missing."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def problem(self, loc: Loc, code: str, message: str, hint: str = "") -> Problem:
        """A problem at the line of ``loc``."""
        return Problem(self.path, self.line(loc), code, message, hint)


def parse(text: str, path: str) -> tuple[FrontMatter | None, list[Problem]]:
    """Split a content file and read its front matter; None where that cannot be read at all."""
    opening = _FENCE.match(text)
    closing = _FENCE.search(text, opening.end()) if opening else None
    if not opening or not closing:
        message = "front matter must stand between two lines of ---, " + (
            "found no second one" if opening else "the first line is not ---"
        )
        return None, [Problem(path, 1, "KB102", message, "start the file with ---, the fields, and another ---")]
    source = text[opening.end() + 1 : closing.start()]
    body = text[closing.end() :]
    body_start = closing.end() + len(body) - len(body.lstrip("\n"))
    body_line = text.count("\n", 0, body_start) + 1
    unsafe = list(_unsafe(source, path))
    if unsafe:
        return None, unsafe
    try:
        node = yaml.CSafeLoader(source).get_single_node()
    except yaml.YAMLError as error:
        return None, [_syntax_problem(error, path)]
    if not isinstance(node, yaml.MappingNode):
        return None, [
            Problem(path, 2, "KB102", "front matter must be fields, one a line", "write e.g. title: Schwartz rounds")
        ]
    lines: dict[Loc, int] = {}
    problems: list[Problem] = []
    values = _value(node, (), lines, problems, path)
    front = FrontMatter(path, values, body.strip("\n"), body_line, lines)
    return front, problems


def _unsafe(source: str, path: str) -> Iterator[Problem]:
    """Front matter uses no tags, anchors or aliases, and nests at most 12 levels (KB106).

    Looking at events alone keeps alias bombs and deep nesting from ever being built.
    """
    depth = 0
    try:
        for event in yaml.parse(source, Loader=yaml.CSafeLoader):
            found = ""
            if isinstance(event, yaml.AliasEvent):
                found, hint = f"no alias may be used, found *{event.anchor}", "write the value out"
            elif isinstance(event, yaml.NodeEvent) and event.anchor:
                found, hint = (
                    f"no anchor may be used, found &{event.anchor}",
                    "remove it; quote text that starts with &",
                )
            elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
                found, hint = f"no tag may be used, found {event.tag}", "remove it; quote text that starts with !"
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                found, hint = f"fields may nest {MAX_DEPTH} levels deep, found more", "check the indentation"
            if found:
                yield Problem(path, (event.start_mark.line if event.start_mark else 0) + 2, "KB106", found, hint)
                return
    except yaml.YAMLError as error:
        yield _syntax_problem(error, path)


def _syntax_problem(error: yaml.YAMLError, path: str) -> Problem:
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return Problem(
        path,
        mark.line + 2 if mark else 2,
        "KB102",
        f"front matter must be valid YAML: {what}",
        "check the indentation and the quotes; put text that holds a colon or # in quotes",
    )


def _value(node: yaml.Node, loc: Loc, lines: dict[Loc, int], problems: list[Problem], path: str) -> Any:
    """The plain value of a YAML node; notes the line of each part."""
    lines[loc] = node.start_mark.line + 2
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 2
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(
                    Problem(path, line, "KB102", "the name of a field must be a word", "check the brackets")
                )
                continue
            key = key_node.value
            if key in values:
                first = lines[(*loc, key)]
                problems.append(
                    Problem(path, line, "KB107", f"{key} stands twice, first on line {first}", "keep one of the two")
                )
                continue
            values[key] = _value(value_node, (*loc, key), lines, problems, path)
            lines[(*loc, key)] = line
        return values
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*loc, index), lines, problems, path) for index, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - the only other kind of node
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> Any:
    """YAML 1.1 without its surprises: no, 1:30 and 017 stay text, and decimals keep their digits."""
    text, kind = node.value, node.tag.rpartition(":")[2]
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
