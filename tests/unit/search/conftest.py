"""A small knowledge base for the tests of the search, made in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.grading import assess_all
from kb.model import Driver, Finding, Instrument, Intervention, KnowledgeBase, Study
from kb.read import synonyms
from kb.search import SearchEngine, open_index

CONTENT = Path(__file__).parents[3] / "content"
_DAY = date(2026, 1, 1)


def _entry(slug: str, title: str, body: str = "", **fields: Any) -> dict[str, Any]:
    common = {"summary": f"{title} in a sentence.", "status": "published", "reviewed": _DAY}
    return {"slug": slug, "title": title, "body": body, **common, **fields}


def _claim(driver: str) -> dict[str, str]:
    return {"driver": driver, "basis": "stated", "source": "smith-2020", "place": "Box"}


def _trial(slug: str, estimate: int, **fields: Any) -> Study:
    finding = Finding.model_validate(
        {
            "id": "burnout",
            "outcome": "burnout",
            "instrument": "pfi",
            "scale": "burnout",
            "comparison": "randomized",
            "measure": "mean-difference",
            "estimate": estimate,
            "ci": [-12, -8],
            "sd": 20,
            "n": 500,
            "place": "Table 1",
            "contrast": "Coached surgeons against a waitlist",
            "weeks_after_end": 0,
            "arms": [{"arm": "coached"}, {"arm": "waiting"}],
        }
    )
    facts = {
        "reference": "smith-2020",
        "design": "rct",
        "reading_basis": "full-text",
        "drivers": ["workload"],
        "funding": "not-read",
        "conflicts": "not-read",
        "sites": 4,
        "appraisals": [{"tool": "RoB 2", "overall": "low"}],
        "arms": [
            {"slug": "coached", "label": "Coaching", "role": "intervention", "intervention": "coaching"},
            {"slug": "waiting", "label": "Waitlist", "role": "control", "comparator_class": "inactive"},
        ],
    }
    return Study.model_validate(_entry(slug, f"Trial of {slug}", **facts, findings=[finding], **fields))


@pytest.fixture
def knowledge() -> KnowledgeBase:
    """Three drivers, two instruments, two studies and twenty-four interventions, some not to be found."""
    drivers = [
        _entry("workload", "Workload", "Too much work.", kind="driver", scope_note="Quantity of tasks."),
        _entry("ehr", "EHR and technology", "The electronic health record.", kind="driver", scope_note="Software."),
        _entry("draft-driver", "Sketched driver", kind="driver", scope_note="Unfinished.", status="draft"),
    ]
    instruments = [
        _entry(
            *("pfi", "Professional Fulfillment Index", "It asks how one feels."),
            abbreviation="PFI",
            constructs=["burnout"],
            source="smith-2020",
            place="Table 1",
            scales=[{"slug": "burnout", "label": "Burnout", "higher_is_worse": True}],
            drivers=["workload"],
        ),
        _entry(
            *("mini", "Mini-Z", "A short survey of burnout and chaos."),
            constructs=["burnout"],
            source="smith-2020",
            place="Table 1",
        ),
    ]
    kinds = {"category": "training", "level": "individual"}
    interventions = [
        _entry(
            *("coaching", "Peer coaching", "## What it is\nColleagues **coach** each other [@smith-2020, Table 1]."),
            **kinds,
            drivers=[_claim("workload")],
        ),
        _entry("scribes", "Medical scribes", "Scribes write the notes.", **kinds, drivers=[_claim("ehr")]),
        _entry(
            *("gone", "Withdrawn zebra", "zebra"),
            **{**kinds, "drivers": [_claim("ehr")], "status": "withdrawn"},
            withdrawn={"date": _DAY, "reason": "It was wrong."},
        ),
        _entry("sketch", "Drafted zebra", "zebra", **{**kinds, "drivers": [_claim("ehr")], "status": "draft"}),
        *(_entry(f"huddle-{n:02}", "Daily huddle", "A huddle.", **kinds, drivers=[_claim("ehr")]) for n in range(20)),
    ]
    studies = [
        _trial("coaching-trial", -10, body="It was found that coached surgeons felt better.\n\n- alpha\n- beta"),
        Study.model_validate(
            _entry(
                *("survey", "A survey of surgeons", "Moral injury was common. The injury seemed moral."),
                reference="smith-2020",
                design="cross-sectional",
                reading_basis="abstract",
                drivers=["ehr", "workload"],
                funding="not-read",
                conflicts="not-read",
            )
        ),
    ]
    by_slug = {study.slug: study for study in studies}
    measured = {e["slug"]: Instrument.model_validate(e) for e in instruments}
    done = {e["slug"]: Intervention.model_validate(e) for e in interventions}
    return KnowledgeBase(
        today=_DAY,
        version="version-1",
        interventions=done,
        instruments=measured,
        studies=by_slug,
        drivers={e["slug"]: Driver.model_validate(e) for e in drivers},
        synonyms=synonyms.parse(CONTENT.joinpath("synonyms.yml").read_text(), "synonyms.yml")[0],
        assessments=assess_all(done, by_slug, measured),
    )


@pytest.fixture
def open_with(tmp_path: Path) -> Callable[..., SearchEngine]:
    """Opens an index in a folder of the test."""

    def open_(knowledge: KnowledgeBase, report: Callable[[str], None] = lambda _: None) -> SearchEngine:
        return open_index(knowledge, tmp_path / "index", report)

    return open_


@pytest.fixture
def index(knowledge: KnowledgeBase, open_with: Callable[..., SearchEngine]) -> SearchEngine:
    """The index of the small knowledge base."""
    return open_with(knowledge)
