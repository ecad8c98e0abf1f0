"""Reading works from a file: BibTeX here, RIS, NBIB and CSL-JSON by their own modules."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from kb.cite import incoming, normalize
from kb.cite.csl import read_csl
from kb.cite.incoming import Fault, Incoming, Place, Reading
from kb.cite.tagged import read_nbib, read_ris
from kb.limits import WORKS
from kb.model import Work
from kb.read.bibliography.bibtex import read

MAX_BYTES = 20_000_000
FORMATS = "BibTeX (.bib), RIS (.ris), PubMed (.nbib) or CSL-JSON (.json)"
_IS = {
    "bib": re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.M),
    "ris": re.compile(r"^TY {0,2}- ?[A-Z]", re.M),
    "nbib": re.compile(r"^PMID- ?\d", re.M),
}
"""How a work starts in each format but CSL-JSON."""
_EXPORT = "in PubMed: Send to, Citation manager; in EndNote: File, Export, RIS; in Zotero: Export, RIS or CSL JSON"
# Files that are often mistaken for an export, by how they start.
_OTHERS = (
    (re.compile(r"\s*<"), "it is XML or a web page"),
    (re.compile(r"%[0A-Z] "), "it is EndNote's own format (.enw)"),
    (re.compile(r"\s*(?:\d{5,9}\s+)+\Z"), "it is a list of PubMed numbers: give them to kb cite themselves"),
    (re.compile(r"(?:FN |PT )"), "it is Web of Science's own format"),
)

_BIB_TYPES = {
    **{kind: kind for kind in incoming.TYPES},
    **dict.fromkeys(("inproceedings", "conference", "inbook", "incollection"), "incollection"),
    **dict.fromkeys(("report", "manual"), "techreport"),
    **dict.fromkeys(("electronic", "www", "webpage"), "online"),
    **dict.fromkeys(("collection", "booklet", "proceedings"), "book"),
}


def read_file(path: Path, source: str) -> Reading:
    """The works of a file, with faults for what could not be read; never raises for what a file holds.

    ``source`` is how messages name the file.
    """
    start = Place(source, 1)
    try:
        if not path.is_file():
            return _failed(start, "this is not a file", f"name a file in {FORMATS}")
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 1_000_000:.0f} MB"
            message = f"the file must be at most 20 MB, found {size}"
            return _failed(start, message, "export only the works that you cite")
        data = path.read_bytes()
    except OSError as error:
        return _failed(
            start, f"the file cannot be read: {error.strerror}", "change its permissions so that you can read it"
        )
    text, remark = _text(data)
    if text is None:
        return _failed(start, "this is not a text file", f"export the works as {FORMATS}; {_EXPORT}")
    reading = _read(text, source)
    if len(reading.works) > WORKS:
        message = f"a file may hold at most {WORKS} works, found more"
        return _failed(start, message, "export only the works that you cite")
    if not reading.works and not reading.faults:
        return _failed(start, "no work was found in the file", f"export it again; {_EXPORT}")
    notes = (Fault(start, *remark, note=True),) if remark else ()
    return Reading(reading.works, (*reading.faults, *notes))


def _read(text: str, source: str) -> Reading:
    """The works of a text, by its content: names of files mislead."""
    if not text.strip():
        return _failed(Place(source, 1), "the file is empty", f"export it again; {_EXPORT}")
    if text.lstrip()[0] in "[{" and not _IS["bib"].search(text):
        return read_csl(text, source)
    starts = {name: match.start() for name, form in _IS.items() if (match := form.search(text))}
    match min(starts, key=lambda name: starts[name], default=None):
        case "bib":
            return _read_bib(text, source)
        case "ris":
            return Reading(tuple(islice(read_ris(text, source), WORKS + 1)))
        case "nbib":
            return Reading(tuple(islice(read_nbib(text, source), WORKS + 1)))
    what = next((words for form, words in _OTHERS if form.match(text)), "it is none of these formats")
    return _failed(Place(source, 1), f"works are read from {FORMATS}; {what}", _EXPORT)


def _text(data: bytes) -> tuple[str | None, tuple[str, str] | None]:
    """The text of a file with Unix line ends, and a remark where its encoding was guessed; None if it is not text."""
    remark = None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif b"\0" in data:
        return None, None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            text = data.decode("cp1252", "replace")
            remark = (
                f"the file is not UTF-8 (line {line}), so it was read as Windows-1252",
                "check the accented letters of the works that were added, or export the file as UTF-8",
            )
    return text.replace("\r\n", "\n").replace("\r", "\n"), remark


def _failed(place: Place, message: str, hint: str) -> Reading:
    return Reading(faults=(Fault(place, message, hint),))


def _read_bib(text: str, source: str) -> Reading:
    """The works of a BibTeX file; a record with a fault is left out, and the fault says why.

    A record's ``verified`` is ignored: nobody here has compared it with the work.
    """
    records, problems = read(text, source)
    faults = [Fault(Place(source, problem.line), problem.message, problem.hint) for problem in problems]
    whole = (record for record in records if not record.work.unread)
    works = [_from_bib(record.work, Place(source, record.line)) for record in islice(whole, WORKS + 1)]
    return Reading(tuple(works), tuple(sorted(faults, key=lambda fault: fault.place.line)))


def _from_bib(work: Work, place: Place) -> Incoming:
    get = work.fields.get
    kind = _BIB_TYPES.get(work.type, "misc")
    journal, book = get("journal", ""), get("booktitle", "")
    raw = {
        **work.fields,
        "container": book or journal if kind == "incollection" else journal or book,
        "year": get("year") or get("date", ""),
        "number": get("number") or get("issue", ""),
        "publisher": get("publisher") or get("howpublished", ""),
        "url": get("url") or get("howpublished", ""),
    }
    if normalize.address(raw["publisher"]):
        raw["publisher"] = ""
    authors, editors = (
        [normalize.named(one.family, one.given) if one.given else normalize.group(one.family) for one in people]
        for people in (work.authors, work.editors)
    )
    return incoming.normalized(place, kind, raw, authors, editors, more_authors=work.more_authors)
