"""Entries as JSON, one by one or all in one file; the names and meanings of their fields are those of the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from kb.model import KINDS, Entry
from kb.view.catalog import Catalog
from kb.view.fields import entry_fields, reference_fields


def as_bytes(data: Any) -> bytes:
    """Plain values as indented JSON, keys in order; numbers are numbers."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(data, default=_plain, option=options)


def as_data(catalog: Catalog) -> dict[str, Any]:
    """The whole knowledge base, for as_bytes."""
    knowledge = catalog.knowledge
    return {
        "version": knowledge.version,
        **{kind.folder: [entry_fields(catalog, entry) for entry in knowledge.of_kind(kind).values()] for kind in KINDS},
        "references": [reference_fields(catalog, work) for work in knowledge.references.values()],
    }


def as_entry(catalog: Catalog, entry: Entry, version: str) -> bytes:
    """One entry with the version of its page, as a file."""
    return as_bytes(entry_fields(catalog, entry) | {"content_version": version})


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
