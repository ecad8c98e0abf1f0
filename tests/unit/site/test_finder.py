"""The index for the search in the browser."""

from __future__ import annotations

import json
from pathlib import Path

from kb.check import Checked
from kb.model import KnowledgeBase
from kb.site.finder import NAMES, facets, search_files


def _facets(built: Path) -> dict[str, list[list[str]]]:
    """The facets of each page as name and label, by its path."""
    data = json.loads((built / "search/index.json").read_text(encoding="utf-8"))
    return {shown["path"]: [data["facets"][number] for number in shown["facets"]] for shown in data["shown"]}


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
    data = json.loads((built / "search/index.json").read_text(encoding="utf-8"))["facets"]
    assert list(dict.fromkeys(name for name, _ in data)) == list(NAMES)
    certainties = [label for name, label in data if name == "certainty"]
    scale = ["High certainty", "Moderate certainty", "Low certainty", "Very low certainty", "Not graded"]
    assert certainties == [label for label in scale if label in certainties]


def test_the_same_content_gives_the_same_bytes_and_none_gives_an_index_that_finds_nothing(real: Checked) -> None:
    assert search_files({}, real.knowledge) == search_files({}, real.knowledge)
    empty = search_files({}, KnowledgeBase(real.knowledge.today, "none"))
    assert json.loads(empty["search/index.json"])["shown"] == []


def test_a_page_that_is_no_entry_is_indexed_by_its_title_lead_and_text(real: Checked) -> None:
    page = b'<title>x</title><main><h1>Plan</h1><p class="lead">Ask <b>well</b>.</p><p>zyzzyva</p></main>'
    data = json.loads(search_files({"measure/index.html": page}, real.knowledge)["search/index.json"])
    assert data["shown"][-1] | {"facets": []} == {
        "path": "measure/",
        "title": "Plan",
        "summary": "Ask well.",
        "facets": [],
    }
    assert "zyzzyva" in data["terms"].split()
