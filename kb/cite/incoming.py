"""A work that comes from a file or a registry: normalized, with its place in the source, not yet in references.bib."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from kb.cite import normalize
from kb.cite.names import read_names
from kb.model import Person, Work
from kb.read.retractions import said_in_note, said_in_title
from kb.text import addresses

TYPES = ("article", "book", "incollection", "techreport", "online", "misc")
"""The types of records in references.bib; any other type becomes misc."""
MOST_AUTHORS = 30
"""Authors that a record names; one with more ends in ``and others``. A citation shows six at most."""
UNVERIFIED = "unverified"
PUBLISHED_ONLINE = "published online"
NOTICES = {"retracted": "was retracted", "corrected": "was corrected", "concern": "has an expression of concern"}
"""The fields of a record for notices, with what each says of the work."""
ABOUT_ANOTHER = "it is a notice about another work: write its day and DOI in the record of that work"
_WRITE = "do not rely on it, and write {} = {{day, DOI of the notice}} in its record; kb retractions may know it"
_MAY_LACK = frozenset(
    (
        "title",
        "container",
        "volume",
        "number",
        "pages",
        "last_page",
        "article",
        "publisher",
        "address",
        "edition",
        "doi",
    )
)
_MAY_LACK |= {"year", "url", "status", "pmid"}
_LONGEST_EDITION = 100
_LONGEST_TITLE = 1_000
_LONGEST_VALUE = 2_000
_LONGEST = {"volume": 60, "number": 60, "pages": 200, "last_page": 60, "article": 60}
"""Characters of the values of which the longest are known to be short."""
_DOI_AT_END = re.compile(r"[.,;]?\s+(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)\s*\Z", re.I)
"""A DOI that a program wrote behind the title."""
_MOST_NAMES = 1_000


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
    preprint_of: str = ""
    """The DOI of the article that it became, if its source names it."""
    preprint: str = ""
    """The DOI of its preprint, if its source names it."""


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

    @classmethod
    def of(cls, found: Iterable[Incoming | Fault]) -> Reading:
        every = tuple(found)
        works = tuple(one for one in every if isinstance(one, Incoming))
        return cls(works, tuple(one for one in every if isinstance(one, Fault)))


def normalized(
    place: Place,
    kind: str,
    raw: Mapping[str, str],
    authors: Iterable[str | Person | None],
    editors: Iterable[str | Person | None] = (),
    *,
    given_first: bool = False,
    verified: str = UNVERIFIED,
    remarks: Iterable[str] = (),
) -> Incoming | Fault:
    """The normalized work, without a key, that a source describes; a fault where its text is garbled.

    ``kind`` is one of ``TYPES``; ``raw`` holds title, container (a journal, book or site), year, date, volume, number,
    pages, last_page, article (the number that some journals have in place of pages), publisher, address, edition, doi,
    url, urldate, pmid, status (such as in press), marks (notes that may say that it was retracted), the notices
    retracted, corrected and concern as references.bib has them, and the DOIs preprint_of and preprint. A value that is
    no data or cannot be used is left out; a remark says so where a reader would miss it.
    """
    names = [list(islice(people, _MOST_NAMES)) for people in (authors, editors)]
    if found := _DOI_AT_END.search(raw.get("title", "")[: 2 * _LONGEST_TITLE]):
        raw = {**raw, "title": raw["title"][: found.start()], "doi": raw.get("doi") or found[1]}
    title = " ".join(raw.get("title", "").split())
    if len(title) > _LONGEST_TITLE:
        message = f"a title may have at most {_LONGEST_TITLE:,} characters, this one has {len(title):,}"
        return Fault(place, message, "correct it in the source")
    if bad := _garbled([*raw.values(), *(str(name) for people in names for name in people if name)]):
        return Fault(place, *bad)
    raw, early, notes = _with_data(raw)
    notes += remarks
    get, (by, edited) = raw.get, (read_names(people, given_first=given_first) for people in names)
    notes += [*by.remarks, *edited.remarks]
    doi, url = _identifiers(raw, notes)
    pmid = normalize.pmid(get("pmid", "")) or (
        normalize.pmid(get("url", "")) if "nlm.nih.gov" in get("url", "") else normalize.noted_pmid(get("marks", ""))
    )
    url = url or (f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None)
    container, publisher = get("container", ""), normalize.text(get("publisher", ""))
    kind = _type(kind, bool(container.strip()), bool(publisher))
    edition = normalize.edition(get("edition", "")[:_LONGEST_EDITION])
    pages, article = normalize.pages(get("pages", ""), get("last_page", "")), normalize.pages(get("article", ""))
    shown_pages = normalize.text(f"{get('pages', '')} {get('last_page', '')}").strip()[:60]
    if re.search(r"[;,]\s*\S*\d", shown_pages) and kind in ("article", "incollection"):
        notes.append(f"of several pages ({shown_pages!r}) the first were taken")
    if (ends := re.fullmatch(r"(\d+)-(\d+)", pages)) and int(ends[1]) > int(ends[2]):
        notes.append(f"the pages {pages} end before they start: compare them with the work")
    if article and (not pages or re.match(r"1-", pages)):
        pages = article
    if get("pages") and not pages:
        notes.append(f"{shown_pages!r} names no page, and was left out")
    if kind not in ("article", "incollection") and pages and "-" not in pages:
        notes.append(f"{shown_pages!r} is how many pages the whole work has, and was left out")
        pages = ""
    # SAGE repeats the end of the DOI as pages of what is in no issue yet.
    repeated = len(pages) > 9 and (doi or "").endswith(pages.lower())
    early = (early or repeated) and kind == "article" and not get("volume")
    if early and (repeated or re.match(r"1-\d", pages)):
        notes.append(f"the pages {pages} are those of the version before the issue, and were left out")
        pages = ""
    values = {
        "title": normalize.title(get("title", "")),
        "journal": normalize.journal(container) if kind == "article" else "",
        "booktitle": normalize.title(container) if kind == "incollection" else "",
        "edition": "" if kind == "article" or edition == "1st" else edition,
        "publisher": ""
        if kind == "article"
        else publisher or ("" if kind == "incollection" else normalize.text(container)),
        "address": "" if kind == "article" else normalize.text(get("address", "")),
        "year": normalize.year(get("year", "")) or normalize.year(get("date", "")),
        "date": normalize.day(get("date", "") or get("year", "")) if early else None,
        "pubstate": PUBLISHED_ONLINE if early else None,
        "volume": normalize.counted(get("volume", "")),
        "number": normalize.counted(get("number", "")),
        "pages": pages,
        "doi": doi,
        "url": None if doi else url,
        "urldate": normalize.day(get("urldate", "")) if url and not doi else None,
        "pmid": pmid,
        **{name: get(name) for name in NOTICES},
        "verified": verified,
    }
    if len(title) > 20 and title.isupper():
        notes.append("the title is in capitals: write it as the work does")
    if not values["year"] and get("year", "").strip():
        notes.append(f"no year was found in {normalize.text(get('year', ''))[:60]!r}")
    elif not values["year"] and not early and kind in ("article", "book", "incollection", "techreport"):
        notes.append("the source gives no year")
    if early:
        notes.append("it has no volume yet, so it is marked as published online; run kb cite --update when it has one")
    notes += _marks(raw)
    fields = {name: value for name, value in values.items() if value}
    more = by.more or len(by.people) > MOST_AUTHORS
    kept = edited.people if kind != "article" else ()
    work = Work(kind, "", fields, by.people[:MOST_AUTHORS], kept, more)
    preprint_of, preprint = (normalize.doi(get(name, "")) or "" for name in ("preprint_of", "preprint"))
    return Incoming(place, work, tuple(dict.fromkeys(notes)), preprint_of, preprint)


def _with_data(raw: Mapping[str, str]) -> tuple[dict[str, str], bool, list[str]]:
    """The values that are data, whether others say that the work is not in an issue yet, and a remark about these."""
    kept, no_data, early = {}, defaultdict(list), False
    notes = []
    for name, value in raw.items():
        most = _LONGEST.get(name, _LONGEST_VALUE)
        if len(value.strip()) > most and name != "marks":
            notes.append(f"{name} may have at most {most:,} characters, found {len(value.strip()):,}: it was left out")
            continue
        said = normalize.placeholder(normalize.text(value)) if value.strip() and name in _MAY_LACK else ""
        if said and name != "status":
            no_data[" ".join(value.split())].append({"number": "issue", "last_page": "pages"}.get(name, name))
        early |= said == "early" or bool(said and name in ("volume", "pages"))
        kept[name] = "" if said else value
    notes += [
        f"{value!r} is no data, so it was left out ({', '.join(dict.fromkeys(names))})"
        for value, names in no_data.items()
    ]
    return kept, early, notes


def _garbled(values: Iterable[str]) -> tuple[str, str] | None:
    """The message and hint for the first value whose letters were lost in another encoding; None where none is."""
    for found in filter(None, map(normalize.garbled, values)):
        was, meant = found
        guess = f", most likely {meant!r}" if meant else ""
        message = f"letters were lost in another encoding: {was!r}{guess}, so the work was not added"
        return message, "export the file again as UTF-8, or correct the letters in it"
    return None


def _identifiers(raw: Mapping[str, str], notes: list[str]) -> tuple[str | None, str | None]:
    """The DOI and the address of a work; what cannot be used is noted."""
    given, page = normalize.text(raw.get("doi", "")), raw.get("url", "").strip()
    doi = normalize.doi(raw.get("doi", "")) or (
        normalize.doi(page) if re.search(r"doi\.org/|/doi/(?:[a-z]+/)?10\.", page) else None
    )
    if given and not doi:
        notes.append(f"{given[:100]!r} is no DOI and was left out: copy it from the page of the work")
    elif len(set(re.findall(r"\b10\.\d{4,9}/[^\s,;]+", given))) > 1:
        notes.append(f"of several DOIs the first was taken: {given[:100]}")
    url = normalize.address(page)
    if url and not doi and len(re.findall("https?://", page)) > 1:
        notes.append(f"of several addresses the first was taken: {normalize.text(page)[:200]}")
    shown = normalize.text(page)[:100]
    if doi:
        return doi, url
    if url and (wrong := addresses.fault(url)):
        notes.append(f"the address {shown!r} may mislead readers ({wrong}), so it was left out")
        return None, None
    if page and not url:
        notes.append(f"{shown!r} is no address that starts with https:// or http://, and was left out")
    elif url and re.search(r"\s", page):
        notes.append(
            f"the address has blanks ({shown!r}), and was written as {url}: open it to see whether it is right"
        )
    return None, url


def _marks(raw: Mapping[str, str]) -> Iterator[str]:
    """Remarks about what a source says of notices."""
    title = normalize.text(raw.get("title", ""))
    said = said_in_title(title)
    for name, words in NOTICES.items():
        if raw.get(name):
            yield f"it {words}: see {raw[name]}, and do not rely on it as it was"
    if said == "notice":
        yield ABOUT_ANOTHER
    elif said and not raw.get("retracted"):
        yield f"its title says that it {NOTICES[said]}: {_WRITE.format(said)}"
    for field in dict.fromkeys(map(said_in_note, raw.get("marks", "").split("\n"))):
        if field and said != "notice" and field != said and not raw.get(field):
            yield f"a note of the source says that it {NOTICES[field]}: {_WRITE.format(field)}"


def _type(kind: str, held: bool, published: bool) -> str:
    """A type that fits what is known: an article needs a journal, a chapter a book."""
    if kind not in TYPES:
        kind = "misc"
    if kind == "article" and not held:
        return "misc"
    if kind == "incollection" and not held:
        return "book" if published else "misc"
    return kind
