"""Files of tagged lines, as reference managers, PubMed, ERIC and Web of Science write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kb.cite import incoming, normalize
from kb.cite.incoming import Fault, Incoming, Place
from kb.cite.names import group
from kb.model import Person
from kb.read.retractions import said_in_title

_LONGEST = 5_000
"""Characters of a value that goes on over lines; only abstracts, which are not kept, are longer."""


@dataclass
class Lines:
    """The tagged lines of one record, in their order."""

    line: int
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def all(self, *tags: str) -> list[str]:
        """The values of any of the tags, in the order of the file."""
        return [value for tag, value in self.pairs if tag in tags and value.strip()]

    def first(self, *tags: str) -> str:
        """The first value of the first tag that has one."""
        return next((value for tag in tags for value in self.all(tag)), "")

    def values(self, tags: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """Raw values by name; of a year the first one that has one, as PY may say in press where DA has a day."""
        raw = {name: self.first(*several) for name, several in tags.items()}
        years = [value for tag in tags["year"] for value in self.all(tag)]
        raw["status"] = next((year for year in years if normalize.placeholder(year) == "early"), raw.get("status", ""))
        raw["year"] = next((year for year in years if normalize.year(year)), raw["year"])
        raw["date"] = next((value for value in years if normalize.day(value)), "")
        return raw


@dataclass(frozen=True)
class Form:
    """How a format writes its lines, and what a record of it says."""

    start: re.Pattern[str]
    """Finds the first record of a file."""
    tagged: re.Pattern[str]
    """A line with its tag and its value."""
    first: str
    """The tag that starts a record."""
    work: Callable[[Lines, Place, str], Incoming | Fault]
    last: str = ""
    """The tag that ends a record, if there is one."""
    after_blank: tuple[str, ...] = ()
    """The tags that start a record after a blank line."""
    listed: tuple[str, ...] = ()
    """The tags of which each further line is a value of its own."""


def read_tagged(text: str, source: str, form: Form, verified: str = incoming.UNVERIFIED) -> Iterator[Incoming | Fault]:
    """The works of a file. A record ends where its format says so, or where the next one starts."""
    for record in _records(text, form):
        yield form.work(record, Place(source, record.line), verified)


def _records(text: str, form: Form) -> Iterator[Lines]:
    """The records of a file; a line without a tag goes on with the value before it."""
    record: Lines | None = None
    blank = True
    for number, line in enumerate(text.split("\n"), 1):
        match = form.tagged.match(line)
        tag = match[1].strip() if match else ""
        if tag and (tag == form.first or (blank and tag in form.after_blank)):
            if record:
                yield record
            record = Lines(number)
        blank = not line.strip()
        if record is None:
            continue
        if match and tag == form.last:
            yield record
            record = None
        elif match:
            record.pairs.append((tag, (match[2] or "").strip()))
        elif record.pairs and not blank:
            last, value = record.pairs[-1]
            if last in form.listed:
                record.pairs.append((last, line.strip()))
            elif len(value) < _LONGEST:
                record.pairs[-1] = (last, f"{value} {line.strip()}")
    if record:
        yield record


_RIS_TYPES = {
    **dict.fromkeys(("JOUR", "JFULL", "EJOUR", "MGZN", "NEWS", "INPR", "ABST"), "article"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK", "SER"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP", "CONF", "CPAPER", "ENCYC", "DICT"), "incollection"),
    **dict.fromkeys(("RPRT", "GOVDOC", "STAND"), "techreport"),
    **dict.fromkeys(("ELEC", "WEB", "BLOG", "VIDEO"), "online"),
}
_WORDS = (
    (re.compile(r"section|chapter|conference|proceedings|encyclopedia|book review\b", re.I), "incollection"),
    (re.compile(r"book", re.I), "book"),
    (re.compile(r"journal|article|magazine|newspaper|review|letter", re.I), "article"),
    (re.compile(r"report|standard|government", re.I), "techreport"),
    (re.compile(r"web|electronic|online|blog", re.I), "online"),
)
"""The types of EndNote and RefWorks, which are words, by what is in them."""
_RIS = {
    "title": ("TI", "T1", "CT", "BT"),
    "container": ("JF", "T2", "JO", "JA", "J2", "J1"),
    "year": ("PY", "Y1", "DA"),
    "volume": ("VL",),
    "number": ("IS", "CP"),
    "article": ("AR", "C7"),
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
    "status": ("PST",),
}
_ENDNOTE = {
    "title": ("T",),
    "container": ("J", "B"),
    "year": ("D", "8"),
    "volume": ("V",),
    "number": ("N",),
    "pages": ("P",),
    "publisher": ("I",),
    "address": ("C",),
    "edition": ("7",),
    "doi": ("R",),
    "url": ("U",),
    "marks": ("O", "9"),
    "urldate": ("[",),
}
_REFWORKS = {
    "title": ("T1",),
    "container": ("JF", "T2", "JO"),
    "year": ("YR", "FD"),
    "volume": ("VO",),
    "number": ("IS",),
    "publisher": ("PB",),
    "address": ("PP",),
    "edition": ("ED",),
    "doi": ("DO",),
    "url": ("UL", "LK"),
    "marks": ("NO",),
}
_WOS = {
    "title": ("TI",),
    "container": ("SO", "JI", "J9"),
    "year": ("PY", "EA"),
    "volume": ("VL",),
    "number": ("IS",),
    "article": ("AR",),
    "publisher": ("PU",),
    "address": ("PI",),
    "doi": ("DI", "D2"),
    "pmid": ("PM",),
    "status": ("EA",),
}
"""The tags of what a record needs; the first that has a value counts."""


def _ris(record: Lines, place: Place, verified: str) -> Incoming | Fault:
    named = record.first("TY").upper()
    kind = _RIS_TYPES.get(named, "misc")
    raw = record.values(_RIS)
    if kind == "incollection":
        raw["container"] = record.first("T2", "BT", "JF")
    elif kind == "article":
        raw["container"] = raw["container"] or record.first("T3")
    elif named == "GEN" and record.first("JF", "JO") and raw["volume"]:
        kind = "article"
    raw |= {"pages": record.first("SP"), "last_page": record.first("EP")}
    # EndNote writes a DOI into M3 or L3 if DO is missing, and PubMed's number into AN.
    elsewhere = (value for value in record.all("M3", "L3", "UR", "L2") if normalize.doi(value))
    raw["doi"] = raw["doi"] or next(elsewhere, "")
    raw["url"] = next((value for value in record.all("UR", "LK", "L2") if normalize.address(value)), record.first("UR"))
    if re.search("pubmed|medline", record.first("DB", "DP", "N1"), re.I):
        raw["pmid"] = record.first("AN")
    marks = [*record.all("N1", "M3", "M1", "C1"), *normalize.marks_of("; ".join(record.all("KW")))]
    if said_in_title(record.first("ST")) == "retracted" and not said_in_title(raw["title"]):
        marks.append(record.first("ST"))
    raw["marks"] = "\n".join(marks)
    authors, editors = record.all("AU", "A1"), record.all("ED")
    if kind == "incollection" or not (authors or editors):
        editors = record.all("ED", "A2", "A3")
    elif named == "EDBOOK":
        authors, editors = [], [*authors, *editors]
    return incoming.normalized(place, kind, raw, authors, editors, verified=verified)


def _nbib(record: Lines, place: Place, verified: str) -> Incoming | Fault:
    types = [value.lower() for value in record.all("PT")]
    kind = "article" if record.first("JT", "TA") or record.first("OWN") != "ERIC" else "techreport"
    raw = record.values(_NBIB)
    if found := normalize.date_in_words(record.first("DP")):
        raw["date"] = found[0] if found[1] else raw["date"]
    raw["status"] = "in press" if re.search("aheadofprint", record.first("PST")) else ""
    if book := record.first("BTI"):
        kind = "incollection" if record.first("TI") else "book"
        raw |= {"container": book if record.first("TI") else raw["container"], "address": record.first("PL")}
    raw["doi"] = next((value for value in record.all("LID", "AID") if value.rstrip().endswith("[doi]")), "")
    raw["url"] = next((value for value in record.all("LID") if normalize.address(value)), "")
    # CN, a group, is one of the authors, in the journal's order.
    tag_of_people = "FAU" if record.all("FAU") else "AU"
    authors: list[str | Person | None] = [
        group(value) if tag == "CN" else value for tag, value in record.pairs if tag in (tag_of_people, "CN")
    ]
    remarks: list[str] = []
    for name, tags in (
        ("retracted", ("RIN", "PRIN", "RRI")),
        ("corrected", ("EIN", "CRI", "RPI")),
        ("concern", ("ECI",)),
    ):
        raw[name] = max((_notice(value, name, remarks) for value in record.all(*tags)), default="")
    if "retracted publication" in types:
        raw["marks"] = "Retracted Publication"
    if record.first("RRF", "CRF", "RPF"):
        remarks.append("it is the version that replaces another one: write its day and DOI in the record of that one")
    if record.first("ROF", "PROF", "EFR", "ECF") or {"retraction of publication", "published erratum"} & set(types):
        remarks.append(incoming.ABOUT_ANOTHER)
    raw["preprint_of" if "preprint" in types else ""] = record.first("UIN")
    raw["preprint" if "preprint" not in types else ""] = record.first("UOF")
    raw.pop("", None)
    editors = record.all("FED") or record.all("ED")
    return incoming.normalized(place, kind, raw, authors, editors, verified=verified, remarks=remarks)


def _notice(value: str, name: str, remarks: list[str]) -> str:
    """A notice as references.bib has it: its day, and its DOI or the address of its page at PubMed."""
    found = normalize.date_in_words(value)
    if not found:
        remarks.append(f"PubMed lists a notice without a date ({value[:80]!r}): write it as {name} in the record")
        return ""
    day, exact = found
    if not exact:
        remarks.append(
            f"PubMed gives no day for a notice ({value[:80]!r}), so {name} has the first day of what it gives"
        )
    pmid = re.search(r"PMID:\s*(\d+)", value)
    place = normalize.doi(re.sub(r"\.?\s+PMID:.*", "", value.partition("doi:")[2]))
    place = place or (f"https://pubmed.ncbi.nlm.nih.gov/{pmid[1]}/" if pmid else "")
    return f"{day}, {place}" if place else day


def _endnote(record: Lines, place: Place, verified: str) -> Incoming | Fault:
    kind = _of_words(record.first("0"), record.first("J"))
    raw = record.values(_ENDNOTE)
    if kind == "incollection":
        raw["container"] = record.first("B", "J", "S")
    return incoming.normalized(place, kind, raw, record.all("A"), record.all("E"), verified=verified)


def _refworks(record: Lines, place: Place, verified: str) -> Incoming | Fault:
    kind = _of_words(record.first("RT"), record.first("JF", "JO"))
    raw = record.values(_REFWORKS) | {"pages": record.first("SP"), "last_page": record.first("OP")}
    return incoming.normalized(place, kind, raw, record.all("A1"), record.all("A2"), verified=verified)


def _of_words(words: str, journal: str) -> str:
    return next((kind for form, kind in _WORDS if form.search(words)), "article" if journal else "misc")


def _web_of_science(record: Lines, place: Place, verified: str) -> Incoming | Fault:
    kind = {"J": "article", "B": "book", "C": "incollection", "S": "incollection"}.get(record.first("PT")[:1], "misc")
    raw = record.values(_WOS) | {"pages": record.first("BP"), "last_page": record.first("EP")}
    raw["marks"] = record.first("DT")
    raw["status"] = "in press" if "Early Access" in raw["marks"] else ""
    if kind == "book" and record.first("SO") and raw["title"] != record.first("SO"):
        kind = "incollection"
    authors = [*(record.all("AF") or record.all("AU")), *map(group, record.all("CA"))]
    return incoming.normalized(place, kind, raw, authors, record.all("BE", "ED"), verified=verified)


FORMS = {
    "ris": Form(
        start=re.compile(r"^[ \t]*TY[ \t]{0,3}-[ \t]*[A-Z]", re.M),
        tagged=re.compile(
            r"[ \t]{0,3}((?:TY|ER)(?=[ \t]{0,3}-)|[A-Z][A-Z0-9](?=[ \t]{0,3}-(?:[ \t]|$)))[ \t]{0,3}-(.*)"
        ),
        first="TY",
        last="ER",
        work=_ris,
    ),
    "nbib": Form(
        start=re.compile(r"^(?:PMID- ?\d|OWN {1,2}- ERIC)", re.M),
        tagged=re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|$)"),
        first="PMID",
        after_blank=("OWN",),
        work=_nbib,
    ),
    "enw": Form(
        start=re.compile(r"^%0 \S", re.M),
        tagged=re.compile(r"%([0-9A-Z@?!#$^&*+<>()\[\]=~_|]) (.*)"),
        first="0",
        work=_endnote,
    ),
    "refworks": Form(
        start=re.compile(r"^RT [A-Z]", re.M), tagged=re.compile(r"([A-Z][A-Z0-9]) (.*)"), first="RT", work=_refworks
    ),
    "wos": Form(
        start=re.compile(r"^PT [A-Z]\b", re.M),
        tagged=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)"),
        first="PT",
        last="ER",
        work=_web_of_science,
        listed=("AU", "AF", "CA", "BE", "BF", "ED"),
    ),
}
"""The formats of tagged lines, by name."""
