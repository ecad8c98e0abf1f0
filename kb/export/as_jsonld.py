"""The entries as schema.org records in JSON-LD."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from kb.citations import cited_keys
from kb.model import Entry, KnowledgeBase, Reference, Status

_TYPES = {
    "intervention": "MedicalTherapy",
    "instrument": "MedicalTest",
    "study": "MedicalScholarlyArticle",
    "driver": "DefinedTerm",
    "framework": "DefinedTermSet",
    "page": "WebPage",
}


def write(knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    """Write ``burnout-kb.jsonld``."""
    path = folder / "burnout-kb.jsonld"
    graph = [as_record(entry, knowledge) for entry in knowledge.entries() if entry.status is Status.PUBLISHED]
    document = {"@context": "https://schema.org", "@graph": graph}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return [path]


def as_record(entry: Entry, knowledge: KnowledgeBase) -> dict[str, Any]:
    """One entry as a schema.org record; its address is relative to the site's root."""
    works = [knowledge.references[key] for key in cited_keys(entry) if key in knowledge.references]
    record = {
        "@type": _TYPES[entry.kind],
        "@id": entry.path,
        "name": entry.title,
        "description": entry.summary,
        "dateModified": entry.reviewed.isoformat(),
        "citation": [_work(reference) for reference in works],
    }
    if entry.slug in knowledge.assessments and entry.kind == "intervention":
        assessment = knowledge.assessments[entry.slug]
        certainty = assessment.certainty.name.lower().replace("_", " ") if assessment.certainty else "not graded"
        record["additionalProperty"] = [
            {"@type": "PropertyValue", "name": "verdict", "value": assessment.verdict},
            {"@type": "PropertyValue", "name": "certainty", "value": certainty},
        ]
    return record


def _work(reference: Reference) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "CreativeWork", "name": reference.title, "text": reference.text}
    return work | ({"url": reference.link} if reference.link else {})
