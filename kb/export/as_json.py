"""Entries as JSON, one by one or all in one file; the names and meanings of their fields are those of the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from kb.model import KINDS, Entry, KnowledgeBase, Status
from kb.view.catalog import Catalog
from kb.view.fields import ReferenceView, ScreeningView, as_data, entry_data, entry_view, fields_of

LISTED = ("kind", "slug", "title", "status", "path")
IN_SHORT = (
    *("summary", "reviewed", "due", "verdict", "verdict_label", "verdict_outcome", "certainty", "provisional"),
    "marks",
)
"""What the index says of every entry, and of those that are not withdrawn."""


def as_bytes(data: Any) -> bytes:
    """Plain values as indented JSON, keys in order; numbers are numbers."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(data, default=_plain, option=options)


def as_whole(catalog: Catalog) -> bytes:
    """The whole knowledge base in one file."""
    knowledge = catalog.knowledge
    entries = {
        kind.folder: [entry_data(catalog, entry) for entry in knowledge.of_kind(kind).values()] for kind in KINDS
    }
    works = [as_data(ReferenceView(catalog, work)) for work in knowledge.references.values()]
    considered = [as_data(ScreeningView(catalog, item)) for item in knowledge.screening]
    return as_bytes({**_version(knowledge), **entries, "references": works, "screening": considered})


def as_entry(catalog: Catalog, entry: Entry, version: str) -> bytes:
    """One entry with the version of its page, as a file."""
    return as_bytes(entry_data(catalog, entry) | {"page_version": version})


def as_index(catalog: Catalog) -> bytes:
    """All entries in short, each with its file; a verdict always with its certainty."""
    knowledge = catalog.knowledge
    entries = [_indexed(catalog, entry) for entry in knowledge.entries()]
    return as_bytes({**_version(knowledge), "day": knowledge.today, "entries": entries})


def _version(knowledge: KnowledgeBase) -> dict[str, str | None]:
    """What the content is called: its version, and the release that it is, if any."""
    return {"version": knowledge.version, "release": knowledge.release.name if knowledge.release else None}


def _indexed(catalog: Catalog, entry: Entry) -> dict[str, Any]:
    view = entry_view(catalog, entry)
    shown = LISTED if entry.status is Status.WITHDRAWN else (*LISTED, *IN_SHORT)
    kind: type = type(view)
    known = {name: as_data(getattr(view, name)) for name in shown if name in fields_of(kind)}
    return known | {"data": f"{entry.folder}/{entry.slug}.json"}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
