"""The knowledge base in other formats, one module a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kb.export import as_bibtex, as_calendar, as_csv, as_feed, as_json, as_jsonld, as_skos, json_schemas
from kb.model import KnowledgeBase
from kb.view.catalog import Catalog

HOLDS = "exports"
"""What the folder of exports holds."""

FORMATS: Mapping[str, Callable[[KnowledgeBase], Mapping[str, bytes]]] = {
    "json": lambda knowledge: {
        "burnout-kb.json": as_json.as_whole(Catalog(knowledge)),
        "schema.json": json_schemas.data_schema(),
    },
    "jsonld": lambda knowledge: {"burnout-kb.jsonld": as_jsonld.as_document(Catalog(knowledge))},
    "skos": lambda knowledge: {"drivers.ttl": as_skos.as_turtle(knowledge).encode()},
    "ndjson": lambda knowledge: as_json.as_lists(Catalog(knowledge)),
    "csv": lambda knowledge: {name: text.encode() for name, text in as_csv.as_tables(Catalog(knowledge)).items()},
    "bibtex": lambda knowledge: {"references.bib": as_bibtex.as_text(knowledge).encode()},
    "feed": lambda knowledge: {"feed.atom": as_feed.as_atom(Catalog(knowledge))},
    "calendar": lambda knowledge: {"reviews-due.ics": as_calendar.as_ics(knowledge)},
}
"""The files of each format, by their names."""

__all__ = ["FORMATS", "HOLDS"]
