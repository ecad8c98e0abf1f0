"""All files beside the pages: data, feeds, the calendar, citations, and what programs look for at a site's root."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kb.export import as_bibtex, as_calendar, as_csv, as_feed, as_json, as_ris, as_skos
from kb.export.identity import NAME, urn
from kb.model import Driver, Entry, KnowledgeBase, Status
from kb.site.citation import citation_of
from kb.site.contexts.downloads import ROOT
from kb.site.contexts.frame import VERSION
from kb.view.relations import Relations

Files = Iterator[tuple[str, bytes]]
"""Paths below the site's root, each with what the file holds."""


def entry_files(entry: Entry, knowledge: KnowledgeBase, site_url: str) -> Files:
    """The data of an entry and how to cite its page, with VERSION where its version shall stand."""
    # Instruments and frameworks have a version of their own.
    data = as_json.entry_data(entry, knowledge) | {"content_version": VERSION}
    yield f"{ROOT}{entry.folder}/{entry.slug}.json", as_json.as_bytes(data)
    if entry.status is Status.PUBLISHED:
        work = citation_of(entry, knowledge, f"{site_url}/{entry.path}" if site_url else "")
        yield f"{entry.path}cite.bib", f"{as_bibtex.as_record(work)}\n".encode()
        yield f"{entry.path}cite.ris", as_ris.as_record(work).encode()


def driver_feed(driver: Driver, knowledge: KnowledgeBase, relations: Relations, site_url: str) -> Files:
    """The feed of what bears on a driver."""
    about = (
        *(driver, *relations.interventions_of_driver.get(driver.slug, ())),
        *relations.instruments_of_driver.get(driver.slug, ()),
        *relations.studies_of_driver.get(driver.slug, ()),
    )
    path, root = f"feeds/drivers/{driver.slug}.atom", f"{site_url}/" if site_url else "../../"
    yield path, as_feed.as_atom(knowledge, about, f"{driver.title} · {NAME}", f"{urn(driver)}:feed", path, root)


def _bulk(knowledge: KnowledgeBase, _site_url: str) -> Files:
    yield f"{ROOT}burnout-kb.json", as_json.as_bytes(as_json.as_data(knowledge))


def _index(knowledge: KnowledgeBase, _site_url: str) -> Files:
    entries = [_indexed(entry, knowledge) for entry in knowledge.entries()]
    index = {"version": knowledge.version, "day": knowledge.today, "entries": entries}
    yield f"{ROOT}index.json", as_json.as_bytes(index)


def _tables(knowledge: KnowledgeBase, _site_url: str) -> Files:
    for name, text in as_csv.as_tables(knowledge).items():
        yield f"{ROOT}{name}", text.encode()


def _references(knowledge: KnowledgeBase, _site_url: str) -> Files:
    yield f"{ROOT}references.bib", as_bibtex.as_text(knowledge).encode()


def _scheme(knowledge: KnowledgeBase, _site_url: str) -> Files:
    yield f"{ROOT}drivers.ttl", as_skos.as_turtle(knowledge).encode()


def _feed(knowledge: KnowledgeBase, site_url: str) -> Files:
    path = "feeds/all.atom"
    yield path, as_feed.as_atom(knowledge, path=path, root=f"{site_url}/" if site_url else "../")


def _calendar(knowledge: KnowledgeBase, site_url: str) -> Files:
    yield "feeds/reviews-due.ics", as_calendar.as_ics(knowledge, f"{site_url}/" if site_url else "")


WHOLE: dict[str, Callable[[KnowledgeBase, str], Files]] = {
    "bulk": _bulk,
    "index": _index,
    "tables": _tables,
    "references": _references,
    "scheme": _scheme,
    "feed": _feed,
    "calendar": _calendar,
}
"""What is made of the whole, by name. ``site_url`` has no last slash; where it is empty, links are relative."""


def _indexed(entry: Entry, knowledge: KnowledgeBase) -> dict[str, Any]:
    """An entry in the index; a verdict always with its certainty."""
    data: dict[str, Any] = {
        "kind": entry.kind,
        "slug": entry.slug,
        "title": entry.title,
        "status": entry.status,
        "page": entry.path,
        "data": f"{entry.folder}/{entry.slug}.json",
    }
    if entry.status is Status.WITHDRAWN:
        return data
    data |= {"summary": entry.summary, "reviewed": entry.reviewed, "due": entry.due}
    if entry.kind == "intervention":
        assessment = knowledge.assessments[entry.slug]
        data["verdict"] = assessment.verdict
        data["certainty"] = assessment.certainty.name if assessment.certainty else "NOT_GRADED"
    return data
