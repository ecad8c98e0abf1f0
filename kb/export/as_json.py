"""The data as JSON: entries one by one or all in one file, and lists with a record a line.

The names and meanings of the fields are those of the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from kb.export.identity import TERMS
from kb.export.tables import bodies, estimates, findings
from kb.model import KINDS, Entry, EntryStatus, KnowledgeBase
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.fields import (
    BodyView,
    EntryView,
    FindingView,
    InstrumentView,
    ReferenceView,
    ScreeningView,
    SynthesisView,
    View,
    as_data,
    entry_data,
    entry_view,
    fields_of,
)

LISTED = ("kind", "slug", "title", "status", "path")
IN_SHORT = (
    *("summary", "reviewed", "due", "verdict", "verdict_label", "verdict_outcome", "certainty", "provisional"),
    "marks",
)
"""What the index says of every entry, and of those that are not withdrawn."""


WITH_ENTRIES = ("references", "screening", "changes")
"""The lists that the file of everything has beside the entries, which hold all others."""


class Listing(NamedTuple):
    """A list of records of one kind."""

    holds: str
    """What it holds, in a sentence."""
    view: type[View]
    records: Callable[[Catalog], Iterable[View]]


LISTS: Mapping[str, Listing] = {
    "findings": Listing("Every result, as published, with the arms that it compares.", FindingView, findings),
    "bodies": Listing("Every body of evidence, with its estimates and the steps to its certainty.", BodyView, bodies),
    "syntheses": Listing("Every estimate, with each study's part in it.", SynthesisView, estimates),
    "instruments": Listing(
        "Instruments, with their scales.",
        InstrumentView,
        lambda catalog: (
            InstrumentView(catalog, entry) for entry in sorted(catalog.relations.instruments, key=lambda e: e.slug)
        ),
    ),
    "references": Listing(
        "Every work cited.",
        ReferenceView,
        lambda catalog: (ReferenceView(catalog, work) for work in catalog.knowledge.references.values()),
    ),
    "screening": Listing(
        "Works that were considered and are not entries, with the reason.",
        ScreeningView,
        lambda catalog: (ScreeningView(catalog, item) for item in catalog.knowledge.screening),
    ),
    "changes": Listing(
        "What happened to entries and works, the last first: verdicts that moved, corrections, additions.",
        moves.ChangeView,
        lambda catalog: (moves.ChangeView(catalog, event) for event in moves.events(catalog)),
    ),
}
"""Each list of records by its name."""


def as_lists(catalog: Catalog) -> dict[str, bytes]:
    """The lists by the names of their files, with one record a line."""
    happened = moves.events(catalog)
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS

    def lines(records: Iterable[View]) -> Iterator[bytes]:
        for record in records:
            is_entry = isinstance(record, EntryView)
            data = _entry(catalog, record.record, happened) if is_entry else as_data(record)
            yield orjson.dumps(data, default=_plain, option=options)

    return {f"{name}.ndjson": b"".join(lines(listing.records(catalog))) for name, listing in LISTS.items()}


def as_bytes(data: Any) -> bytes:
    """Plain values as indented JSON, keys in order; numbers are numbers."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    return orjson.dumps(data, default=_plain, option=options)


def as_whole(catalog: Catalog) -> bytes:
    """The whole knowledge base in one file."""
    knowledge = catalog.knowledge
    happened = moves.events(catalog)
    entries = {
        kind.folder: [_entry(catalog, entry, happened) for entry in knowledge.of_kind(kind).values()] for kind in KINDS
    }
    lists = {name: [as_data(record) for record in LISTS[name].records(catalog)] for name in WITH_ENTRIES}
    return as_bytes({**_content(knowledge), **entries, **lists})


def as_entry(catalog: Catalog, entry: Entry, happened: Iterable[moves.Event], version: str) -> bytes:
    """One entry with the version of its page, as a file; ``happened`` is all that did, the last first."""
    return as_bytes(_entry(catalog, entry, happened) | {"page_version": version})


def _entry(catalog: Catalog, entry: Entry, happened: Iterable[moves.Event]) -> dict[str, Any]:
    """An entry with its history, which a withdrawn one has too."""
    history = [as_data(moves.ChangeView(catalog, event)) for event in moves.of_entry(happened, entry)]
    return entry_data(catalog, entry) | {"history": history}


def as_index(catalog: Catalog) -> bytes:
    """All entries in short, each with its file; a verdict always with its certainty."""
    knowledge = catalog.knowledge
    entries = [_indexed(catalog, entry) for entry in knowledge.entries()]
    return as_bytes({**_content(knowledge), "entries": entries})


def _content(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Which content it is, and on what terms, by the names of the API."""
    return {
        "version": knowledge.version,
        "built_on": knowledge.today,
        "release": knowledge.release.name if knowledge.release else None,
        "licence": TERMS,
    }


def _indexed(catalog: Catalog, entry: Entry) -> dict[str, Any]:
    view = entry_view(catalog, entry)
    shown = LISTED if entry.status is EntryStatus.WITHDRAWN else (*LISTED, *IN_SHORT)
    kind: type = type(view)
    known = {name: as_data(getattr(view, name)) for name in shown if name in fields_of(kind)}
    return known | {"data": f"{entry.folder}/{entry.slug}.json"}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
