"""A work that comes from a file or a registry: normalized, with its place in the source, not yet in references.bib."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.cite import normalize
from kb.model import Person, Work

TYPES = ("article", "book", "incollection", "techreport", "online", "misc")
"""The types of records in references.bib; any other type becomes misc."""
MOST_AUTHORS = 30
"""Authors that a record names; one with more ends in ``and others``. A citation shows six at most."""
UNVERIFIED = "unverified"
_LONGEST_EDITION = 100


@dataclass(frozen=True)
class Place:
    """Where a work is in its source; a registry has no lines."""

    source: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class Incoming:
    """A normalized work that has no key yet."""

    place: Place
    work: Work
    remarks: tuple[str, ...] = ()
    """What a curator must know about it, e.g. that a value was left out."""


@dataclass(frozen=True)
class Fault:
    """Why something could not be read or added, and what to do."""

    place: Place
    message: str
    hint: str = ""
    note: bool = False
    """Whether nothing failed: the message only informs."""

    def __str__(self) -> str:
        note = "note: " if self.note else ""
        return f"{self.place}: {note}{self.message}" + (f"\n    hint: {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Reading:
    """All works and faults of one source."""

    works: tuple[Incoming, ...] = ()
    faults: tuple[Fault, ...] = ()


def normalized(
    place: Place,
    kind: str,
    raw: Mapping[str, str],
    authors: Iterable[Person | None],
    editors: Iterable[Person | None] = (),
    *,
    more_authors: bool = False,
    verified: str = UNVERIFIED,
    remarks: Iterable[str] = (),
) -> Incoming:
    """The normalized work, without a key, that a source describes.

    ``kind`` is one of ``TYPES``; ``raw`` holds title, container (a journal, book or site), year, volume, number, pages,
    publisher, address, edition, doi, url, urldate, pmid. A value that is empty or cannot be used is left out; a remark
    says so where a reader would miss it.
    """
    get, notes = raw.get, list(remarks)
    doi = normalize.doi(get("doi", "")) or (normalize.doi(get("url", "")) if "doi.org/" in get("url", "") else None)
    if get("doi", "").strip() and not doi:
        notes.append(f"{normalize.text(get('doi', ''))[:60]!r} is no DOI and was left out")
    pmid = normalize.pmid(get("pmid", "")) or (
        normalize.pmid(get("url", "")) if "nlm.nih.gov" in get("url", "") else None
    )
    url = normalize.address(get("url", "")) or (f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None)
    container, publisher = get("container", ""), normalize.text(get("publisher", ""))
    kind = _type(kind, bool(container.strip()), bool(publisher))
    edition = re.sub(
        r"[\s.]*\b(?:ed|edn|edition)\b\.?$", "", normalize.text(get("edition", ""))[:_LONGEST_EDITION], flags=re.I
    )
    values = {
        "title": normalize.title(get("title", "")),
        "journal": normalize.journal(container) if kind == "article" else "",
        "booktitle": normalize.title(container) if kind == "incollection" else "",
        "edition": "" if kind == "article" or edition in ("1", "1st", "First") else edition,
        "publisher": ""
        if kind == "article"
        else publisher or ("" if kind == "incollection" else normalize.text(container)),
        "address": "" if kind == "article" else normalize.text(get("address", "")),
        "year": normalize.year(get("year", "")),
        "volume": normalize.text(get("volume", "")),
        "number": normalize.text(get("number", "")),
        "pages": normalize.pages(get("pages", "")),
        "doi": doi,
        "url": None if doi else url,
        "urldate": normalize.day(get("urldate", "")) if url and not doi else None,
        "pmid": pmid,
        "verified": verified,
    }
    if not values["year"] and get("year", "").strip():
        notes.append(f"no year was found in {normalize.text(get('year', ''))[:60]!r}")
    people = tuple(someone for someone in authors if someone)
    fields = {name: value for name, value in values.items() if value}
    more_authors = more_authors or len(people) > MOST_AUTHORS
    kept = tuple(someone for someone in editors if someone) if kind != "article" else ()
    return Incoming(place, Work(kind, "", fields, people[:MOST_AUTHORS], kept, more_authors), tuple(notes))


def _type(kind: str, held: bool, published: bool) -> str:
    """A type that fits what is known: an article needs a journal, a chapter a book."""
    if kind not in TYPES:
        kind = "misc"
    if kind == "article" and not held:
        return "misc"
    if kind == "incollection" and not held:
        return "book" if published else "misc"
    return kind
