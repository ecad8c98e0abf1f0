"""A work in house form, from the raw values that a source gives for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.cite import forms
from kb.cite.found import Found, Place
from kb.model import Person, Work

TYPES = ("article", "book", "incollection", "techreport", "online", "misc")
"""The types of records in the house; whatever is none of the first five is misc."""
MOST_AUTHORS = 30
"""Authors that a record names; one with more ends in ``and others``. A citation shows six at most."""
UNVERIFIED = "unverified"
_LONGEST_EDITION = 100


def found(
    place: Place,
    kind: str,
    raw: Mapping[str, str],
    authors: Iterable[Person | None],
    editors: Iterable[Person | None] = (),
    *,
    more_authors: bool = False,
    verified: str = UNVERIFIED,
    remarks: Iterable[str] = (),
) -> Found:
    """A work of one of ``TYPES`` from raw values.

    ``raw`` names title, container (a journal, book or site), year, volume, number, pages, publisher, address, edition,
    doi, url, urldate, pmid. What is empty or cannot be used is left out; a remark says so where it would be missed.
    """
    get, notes = raw.get, list(remarks)
    doi = forms.doi(get("doi", "")) or (forms.doi(get("url", "")) if "doi.org/" in get("url", "") else None)
    if get("doi", "").strip() and not doi:
        notes.append(f"{forms.text(get('doi', ''))[:60]!r} is no DOI and was left out")
    pmid = forms.pmid(get("pmid", "")) or (forms.pmid(get("url", "")) if "nlm.nih.gov" in get("url", "") else None)
    url = forms.address(get("url", "")) or (f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None)
    container, publisher = get("container", ""), forms.text(get("publisher", ""))
    kind = _type(kind, bool(container.strip()), bool(publisher))
    edition = re.sub(
        r"[\s.]*\b(?:ed|edn|edition)\b\.?$", "", forms.text(get("edition", ""))[:_LONGEST_EDITION], flags=re.I
    )
    values = {
        "title": forms.title(get("title", "")),
        "journal": forms.journal(container) if kind == "article" else "",
        "booktitle": forms.title(container) if kind == "incollection" else "",
        "edition": "" if kind == "article" or edition in ("1", "1st", "First") else edition,
        "publisher": ""
        if kind == "article"
        else publisher or ("" if kind == "incollection" else forms.text(container)),
        "address": "" if kind == "article" else forms.text(get("address", "")),
        "year": forms.year(get("year", "")),
        "volume": forms.text(get("volume", "")),
        "number": forms.text(get("number", "")),
        "pages": forms.pages(get("pages", "")),
        "doi": doi,
        "url": None if doi else url,
        "urldate": forms.day(get("urldate", "")) if url and not doi else None,
        "pmid": pmid,
        "verified": verified,
    }
    if not values["year"] and get("year", "").strip():
        notes.append(f"no year was found in {forms.text(get('year', ''))[:60]!r}")
    people = tuple(someone for someone in authors if someone)
    fields = {name: value for name, value in values.items() if value}
    more_authors = more_authors or len(people) > MOST_AUTHORS
    kept = tuple(someone for someone in editors if someone) if kind != "article" else ()
    return Found(place, Work(kind, "", fields, people[:MOST_AUTHORS], kept, more_authors), tuple(notes))


def _type(kind: str, held: bool, published: bool) -> str:
    """A type that fits what is known: an article stands in a journal, a chapter in a book."""
    if kind not in TYPES:
        kind = "misc"
    if kind == "article" and not held:
        return "misc"
    if kind == "incollection" and not held:
        return "book" if published else "misc"
    return kind
