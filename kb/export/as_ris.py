"""A work as a RIS record, for programs that manage references."""

from __future__ import annotations

from kb.model import Reference

_TYPE = {"article": "JOUR", "book": "BOOK", "incollection": "CHAP", "techreport": "RPRT"}
_FIELDS = (
    *(("title", "TI"), ("container", "T2"), ("year", "PY"), ("volume", "VL"), ("issue", "IS"), ("pages", "SP")),
    *(("publisher", "PB"), ("doi", "DO"), ("url", "UR"), ("note", "N1")),
)


def as_record(reference: Reference) -> str:
    """The record with its last line end. A type of work that RIS does not name is an electronic source."""
    lines = [("TY", _TYPE.get(reference.type, "ELEC"))]
    lines += [
        ("AU", f"{person.family}, {person.given}" if person.given else person.family) for person in reference.authors
    ]
    values = ((tag, getattr(reference, attribute)) for attribute, tag in _FIELDS)
    # A line of its own would be read as another field, or as another work.
    lines += [(tag, str(value)) for tag, value in values if value is not None]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in [*lines, ("ER", "")])
