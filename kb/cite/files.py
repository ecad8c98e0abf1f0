"""Reading works from a file: which format it has, and whether it is text at all."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from kb.cite.bib import read_bib
from kb.cite.csl import read_csl
from kb.cite.incoming import Fault, Place, Reading
from kb.cite.tagged import FORMS, read_tagged
from kb.limits import WORKS

MAX_BYTES = 20_000_000
FORMATS = "BibTeX (.bib), RIS (.ris), PubMed (.nbib), CSL-JSON (.json), EndNote (.enw) or Web of Science (plain text)"
_IS = {
    "bib": re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.M),
    **{name: form.start for name, form in FORMS.items()},
}
"""How a work starts in each format but CSL-JSON."""
_EXPORT = (
    "in PubMed: Send to, Citation manager; in EndNote: File, Export, RIS; in Zotero, Scopus and others: Export, RIS"
)
# Files that are often mistaken for an export, by how they start.
_OTHERS = (
    (re.compile(r"\s*<\s*\d+\s*>"), "it is a display of Ovid"),
    (re.compile(r"\s*<"), "it is XML or a web page"),
    (re.compile(r"\s*(?:\d{5,9}\s+)+\Z"), "it is a list of PubMed numbers: give them to kb cite themselves"),
    (re.compile(r"\s*\{\\rtf"), "it is a document of a word processor (RTF)"),
    (re.compile(r"[^\n,\t]*(?:[,\t][^\n,\t]*){3}"), "it is a table (CSV)"),
)


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
    text = _text(data, start)
    if isinstance(text, Fault):
        return Reading(faults=(text,))
    reading = _read(text, source)
    if len(reading.works) > WORKS:
        message = f"a file may hold at most {WORKS} works, found more"
        return _failed(start, message, "export only the works that you cite")
    if not reading.works and not reading.faults:
        return _failed(start, "no work was found in the file", f"export it again; {_EXPORT}")
    return reading


def _read(text: str, source: str) -> Reading:
    """The works of a text, by its content: names of files mislead."""
    if not text.strip():
        return _failed(Place(source, 1), "the file is empty", f"export it again; {_EXPORT}")
    if re.match(r"\s*<(?:!doctype|html|head|\?xml)\b", text, re.I):
        return _failed(Place(source, 1), f"works are read from {FORMATS}; it is XML or a web page", _EXPORT)
    if text.lstrip()[0] in "[{" and not _IS["bib"].search(text):
        return read_csl(text, source)
    starts = {name: match.start() for name, form in _IS.items() if (match := form.search(text))}
    match min(starts, key=lambda name: starts[name], default=None):
        case "bib":
            return read_bib(text, source)
        case str(name):
            return Reading.of(islice(read_tagged(text, source, FORMS[name]), WORKS + 1))
    what = next((words for form, words in _OTHERS if form.match(text)), "it is none of these formats")
    return _failed(Place(source, 1), f"works are read from {FORMATS}; {what}", _EXPORT)


def _text(data: bytes, start: Place) -> str | Fault:
    """The text of a file with Unix line ends; a fault where it is no text, or none whose encoding is certain."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            return _binary(data, start)
        place = Place(start.source, data.count(b"\n", 0, error.start) + 1)
        line = data[data.rfind(b"\n", 0, error.start) + 1 :].split(b"\n")[0][:80].decode("ascii", "replace").strip()
        message = f"the file is not UTF-8, so its letters with accents cannot be told: {line!r}"
        hint = "export it again as UTF-8, or open it in an editor, compare its letters, and save it as UTF-8"
        return Fault(place, message, hint)
    if "\0" in text:
        return _binary(data, start)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _binary(data: bytes, start: Place) -> Fault:
    wide = any(len(data) > 3 and not any(data[first:40:2]) for first in (0, 1))
    message = "the file is UTF-16 without a mark that says so" if wide else "this is not a text file"
    return Fault(start, message, "save it as UTF-8" if wide else f"export the works as {FORMATS}; {_EXPORT}")


def _failed(place: Place, message: str, hint: str) -> Reading:
    return Reading(faults=(Fault(place, message, hint),))
