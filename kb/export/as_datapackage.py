"""A Frictionless data package: the files of the data, with every column of the tables described."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from kb.export.as_json import as_bytes
from kb.export.download import Download
from kb.export.identity import LICENSE, NAME, ROOT
from kb.export.tables import NOT_GRADED, TABLES, Column, Reference, Table
from kb.model import Certainty, KnowledgeBase

_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "number",
    date: "date",
    str: "string",
}


def as_datapackage(knowledge: KnowledgeBase, files: Iterable[tuple[Download, bytes]], site_url: str) -> bytes:
    """The description of some files, which stand beside it, with their sizes and hashes."""
    return as_bytes(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "burnout-kb",
            "title": NAME,
            "version": knowledge.version,
            "created": f"{knowledge.today}T00:00:00Z",
            "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": LICENSE}],
            "resources": [_resource(file, data) for file, data in files],
            **({"homepage": f"{site_url}/"} if site_url else {}),
        }
    )


def _resource(file: Download, data: bytes) -> Mapping[str, Any]:
    path = file.path.removeprefix(ROOT)
    name, _, ending = path.rpartition(".")
    table = next((table for table in TABLES if path == f"{table.name}.csv"), None)
    about = {
        "name": name if table else path.replace(".", "-"),
        "path": path,
        "title": file.holds,
        "format": ending,
        "mediatype": file.type,
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    if table:
        return about | {"type": "table", "schema": _schema(table)}
    fits = {"jsonSchema": f"schema.json#/$defs/{file.parts[0]}"} if file.parts else {}
    # Its records have parts of their own, so that it is no table, for which tools take it by its usual name.
    return about | fits | ({"format": "json-lines"} if ending == "ndjson" else {})


def _schema(table: Table) -> Mapping[str, Any]:
    """The Table Schema of a table."""
    key = {"primaryKey": list(table.key)} if table.key else {}
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "foreignKeys": [_foreign(reference) for reference in table.refers],
        **key,
    }


def _foreign(reference: Reference) -> Mapping[str, Any]:
    named = {"resource": reference.table, "fields": list(reference.named)}
    return {"fields": list(reference.columns), "reference": named}


def _field(column: Column) -> Mapping[str, Any]:
    kind = _cell(column.type)
    about = {"name": column.name, "description": column.meaning}
    if kind is Certainty:
        words = [*(level.word for level in Certainty), NOT_GRADED]
        return about | {"type": "string", "constraints": {"enum": words}}
    if issubclass(kind, Enum):
        return about | {"type": "string", "constraints": {"enum": [word.value for word in kind]}}
    found = next(name for base, name in _TYPES.items() if issubclass(kind, base))
    return about | {"type": found}


def _cell(annotation: Any) -> type:
    """The type of a cell that is not empty; a list is a text."""
    if get_origin(annotation) in (list, tuple):
        return str
    options = [option for option in get_args(annotation) if option is not type(None)]
    if options and get_origin(annotation) is not None:
        return _cell(options[0])
    kind: type = annotation
    return kind
