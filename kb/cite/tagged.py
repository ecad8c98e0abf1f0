"""RIS and NBIB: files of tagged lines, as reference managers and PubMed write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.cite import incoming, normalize
from kb.cite.incoming import Incoming, Place

_RIS_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?: (.*)|$)")
_NBIB_LINE = re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|$)")

_TYPES = {
    **dict.fromkeys(("JOUR", "JFULL", "EJOUR", "MGZN", "NEWS", "INPR", "ABST"), "article"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK", "SER"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP", "CONF", "CPAPER", "ENCYC", "DICT"), "incollection"),
    **dict.fromkeys(("RPRT", "GOVDOC", "STAND"), "techreport"),
    **dict.fromkeys(("ELEC", "WEB", "BLOG", "VIDEO"), "online"),
}
_RETRACTED = "PubMed marks it as retracted: do not rely on it, and write the retraction in its record"


@dataclass
class _Lines:
    """The tagged lines of one record, in their order."""

    line: int
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def all(self, *tags: str) -> list[str]:
        """The values of any of the tags, in the order of the file."""
        return [value for tag, value in self.pairs if tag in tags and value.strip()]

    def first(self, *tags: str) -> str:
        """The first value of the first tag that has one."""
        return next((value for tag in tags for value in self.all(tag)), "")


def read_ris(text: str, source: str) -> Iterator[Incoming]:
    """The works of a RIS file. A record starts with TY and ends with ER, or where the next one starts."""
    for record in _records(text, _RIS_LINE, "TY", "ER"):
        yield _ris(record, Place(source, record.line))


def read_nbib(text: str, source: str, verified: str = incoming.UNVERIFIED) -> Iterator[Incoming]:
    """The works of a PubMed file. A record starts with PMID."""
    for record in _records(text, _NBIB_LINE, "PMID", ""):
        yield _nbib(record, Place(source, record.line), verified)


def _records(text: str, form: re.Pattern[str], start: str, end: str) -> Iterator[_Lines]:
    """The records of a file; a line without a tag goes on with the value before it."""
    record: _Lines | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = form.match(line)
        tag = match[1].strip() if match else ""
        if tag == start:
            if record:
                yield record
            record = _Lines(number)
        if record is None:
            continue
        if match and tag == end:
            yield record
            record = None
        elif match:
            record.pairs.append((tag, (match[2] or "").strip()))
        elif record.pairs and line.strip():
            last, value = record.pairs[-1]
            # Only abstracts are long; what is not kept need not be joined.
            record.pairs[-1] = (last, f"{value} {line.strip()}" if len(value) < 5_000 else value)
    if record:
        yield record


_RIS = {
    "title": ("TI", "T1", "CT", "BT"),
    "container": ("JF", "T2", "JO", "JA", "J2", "J1"),
    "year": ("PY", "Y1", "DA"),
    "volume": ("VL",),
    "number": ("IS", "CP"),
    "pages": ("AR", "C7"),
    "publisher": ("PB",),
    "address": ("CY", "PP"),
    "edition": ("ET",),
    "doi": ("DO", "DI"),
    "urldate": ("Y2",),
}
_NBIB = {
    "title": ("TI", "BTI", "TT"),
    "container": ("JT", "TA"),
    "year": ("DP", "DEP"),
    "volume": ("VI",),
    "number": ("IP",),
    "pages": ("PG",),
    "publisher": ("PB",),
    "pmid": ("PMID",),
}
"""The tags of what a record needs; the first that has a value counts."""


def _ris(record: _Lines, place: Place) -> Incoming:
    kind = _TYPES.get(record.first("TY").upper(), "misc")
    raw = {name: record.first(*tags) for name, tags in _RIS.items()}
    if kind == "incollection":
        raw["container"] = record.first("T2", "BT", "JF")
    elif kind == "article":
        raw["container"] = raw["container"] or record.first("T3")
    elif record.first("TY").upper() == "GEN" and record.first("JF", "JO") and raw["volume"]:
        kind = "article"
    if first := record.first("SP"):
        raw["pages"] = normalize.pages(first, record.first("EP"))
    # EndNote writes a DOI into M3 or L3 if DO is missing, and PubMed's number into AN.
    elsewhere = (value for value in record.all("M3", "L3", "UR", "L2") if normalize.doi(value))
    raw["doi"] = raw["doi"] or next(elsewhere, "")
    raw["url"] = next((value for value in record.all("UR", "LK", "L2") if normalize.address(value)), "")
    if re.search("pubmed|medline", record.first("DB", "DP", "N1"), re.I):
        raw["pmid"] = record.first("AN")
    authors = map(normalize.person, record.all("AU", "A1"))
    editors = map(normalize.person, record.all("ED", "A2", "A3") if kind == "incollection" else record.all("ED"))
    return incoming.normalized(place, kind, raw, authors, editors, remarks=_retracted(record.first("TI", "T1")))


def _nbib(record: _Lines, place: Place, verified: str) -> Incoming:
    kind = "article"
    raw = {name: record.first(*tags) for name, tags in _NBIB.items()}
    if book := record.first("BTI"):
        kind = "incollection" if record.first("TI") else "book"
        raw |= {"container": book if record.first("TI") else raw["container"], "address": record.first("PL")}
    raw["doi"] = next((value for value in record.all("LID", "AID") if value.rstrip().endswith("[doi]")), "")
    # CN, a group, is one of the authors, in the journal's order.
    tag_of_people = "FAU" if record.all("FAU") else "AU"
    authors = [
        normalize.group(value) if tag == "CN" else normalize.person(value)
        for tag, value in record.pairs
        if tag in (tag_of_people, "CN")
    ]
    editors = map(normalize.person, record.all("FED") or record.all("ED"))
    remarks = _retracted(record.first("TI"), *record.all("PT"))
    return incoming.normalized(place, kind, raw, authors, editors, verified=verified, remarks=remarks)


def _retracted(title: str, *types: str) -> list[str]:
    if any(value.lower() == "retracted publication" for value in types):
        return [_RETRACTED]
    return ["its title says that it is retracted: do not rely on it"] if re.match(r"retracted\b", title, re.I) else []
