"""Steps: spacing, quotes, dates and DOIs, each as edits of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb.check.fixes.edits import Edit, front_span, placed
from kb.model import Entry
from kb.read import frontmatter
from kb.read.frontmatter.remedies import read_days

_TRAILING = re.compile(r"(?<![ \t])[ \t]+$", re.M)
_INDENT = re.compile(r"^ *\t[ \t]*", re.M)
_AFTER_NAME = re.compile(r"^ *(?:- )?\w+:([ \t]{2,}|\t)(?=[^\s|>#])", re.M)
_AFTER_DASH = re.compile(r"^ *-(?= *\t)([ \t]+)(?=\S)", re.M)


def line_ends(text: str) -> Iterator[Edit]:
    """Unix line ends, no byte order mark, and one line end after the last line."""
    if text.startswith("\ufeff"):
        yield Edit(0, 1, "")
    for match in re.finditer("\r\n", text):
        yield Edit(match.start(), match.end(), "\n")
    end = len(text.rstrip("\r\n"))
    rest = text[end:]
    if rest != "\n" and "\r" not in rest:  # what was replaced above is left to the next pass
        yield Edit(end, len(text), "\n")


def fields(text: str) -> Iterator[Edit]:
    """No blanks at the end of a line of front matter, and one blank after a field's name.

    The text below is left alone: there two blanks at the end of a line are a line break.
    """
    start, end = front_span(text)
    for form in (_TRAILING, _AFTER_NAME, _AFTER_DASH):
        for match in form.finditer(text, start, end):
            group = form.groups
            yield Edit(match.start(group), match.end(group), " " if group else "")


def tabs(text: str) -> Iterator[Edit]:
    """Two blanks for each tab that indents a line of front matter."""
    start, end = front_span(text)
    for match in _INDENT.finditer(text, start, end):
        yield Edit(match.start(), match.end(), match[0].replace("\t", "  "))


def records(text: str) -> Iterator[Edit]:
    """No blanks at the end of a line of the bibliography."""
    for match in _TRAILING.finditer(text):
        yield Edit(match.start(), match.end(), "")


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
            days = read_days(node.value)
            return str(days[0]) if len(days) == 1 else None
        case "number" | "int_type" if node.style in ("'", '"') and _NUMBER.fullmatch(node.value):
            return str(node.value)
        case "bool_type" if node.style in ("'", '"') and node.value in ("true", "false"):
            return str(node.value)
    return None


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


_DOI = re.compile(r"^([ \t]*doi[ \t]*=[ \t]*)([{\"])([^{}\"\n]*)([}\"])", re.M | re.I)
_AROUND = re.compile(r"^(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:\s*)+", re.I)


def dois(text: str) -> Iterator[Edit]:
    """The DOIs of a bibliography in their form: 10., the registrant, a slash, and the rest in small letters.

    A DOI means the same in large and in small letters, so that one form lets equal ones be seen.
    """
    for match in _DOI.finditer(text):
        doi = _AROUND.sub("", match[3].strip()).strip().lower()
        if doi != match[3] and doi.startswith("10."):
            yield Edit(match.start(3), match.end(3), doi)
