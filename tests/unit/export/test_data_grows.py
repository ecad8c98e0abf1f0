"""Nobody's program breaks: the files of data/v1 against those that were released last."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import __version__
from kb.check import Checked
from kb.export import as_csv, json_schemas
from kb.site.files import API, BULK, DATA, DESCRIPTIONS, FEEDS
from kb.view.catalog import Catalog

RELEASED = "graphql/released-data.txt"
"""One line for each file, field, value and column that was released, and for a field what it holds."""


def described(schema: dict[str, Any]) -> str:
    """What a property holds, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(sorted(described(part) for part in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {described(schema['items'])}"
    return str(schema.get("const") or schema.get("format") or schema.get("type"))


def of_schema(schema: dict[str, Any]) -> Iterator[str]:
    """The fields of each part of a JSON Schema with what they hold, and the values of each list of words."""
    for name, part in schema["$defs"].items():
        for value in part.get("enum", ()):
            yield f"{name} = {value}"
        for field, held in part.get("properties", {}).items():
            yield f"{name}.{field}: {described(held)}{'' if field in part['required'] else ', may be left out'}"


def of_tables(tables: dict[str, str]) -> Iterator[str]:
    for name, text in tables.items():
        for column in next(csv.reader(io.StringIO(text))):
            yield f"{name}: {column}"


def broken(before: set[str], after: set[str]) -> list[str]:
    """What was released and is gone or other now. A field that was left out at times may always be there."""
    return sorted(line for line in before if not {line, line.removesuffix(", may be left out")} & after)


@pytest.fixture(scope="module")
def lines(real: Checked) -> set[str]:
    files = {file.path for file in (*DATA, *DESCRIPTIONS, *BULK, *API, *FEEDS)}
    tables = as_csv.as_tables(Catalog(real.knowledge.public()))
    return {*files, *of_schema(json.loads(json_schemas.data_schema())), *of_tables(dict(tables))}


def test_from_1_0_on_no_file_field_value_or_column_of_the_last_release_is_gone(
    lines: set[str], project: Path, same_as_file: Callable[[Path, str], None], request: pytest.FixtureRequest
) -> None:
    """`make released` writes what is there now as what was released."""
    if request.config.getoption("--rewrite-expected"):
        same_as_file(project / RELEASED, "".join(f"{line}\n" for line in sorted(lines)))
    released = set((project / RELEASED).read_text(encoding="utf-8").splitlines())
    assert len(released) > 500
    assert broken(released, lines) == [] or __version__.startswith("0.")


def part(properties: dict[str, Any], required: tuple[str, ...] = ("a",)) -> dict[str, Any]:
    return {"$defs": {"P": {"properties": properties, "required": required}, "W": {"enum": ["x"]}}}


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (part({"a": TEXT}), []),
        (part({"a": TEXT, "b": TEXT}, ("a", "b")), []),
        (part({"b": TEXT}, ("b",)), ["P.a: string"]),
        (part({"a": TEXT}, ()), ["P.a: string"]),
        (part({"a": {"type": "number"}}), ["P.a: string"]),
        (part({"a": {"anyOf": [TEXT, {"type": "null"}]}}), ["P.a: string"]),
        (part({"a": {"type": "array", "items": TEXT}}), ["P.a: string"]),
        ({"$defs": {"P": part({"a": TEXT})["$defs"]["P"], "W": {"enum": ["x", "y"]}}}, []),
        ({"$defs": {"P": part({"a": TEXT})["$defs"]["P"], "W": {"enum": ["y"]}}}, ["W = x"]),
    ],
)
def test_what_is_added_breaks_nothing_and_what_changes_does(after: dict[str, Any], lost: list[str]) -> None:
    assert broken(set(of_schema(part({"a": TEXT}))), set(of_schema(after))) == lost


def test_a_field_that_was_left_out_at_times_may_always_be_there() -> None:
    assert broken(set(of_schema(part({"a": TEXT}, ()))), set(of_schema(part({"a": TEXT})))) == []


def test_a_column_may_come_but_not_go() -> None:
    assert broken(set(of_tables({"t.csv": "a,b\n"})), set(of_tables({"t.csv": "b,c\n"}))) == ["t.csv: a"]
