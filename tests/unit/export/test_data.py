"""data/v1 describes itself: the package by its own tool, the API by a strict linter, and every list is the whole."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import frictionless
import pytest
from jsonschema import Draft202012Validator

from kb.check import Checked
from kb.export.data import BULK, DESCRIPTIONS, ENTRIES, data_files
from kb.export.identity import ROOT
from kb.view.catalog import Catalog

pytestmark = pytest.mark.slow  # each test writes or reads the whole content


@pytest.fixture(scope="module")
def data(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder data/v1 of the real content, without the files of single entries."""
    root = tmp_path_factory.mktemp("site")
    for path, content in data_files(Catalog(real.knowledge.public()), ""):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root / ROOT


def told(data: Path, name: str) -> Any:
    return json.loads((data / name).read_text(encoding="utf-8"))


def lines(data: Path, name: str) -> list[Any]:
    return [json.loads(line) for line in (data / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()]


def rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_listed_and_every_listed_file_is_there(data: Path) -> None:
    files = {path.name for path in data.iterdir()}
    assert files == {file.path.removeprefix(ROOT) for file in (*ENTRIES, *DESCRIPTIONS, *BULK) if file.linked}
    described = {path.removeprefix("/") for path in told(data, "openapi.json")["paths"]}
    assert {path for path in described if "{" not in path} == files
    packaged = {resource["path"] for resource in told(data, "datapackage.json")["resources"]}
    assert packaged == files - {"index.json", "schema.json", "openapi.json", "datapackage.json"}


def test_the_package_is_valid_for_its_own_tool(data: Path) -> None:
    """Types, values, keys and references of every cell, and the hash of every file."""
    report = frictionless.validate(str(data / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert sum(task.stats.get("rows", 0) for task in report.tasks) > 3000


def test_the_tool_finds_a_part_of_an_estimate_that_there_is_not(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path, dirs_exist_ok=True)
    table = tmp_path / "contributions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",1,TRUE", ",99,TRUE", 1), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {"foreign-key", "hash-count"} <= {kind for (kind,) in report.flatten(["type"])}


def test_every_column_says_what_it_means(data: Path) -> None:
    tables = [each for each in told(data, "datapackage.json")["resources"] if each.get("type") == "table"]
    assert len(tables) > 10
    for table in tables:
        assert [field["name"] for field in table["schema"]["fields"] if not field["description"]] == []


@pytest.mark.node
def test_the_description_of_the_api_passes_a_strict_linter(data: Path, project: Path) -> None:
    linter, node = project / "tests/node/node_modules/@redocly/cli/bin/cli.js", shutil.which("node")
    if node is None or not linter.is_file():
        pytest.skip("Node.js or redocly is not installed on this machine: npm ci --prefix tests/node")
    quiet = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [node, linter, "lint", "--format=json", data / "openapi.json"]
    done = subprocess.run(command, cwd=data, env=quiet, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert [(each["ruleId"], each["message"]) for each in found["problems"]] == []
    assert done.returncode == 0


def test_each_list_has_every_record_of_the_whole(data: Path) -> None:
    """So that nothing is left out, and each line fits the schema that the whole fits."""
    whole = told(data, "burnout-kb.json")
    public = {
        kind: sorted((e for e in whole[kind] if e["status"] == "published"), key=lambda entry: entry["slug"])
        for kind in ("interventions", "instruments", "studies")
    }
    bodies = [body for entry in public["interventions"] for body in entry["evidence"]]
    expected = {
        "findings": [finding for entry in public["studies"] for finding in entry["findings"]],
        "bodies": bodies,
        "syntheses": [
            made
            for body in bodies
            for made in (*([body["synthesis"]] if body["synthesis"] else []), *body["other_syntheses"])
        ],
        "instruments": public["instruments"],
        **{name: whole[name] for name in ("references", "screening", "changes")},
    }
    for name, records in expected.items():
        assert lines(data, name) == records, name
    schema = told(data, "schema.json")
    assert Draft202012Validator(schema).is_valid(whole)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("findings", "findings"),
        ("summary-of-findings", "bodies"),
        ("syntheses", "syntheses"),
        ("instruments", "instruments"),
        ("screening", "screening"),
        ("changes", "changes"),
    ],
)
def test_a_table_has_a_row_for_each_line(data: Path, table: str, name: str) -> None:
    assert len(rows(data, table)) == len(lines(data, name)) > 0


def test_history_of_an_entry_is_what_changed_of_it(data: Path) -> None:
    whole = told(data, "burnout-kb.json")
    by_entry = defaultdict(list)
    for change in whole["changes"]:
        by_entry[change["entry"]].append(change)
    for entry in whole["interventions"]:
        assert entry["history"] == by_entry[entry["path"]]
    assert sum(len(entry["history"]) for entry in whole["interventions"]) > 50


def test_a_readers_mean_over_an_estimate_is_the_sites(data: Path) -> None:
    """Weights of each estimate sum to 1, and the weighted mean of its parts is the estimate, of those judged too."""
    parts = defaultdict(list)
    for row in rows(data, "contributions"):
        parts[row["intervention"], row["key"], row["synthesis"]].append(row)
    made = {(row["intervention"], row["key"], row["number"]): row for row in rows(data, "syntheses")}
    assert set(parts) == set(made)
    assert len(parts) > len({key[:2] for key in parts})  # some body has several estimates
    for key, found in parts.items():
        assert sum(float(row["weight"]) for row in found) == pytest.approx(1, abs=1e-6), key
        turn = math.log if "ratio" in made[key]["measure"] or "ratio" in found[0]["measure"] else float
        mean = sum(float(row["weight"]) * turn(float(row["estimate"])) for row in found)
        assert turn(float(made[key]["estimate"])) == pytest.approx(mean, abs=1e-6), key
    for row in rows(data, "summary-of-findings"):
        judged = [key for key in made if key[:2] == (row["intervention"], row["key"]) and made[key]["judged"] == "TRUE"]
        assert [made[key]["estimate"] for key in judged] == ([row["estimate"]] if row["estimate"] else [])
