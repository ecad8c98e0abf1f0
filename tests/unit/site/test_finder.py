"""The index for the search in the browser."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kb.check import Checked
from kb.site.finder import NAMES, facets, search_files


def _facets(built: Path) -> dict[str, list[list[str]]]:
    """The facets of each page as name and label, by Pagefind's name for it."""
    data = json.loads((built / "pagefind/facets.json").read_text(encoding="utf-8"))
    return {name: [data["facets"][number] for number in numbers] for name, numbers in data["pages"].items()}


def test_every_published_entry_is_indexed_with_its_kind_and_but_for_the_plan_of_a_survey_nothing_else_is(
    built: Path, real: Checked
) -> None:
    found = sorted(label for page in _facets(built).values() for name, label in page if name == "kind")
    entries = [str(e.kind).capitalize() for e in real.knowledge.entries() if e.status == "published"]
    assert found == sorted([*entries, "Page"])  # the plan of a survey
    assert all(page for page in _facets(built).values())


def test_an_intervention_has_the_facets_that_its_page_shows(real: Checked) -> None:
    entry = real.knowledge.interventions["physician-peer-coaching"]
    found = sorted(facets(real.knowledge, entry))
    labels = [(NAMES[facet.name], facet.label) for facet in found]
    assert labels[:3] == [
        ("kind", "Intervention"),
        ("verdict", "Promising"),
        ("certainty", "Low certainty"),
    ]
    assert ("driver", "Community and support") in labels
    assert ("driver", "Workload") not in labels, "a theme that came up is no driver that it addresses"
    assert [label for name, label in labels if name == "outcome"][:2] == ["Burnout", "Exhaustion"]


def test_facets_stand_in_an_order_that_means_something(built: Path) -> None:
    data = json.loads((built / "pagefind/facets.json").read_text(encoding="utf-8"))["facets"]
    assert list(dict.fromkeys(name for name, _ in data)) == list(NAMES)
    certainties = [label for name, label in data if name == "certainty"]
    scale = ["High certainty", "Moderate certainty", "Low certainty", "Very low certainty", "Not graded"]
    assert certainties == [label for label in scale if label in certainties]


def test_only_what_the_search_page_loads_is_kept(built: Path) -> None:
    names = {path.name for path in (built / "pagefind").iterdir()}
    assert {"pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.en.pagefind", "facets.json"} <= names
    assert not [name for name in names if "ui" in name or "highlight" in name or name.endswith(".css")]


def test_an_index_that_fails_stops_the_build(built: Path, real: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path.relative_to(built).as_posix(): path.read_bytes() for path in built.rglob("index.html")}
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="Pagefind could not index the pages"):
        search_files(files, real.knowledge)
