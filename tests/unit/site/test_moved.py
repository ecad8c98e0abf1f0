"""What the site shows of renamed entries, and of works that were retracted or corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kb.check import check
from kb.site.pages import pages
from kb.view.catalog import Catalog, notices

BASE = Path(__file__).parents[2] / "bad" / "_base"


def test_the_old_address_of_a_renamed_entry_leads_to_the_new_one(content: Callable[..., Path], today: date) -> None:
    workload = (BASE / "drivers/workload.md").read_text(encoding="utf-8")
    renamed = workload.replace("status: published\n", "status: published\nformerly: [toil]\n")
    knowledge = check(content({"drivers/workload.md": renamed}), today).knowledge
    (page,) = (page for page in pages(Catalog(knowledge)) if page.template == "moved")
    assert (page.path, page.canonical) == ("drivers/toil/", "drivers/workload/")


def test_readers_are_told_of_a_retracted_work_on_all_pages_that_rest_on_it(
    content: Callable[..., Path], today: date
) -> None:
    text = (BASE / "references.bib").read_text(encoding="utf-8")
    marked = text.replace("{moss-2024,\n", "{moss-2024,\n  retracted = {2026-05-18, 10.1000/notice},\n")
    knowledge = check(content({"references.bib": marked}), today).knowledge
    (own,) = notices(knowledge.studies["trial-2024"], knowledge)
    assert (own.text, own.href) == ("This work was retracted on May 18, 2026.", "https://doi.org/10.1000/notice")
    (other,) = notices(knowledge.interventions["quiet-hours"], knowledge)
    assert other.text == "Moss 2024, which this page relies on, was retracted on May 18, 2026."
    assert list(notices(knowledge.studies["trial-2025"], knowledge)) == []
    shown = next(page for page in pages(Catalog(knowledge)) if page.path == "interventions/quiet-hours/")
    assert shown.notices == (other,)
