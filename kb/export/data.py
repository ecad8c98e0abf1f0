"""data/v1: every file of it with what it holds, and the two files that describe all the others.

From the first release on it only grows: no file, field or column goes away or changes what it means.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb.export import as_bibtex, as_csv, as_json, as_skos, json_schemas
from kb.export.as_datapackage import as_datapackage
from kb.export.as_json import LISTS
from kb.export.as_openapi import JSON, LINES, as_openapi
from kb.export.download import Download
from kb.export.identity import ROOT, WHOLE
from kb.export.tables import TABLES
from kb.model import KINDS
from kb.view.catalog import Catalog
from kb.view.fields import name_of

ENTRIES = (
    Download(f"{ROOT}index.json", JSON, "All entries: kind, title, summary, page, data file, last review.", ("Index",)),
    *(
        Download(
            f"{ROOT}{kind.folder}/{{slug}}.json",
            JSON,
            f"One {kind.kind} with all that is known of it, and its history.",
            (kind.__name__, "Withdrawn"),
        )
        for kind in KINDS
    ),
)
"""The files of single entries, and the list of them."""
PACKAGE = "datapackage.json"
"""The description of the tables, which stands beside them."""
DESCRIPTIONS = (
    Download(f"{ROOT}{PACKAGE}", JSON, "The tables and lists as a Frictionless data package: every column described."),
    Download(f"{ROOT}schema.json", JSON, "JSON Schema of the JSON files, with what each field means."),
    Download(f"{ROOT}openapi.json", JSON, "All of these files as a REST API, described in OpenAPI 3.1."),
)
"""The files that describe all the others, to programs too."""
BULK = (
    Download(
        WHOLE, JSON, "Everything: all entries with their grading, all works, the register, changes.", ("Everything",)
    ),
    *(Download(f"{ROOT}{table.name}.csv", "text/csv", table.holds) for table in TABLES),
    *(
        Download(f"{ROOT}{name}.ndjson", LINES, listing.holds, (name_of(listing.view),))
        for name, listing in LISTS.items()
    ),
    Download(f"{ROOT}references.bib", "application/x-bibtex", "Every work cited, as BibTeX."),
    Download(
        f"{ROOT}drivers.ttl", "text/turtle", "Drivers, and the terms of other frameworks mapped to them, as SKOS."
    ),
)
"""The files that hold all entries, or all of one kind."""


def data_files(catalog: Catalog, site_url: str) -> Iterator[tuple[str, bytes]]:
    """All files but those of single entries, by their paths. ``site_url`` has no last slash; it may be empty."""
    bulk = {
        WHOLE: as_json.as_whole(catalog),
        **{f"{ROOT}{name}": text.encode() for name, text in as_csv.as_tables(catalog).items()},
        **{f"{ROOT}{name}": lines for name, lines in as_json.as_lists(catalog).items()},
        f"{ROOT}references.bib": as_bibtex.as_text(catalog.knowledge).encode(),
        f"{ROOT}drivers.ttl": as_skos.as_turtle(catalog.knowledge).encode(),
    }
    yield from bulk.items()
    yield f"{ROOT}index.json", as_json.as_index(catalog)
    yield f"{ROOT}schema.json", json_schemas.data_schema()
    yield f"{ROOT}openapi.json", as_openapi(catalog, (*ENTRIES, *DESCRIPTIONS, *BULK), site_url)
    yield f"{ROOT}{PACKAGE}", as_datapackage(catalog.knowledge, ((file, bulk[file.path]) for file in BULK), site_url)
