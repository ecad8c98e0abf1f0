"""CSL-JSON, as Zotero and others write it, and the answers of Crossref, which are nearly the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kb.cite import incoming, normalize
from kb.cite.incoming import Fault, Incoming, Place, Reading
from kb.cite.names import group
from kb.limits import FAULTS, WORKS
from kb.model import Person
from kb.read.retractions import notices_of

_TYPES = {
    **dict.fromkeys(
        ("article-journal", "journal-article", "article-magazine", "article-newspaper", "review", "review-book"),
        "article",
    ),
    **dict.fromkeys(("book", "monograph", "edited-book", "reference-book"), "book"),
    **dict.fromkeys(
        ("chapter", "book-chapter", "book-section", "paper-conference", "proceedings-article", "entry-encyclopedia"),
        "incollection",
    ),
    **dict.fromkeys(("report", "report-component", "standard"), "techreport"),
    **dict.fromkeys(("webpage", "post", "post-weblog", "motion_picture"), "online"),
}
# The year of the issue is the one that is cited; Crossref's issued is that of the first appearance.
_DATES = ("published-print", "issued", "published", "published-online", "posted")
_SPACE = re.compile(r"[\s,]*")


def read_csl(text: str, source: str) -> Reading:
    """The works of a CSL-JSON file: a list, or one alone. Where it is not JSON, those before the fault."""
    works: list[Incoming] = []
    faults: list[Fault] = []
    line, position = 1, 0
    try:
        for offset, value in _items(text):
            line += text.count("\n", position, offset)
            position, place = offset, Place(source, line)
            for item in _unwrapped(value):
                if len(works) > WORKS:
                    return Reading(tuple(works), tuple(faults))
                if len(faults) >= FAULTS:
                    message = f"the file has more than {FAULTS} faults, so the rest was not read"
                    return Reading(tuple(works), (*faults, Fault(place, message, "export it again")))
                if isinstance(item, dict):
                    found = work(item, place)
                    (faults if isinstance(found, Fault) else works).append(found)  # type: ignore[arg-type]
                else:
                    faults.append(Fault(place, "this is not a work: a work starts with { and ends with }"))
    except json.JSONDecodeError as error:
        place = Place(source, error.lineno)
        faults.append(Fault(place, f"the file must be well-formed JSON: {error.msg}", "export it again"))
    except RecursionError:
        faults.append(Fault(Place(source, 1), "the file nests too deeply to be CSL-JSON", "export it again"))
    except ValueError:
        faults.append(Fault(Place(source, 1), "the file has a number with too many digits", "export it again"))
    return Reading(tuple(works), tuple(faults))


def _items(text: str) -> Iterator[tuple[int, Any]]:
    """The values of a JSON list with where each starts, or the only value."""
    decoder, start = json.JSONDecoder(), _SPACE.match(text).end()  # type: ignore[union-attr]
    if not text.startswith("[", start):
        while start < len(text):  # several where each is on a line
            value, end = decoder.raw_decode(text, start)
            yield start, value
            start = _SPACE.match(text, end).end()  # type: ignore[union-attr]
        return
    position = start + 1
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        if text.startswith("]", position):
            return
        value, end = decoder.raw_decode(text, position)
        yield position, value
        position = end


def _unwrapped(value: Any) -> list[Any]:
    """The works inside the envelopes of programs: Crossref's message, and lists under items."""
    for name in ("message", "items"):
        if isinstance(value, dict) and isinstance(value.get(name), dict | list):
            value = value[name]
    return value if isinstance(value, list) else [value]


_NAMES = {
    "container": ("container-title", "group-title"),
    "volume": ("volume",),
    "number": ("issue",),
    "pages": ("page",),
    "article": ("article-number",),
    "status": ("status",),
    "publisher": ("publisher",),
    "address": ("publisher-place", "publisher-location"),
    "edition": ("edition", "edition-number"),
    "doi": ("DOI",),
    "url": ("URL",),
    "pmid": ("PMID",),
}
"""The names in CSL-JSON and in Crossref's answers of what a record needs; the first that is given counts."""


_OTHERS = {
    "authorships": "OpenAlex",
    "creators": "DataCite or Zotero's own format",
    "bibjson": "DOAJ",
    "authorList": "Europe PMC",
    "data": "DataCite",
}
"""What the JSON of other services has."""


def work(item: Mapping[str, Any], place: Place, verified: str = incoming.UNVERIFIED) -> Incoming | Fault:
    """One work of CSL-JSON or of Crossref."""
    if other := next((name for name in _OTHERS if name in item), None):
        message = f"this is no CSL-JSON: {_OTHERS[other]} writes {other}"
        return Fault(place, message, "give kb cite the DOI, or export the work as CSL-JSON, BibTeX or RIS")
    kind = _TYPES.get(_word(item, "type"), "misc")
    raw = {name: next(filter(None, (_word(item, other) for other in names)), "") for name, names in _NAMES.items()}
    raw["title"] = _title(item)
    raw["year"] = next(filter(normalize.year, (_date(item.get(name)) for name in _DATES)), _date(item.get("issued")))
    raw["date"] = raw["year"]
    raw["urldate"] = _date(item.get("accessed"))
    institution = item.get("institution")
    institution = institution[0] if isinstance(institution, list) and institution else institution
    if isinstance(institution, dict):
        raw["publisher"] = _word(institution, "name") or raw["publisher"]
    raw["marks"] = "\n".join((_word(item, "note"), *normalize.marks_of(_word(item, "keyword"))))
    if kind == "article" and not raw["article"] and not raw["pages"]:
        raw["article"] = _word(item, "number")  # elsewhere it is that of a report or a volume
    remarks: list[str] = []
    for notice, field, day, doi in notices_of(item):
        raw[field] = max(raw.get(field, ""), f"{day}, {doi.lower()}" if normalize.doi(doi) else str(day))
        remarks.append(f"Crossref lists a notice about it: {notice.replace('_', ' ')}")
    raw["preprint_of"], raw["preprint"] = (_related(item, name) for name in ("is-preprint-of", "has-preprint"))
    authors, editors = (_people(item.get(role)) for role in ("author", "editor"))
    return incoming.normalized(place, kind, raw, authors, editors, verified=verified, remarks=remarks)


def _related(item: Mapping[str, Any], name: str) -> str:
    """The DOI of a work that Crossref relates to this one."""
    relations = item.get("relation")
    related = relations.get(name) if isinstance(relations, dict) else None
    first = related[0] if isinstance(related, list) and related else None
    return _word(first, "id") if isinstance(first, dict) else ""


def _word(item: Mapping[str, Any], name: str) -> str:
    """A value as text; the first one of a list."""
    value = item.get(name)
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str) and part.strip()), "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _title(item: Mapping[str, Any]) -> str:
    title, subtitle = _word(item, "title"), _word(item, "subtitle")
    return f"{title.rstrip(':. ')}: {subtitle}" if subtitle and subtitle.lower() not in title.lower() else title


def _people(value: Any) -> Iterator[str | Person | None]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        if not isinstance(item, dict):
            continue
        whole = _word(item, "literal") or _word(item, "name")
        particle = f"{_word(item, 'dropping-particle')} {_word(item, 'non-dropping-particle')}".strip()
        family = _word(item, "family")
        if particle:
            family = particle + ("" if particle.endswith(("'", "’")) else " ") + family
        suffix, given = _word(item, "suffix"), _word(item, "given")
        if given and family:
            yield ", ".join(part for part in (family, given, suffix) if part)
        elif whole and re.fullmatch(r"[^,]+, [^,\s]+(?: [^,\s]+)?", whole):
            yield whole
        else:
            yield group(whole or family or given)


def _date(value: Any) -> str:
    """A CSL date as text: date-parts with hyphens, else as written."""
    if isinstance(value, str | int):
        return str(value)
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    while isinstance(parts, list) and parts and isinstance(parts[0], list):
        parts = parts[0]
    if isinstance(parts, list) and parts and parts[0]:
        return "-".join(str(part) for part in parts[:3] if isinstance(part, str | int))
    return _word(value, "raw") or _word(value, "literal")
