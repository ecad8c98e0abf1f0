"""The bibliography as BibTeX: read again, it is the same."""

from __future__ import annotations

from kb.model import KnowledgeBase, Reference, Work
from kb.read.bibliography import bibtex


def as_text(knowledge: KnowledgeBase) -> str:
    """All records, a blank line between them."""
    return "\n\n".join(as_record(reference) for reference in knowledge.references.values()) + "\n"


def as_record(reference: Reference) -> str:
    """One work as a BibTeX record, with all that its record says."""
    return bibtex.as_record(reference.work or _online(reference))


def _online(reference: Reference) -> Work:
    """What a record would say of a work that has none, such as a page of the site."""
    fields = {"title": reference.title, "year": reference.year, "url": reference.url, "note": reference.note}
    said = {name: str(value) for name, value in fields.items() if value}
    return Work(reference.type, reference.key, said, reference.authors)
