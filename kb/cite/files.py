"""A file of references to the works it holds, whichever of the four formats it has."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from kb.cite.bib import read_bib
from kb.cite.csl import read_csl
from kb.cite.found import Fault, Place, Reading
from kb.cite.tagged import IS_NBIB, IS_RIS, read_nbib, read_ris
from kb.limits import WORKS

MAX_BYTES = 20_000_000
FORMATS = "BibTeX (.bib), RIS (.ris), PubMed (.nbib) or CSL-JSON (.json)"
_IS_BIB = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.M)
_EXPORT = "in PubMed: Send to, Citation manager; in EndNote: File, Export, RIS; in Zotero: Export, RIS or CSL JSON"
# What people take for an export, by how it starts.
_OTHERS = (
    (re.compile(r"\s*<"), "it is XML or a web page"),
    (re.compile(r"%[0A-Z] "), "it is EndNote's own format (.enw)"),
    (re.compile(r"\s*(?:\d{5,9}\s+)+\Z"), "it is a list of PubMed numbers: give them to kb cite themselves"),
    (re.compile(r"(?:FN |PT )"), "it is Web of Science's own format"),
)


def read_file(path: Path, source: str) -> Reading:
    """The works of a file, with faults for what could not be read; never raises for what a file holds.

    ``source`` is how messages name the file.
    """
    start = Place(source, 1)
    try:
        if not path.is_file():
            return _failed(start, "this is no file", f"name a file in {FORMATS}")
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 1_000_000:.0f} MB"
            message = f"the file must be at most 20 MB, it has {size}"
            return _failed(start, message, "export only the works that you cite")
        data = path.read_bytes()
    except OSError as error:
        return _failed(start, f"the file cannot be read: {error.strerror}", "give yourself the right to read it")
    text, remark = _text(data)
    if text is None:
        return _failed(start, "this is no text file", f"export the works as {FORMATS}; {_EXPORT}")
    reading = _read(text, source)
    if len(reading.works) > WORKS:
        message = f"a file may hold at most {WORKS} works, found more"
        return _failed(start, message, "export only the works that you cite")
    if not reading.works and not reading.faults:
        return _failed(start, "no work was found in the file", f"export it again; {_EXPORT}")
    notes = (Fault(start, *remark, note=True),) if remark else ()
    return Reading(reading.works, (*reading.faults, *notes))


def _read(text: str, source: str) -> Reading:
    """The works of a text, by what it looks like: names of files say little."""
    if not text.strip():
        return _failed(Place(source, 1), "the file is empty", f"export it again; {_EXPORT}")
    if text.lstrip()[0] in "[{" and not _IS_BIB.search(text):
        return read_csl(text, source)
    starts = {
        read_ris: IS_RIS.search(text),
        read_nbib: IS_NBIB.search(text),
        read_bib: _IS_BIB.search(text),
    }
    found = {reader: match.start() for reader, match in starts.items() if match}
    if not found:
        what = next((words for form, words in _OTHERS if form.match(text)), "it is none of these formats")
        return _failed(Place(source, 1), f"works are read from {FORMATS}; {what}", _EXPORT)
    reader = min(found, key=lambda one: found[one])
    if reader is read_bib:
        return read_bib(text, source)
    found_works = (read_ris if reader is read_ris else read_nbib)(text, source)
    return Reading(tuple(islice(found_works, WORKS + 1)))


def _text(data: bytes) -> tuple[str | None, tuple[str, str] | None]:
    """The text of a file with Unix line ends, and a remark where its letters had to be guessed; None for no text."""
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
                "look at the accented letters of what was added, or export the file as UTF-8",
            )
    return text.replace("\r\n", "\n").replace("\r", "\n"), remark


def _failed(place: Place, message: str, hint: str) -> Reading:
    return Reading(faults=(Fault(place, message, hint),))
