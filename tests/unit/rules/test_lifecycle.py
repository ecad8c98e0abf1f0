"""The life of entries and works: what may not disappear, former names, marks, and days that have come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.check.rules.lifecycle import missing
from kb.model import EntryStatus, KnowledgeBase
from kb.read.content import load
from kb.view.reviews import due

BASE = Path(__file__).parents[2] / "bad" / "_base"
Check = Callable[..., list[str]]


def bibliography(key: str, mark: str) -> dict[str, str]:
    """The small bibliography with a field added to one record."""
    text = (BASE / "references.bib").read_text(encoding="utf-8")
    return {"references.bib": text.replace(f"{{{key},\n", f"{{{key},\n  {mark},\n")}


def codes(problems: list[str]) -> list[str]:
    return [problem.split(": ")[1][:5] for problem in problems]


@pytest.fixture
def knowledge(content: Callable[..., Path], today: date) -> KnowledgeBase:
    return load(content(), today).knowledge


def without(knowledge: KnowledgeBase, slug: str) -> KnowledgeBase:
    return replace(knowledge, studies={name: item for name, item in knowledge.studies.items() if name != slug})


def test_a_deleted_entry_is_told_with_how_to_withdraw_it(knowledge: KnowledgeBase) -> None:
    (problem,) = missing(knowledge, without(knowledge, "trial-2025"))
    assert str(problem).startswith(
        "content/studies/trial-2025.md:1: KB210 the study trial-2025 was published and must not be deleted"
    )
    assert "status: withdrawn" in problem.hint
    assert "formerly: [trial-2025]" in problem.hint


def test_a_tombstone_stays_too(knowledge: KnowledgeBase) -> None:
    assert [problem.code for problem in missing(knowledge, without(knowledge, "retracted-2019"))] == ["KB210"]


def test_a_draft_may_be_deleted(knowledge: KnowledgeBase) -> None:
    rest = {slug: driver for slug, driver in knowledge.drivers.items() if slug != "unfinished"}
    assert list(missing(knowledge, replace(knowledge, drivers=rest))) == []


def test_an_entry_that_names_its_former_slug_is_no_deletion(knowledge: KnowledgeBase) -> None:
    old = knowledge.studies["trial-2025"]
    new = old.model_copy(update={"slug": "trial-2026", "formerly": ("trial-2025",)})
    studies = {**without(knowledge, "trial-2025").studies, "trial-2026": new}
    assert list(missing(knowledge, replace(knowledge, studies=studies))) == []


def test_a_former_slug_that_is_dropped_is_told(knowledge: KnowledgeBase) -> None:
    entry = knowledge.studies["trial-2025"].model_copy(update={"formerly": ("trial-2020",)})
    before = replace(knowledge, studies={**knowledge.studies, "trial-2025": entry})
    assert [problem.code for problem in missing(before, knowledge)] == ["KB210"]


def test_a_published_entry_does_not_become_a_draft(knowledge: KnowledgeBase) -> None:
    draft = knowledge.studies["trial-2025"].model_copy(update={"status": EntryStatus.DRAFT})
    after = replace(knowledge, studies={**knowledge.studies, "trial-2025": draft})
    (problem,) = missing(knowledge, after)
    assert "must not be a draft again" in problem.message


def test_the_same_content_misses_nothing(knowledge: KnowledgeBase) -> None:
    assert list(missing(knowledge, knowledge)) == []


def test_a_retraction_reaches_all_that_rest_on_the_work(problems: Check) -> None:
    found = problems(bibliography("trial-2024", "retracted = {2026-05-18, 10.1000/notice}"))
    assert {problem.split(":")[0] for problem in found} >= {
        "content/interventions/quiet-hours.md",
        "content/instruments/pfi.md",
        "content/drivers/workload.md",
    }
    assert set(codes(found)) == {"KB215"}


def test_a_retracted_trial_carries_no_grade(problems: Check) -> None:
    found = problems(bibliography("moss-2024", "retracted = {2026-05-18}"))
    assert [line.split()[0] for line in found if "KB214" in line] == ["content/studies/trial-2024.md:6:"]


def test_a_withdrawn_study_of_a_retracted_work_is_as_it_should_be(problems: Check) -> None:
    assert problems(bibliography("moss-2019", "retracted = {2026-05-18}")) == []


def test_a_correction_is_told_until_the_entry_is_reviewed_after_it(problems: Check) -> None:
    assert problems(bibliography("moss-2025", "corrected = {2026-10-31}")) == []


def test_a_correction_after_the_review_is_told(problems: Check) -> None:
    assert codes(problems(bibliography("moss-2025", "corrected = {2026-11-02}"))) == ["KB215"]


@pytest.mark.parametrize(("day", "found"), [("2026-11-23", []), ("2026-11-24", ["KB405"])])
def test_a_review_may_be_one_day_ahead_for_time_zones(problems: Check, day: str, found: list[str]) -> None:
    page = f"---\ntitle: A page\nsummary: A page.\nstatus: draft\nreviewed: {day}\n---\nWords.\n"
    assert codes(problems({"pages/a.md": page})) == found


@pytest.mark.parametrize(("year", "found"), [("2027", []), ("2028", ["KB405"])])
def test_a_work_may_be_dated_one_year_ahead(problems: Check, year: str, found: list[str]) -> None:
    text = bibliography("moss-2025", "volume = {1}")["references.bib"].replace("{2025}", f"{{{year}}}")
    assert codes(problems({"references.bib": text})) == found


def test_a_study_that_appeared_before_1900_is_told(problems: Check) -> None:
    text = bibliography("moss-2025", "volume = {1}")["references.bib"].replace("{2025}", "{1825}")
    assert codes(problems({"references.bib": text})) == ["KB406"]


def test_what_is_due_comes_soonest_first_and_drafts_are_left_out(knowledge: KnowledgeBase) -> None:
    soon = knowledge.studies["trial-2025"].model_copy(update={"review_by": knowledge.today + timedelta(days=3)})
    late = knowledge.studies["trial-2024"].model_copy(update={"review_by": knowledge.today - timedelta(days=1)})
    draft = knowledge.drivers["unfinished"].model_copy(update={"review_by": knowledge.today - timedelta(days=9)})
    changed = replace(
        knowledge,
        studies={**knowledge.studies, "trial-2025": soon, "trial-2024": late},
        drivers={**knowledge.drivers, "unfinished": draft},
    )
    found = due(changed, timedelta(days=3))
    assert [(item.file, item.days, item.overdue) for item in found] == [
        ("studies/trial-2024.md", -1, True),
        ("studies/trial-2025.md", 3, False),
    ]
    assert [item.days for item in due(changed, timedelta(days=2))] == [-1]


def test_a_former_slug_in_a_text_leads_to_the_new_address(problems: Check, content: Callable[..., Path]) -> None:
    workload = (BASE / "drivers/workload.md").read_text(encoding="utf-8")
    renamed = workload.replace("status: published\n", "status: published\nformerly: [toil]\n")
    page = "---\ntitle: A page\nsummary: A page.\nstatus: draft\nreviewed: 2026-11-01\n---\n[x](/drivers/toil/)\n"
    (problem,) = problems({"drivers/workload.md": renamed, "pages/a.md": page})
    assert "write /drivers/workload/" in problem


def test_a_link_out_of_the_content_is_refused(content: Callable[..., Path], today: date, tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text((BASE / "pages/about.md").read_text(encoding="utf-8"), encoding="utf-8")
    root = content()
    (root / "pages" / "linked.md").symlink_to(outside)
    read = load(root, today)
    assert [(problem.path, problem.code) for problem in read.problems] == [("content/pages/linked.md", "KB101")]
    assert "linked" not in read.knowledge.pages
