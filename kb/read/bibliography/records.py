"""BibTeX records to references: what a record must have, and how it was verified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import ValidationError

from kb.model import Listing, Notice, Reference, Verification, Work
from kb.model.fields import LONGEST_SLUG, SLUG
from kb.problems import Problem
from kb.read.bibliography.ama import format_reference, page_range
from kb.read.bibliography.bibtex import Places, read
from kb.text import addresses
from kb.text.characters import like

_FIRST_YEAR = 1900
_URL = r"https?://[^\s<>\"]+"
_DOI = r"10\.[0-9]{4,9}/[!-~]+"
_LISTED = r"([a-z0-9-]+) ([0-9]{1,6})"
_NOTICE = rf"(\d{{4}}-\d{{2}}-\d{{2}})(?:,\s*(?:doi:\s*)?({_DOI}|{_URL}))?"
_VERIFIED = r"seed|unverified|search: https?://\S+"
_YEAR = "must be four digits", "write e.g. year = {2019}, or leave it out if there is none"
_NOTICED = "must be the date of the notice and its DOI or address"
_EXAMPLE = "2020-05-18, 10.1001/jamainternmed.2020.1755"
_FORMS = {
    "doi": (
        _DOI,
        "must start with 10. and contain a slash",
        "write the DOI alone, from 10. on, without doi: or https://doi.org/",
    ),
    "url": (_URL, "must start with https:// or http://", "write the full public address"),
    "year": (r"(?:1[5-9]|20)\d\d", *_YEAR),
    "date": (r"(?:1[5-9]|20)\d\d.*", *_YEAR),
    "retracted": (_NOTICE, _NOTICED, f"write e.g. retracted = {{{_EXAMPLE}}}"),
    "corrected": (_NOTICE, _NOTICED, f"write e.g. corrected = {{{_EXAMPLE}}}"),
    "concern": (_NOTICE, _NOTICED, f"write e.g. concern = {{{_EXAMPLE}}}"),
    "pubstate": ("published online", "must be published online", "leave it out where the work has a volume"),
    "preprint-of": (SLUG.pattern, "must be the key of the article", "write e.g. preprint-of = {west-2014}"),
    "listed": (
        rf"(?:\s*{_LISTED}\s*(?:,|$))*",
        "must name a study and a number",
        "write e.g. listed = {agarwal-2020 39}",
    ),
}
"""How the value of a field is written: its form, the form in words, and how to fix another."""
_WAYS = ("doi", "url", "journal", "booktitle", "publisher", "howpublished")


def parse(text: str, path: str) -> tuple[Mapping[str, Reference], Mapping[str, int] | None, tuple[Problem, ...]]:
    """The references of a .bib file by key, the line of every record by key (None without any), and all faults."""
    records, problems = read(text, path)
    places = Places(text)
    references: dict[str, Reference] = {}
    lines: dict[str, int] = {}
    for record in records:
        key = record.work.key
        if key in lines:
            message = f"duplicate key {key}, first on line {lines[key]}"
            problems.append(Problem(path, record.line, "KB206", message, "keep one record, or rename one key"))
            continue
        lines[key] = record.line
        reference, faults = _judged(record.work)
        for field, message, hint in faults:
            line = places.field_line(record.line, field) if field else record.line
            problems.append(Problem(path, line, "KB109", message, hint))
        if reference:
            references[key] = reference
    return dict(sorted(references.items())), lines or None, tuple(problems)


def _judged(work: Work) -> tuple[Reference | None, tuple[tuple[str, str, str], ...]]:
    """A work as a reference, or what keeps it from being one, as field, message and hint."""
    faults = tuple(_faults(work))
    if faults or work.unread:
        return None, faults
    try:
        return _reference(work), ()
    except ValidationError as error:
        detail = error.errors()[0]
        where = " ".join(str(part) for part in detail["loc"])
        message = f"the field {where} of {work.key} cannot be used: {detail['msg']}"
        return None, ((str(detail["loc"][0]), message, "write it as other records do"),)


def _faults(work: Work) -> Iterator[tuple[str, str, str]]:
    """What a record must have (KB109): a legal key, a title, a way to the work, and how it was verified.

    Each as the field that it is about, empty for the record, message and hint.
    """
    fields, key, unread = work.fields, work.key, work.unread
    if not SLUG.fullmatch(key):
        message = f"the key {key} must be lower-case words joined by hyphens{_look_alike(key)}"
        yield "", message, "write e.g. west-2014 or shanafelt-2017-executive"
    if len(key) > LONGEST_SLUG:
        yield "", f"the key {key} must have at most {LONGEST_SLUG} characters", "write e.g. west-2014"
    if not fields.get("title") and "title" not in unread:
        yield "title", f"the record {key} must have a title", "add title = {...}"
    if not any(fields.get(name) or name in unread for name in _WAYS):
        hint = "add its doi or url, or the journal, book or publisher that it appeared in"
        yield "", f"the record {key} must say where to find the work", hint
    for name, (form, must, hint) in _FORMS.items():
        value = fields.get(name)
        if value is not None and (not re.fullmatch(form, value) or (form == _NOTICE and not _notice(value))):
            yield name, f"the field {name} of {key} {must}{_look_alike(value)}, got {value!r}", hint
    for name in ("url", "verified", "retracted", "corrected", "concern"):
        address = re.search(r"https?://\S+", fields.get(name, ""))
        if address and (fault := addresses.fault(address[0])):
            message = f"the field {name} of {key} must not mislead readers: {fault}"
            yield name, message, "write the address as the site itself shows it"
    verified = fields.get("verified", "")
    if not re.fullmatch(_VERIFIED, verified) and ("verified" in fields or "verified" not in unread):
        found = f", got {verified!r}" if "verified" in fields else ""
        hint = "write verified = {seed}, {search: https://...} or {unverified}"
        yield "verified", f"the record {key} must say how it was verified{found}", hint


def _look_alike(value: str) -> str:
    """Which letter of a value looks like another one, after what is wrong with the value."""
    looks = like(value)
    return f" ({looks})" if looks else ""


def _notice(written: str | None) -> Notice | None:
    """A notice from its day, and its DOI or address if it has one; None if it is not written so."""
    match = re.fullmatch(_NOTICE, written or "")
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    if match is None or day is None or day.year < _FIRST_YEAR:
        return None
    place: str | None = match[2]
    is_doi = bool(place and place.startswith("10."))
    return Notice(date=day, doi=place if is_doi else None, url=None if is_doi else place)


def _reference(work: Work) -> Reference:
    fields = work.fields
    verified, _, address = fields["verified"].partition(": ")
    year = fields.get("year") or fields.get("date", "")[:4]
    container = fields.get("journal") or fields.get("booktitle")
    text, html = format_reference(work)
    return Reference(
        key=work.key,
        type=work.type,
        authors=work.authors,
        more_authors=work.more_authors,
        title=fields["title"],
        year=int(year) if year else None,
        container=container or fields.get("publisher") or fields.get("howpublished"),
        volume=fields.get("volume"),
        issue=fields.get("number") or fields.get("issue"),
        pages=page_range(fields.get("pages", "")) or None,
        publisher=fields.get("publisher"),
        doi=fields.get("doi"),
        url=fields.get("url"),
        verified=Verification(verified),
        verified_at=address or None,
        listed=tuple(
            Listing(study=study, number=int(number)) for study, number in re.findall(_LISTED, fields.get("listed", ""))
        ),
        note=fields.get("note"),
        retracted=_notice(fields.get("retracted")),
        corrected=_notice(fields.get("corrected")),
        concern=_notice(fields.get("concern")),
        published_online="pubstate" in fields and "volume" not in fields,
        preprint_of=fields.get("preprint-of"),
        text=text,
        html=html,
        work=work,
    )
