"""RIS and NBIB: files of tagged lines, as reference managers and PubMed write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.cite import incoming, normalize
from kb.cite.incoming import Incoming, Place

_RIS_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?: (.*)|$)")
_NBIB_LINE = re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|$)")
IS_RIS = re.compile(r"^TY {0,2}- ?[A-Z]", re.M)
IS_NBIB = re.compile(r"^PMID- ?\d", re.M)

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


def _ris(record: _Lines, place: Place) -> Incoming:
    kind = _TYPES.get(record.first("TY").upper(), "misc")
    held = kind == "incollection"
    # EndNote writes a DOI into M3 or L3 where DO is missing, and PubMed's number into AN.
    elsewhere = (value for value in record.all("M3", "L3", "UR", "L2") if normalize.doi(value))
    pubmed = re.search("pubmed|medline", record.first("DB", "DP", "N1"), re.I)
    first, last = record.first("SP"), record.first("EP")
    raw = {
        "title": record.first("TI", "T1", "CT", "BT"),
        "container": record.first("T2", "BT", "JF") if held else record.first("JF", "T2", "JO", "JA", "J2", "J1"),
        "year": record.first("PY", "Y1", "DA"),
        "volume": record.first("VL"),
        "number": record.first("IS", "CP"),
        "pages": normalize.pages(first, last) if first else record.first("AR", "C7"),
        "publisher": record.first("PB"),
        "address": record.first("CY", "PP"),
        "edition": record.first("ET"),
        "doi": record.first("DO", "DI") or next(elsewhere, ""),
        "url": next((value for value in record.all("UR", "LK", "L2") if normalize.address(value)), ""),
        "urldate": record.first("Y2"),
        "pmid": record.first("AN") if pubmed else "",
    }
    if not record.first("JF", "T2", "JO", "JA", "J2", "J1") and kind == "article":
        raw["container"] = record.first("T3")
    if kind == "misc" and record.first("TY").upper() == "GEN" and record.first("JF", "JO") and raw["volume"]:
        kind = "article"
    editors = record.all("ED", "A2", "A3") if held else record.all("ED")
    remarks = _retracted(record.first("TI", "T1"))
    people = map(normalize.person, record.all("AU", "A1"))
    return incoming.normalized(place, kind, raw, people, map(normalize.person, editors), remarks=remarks)


def _nbib(record: _Lines, place: Place, verified: str) -> Incoming:
    identifiers = [value for value in record.all("LID", "AID") if value.rstrip().endswith("[doi]")]
    book = record.first("BTI")
    raw = {
        "title": record.first("TI") or book or record.first("TT"),
        "container": book if book and record.first("TI") else record.first("JT", "TA"),
        "year": record.first("DP", "DEP"),
        "volume": record.first("VI"),
        "number": record.first("IP"),
        "pages": record.first("PG"),
        "publisher": record.first("PB"),
        "address": record.first("PL") if book else "",
        "doi": identifiers[0] if identifiers else "",
        "pmid": record.first("PMID"),
    }
    kind = "article" if not book else "incollection" if record.first("TI") else "book"
    # CN, a group, is one of the authors, in the journal's order.
    full = [(tag, value) for tag, value in record.pairs if tag in ("FAU", "CN")]
    names = full if record.all("FAU") else [(tag, v) for tag, v in record.pairs if tag in ("AU", "CN")]
    authors = [normalize.group(value) if tag == "CN" else normalize.person(value) for tag, value in names]
    editors = map(normalize.person, record.all("FED") or record.all("ED"))
    remarks = _retracted(record.first("TI"), *record.all("PT"))
    return incoming.normalized(place, kind, raw, authors, editors, verified=verified, remarks=remarks)


def _retracted(title: str, *types: str) -> list[str]:
    if any(value.lower() == "retracted publication" for value in types):
        return [_RETRACTED]
    return ["its title says that it is retracted: do not rely on it"] if re.match(r"retracted\b", title, re.I) else []
