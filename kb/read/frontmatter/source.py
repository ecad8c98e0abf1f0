"""A content file to the values of its front matter, with the line of each, and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from kb.problems import Problem
from kb.read.frontmatter import sizes
from kb.read.frontmatter.reading import Reading, RefusedError, line_of, malformed, safe_events
from kb.read.frontmatter.syntax import find_fault, text_lost, without_group, without_value

Loc = tuple[str | int, ...]
"""A place in front matter: names of fields, and numbers of items from 0."""

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
    reading, values, written = None, None, source
    most = max(min(_MOST_FAULTS, _MOST_LINES // (source.count("\n") + 1)), 1)
    for _ in range(most):
        try:
            reading = Reading(path, safe_events(source, path))
            values = reading.document()
            break
        except RefusedError as refused:
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
        message, hint = "only the first errors of the front matter are shown", "fix them, then check again"
        last = max(problems)
        return None, [*problems, Problem(path, last.line, last.code, message, hint)]
    if reading is None or not isinstance(values, dict):
        message, hint = "front matter must be fields, one a line", "write e.g. title: Schwartz rounds"
        return None, problems or [Problem(path, 2, "KB102", message, hint)]
    if reading.skipped:
        problems += _noted(source, path)[1]
    unread = _emptied(values, source, path, written) if source != written else set[Loc]()
    for problem, name in text_lost(source, path):
        problems.append(problem)
        unread |= {(name,)} & {(field,) for field in values}
    return FrontMatter(path, values, body, body_line, source, frozenset(unread)), problems


def _too_many(source: str, path: str) -> list[Problem]:
    """What there is too much of in front matter that is too long as a whole; nothing where that cannot be told."""
    try:
        Reading(path, safe_events(source, path)).document()
    except RefusedError as refused:
        return [refused.problem] if refused.problem.code == "KB111" else []
    except yaml.YAMLError:
        pass
    return []


def _emptied(values: Mapping[str, Any], source: str, path: str, written: str) -> set[Loc]:
    """The places whose values were taken out of front matter as written, since they could not be read."""
    changed = {
        line
        for line, (old, new) in enumerate(zip(written.split("\n"), source.split("\n"), strict=True), 2)
        if old != new
    }
    nothing = {loc for loc, value in leaves(values) if value is None}
    return {loc for loc, line in _noted(source, path)[0].items() if line in changed and loc in nothing}


def _syntax_problem(error: yaml.YAMLError, source: str, path: str) -> tuple[Problem, str | None]:
    """What is wrong at the first fault, and the front matter without it, line by line where it was."""
    if fault := find_fault(source):
        return Problem(path, fault.line + 2, "KB102", fault.message, fault.hint), "\n".join(fault.lines)
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    line = mark.line if mark else 0
    return malformed(path, line + 2, what), without_group(source, line)


def _noted(source: str, path: str) -> tuple[dict[Loc, int], list[Problem]]:
    """The line of each part of front matter that was read, and a problem for each that was passed over."""
    lines: dict[Loc, int] = {}
    problems: list[Problem] = []

    def note(node: yaml.Node, loc: Loc) -> None:
        lines[loc] = line_of(node)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                note(item, (*loc, index))
        elif isinstance(node, yaml.MappingNode):
            of_item, twice = bool(loc) and isinstance(loc[-1], int), False
            for key, value in node.value:
                line, place = line_of(key), (*loc, key.value)
                if not isinstance(key, yaml.ScalarNode):
                    message, hint = "the name of a field must be a word", "check the brackets"
                    problems.append(Problem(path, line, "KB102", message, hint))
                elif place in lines:
                    if not (of_item and twice):  # the fields after the first belong to the item whose dash is missing
                        message = f"duplicate field {key.value}, first on line {lines[place]}"
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


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text in the values of a front matter, with its place."""
    return ((place, leaf) for place, leaf in leaves(value, loc) if isinstance(leaf, str))


def leaves(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every value of a front matter that holds no others, with its place."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, (*loc, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, (*loc, index))
    else:
        yield loc, value


_FENCE = re.compile(r"^---[ \t]*$", re.M)
_DASHES = re.compile(r"[-\u2010-\u2015]+")
# The first line that belongs to no front matter: a heading, or words that are no field, item or comment.
_TEXT = re.compile(r"^(?:#{1,6} +\S|(?![A-Za-z_]\w*:|-(?:\s|$)|#)\S)", re.M)


def split(text: str, path: str) -> tuple[str | None, int, list[Problem]]:
    """The front matter of a file, where what comes after it starts, and what is wrong with the lines around it."""
    opening = _FENCE.match(text)
    start = opening.end() + 1 if opening else 0
    closing = _FENCE.search(text, start)
    if opening and closing:
        return text[start : closing.start()], closing.end(), []
    must = "front matter must be between two lines of ---"
    if opening:
        # What is no field, or a heading, is the text: so the second line of --- is missing above it.
        end = found.start() if (found := _TEXT.search(text, start)) else len(text)
        line = text.count("\n", 0, end) + (1 if found else 0)
        hint = "write --- on a line of its own " + ("above this line" if found else "below the last field")
        return text[start:end], end, [Problem(path, max(line, 1), "KB102", f"{must}, the second one is missing", hint)]
    first = text.partition("\n")[0].strip()
    if not first and text.strip():
        found_there = "the first line is empty"
    else:
        found_there = f"the first line is {first[:60]!r}" if first else "the file is empty"
    hint = "start the file with ---, the fields, and another ---"
    problem = Problem(path, 1, "KB102", f"{must}, {found_there}", hint)
    if closing and _DASHES.fullmatch(first):  # a dash too many, or a long one
        return text[text.find("\n") + 1 : closing.start()], closing.end(), [problem]
    return None, 0, [problem]


PLACEHOLDER = "TODO"
_LEFT = re.compile(rf"\s*{PLACEHOLDER}\b")
_IN_TEXT = re.compile(rf"\b{PLACEHOLDER}\b")


def placeholders(values: Mapping[str, Any]) -> Iterator[Loc]:
    """The places of all texts that start with the placeholder."""
    return (loc for loc, text in texts(values) if _LEFT.match(text))


def count_placeholders(front: FrontMatter) -> int:
    """How many placeholders are left in the fields and in the text."""
    return sum(1 for _ in placeholders(front.values)) + len(_IN_TEXT.findall(front.body))
