"""The bibliography as BibTeX."""

from __future__ import annotations

from pathlib import Path

from kb.memo import by_identity
from kb.model import KnowledgeBase, Person, Reference

_FIELDS = (
    *(("title", "title"), ("container", "journal"), ("year", "year"), ("volume", "volume"), ("issue", "number")),
    *(("pages", "pages"), ("publisher", "publisher"), ("doi", "doi"), ("url", "url"), ("note", "note")),
)


def write(knowledge: KnowledgeBase, folder: Path) -> list[Path]:
    """Write ``references.bib``, records in order of their keys."""
    path = folder / "references.bib"
    path.write_text(as_text(knowledge), encoding="utf-8")
    return [path]


def as_text(knowledge: KnowledgeBase) -> str:
    """All records, a blank line between them."""
    return "\n\n".join(as_record(reference) for reference in knowledge.references.values()) + "\n"


@by_identity
def as_record(reference: Reference) -> str:
    """One work as a BibTeX record; only & and % need a backslash, all else is written directly."""
    lines = []
    if reference.authors:
        names = [_name(person) for person in reference.authors] + ["others"] * reference.more_authors
        lines.append(("author", " and ".join(names)))
    container = {"article": "journal", "incollection": "booktitle"}.get(reference.type)
    for attribute, field in _FIELDS:
        value = getattr(reference, attribute)
        if attribute == "container":
            if value and (container or not reference.publisher):
                lines.append((container or "howpublished", value))
        elif value is not None:
            lines.append((field, str(value)))
    body = "".join(f"  {field} = {{{_escaped(field, value)}}},\n" for field, value in lines)
    return f"@{reference.type}{{{reference.key},\n{body}}}"


def _name(person: Person) -> str:
    return f"{person.family}, {person.given}" if person.given else f"{{{person.family}}}"


def _escaped(field: str, value: str) -> str:
    return value if field in ("doi", "url") else value.replace("&", r"\&").replace("%", r"\%")
