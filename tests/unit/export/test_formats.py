"""Exports: every format can be read again by what reads such files, and says what the model says."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema, get_named_type, is_introspection_type
from jsonschema import Draft202012Validator

from kb.check import Checked
from kb.export import FORMATS, HOLDS
from kb.export.json_schemas import data_schema
from kb.folders import data_file, publish
from kb.model import KnowledgeBase
from kb.read import bibliography

pytestmark = pytest.mark.slow  # each test writes or reads the whole content


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge.public()


def written(name: str, knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    files = FORMATS[name](knowledge)
    publish(files, folder, HOLDS)
    assert files
    return [folder / file for file in files]


def test_json_holds_every_entry_with_its_verdict(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Figures come out as numbers, verdicts as computed."""
    data = json.loads(written("json", knowledge, tmp_path)[0].read_text(encoding="utf-8"))
    assert {item["slug"] for item in data["studies"]} == set(knowledge.studies)
    coaching = next(item for item in data["interventions"] if item["slug"] == "physician-peer-coaching")
    assert (coaching["verdict"], coaching["verdict_outcome"]) == ("promising", "burnout")
    assert coaching["grade"]["code"] == "low"
    kiser = next(item for item in data["studies"] if item["slug"] == "kiser-2024")
    burnout = next(item for item in kiser["findings"] if item.get("estimate") == -0.79)
    assert (burnout["ci_low"], burnout["ci_high"]) == (-1.27, -0.32)


def test_csv_has_a_row_for_every_finding(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The printed digits survive."""
    paths = {path.name: path for path in written("csv", knowledge, tmp_path)}
    with paths["findings.csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(study.findings) for study in knowledge.studies.values())
    assert any(row["study"] == "kiser-2024" and row["ci_low"] == "-0.60" for row in rows)


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('=HYPERLINK("https://example.org/")', '\'=HYPERLINK("https://example.org/")'),
        ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
        ("+1 month", "'+1 month"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\t=1+1", "\t'=1+1"),
        (' "=1+1', " \"'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\n@SUM(1)", "a\n'@SUM(1)"),
        ("-15.5 less 0.8", "'-15.5 less 0.8"),
        ("-0.79", "-0.79"),
        ("+5%", "+5%"),
        ("−0.79 (−1.27 to −0.32)", "−0.79 (−1.27 to −0.32)"),
        ("CI -1.27 to -0.32; P = .001, n=123", "CI -1.27 to -0.32; P = .001, n=123"),
    ],
)
def test_a_cell_is_no_formula_and_a_figure_stays_one(knowledge: KnowledgeBase, written: str, cell: str) -> None:
    """Numbers of the model stay numbers, and JSON holds every text as written."""
    study = knowledge.studies["kiser-2024"]
    finding = study.findings[0].model_copy(update={"contrast": written})
    changed = replace(knowledge, studies={study.slug: study.model_copy(update={"findings": (finding,)})})
    (row,) = csv.DictReader(io.StringIO(FORMATS["csv"](changed)["findings.csv"].decode(), newline=""))
    assert row["contrast"] == cell
    assert row["estimate"] == str(finding.estimate)
    data = json.loads(FORMATS["json"](changed)["burnout-kb.json"])
    assert data["studies"][0]["findings"][0]["contrast"] == written


def test_bibtex_reads_back_as_the_same_works(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Nothing that a record says is lost, whoever reads it: editors, editions and days of access neither."""
    text = written("bibtex", knowledge, tmp_path)[0].read_text(encoding="utf-8")
    references, _, problems = bibliography.parse(text, "references.bib")
    assert not problems
    assert references == knowledge.references
    assert "  urldate = {" in text
    assert "  editor = {" in text


def test_skos_relates_terms_to_drivers(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The crosswalk is there with its SKOS properties."""
    text = written("skos", knowledge, tmp_path)[0].read_text(encoding="utf-8")
    assert "skos:closeMatch driver:workload" in text
    for slug in knowledge.drivers:
        assert f"driver:{slug} a skos:Concept" in text


def test_jsonld_and_feed_are_well_formed(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Both parse, and speak of published entries."""
    document = json.loads(written("jsonld", knowledge, tmp_path)[0].read_text(encoding="utf-8"))
    names = {record["name"] for record in document["@graph"]}
    assert knowledge.interventions["physician-peer-coaching"].title in names
    feed = ElementTree.fromstring(written("feed", knowledge, tmp_path)[0].read_bytes())
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert 0 < len(entries) <= 50


PARTS: dict[str, Any] = json.loads(data_schema())["$defs"]
"""The schema of each part of the JSON files by its name."""
API = build_schema(data_file("schema.graphql").read_text(encoding="utf-8"))
BOTH = {
    kind: PARTS[name]["properties"]
    for name, kind in API.type_map.items()
    if isinstance(kind, GraphQLObjectType) and name in PARTS
}
"""The object types that the API and the JSON files have, each with its properties in JSON."""


def _snake(name: str) -> str:
    return re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)


def test_api_and_json_speak_of_the_same_things() -> None:
    """Types that the API has alone are of its own making: pages of lists, results of searches, the root."""
    alone = {
        name
        for name, kind in API.type_map.items()
        if isinstance(kind, GraphQLObjectType) and kind not in BOTH and not is_introspection_type(kind)
    }
    of_lists = {name for name in alone if name.endswith(("Connection", "Edge"))}
    results = {"Facet", "FacetValue", "Highlight", "HighlightPart"}
    assert alone - of_lists == {"Query", "ContentInfo", "PageInfo", *results}


@pytest.mark.parametrize("kind", BOTH, ids=str)
def test_json_has_every_field_that_the_api_gives_by_the_same_name_and_with_the_same_meaning(
    kind: GraphQLObjectType,
) -> None:
    """In snake case; ids are of the API alone, and a field that lists by filter says more of it."""
    fields = {_snake(name): field for name, field in kind.fields.items()}
    assert set(fields) - {"id"} <= set(BOTH[kind])
    described = {"id", "kind", "status", "interventions", "code"}
    for name in set(fields) - described:
        assert fields[name].description == BOTH[kind][name]["description"], name


@pytest.mark.parametrize("kind", BOTH, ids=str)
def test_json_has_the_values_of_the_api_as_front_matter_spells_them(kind: GraphQLObjectType) -> None:
    for name, field in kind.fields.items():
        values = get_named_type(field.type)
        if isinstance(values, GraphQLEnumType) and values.name != "EntryKind":
            shown = {value.lower().replace("_", "-") for value in values.values}
            text = json.dumps(BOTH[kind][_snake(name)])
            (part,) = re.findall(r"#/\$defs/(\w+)", text)
            assert shown == set(PARTS[part]["enum"]) - {"draft", "unstated"}, name


def test_every_field_of_the_json_files_is_described() -> None:
    for name, part in PARTS.items():
        for field, schema in part.get("properties", {}).items():
            assert schema.get("description") or name in ("Everything", "Index"), (name, field)


def test_json_fits_its_schema(knowledge: KnowledgeBase) -> None:
    """A field that it does not name is refused, and a value that no vocabulary has."""
    files = FORMATS["json"](knowledge)
    validator = Draft202012Validator(json.loads(files["schema.json"]))
    data = json.loads(files["burnout-kb.json"])
    assert validator.is_valid(data)
    entry = data["interventions"][0]
    assert validator.is_valid(entry)
    for changes in ({"news": 1}, {"verdict": "EVIDENCE_BASED"}, {"certainty": "LOW"}, {"kind": "study"}):
        assert not validator.is_valid({**entry, **changes})


def _rows(knowledge: KnowledgeBase, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FORMATS["csv"](knowledge)[name].decode(), newline="")))


def test_the_summary_of_findings_has_a_row_for_every_body(knowledge: KnowledgeBase) -> None:
    """With its estimate where it has one, its certainty, and the reason of each step or why it is not graded."""
    rows = _rows(knowledge, "summary-of-findings.csv")
    shown = {slug for slug, entry in knowledge.interventions.items() if entry.status == "published"}
    bodies = {(slug, str(body.key)): body for slug in shown for body in knowledge.assessments[slug].bodies}
    assert len(rows) == len(bodies)
    assert {(row["intervention"], row["key"]) for row in rows} == set(bodies)
    for row in rows:
        body = bodies[row["intervention"], row["key"]]
        assert row["certainty"] == (body.certainty.word if body.certainty else "not-graded")
        assert bool(row["estimate"]) == bool(body.synthesis)
        assert all(step.reason in row["reasons"] for step in body.adjustments)
        assert row["reasons"] or (body.certainty and not body.adjustments)


def test_contributions_are_those_of_all_estimates(knowledge: KnowledgeBase) -> None:
    rows = _rows(knowledge, "contributions.csv")
    assert {row["study"] for row in rows} <= set(knowledge.studies)
    assert all(row["way"] and row["ci_low"] and row["weight"] for row in rows)


def test_the_register_has_a_row_for_every_work(knowledge: KnowledgeBase) -> None:
    rows = _rows(knowledge, "screening.csv")
    assert [row["reference"] for row in rows] == [item.key for item in knowledge.screening]


def test_a_reader_of_the_json_gets_the_same_estimates_and_certainties(knowledge: KnowledgeBase) -> None:
    """By plain arithmetic: the mean weighs its contributions, and the steps lead from the start to the certainty."""
    data = json.loads(FORMATS["json"](knowledge)["burnout-kb.json"])
    levels = ["very-low", "low", "moderate", "high"]
    ratios = ("odds-ratio", "risk-ratio", "hazard-ratio", "incidence-rate-ratio", "ratio-of-means")
    bodies = [body for entry in data["interventions"] for body in entry.get("evidence", ())]
    graded = [body for body in bodies if body["certainty"]]
    assert len(graded) > 10
    for body in graded:
        steps = levels.index(body["start"]) + sum(step["steps"] for step in body["adjustments"])
        most = 1 if body["provisional"] else 3
        assert body["certainty"] == levels[min(most, max(0, min(3, steps)))], body["key"]
        if made := body["synthesis"]:
            turn = math.log if made["measure"] in ratios else float
            mean = sum(part["weight"] * turn(part["estimate"]) for part in made["contributions"])
            assert turn(made["estimate"]) == pytest.approx(mean, abs=1e-6)
            if made["threshold_low"] is not None:
                inside = made["threshold_low"] < made["ci_low"] and made["ci_high"] < made["threshold_high"]
                assert (made["size"] == "little-or-none") == inside


def test_csv_says_of_what_is_not_graded_that_it_is_not(knowledge: KnowledgeBase) -> None:
    rows = csv.DictReader(io.StringIO(FORMATS["csv"](knowledge)["interventions.csv"].decode(), newline=""))
    assert {row["certainty"] for row in rows} <= {"very-low", "low", "moderate", "high", "not-graded"}
