"""Places: where the front matter of a text and each of its values stand, counted in characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kb.read.frontmatter import Loc

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
