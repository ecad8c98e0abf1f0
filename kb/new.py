"""kb new: a commented skeleton of an entry, written from the model's own field descriptions.

What must be filled in is TODO, which kb check refuses in every field. What may be is a comment, whole: without its
# it is a field with TODO again. A comment that explains has a space behind its #, one that is a field has none.
"""

from __future__ import annotations

import textwrap
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kb.model import KINDS, Entry, Reference
from kb.model.fields import LONGEST_SLUG, SLUG, Day, Reason, Record, allowed, form, meaning, options
from kb.read.frontmatter import PLACEHOLDER

_BY_NAME = {kind.kind: kind for kind in KINDS}
KIND_NAMES = tuple(_BY_NAME)
_WIDTH = 100
_HOW_TO = (
    f"Replace every {PLACEHOLDER} by what the source says; kb check lists the lines that are left.",
    "A field after # without a space is optional: to use it, delete that # on all lines of its block.",
    "Delete what you do not use. Put text with a colon or # in quotes.",
)


class ScaffoldError(Exception):
    """Raised where a skeleton cannot be written; says why and what to do."""


def place(kind_name: str, slug: str, content: Path) -> Path:
    """The path of a new entry. Raises ScaffoldError if the slug is not one, or the file exists."""
    kind = _BY_NAME[kind_name]
    if not SLUG.fullmatch(slug):
        raise ScaffoldError(f"a slug is lower-case words joined by hyphens, got {slug!r}: try e.g. quiet-hours")
    if len(slug) > LONGEST_SLUG:
        raise ScaffoldError(f"a slug has at most {LONGEST_SLUG} characters, got {len(slug)}: choose a shorter one")
    path = content / kind.folder / f"{slug}.md"
    if path.exists() or path.is_symlink():
        raise ScaffoldError(f"{path} already exists: choose another slug, or edit that file")
    return path


def create(kind_name: str, slug: str, content: Path, reference: Reference | None = None) -> Path:
    """Write ``content/<folder>/<slug>.md`` as a draft, filled from the reference of a study, and return its path.

    Raises ScaffoldError if the slug is not one, or the file exists.
    """
    path = place(kind_name, slug, content)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(skeleton(_BY_NAME[kind_name], reference))
    except FileExistsError:
        raise ScaffoldError(f"{path} already exists: choose another slug, or edit that file") from None
    return path


def skeleton(kind: type[Entry], reference: Reference | None = None) -> str:
    """The text of a new entry: required fields to fill in, optional ones as comments, the sections of its kind."""
    given = {"status": "draft"}
    about: tuple[str, ...] = ()
    if reference:
        given |= {"title": _quoted(reference.title), "reference": reference.key}
        about = (f"The work: {reference.text}",)
    article = "an" if kind.kind[0] in "aeiou" else "a"
    head = (f"A skeleton of {article} {kind.kind}. {_first_line(kind)}", *_HOW_TO, *about)
    lines = ["---", *(line for words in head for line in _comment(words)), ""]
    for name, info in kind.model_fields.items():
        if not (isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("from_file")):
            lines += [*_field(kind, name, given), ""]
    return "\n".join([*lines[:-1], "---", *(f"## {section}\n" for section in kind.sections)]).rstrip() + "\n"


def _field(record: type[BaseModel], field: str, given: Mapping[str, str]) -> list[str]:
    """A field with what explains it; one that may be left out is a comment, to its last line."""
    info = record.model_fields[field]
    name, inner = info.alias or field, _record(info.annotation)
    lines = _comment(_explained(meaning(record, field), info, inner))
    value = [f"{name}: {given.get(name) or _placeholder(info)}"]
    if inner:
        parts = _parts(inner)
        body = _item(parts) if _many(info.annotation) else [line for part in parts for line in part]
        value = [f"{name}:", *(f"  {line}" for line in body)]
    if info.is_required():
        return lines + value
    return lines + [f"#{line}" for line in value]


def _parts(record: type[BaseModel]) -> list[list[str]]:
    """The fields of a record, each as its lines; the first one is required, so that a list item can start with it."""
    fields = sorted(record.model_fields.items(), key=lambda field: not field[1].is_required())
    first, *others = [name for name, _ in fields]
    order = [first, *(name for name in record.model_fields if name in others)]
    return [_field(record, name, {}) for name in order]


def _item(parts: list[list[str]]) -> list[str]:
    """The fields of a record as the item of a list: a dash before the first, the others under it."""
    first, *others = parts
    start = next(index for index, line in enumerate(first) if not line.startswith("#"))
    head = [*first[:start], f"- {first[start]}", *(f"  {line}" for line in first[start + 1 :])]
    return [*head, *(f"  {line}" for part in others for line in part)]


def _explained(said: str, info: FieldInfo, inner: type[BaseModel] | None) -> str:
    """What is said of a field, how its value is written, and what it may be."""
    words = [said]
    if inner and _many(info.annotation):
        words.append(f"A list; each item: {_first_line(inner)}")
    words_of = allowed(info)
    if _is(info, Day) and (written := form(info)):
        words.append(f"{written.words[0].upper()}{written.words[1:]}, e.g. {written.example}.")
    if _many(info.annotation) and not inner and Ellipsis in typing.get_args(info.annotation):
        words.append("A list: in brackets, commas between.")
    if _is(info, Reason) and "20 characters" not in words[0]:
        words.append("At least 20 characters.")
    if not all(word in words[0] for word in words_of):
        words.append(f"One of: {', '.join(words_of)}.")
    if not info.is_required() and (default := _default(info)):
        words.append(f"If left out: {default}.")
    return " ".join(words)


def _is(info: FieldInfo, annotated: Any) -> bool:
    """Whether a field, or the items of its list, are of an Annotated type, by the marks that pydantic keeps of it."""
    inner = (mark for option in options(info.annotation) for mark in getattr(option, "__metadata__", ()))
    kept = {id(mark) for mark in (*info.metadata, *inner)}
    return all(id(mark) in kept for mark in annotated.__metadata__)


def _placeholder(info: FieldInfo) -> str:
    arguments = [part for part in typing.get_args(info.annotation) if part is not type(None)]
    annotation = arguments[0] if len(arguments) == 1 else info.annotation
    if typing.get_origin(annotation) is not tuple:
        return PLACEHOLDER
    pair = Ellipsis not in typing.get_args(annotation)
    return f"[{PLACEHOLDER}, {PLACEHOLDER}]" if pair else f"[{PLACEHOLDER}]"


def _default(info: FieldInfo) -> str:
    default = info.default
    if default is None or default == () or isinstance(default, bool):
        return ""
    if isinstance(default, Record):
        return ", ".join(str(value) for value in default.model_dump(exclude_none=True, mode="json").values())
    return str(default)


def _record(annotation: Any) -> type[BaseModel] | None:
    """The record that a field holds, or a list of them."""
    found = (option for option in options(annotation) if isinstance(option, type) and issubclass(option, Record))
    return next(found, None)


def _many(annotation: Any) -> bool:
    return typing.get_origin(annotation) is tuple


def _first_line(documented: type) -> str:
    return (documented.__doc__ or "").strip().splitlines()[0]


def _comment(words: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _quoted(text: str) -> str:
    """A text in quotes, as YAML reads it to the letter."""
    return "'" + text.replace("'", "''") + "'"
