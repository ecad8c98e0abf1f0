"""BibTeX files of others: read as references.bib is, and brought to house form."""

from __future__ import annotations

from itertools import islice

from kb.cite import forms, house
from kb.cite.found import Fault, Found, Place, Reading
from kb.limits import WORKS
from kb.model import Work
from kb.read.bibliography.bibtex import read

_TYPES = {
    **{kind: kind for kind in house.TYPES},
    **dict.fromkeys(("inproceedings", "conference", "inbook", "incollection"), "incollection"),
    **dict.fromkeys(("report", "manual"), "techreport"),
    **dict.fromkeys(("electronic", "www", "webpage"), "online"),
    **dict.fromkeys(("collection", "booklet", "proceedings"), "book"),
}


def read_bib(text: str, source: str) -> Reading:
    """The works of a BibTeX file; one with a fault is not read, and the fault is told.

    What a file says of its verification is not taken over: it was not done here.
    """
    records, problems = read(text, source)
    faults = [Fault(Place(source, problem.line), problem.message, problem.hint) for problem in problems]
    whole = (record for record in records if not record.work.unread)
    works = [_found(record.work, Place(source, record.line)) for record in islice(whole, WORKS + 1)]
    return Reading(tuple(works), tuple(sorted(faults, key=lambda fault: fault.place.line)))


def _found(work: Work, place: Place) -> Found:
    get = work.fields.get
    kind = _TYPES.get(work.type, "misc")
    journal, book = get("journal", ""), get("booktitle", "")
    raw = {
        "title": get("title", ""),
        "container": book or journal if kind == "incollection" else journal or book,
        "year": get("year") or get("date", ""),
        "volume": get("volume", ""),
        "number": get("number") or get("issue", ""),
        "pages": get("pages", ""),
        "publisher": get("publisher") or get("howpublished", ""),
        "address": get("address", ""),
        "edition": get("edition", ""),
        "doi": get("doi", ""),
        "url": get("url") or get("howpublished", ""),
        "urldate": get("urldate", ""),
        "pmid": get("pmid", ""),
    }
    if forms.address(raw["publisher"]):
        raw["publisher"] = ""
    people = [forms.named(p.family, p.given) if p.given else forms.group(p.family) for p in work.authors]
    editors = [forms.named(p.family, p.given) if p.given else forms.group(p.family) for p in work.editors]
    return house.found(place, kind, raw, people, editors, more_authors=work.more_authors)
