"""Exports: every format can be read again by what reads such files, and says what the model says."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from graphql import build_schema

from kb.check import Checked
from kb.export import FORMATS, HOLDS
from kb.folders import data_file, publish
from kb.model import KnowledgeBase
from kb.read import bibliography


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
    assert coaching["verdict"] == "evidence-based"
    assert coaching["grade"]["code"] == "LOW"
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


@pytest.fixture(scope="module")
def data(knowledge: KnowledgeBase) -> dict[str, Any]:
    return dict(json.loads(FORMATS["json"](knowledge)["burnout-kb.json"]))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Intervention", "interventions"),
        ("EvidenceBody", "interventions evidence"),
        ("Adjustment", "interventions evidence adjustments"),
        ("DriverClaim", "interventions driver_claims"),
        ("Instrument", "instruments"),
        ("Scale", "instruments scales"),
        ("Study", "studies"),
        ("Finding", "studies findings"),
        ("Arm", "studies findings arms"),
        ("Driver", "drivers"),
        ("TermMapping", "drivers crosswalk"),
        ("Framework", "frameworks"),
        ("Term", "frameworks terms"),
        ("Reference", "references"),
    ],
)
def test_json_has_every_field_that_the_api_gives(data: dict[str, Any], kind: str, path: str) -> None:
    """Under the same name in snake case. Left out are ids of the API alone, and the object around another."""
    schema = build_schema(data_file("schema.graphql").read_text(encoding="utf-8"))
    names = {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name) for name in schema.type_map[kind].fields}
    items: list[dict[str, Any]] = [data]
    for step in path.split():
        items = [part for item in items for part in item.get(step, ())]
    around = {"Finding": {"study"}, "Term": {"framework"}}.get(kind, set())
    # The real content has none of these so far.
    unseen = {"withdrawn", "retracted", "corrected", "mid"}
    assert names - {"id"} - around - unseen <= {name for item in items for name in item}
