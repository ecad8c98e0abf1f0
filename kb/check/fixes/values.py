"""Values: quotes that are missing or too many, and days written another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb.check.fixes.edits import Edit
from kb.check.fixes.places import front_span, placed
from kb.model import Entry
from kb.read import frontmatter
from kb.read.frontmatter.days import read_day

_COLON = re.compile(r"^( *(?:- )?\w+: )([^\s'\"\[{|>#&*!][^\n]*: [^\n]*)$", re.M)
_RESERVED = re.compile(r"^( *(?:- )?\w+: )([@`%][^\n]*)$", re.M)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")


def unreadable(text: str) -> Iterator[Edit]:
    """Quotes around text that holds a colon, or starts with a sign that YAML keeps for itself, where it is no YAML."""
    start, end = front_span(text)
    try:
        yaml.CSafeLoader(text[start:end]).get_single_node()
    except yaml.YAMLError:
        for form in (_COLON, _RESERVED):
            for match in form.finditer(text, start, end):
                words = match[2].rstrip(" \t")
                if " #" not in words:  # it could be meant as a comment
                    yield Edit(match.start(2), match.start(2) + len(words), _quoted(words))


def mistyped(kind: type[Entry]) -> Callable[[str], Iterator[Edit]]:
    """Quotes and days of the values that an entry's model refuses."""

    def propose(text: str) -> Iterator[Edit]:
        front, _ = frontmatter.parse(text, "")
        if front is None:
            return
        try:
            kind.model_validate({**front.values, "slug": "slug", "body": ""})
        except ValidationError as error:
            values = {value.loc: value for value in placed(text)}
            for detail in error.errors():
                value = values.get(detail["loc"])
                if value and isinstance(value.node, yaml.ScalarNode):
                    words = _right(detail, value.node, text[value.start : value.end])
                    if words is not None:
                        yield Edit(value.start, value.end, words)

    return propose


def _right(error: ErrorDetails, node: yaml.ScalarNode, written: str) -> str | None:
    """The one right way to write a refused value, or None."""
    match error["type"]:
        case "string_type" if written and not node.style and written not in ("~", "null"):
            return _quoted(written)
        case "day":
            return read_day(node.value)
        case "number" | "int_type" if node.style in ("'", '"') and _NUMBER.fullmatch(node.value):
            return str(node.value)
        case "bool_type" if node.style in ("'", '"') and node.value in ("true", "false"):
            return str(node.value)
    return None


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
