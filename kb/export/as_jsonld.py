"""Pages as schema.org records in JSON-LD. ``root`` leads from the record's file to the site's root.

It is an address with its last slash where the site has one; else ``../`` as often as needed, or empty at the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from kb.export.identity import ABSTRACT, KEYWORDS, LICENSE, NAME, urn
from kb.model import Entry, EntryStatus, KnowledgeBase, Reference
from kb.view.catalog import Catalog
from kb.view.fields import EntryView, FrameworkView, InstrumentView, InterventionView, StudyView, entry_view

CONTEXT = "https://schema.org"
_TYPES = {
    "intervention": "MedicalTherapy",
    "instrument": "MedicalTest",
    "study": "MedicalScholarlyArticle",
    "driver": "DefinedTerm",
    "framework": "DefinedTermSet",
}


def as_document(catalog: Catalog) -> bytes:
    """The data set and the page of every published entry."""
    knowledge = catalog.knowledge
    entries = (entry for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED)
    graph = [as_dataset(knowledge), *(as_record(entry, catalog) for entry in entries)]
    document = {"@context": CONTEXT, "@graph": graph}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_record(entry: Entry, catalog: Catalog, root: str = "") -> dict[str, Any]:
    """The page of an entry, what it cites, and as its main entity what it is about."""
    view = entry_view(catalog, entry)
    works = [catalog.knowledge.references[key] for key in view.citations]
    page = as_page(entry.title, entry.summary, entry.path, root) | {
        "dateModified": entry.reviewed.isoformat(),
        "lastReviewed": entry.reviewed.isoformat(),
        "license": LICENSE,
    }
    if works:
        page["citation"] = [_work(reference) for reference in works]
    if entry.kind in _TYPES:
        page["@type"] = "MedicalWebPage"
        page["mainEntity"] = {
            "@type": _TYPES[entry.kind],
            "name": entry.title,
            "identifier": urn(entry),
            "description": entry.summary,
            **_about(view),
        }
    return page


def as_page(title: str, description: str, path: str, root: str = "", type: str = "WebPage") -> dict[str, Any]:
    """A page as part of the site."""
    return {
        "@type": type,
        "@id": f"{root}{path}",
        "name": title,
        "description": description,
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "@id": root, "name": NAME},
    }


def as_dataset(knowledge: KnowledgeBase, root: str = "", files: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """The whole as a data set; ``files`` are its forms, each with path, type and name."""
    distribution = [
        {
            "@type": "DataDownload",
            "name": file["name"],
            "encodingFormat": file["type"],
            "contentUrl": f"{root}{file['path']}",
        }
        for file in files
    ]
    return {
        "@type": "Dataset",
        "name": NAME,
        "description": ABSTRACT,
        "identifier": "urn:burnout-kb",
        "version": knowledge.version,
        "dateModified": knowledge.today.isoformat(),
        "license": LICENSE,
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "creator": {"@type": "Organization", "name": NAME},
        **({"distribution": distribution} if distribution else {}),
    }


def _about(view: EntryView) -> dict[str, Any]:
    """What only entries of some kinds say."""
    references = view.catalog.knowledge.references
    match view:
        case InterventionView():
            certainty = view.certainty.label if view.certainty else "not graded"
            values = (("verdict", view.verdict), ("outcome", view.verdict_outcome or "none"), ("certainty", certainty))
            return {"additionalProperty": [{"@type": "PropertyValue", "name": n, "value": v} for n, v in values]}
        case InstrumentView(abbreviation=str(name)):
            return {"alternateName": name}
        case StudyView() if reference := references.get(view.record.reference):
            people = [{"@type": "Person" if p.given else "Organization", "name": str(p)} for p in reference.authors]
            return _work(reference) | {"@type": _TYPES["study"]} | ({"author": people} if people else {})
        case FrameworkView():
            return {"hasDefinedTerm": [{"@type": "DefinedTerm", "name": term.label} for term in view.terms]}
    return {}


def _work(reference: Reference) -> dict[str, Any]:
    work: dict[str, Any] = {
        "@type": "ScholarlyArticle" if reference.type == "article" else "CreativeWork",
        "name": reference.title,
    }
    if reference.year:
        work["datePublished"] = str(reference.year)
    return work | ({"url": reference.link} if reference.link else {})
