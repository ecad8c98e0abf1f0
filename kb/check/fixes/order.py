"""Order: the fields of front matter in the order in which the model lists them, each with its comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import yaml

from kb.check.fixes.edits import Edit, front_span, placed
from kb.model import Entry
from kb.read.frontmatter import Loc, field_names, parse


def order(kind: type[Entry]) -> Callable[[str], Iterator[Edit]]:
    """Proposes the order of the outermost groups of fields that need it; the next pass finds those inside of them."""

    def propose(text: str) -> Iterator[Edit]:
        front, _ = parse(text, "")
        if front is None:
            return
        position, end = front_span(text)
        for value in placed(text):
            node = value.node
            if isinstance(node, yaml.MappingNode) and not node.flow_style and value.start >= position:
                edit = _ordered(text, node, value.start, _rank(kind, value.loc), end)
                if edit:
                    yield edit
                    position = edit.end

    return propose


def _rank(kind: type[Entry], loc: Loc) -> dict[str, int]:
    return {name: index for index, name in enumerate(field_names(kind, loc))}


def _ordered(text: str, mapping: yaml.MappingNode, place: int, rank: dict[str, int], end: int) -> Edit | None:
    """The fields of the group at ``place`` in their order; unknown ones come last, as they stood."""
    names = [str(key.value) for key, _ in mapping.value]
    wanted = sorted(range(len(names)), key=lambda index: rank.get(names[index], len(rank)))
    if wanted == list(range(len(names))):
        return None
    offset = place - mapping.start_mark.index
    indent = mapping.start_mark.column
    first = place - indent
    lead = text[first:place]
    starts = [
        first if lead.strip() else _with_comments(text, first),
        *(_with_comments(text, key.start_mark.index + offset - indent) for key, _ in mapping.value[1:]),
    ]
    stop = _stop(text, starts[-1], indent, min(end, len(text)))
    blocks = [text[start:following] for start, following in zip(starts, [*starts[1:], stop], strict=True)]
    if lead.strip():
        # The dash stays before the first field, whichever that is. No comment could stand between the two.
        if blocks[wanted[0]].lstrip().startswith("#"):
            return None
        blocks[0] = " " * indent + blocks[0].removeprefix(lead)
        blocks[wanted[0]] = lead + blocks[wanted[0]][indent:]
    return Edit(starts[0], stop, "".join(blocks[index] for index in wanted))


def _with_comments(text: str, start: int) -> int:
    """The start of the comment lines right above the line that starts at ``start``."""
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _stop(text: str, start: int, indent: int, end: int) -> int:
    """The end of the last field of a group: before the next line that stands further left, or the comments above it."""
    position = text.find("\n", _past_comments(text, start)) + 1
    while position and position < end:
        following = text.find("\n", position) + 1 or end
        line = text[position:following]
        if line.strip() and len(line) - len(line.lstrip(" ")) < indent:
            return _with_comments(text, position)
        position = following
    return end


def _past_comments(text: str, start: int) -> int:
    while text[start:].lstrip(" ").startswith("#"):
        start = text.find("\n", start) + 1
    return start
