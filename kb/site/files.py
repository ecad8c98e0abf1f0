"""All files beside the pages: data, feeds, the calendar, citations, and what programs look for at a site's root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kb.export import as_bibtex, as_calendar, as_csv, as_feed, as_json, as_ris, as_skos
from kb.export.identity import NAME, urn
from kb.model import KINDS, Entry, KnowledgeBase, Status
from kb.relations import relate
from kb.site.citation import citation_of
from kb.site.contexts.downloads import ROOT
from kb.site.contexts.frame import Context
from kb.site.discovery import discovery_files

Files = Iterator[tuple[str, bytes]]
"""Paths below the site's root, each with what the file holds."""


def files(knowledge: KnowledgeBase, pages: Iterable[Context], site_url: str) -> Files:
    """Every file. ``site_url`` is the site's address without a last slash, or empty: links are then relative."""
    yield from _data(knowledge)
    yield from _feeds(knowledge, site_url)
    yield from _citations(knowledge, site_url)
    yield from discovery_files(knowledge, pages, site_url)


def _data(knowledge: KnowledgeBase) -> Files:
    everything = as_json.as_data(knowledge)
    for kind in KINDS:
        for data in everything[kind.folder]:
            # Instruments and frameworks have a version of their own.
            whole = data | {"content_version": knowledge.version}
            yield f"{ROOT}{kind.folder}/{data['slug']}.json", as_json.as_bytes(whole)
    entries = [_indexed(entry, knowledge) for entry in knowledge.entries()]
    index = {"version": knowledge.version, "day": knowledge.today, "entries": entries}
    yield f"{ROOT}index.json", as_json.as_bytes(index)
    yield f"{ROOT}burnout-kb.json", as_json.as_bytes(everything)
    for name, text in as_csv.as_tables(knowledge).items():
        yield f"{ROOT}{name}", text.encode()
    yield f"{ROOT}references.bib", as_bibtex.as_text(knowledge).encode()
    yield f"{ROOT}drivers.ttl", as_skos.as_turtle(knowledge).encode()


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


def _feeds(knowledge: KnowledgeBase, site_url: str) -> Files:
    base = f"{site_url}/" if site_url else ""
    path = "feeds/all.atom"
    yield path, as_feed.as_atom(knowledge, path=path, root=base or "../")
    relations = relate(knowledge)
    for driver in relations.drivers:
        about = (
            *(driver, *relations.interventions_of_driver.get(driver.slug, ())),
            *relations.instruments_of_driver.get(driver.slug, ()),
            *relations.studies_of_driver.get(driver.slug, ()),
        )
        path = f"feeds/drivers/{driver.slug}.atom"
        title = f"{driver.title} · {NAME}"
        yield path, as_feed.as_atom(knowledge, about, title, f"{urn(driver)}:feed", path, base or "../../")
    yield "feeds/reviews-due.ics", as_calendar.as_ics(knowledge, base)


def _citations(knowledge: KnowledgeBase, site_url: str) -> Files:
    for entry in knowledge.entries():
        if entry.status is Status.PUBLISHED:
            work = citation_of(entry, knowledge, f"{site_url}/{entry.path}" if site_url else "")
            yield f"{entry.path}cite.bib", f"{as_bibtex.as_record(work)}\n".encode()
            yield f"{entry.path}cite.ris", as_ris.as_record(work).encode()
