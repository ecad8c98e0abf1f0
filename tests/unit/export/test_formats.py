"""Exports: every format can be read again by what reads such files, and says what the model says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb import bibliography
from kb.export import FORMATS
from kb.model import KnowledgeBase
from kb.rules import Checked


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge.public()


def written(name: str, knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    paths = FORMATS[name](knowledge, folder)
    assert paths
    return paths


def test_json_holds_every_entry_with_its_verdict(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Figures come out as numbers, verdicts as computed."""
    data = json.loads(written("json", knowledge, tmp_path)[0].read_text(encoding="utf-8"))
    assert {item["slug"] for item in data["studies"]} == set(knowledge.studies)
    coaching = next(item for item in data["interventions"] if item["slug"] == "physician-peer-coaching")
    assert coaching["verdict"] == "evidence-based"
    assert coaching["grade"]["code"] == "LOW"
    kiser = next(item for item in data["studies"] if item["slug"] == "kiser-2024")
    burnout = next(item for item in kiser["findings"] if item.get("estimate") == -0.79)
    assert burnout["ci"] == [-1.27, -0.32]


def test_csv_has_a_row_for_every_finding(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The printed digits survive."""
    paths = {path.name: path for path in written("csv", knowledge, tmp_path)}
    with paths["findings.csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(study.findings) for study in knowledge.studies.values())
    assert any(row["study"] == "kiser-2024" and row["ci_low"] == "-0.60" for row in rows)


def test_bibtex_reads_back_as_the_same_works(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Keys, titles, authors and DOIs survive a round trip."""
    text = written("bibtex", knowledge, tmp_path)[0].read_text(encoding="utf-8")
    marked = text.replace("\n}", "\n  verified = {seed},\n}")
    references, _, problems = bibliography.parse(marked, "references.bib")
    assert problems == []
    assert references.keys() == knowledge.references.keys()
    for key, reference in knowledge.references.items():
        assert (references[key].title, references[key].doi) == (reference.title, reference.doi)
        assert references[key].authors == reference.authors


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
