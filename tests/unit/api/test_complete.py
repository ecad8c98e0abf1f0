"""What a page shows and what a file of the data holds can also be asked of the API: the three are compared by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from kb.api.schema import SCHEMA
from kb.export.json_schemas import data_schema
from kb.export.tables import TABLES
from kb.view.fields import EntryView, fields_of

FILES = {"Everything", "Index", "Withdrawn"}
"""Parts of the JSON Schema that are files: their lists are fields of Query, their other parts those of ContentInfo."""
NOT_ASKED = {
    "page_version": "the hash of one page; an answer has an ETag of its own",
}
"""Fields of the data that the API does not have by their name, each with the reason."""
COLUMNS = {
    "summary-of-findings.csv": ("EvidenceBody", {"people": "sampleSize", "reasons": "adjustments"}),
    "contributions.csv": ("Contribution", {"synthesis": "number"}),
    "syntheses.csv": ("Synthesis", {}),
    "studies.csv": ("Study", {}),
    "instruments.csv": ("Instrument", {}),
    "changes.csv": ("Change", {}),
    "interventions.csv": ("Intervention", {}),
    "claims.csv": ("DriverClaim", {"intervention": ""}),
    "findings.csv": ("Finding", {}),
    "benchmarks.csv": ("Benchmark", {"instrument": ""}),
    "screening.csv": ("ScreeningRecord", {}),
    "scales.csv": (
        "Scale",
        {
            "instrument": "",
            "scale": "slug",
            "scale_items": "itemCount",
            "internal_consistency": "reliability",
            "test_retest": "reliability",
        },
    ),
}
"""The type of which a table has a row each, and its columns of another name; of one that it is a part of, none."""
BESIDE = {"summary-of-findings.csv": "Synthesis", "contributions.csv": "Synthesis", "scales.csv": "Instrument"}
"""A type that has further columns of a table."""
PRICES = {"price": "prices", "currency": "prices", "price_for": "prices", "access": "terms"}
"""Columns of an instrument that are parts of one of its fields."""
CALLED = {"Mark": "VerdictMark", "Claim": "DriverClaim", "Mapping": "TermMapping"}
"""Types that the API calls otherwise."""


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def fields(kind: str) -> set[str]:
    found = SCHEMA.type_map[CALLED.get(kind, kind)]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType), kind
    return set(found.fields)


def _in_data() -> Iterator[tuple[str, str]]:
    """Every field of every kind of object in data/v1."""
    for kind, schema in json.loads(data_schema())["$defs"].items():
        if schema.get("type") == "object" and kind not in FILES:
            yield from ((kind, name) for name in schema["properties"])


def test_every_field_of_the_json_files_is_a_field_of_the_api() -> None:
    """By the same name, in camel case, on the type of the same name."""
    missing = [
        f"{kind}.{name}"
        for kind, name in _in_data()
        if name not in NOT_ASKED and f"{kind}.{name}" not in NOT_ASKED and camel(name) not in fields(kind)
    ]
    assert missing == []


def test_every_list_of_the_whole_file_is_a_field_of_query() -> None:
    whole = json.loads(data_schema())["$defs"]["Everything"]["properties"]
    assert [name for name in whole if camel(name) not in fields("Query") | fields("ContentInfo")] == []


def test_a_file_says_which_content_it_is_and_on_what_terms_by_the_names_of_the_api() -> None:
    parts = json.loads(data_schema())["$defs"]
    for file in ("Everything", "Index"):
        assert {"version", "built_on", "release", "licence"} <= set(parts[file]["required"])
    assert {"builtOn", "licence"} <= fields("ContentInfo")


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_of_a_table_is_a_field_of_the_api(name: str) -> None:
    """Of the type of which the table has a row each, of its estimate, or of what it is a part of."""
    kind, otherwise = COLUMNS[name]
    (header,) = ([column.name for column in table.columns] for table in TABLES if f"{table.name}.csv" == name)
    known = fields(kind) | (fields(BESIDE[name]) if name in BESIDE else set())
    named = [(PRICES | otherwise).get(column, camel(column)) for column in header]
    assert [field for field in named if field and field not in known] == []


def test_every_table_is_compared() -> None:
    assert {f"{table.name}.csv" for table in TABLES} == set(COLUMNS)


def test_every_field_that_a_template_shows_of_an_entry_is_a_field_of_the_api(project: Path) -> None:
    """Whatever it calls of ``page.entry``, on any type of entry, or a part of one."""
    text = "".join(path.read_text(encoding="utf-8") for path in (project / "theme/templates").glob("*.html"))
    shown = {camel(name) for name in re.findall(r"\bentry\.([a-z_]+)", text)} - {"folder", "formerPaths", "arm"}
    kinds = [
        kind.name for kind in SCHEMA.type_map.values() if "Entry" in {i.name for i in getattr(kind, "interfaces", ())}
    ]
    assert len(shown) > 20
    assert shown - set().union(*map(fields, kinds)) == set()


def test_an_exception_that_is_none_any_more_is_found() -> None:
    """A field that the API has by now needs no reason."""
    found = {*(f"{kind}.{name}" for kind, name in _in_data()), *(name for _, name in _in_data())}
    assert set(NOT_ASKED) <= found
    for kind, name in _in_data():
        if name in NOT_ASKED or f"{kind}.{name}" in NOT_ASKED:
            assert camel(name) not in fields(kind)


def test_every_kind_of_entry_has_all_that_entries_share() -> None:
    """Frameworks, questions and guide pages too."""
    shared = {camel(name) for name in fields_of(EntryView)} | {"id", "history"}
    for kind in ("Driver", "Framework", "Instrument", "Intervention", "Page", "Question", "Study", "Entry"):
        assert shared <= fields(kind), kind
