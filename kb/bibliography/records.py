"""BibTeX records to references: what a record must have, and how it was verified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from kb.bibliography.ama import format_reference, page_range
from kb.bibliography.bibtex import Work, read
from kb.memo import by_identity, by_value
from kb.model import Listing, Reference, Verification
from kb.model.fields import SLUG
from kb.problems import Problem

_DOI = re.compile(r"^10\.\d{4,9}/\S+$")
_URL = re.compile(r"^https?://[^\s<>\"]+$")
_VERIFIED = re.compile(r"^(seed|unverified|search: (https?://\S+))$")
_LISTED = re.compile(r"^([a-z0-9-]+) ([0-9]{1,6})$")
_KEY_LENGTH = 80
_WAYS = ("doi", "url", "journal", "booktitle", "publisher", "howpublished")


@by_value
def parse(text: str, path: str) -> tuple[Mapping[str, Reference], Mapping[str, int] | None, tuple[Problem, ...]]:
    """The references of a .bib file by key, the line of every record by key (None without any), and all faults."""
    records, problems = read(text, path)
    references: dict[str, Reference] = {}
    lines: dict[str, int] = {}
    for record in records:
        key = record.work.key
        if key in lines:
            message = f"the key {key} stands twice, first on line {lines[key]}"
            problems.append(Problem(path, record.line, "KB206", message, "keep one record, or rename one key"))
            continue
        lines[key] = record.line
        reference, faults = _judged(record.work)
        problems += [Problem(path, record.line, "KB109", message, hint) for message, hint in faults]
        if reference:
            references[key] = reference
    return dict(sorted(references.items())), lines or None, tuple(problems)


@by_identity
def _judged(work: Work) -> tuple[Reference | None, tuple[tuple[str, str], ...]]:
    """A work as a reference, or what keeps it from being one, as message and hint."""
    faults = tuple(_faults(work))
    if faults or work.unread:
        return None, faults
    try:
        return _reference(work), ()
    except ValidationError as error:
        detail = error.errors()[0]
        where = " ".join(str(part) for part in detail["loc"])
        message = f"the {where} of {work.key} cannot be used: {detail['msg']}"
        return None, ((message, "write it as other records do"),)


def _faults(work: Work) -> Iterator[tuple[str, str]]:
    """What a record must have (KB109): a legal key, a title, a way to the work, and how it was verified."""
    fields, key, unread = work.fields, work.key, work.unread
    if not SLUG.fullmatch(key):
        yield (
            f"the key {key} must be lower-case words joined by hyphens",
            "write e.g. west-2014 or shanafelt-2017-executive",
        )
    if len(key) > _KEY_LENGTH:
        yield f"the key {key} must have at most {_KEY_LENGTH} characters", "write e.g. west-2014"
    if not fields.get("title") and "title" not in unread:
        yield f"the record {key} must have a title", "add title = {...}"
    if not any(fields.get(name) or name in unread for name in _WAYS):
        yield (
            f"the record {key} must lead to the work",
            "add its doi or url, or the journal, book or publisher that it stands in",
        )
    if "doi" in fields and not _DOI.match(fields["doi"]):
        yield (
            f"the doi of {key} must start with 10. and a slash, got {fields['doi']!r}",
            "write it without https://doi.org/",
        )
    if "url" in fields and not _URL.match(fields["url"]):
        yield (
            f"the url of {key} must start with https:// or http://, got {fields['url']!r}",
            "write the full public address",
        )
    year = fields.get("year") or fields.get("date", "")[:4]
    if year and not re.fullmatch(r"(1[5-9]|20)\d\d", year):
        yield (
            f"the year of {key} must be four digits, got {year!r}",
            "write e.g. year = {2019}, or leave it out where there is none",
        )
    if not _VERIFIED.match(fields.get("verified", "")) and ("verified" in fields or "verified" not in unread):
        found = f", got {fields['verified']!r}" if "verified" in fields else ""
        yield (
            f"the record {key} must say how it was verified{found}",
            "write verified = {seed}, {search: https://...} or {unverified}",
        )
    for item in _items(fields.get("listed", "")):
        if not _LISTED.match(item):
            yield (
                f"listed of {key} must name a study and a number, got {item!r}",
                "write e.g. listed = {agarwal-2020 39}",
            )


def _items(listed: str) -> list[str]:
    return [item.strip() for item in listed.split(",") if item.strip()]


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
            Listing(study=match[1], number=int(match[2]))
            for item in _items(fields.get("listed", ""))
            if (match := _LISTED.match(item))
        ),
        note=fields.get("note"),
        text=text,
        html=html,
    )
