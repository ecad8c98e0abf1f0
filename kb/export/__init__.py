"""The knowledge base in other formats: one module a format, each with ``write(knowledge, folder)``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kb.export import as_bibtex, as_calendar, as_csv, as_feed, as_json, as_jsonld, as_skos
from kb.model import KnowledgeBase

FORMATS: dict[str, Callable[[KnowledgeBase, Path], list[Path]]] = {
    "json": as_json.write,
    "jsonld": as_jsonld.write,
    "skos": as_skos.write,
    "csv": as_csv.write,
    "bibtex": as_bibtex.write,
    "feed": as_feed.write,
    "calendar": as_calendar.write,
}
"""By name: writes files into an existing folder and returns their paths."""

__all__ = ["FORMATS"]
