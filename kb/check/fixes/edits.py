"""Edits: replacements in a text, each kept only where the new text is accepted; and the places of its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from kb.limits import TRIED
from kb.read.frontmatter import Loc

Accepts = Callable[[str, str], bool]
"""Whether the second text may take the place of the first."""


@dataclass(frozen=True)
class Edit:
    """Other words for the characters from ``start`` up to ``end``."""

    start: int
    end: int
    words: str


Step = Callable[[str], Iterable[Edit]]
"""Looks at a text and proposes edits that do not overlap."""


def tries(text: str) -> int:
    """How often something is tried with a text, since each try reads the whole text."""
    return max(TRIED // (len(text) + 1), 1)


def mended(text: str, step: Step, accepts: Accepts) -> str:
    """The text with the edits of a step: all of them where that is accepted, else those that are accepted alone.

    Of very many edits in a large text only the first are tried alone.
    """
    edits = sorted(step(text), key=lambda edit: edit.start)
    if not edits:
        return text
    whole = _applied(text, edits)
    if whole == text or accepts(text, whole):
        return whole
    kept: list[Edit] = []
    for edit in edits[: tries(text)]:
        if accepts(_applied(text, kept), _applied(text, [*kept, edit])):
            kept.append(edit)
    return _applied(text, kept)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.start], edit.words]
        position = edit.end
    return "".join([*parts, text[position:]])


_FENCE = re.compile(r"^---[ \t]*\r?$", re.M)


@dataclass(frozen=True)
class Placed:
    """A value of front matter: its place in the text, and its node."""

    loc: Loc
    start: int
    end: int
    node: yaml.Node


def front_span(text: str) -> tuple[int, int]:
    """From the first character of front matter to the one after its last; (0, 0) where there is none."""
    text_start = 1 if text.startswith("\ufeff") else 0
    opening = _FENCE.match(text, text_start)
    closing = _FENCE.search(text, opening.end()) if opening else None
    return (opening.end() + 1, closing.start()) if opening and closing else (0, 0)


def placed(text: str) -> Iterator[Placed]:
    """Every value of front matter with its place, from the outside in; nothing where it is no YAML."""
    start, end = front_span(text)
    source = text[start:end]
    try:
        root = yaml.CSafeLoader(source).get_single_node()
    except yaml.YAMLError:
        return
    if root:
        yield from _within(root, (), start)


def _within(node: yaml.Node, loc: Loc, offset: int) -> Iterator[Placed]:
    yield Placed(loc, node.start_mark.index + offset, node.end_mark.index + offset, node)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _within(value, (*loc, key.value), offset)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _within(item, (*loc, index), offset)
