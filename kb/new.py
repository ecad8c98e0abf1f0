"""kb new: a commented skeleton of an entry, made from the fields of the model and what they say of themselves.

A required field is TODO, which kb check refuses in every field. An optional one is a comment as a whole: without its #
it is a field with TODO again. A comment that explains has a space after its #, one that is a field has none.
"""

from __future__ import annotations

import re
import textwrap
import typing
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kb.model import KINDS, Entry, Reference
from kb.model.fields import LONGEST_SLUG, SLUG, Record, allowed, form, meaning, options
from kb.read.frontmatter import PLACEHOLDER

_BY_NAME = {kind.kind: kind for kind in KINDS}
KIND_NAMES = tuple(_BY_NAME)
_WIDTH = 100
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HOW_TO = (
    f"Replace each {PLACEHOLDER} with what the source says; kb check lists the lines that are left.",
    "A field after a # without a space is optional: to use it, delete that # on all its lines.",
    "Delete the fields that you do not use. Put text with a colon or # in quotes.",
)


class ScaffoldError(Exception):
    """Raised where a skeleton cannot be written; says why and what to do."""


class ExistingError(ScaffoldError):
    """Raised where an entry is there already."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} already exists: choose another slug, or edit that file")


def place(kind_name: str, slug: str, content: Path) -> Path:
    """The path of a new entry. Raises ScaffoldError if the slug is not one, or the file exists."""
    if not SLUG.fullmatch(slug):
        raise ScaffoldError(f"a slug is lower-case words joined by hyphens, got {slug!r}: try e.g. quiet-hours")
    if len(slug) > LONGEST_SLUG:
        raise ScaffoldError(f"a slug has at most {LONGEST_SLUG} characters, got {len(slug)}: choose a shorter one")
    path = content / _BY_NAME[kind_name].folder / f"{slug}.md"
    if path.exists() or path.is_symlink():
        raise ExistingError(path)
    return path


def create(kind_name: str, slug: str, content: Path, reference: Reference | None = None) -> Path:
    """Write ``content/<folder>/<slug>.md`` as a draft, filled from the reference of a study, and return its path.

    Raises ScaffoldError if the slug is not one, or the file exists.
    """
    path = place(kind_name, slug, content)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(skeleton(_BY_NAME[kind_name], reference))
    return path


def skeleton(kind: type[Entry], reference: Reference | None = None) -> str:
    """The text of a new entry: required fields to fill in, optional ones as comments, the sections of its kind."""
    given = {"status": "draft"}
    head = [f"A new {kind.kind}.", *_HOW_TO]
    if reference:
        given |= {"title": _quoted(reference.title), "reference": reference.key}
        head.append(f"The work: {reference.text}")
    lines = ["---", *(line for words in head for line in _comment(words)), ""]
    for name, info in kind.model_fields.items():
        if not (isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("from_file")):
            lines += [*_field(kind, name, given), ""]
    return "\n".join([*lines[:-1], "---", *(f"## {section}\n" for section in kind.sections)]).rstrip() + "\n"


def _field(record: type[BaseModel], field: str, given: Mapping[str, str], *, first: bool = False) -> list[str]:
    """A field with what explains it; an optional one is a comment, to its last line, unless it is the first."""
    info = record.model_fields[field]
    name, inner = info.alias or field, _record(info)
    value = [f"{name}: {given.get(name) or _placeholder(info)}"]
    if inner:
        value = [f"{name}:", *(f"  {line}" for line in _lines(inner, item=_is_list(info)))]
    if not (first or info.is_required()):
        value = [f"#{line}" for line in value]
    return _comment(_explained(record, field)) + value


def _lines(record: type[BaseModel], *, item: bool) -> list[str]:
    """The fields of a record, a required one first; as the item of a list, with a dash before the first."""
    first, *_ = sorted(record.model_fields, key=lambda name: not record.model_fields[name].is_required())
    lines = _field(record, first, {}, first=item)
    if item:
        start = next(index for index, line in enumerate(lines) if not line.startswith("#"))
        lines = [*lines[:start], f"- {lines[start]}", *(f"  {line}" for line in lines[start + 1 :])]
    indent = "  " if item else ""
    others = (_field(record, name, {}) for name in record.model_fields if name != first)
    return [*lines, *(f"{indent}{line}" for other in others for line in other)]


def _explained(record: type[BaseModel], field: str) -> str:
    """What a field means, how its value is written, and what it may be."""
    info = record.model_fields[field]
    words = [meaning(record, field)]
    if _is_list(info):
        words.append("A list." if _record(info) else "A list: in brackets, with commas between.")
    if known := allowed(info):
        words.append(f"One of: {', '.join(known)}.")
    elif (written := form(info)) and not _is_pair(info):
        example = "" if _NUMBER.fullmatch(written.example) else f", e.g. {written.example}"
        words.append(f"{written.words[0].upper()}{written.words[1:]}{example}.")
    if (least := _least_length(info)) > 1:
        words.append(f"At least {least} characters.")
    if not info.is_required() and (default := _default(info)):
        words.append(f"If left out: {default}.")
    return " ".join(words)


def _is_list(info: FieldInfo) -> bool:
    return typing.get_origin(info.annotation) is tuple and Ellipsis in typing.get_args(info.annotation)


def _is_pair(info: FieldInfo) -> bool:
    parts = (info.annotation, *typing.get_args(info.annotation))
    return any(typing.get_origin(part) is tuple for part in parts) and not _is_list(info)


def _record(info: FieldInfo) -> type[BaseModel] | None:
    """The record that a field holds, or a list of them."""
    found = (option for option in options(info.annotation) if isinstance(option, type) and issubclass(option, Record))
    return next(found, None)


def _least_length(info: FieldInfo) -> int:
    inner = (mark for option in options(info.annotation) for mark in getattr(option, "__metadata__", ()))
    return max((getattr(mark, "min_length", None) or 0 for mark in (*info.metadata, *inner)), default=0)


def _placeholder(info: FieldInfo) -> str:
    if _is_pair(info):
        return f"[{PLACEHOLDER}, {PLACEHOLDER}]"
    return f"[{PLACEHOLDER}]" if _is_list(info) else PLACEHOLDER


def _default(info: FieldInfo) -> str:
    default = info.default
    if default is None or default == () or isinstance(default, bool):
        return ""
    if isinstance(default, Record):
        return ", ".join(str(value) for value in default.model_dump(exclude_none=True, mode="json").values())
    return str(default)


def _comment(words: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _quoted(text: str) -> str:
    """A text in quotes, as YAML reads it to the letter."""
    return "'" + text.replace("'", "''") + "'"
