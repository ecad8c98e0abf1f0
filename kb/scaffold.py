"""kb new: a commented skeleton of an entry, written from the model's own field descriptions."""

from __future__ import annotations

import typing
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kb.model import KINDS, Entry
from kb.model.fields import SLUG, Record

_BY_NAME = {kind.kind: kind for kind in KINDS}
KIND_NAMES = tuple(_BY_NAME)


class ScaffoldError(Exception):
    """Raised where a skeleton cannot be written; says what and how to mend it."""


def create(kind_name: str, slug: str, content: Path, today: date) -> Path:
    """Write ``content/<folder>/<slug>.md`` as a draft and return its path.

    Raises ScaffoldError where the slug is none, or the file stands there already.
    """
    kind = _BY_NAME[kind_name]
    if not SLUG.match(slug):
        raise ScaffoldError(f"a slug is lower-case words joined by hyphens, got {slug!r}: try e.g. quiet-hours")
    path = content / kind.folder / f"{slug}.md"
    if path.exists():
        raise ScaffoldError(f"{path} stands there already: choose another slug, or edit that file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(skeleton(kind, slug, today), encoding="utf-8")
    return path


def skeleton(kind: type[Entry], slug: str, today: date) -> str:
    """The text of a new entry: required fields to fill in, optional ones as comments, the sections of its kind."""
    title = slug.replace("-", " ").capitalize()
    given = {
        "title": title,
        "summary": f"{title} in one plain sentence.",
        "status": "draft",
        "reviewed": str(today),
        "reference": slug,
        "source": slug,
        "place": "Page 1",
        "version": f"'{today.year}'",
    }
    lines = ["---"]
    for name, info in kind.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("from_file"):
            continue
        lines += _field(info.alias or name, info, given)
    return "\n".join([*lines, "---", *(f"## {section}\n" for section in kind.sections)]).rstrip() + "\n"


def _field(name: str, info: FieldInfo, given: dict[str, str]) -> list[str]:
    comment = f"# {info.description}{_allowed(info.annotation)}"
    if not info.is_required():
        return [comment, f"# {name}:"]
    inner = _record(info.annotation)
    if inner is None:
        return [comment, f"{name}: {given.get(name) or _example(info.annotation)}"]
    lines = [comment, f"{name}:"]
    for index, (part, part_info) in enumerate(
        (part, part_info) for part, part_info in inner.model_fields.items() if part_info.is_required()
    ):
        value = given.get(part) or _example(part_info.annotation)
        lines.append(f"{'  - ' if index == 0 else '    '}{part}: {value}  # {part_info.description}")
    return lines


def _allowed(annotation: Any) -> str:
    words = _words(annotation)
    return f" One of: {', '.join(words)}." if words else ""


def _words(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return []


def _example(annotation: Any) -> str:
    words = _words(annotation)
    if words:
        return words[0]
    return "[burnout]" if typing.get_origin(annotation) is tuple else "workload"


def _record(annotation: Any) -> type[BaseModel] | None:
    """The record inside a required tuple[Record, ...]."""
    inner = next(iter(typing.get_args(annotation)), None)
    return inner if isinstance(inner, type) and issubclass(inner, Record) else None
