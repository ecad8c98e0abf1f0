"""JSON Schemas of front matter: they are those of the models, and say what the models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kb.cli import main
from kb.export.json_schemas import render, schema
from kb.model import KINDS, Entry, Outcome, StudyDesign
from kb.read.frontmatter import field_names

FOLDER = Path(__file__).parents[3] / ".vscode/schemas"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_the_schemas_in_the_repository_are_those_of_the_models(kind: type[Entry]) -> None:
    kept = (FOLDER / f"{kind.kind}.json").read_text(encoding="utf-8")
    assert kept == render(kind), "run kb schema, and read what it wrote"


def test_there_are_no_other_schemas_and_the_command_writes_these(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["schema", "--output", str(tmp_path)]).exit_code == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in FOLDER.iterdir()
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_schema_has_the_fields_of_front_matter_each_with_its_meaning(kind: type[Entry]) -> None:
    made = schema(kind)
    assert tuple(made["properties"]) == field_names(kind)
    assert made["additionalProperties"] is False
    for part in (made, *made.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            assert field.get("description"), name


def test_words_and_forms_of_the_models_are_in_the_schema() -> None:
    """Outcomes and designs are lists, dates and numbers are what YAML makes of them, slugs have their form."""
    made = schema(next(kind for kind in KINDS if kind.kind == "study"))
    finding: dict[str, Any] = made["$defs"]["Finding"]["properties"]
    assert made["$defs"]["Outcome"]["enum"] == [str(outcome) for outcome in Outcome]
    assert made["$defs"]["StudyDesign"]["enum"] == [str(design) for design in StudyDesign]
    assert made["$defs"]["StudyDesign"]["enumDescriptions"] == [design.meaning for design in StudyDesign]
    assert finding["estimate"]["type"] == "number"
    assert finding["ci"] == {
        "type": "array",
        "items": {"type": "number", "examples": [-0.79]},
        "minItems": 2,
        "maxItems": 2,
        "description": finding["ci"]["description"],
    }
    assert made["properties"]["reviewed"]["format"] == "date"
    assert "pattern" in made["properties"]["reference"]
    assert "null" not in json.dumps(made)
