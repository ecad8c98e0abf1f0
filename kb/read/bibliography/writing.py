"""A work as a record of references.bib: its fields in the order of the house, one a line."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Person, Work
from kb.read.bibliography.bibtex import ADDRESSES, person

_ORDER = (
    *("title", "journal", "booktitle", "editor", "edition", "publisher", "howpublished", "address", "year", "date"),
    *("volume", "number", "issue", "pages", "doi", "url", "urldate", "pmid", "listed"),
    *("retracted", "corrected", "verified", "note"),
)
# What LaTeX reads as more than a sign; a brace would end the field.
_SIGNS = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$"},
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "\\": r"{\textbackslash}",
        "~": r"{\textasciitilde}",
    }
)
# A report names its publisher in a field of its own; read, the two are one.
_NAMES = {("techreport", "publisher"): "institution"}


def as_record(work: Work) -> str:
    """The record without its last line end; reading it gives the same work."""
    lines = (f"  {name} = {{{value}}},\n" for name, value in _lines(work))
    return f"@{work.type}{{{work.key},\n{''.join(lines)}}}"


def _lines(work: Work) -> Iterator[tuple[str, str]]:
    if work.authors:
        yield "author", _people(work.authors, work.more_authors)
    for field in _ORDER:
        if field == "editor" and work.editors:
            yield field, _people(work.editors, False)
        elif value := work.fields.get(field):
            written = value if field in ADDRESSES else _escaped(value)
            yield _NAMES.get((work.type, field), field), written


def _escaped(text: str) -> str:
    return text.translate(_SIGNS)


def _people(people: tuple[Person, ...], more: bool) -> str:
    return " and ".join([*map(_name, people), *(["others"] if more else [])])


def _name(someone: Person) -> str:
    """A name so that it is read as the same: a group, and a family that would be divided, in braces."""
    family = _escaped(someone.family)
    given = _escaped(someone.given)
    if not given:
        return f"{{{family}}}"
    plainly = f"{family}, {given}"
    try:
        same = person(plainly) == someone and " and " not in plainly.lower()
    except ValueError:
        same = False
    return plainly if same else f"{{{family}}}, {given}"
