"""Retractions and corrections of works: which entries rest on such a work, and what Crossref knows of new ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.model import Entry, Intervention, KnowledgeBase, Reference
from kb.read.citations import cited_keys

_FIELDS = {
    "retraction": "retracted",
    "partial_retraction": "retracted",
    "removal": "retracted",
    "withdrawal": "retracted",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "expression_of_concern": "concern",
}
"""The field of a record by Crossref's name for the kind of notice; other kinds, e.g. new versions, do not matter."""


_NOTICE = re.compile(
    r"\W*(?:(?:notice|statement) of |(?:author|publisher|editorial) )?(?:retraction(?: and replacement)?"
    r"|withdrawal (?:notice|note)|(?:expression|statement) of concern|errat(?:um|a)|corrigend(?:um|a)|correction"
    r"|addendum)(?: notice| note| statement)?"
    r"(?:(?: (?:to|of|for))?\s*[:.–—]| (?:to|of|for|regarding)\s*[\"'“‘«<]|\W*\Z)"
    r"|\W*(?:errat(?:um|a)|corrigend(?:um|a)) (?:to|for|regarding)\b|\W*correction (?:to|for) [^,]{1,60}\bet al\b",
    re.I,
)
_OF_A_VOLUME = re.compile(r"\(vol\.? [^()]{1,40}\b(?:19|20)\d\d\)\W*\Z", re.I)
"""How Web of Science ends the title of a correction: (vol 3, pg 5, 2019)."""
_RETRACTED = re.compile(
    r"\A\W*(?:retracted|withdrawn|removed|temporary removal)(?: (?:article|publication|paper|chapter))?\s*[:\])–—-]"
    r"|\A\W*RETRACTED\b|[-–—] RETRACTED\W*\Z|\A\W*this (?:article|paper) (?:has been|was|is) (?:retracted|withdrawn)\b"
    r"|[(\[](?:th(?:is|e) \w+ (?:has been |was )?)?(?:retracted|withdrawn|retraction)\b[^)\]]{0,200}[)\]]\W*\Z",
    re.I,
)
_CONCERN = re.compile(r"[(\[][^)\]]{0,100}expression of concern[^)\]]{0,100}[)\]]\W*\Z", re.I)
_NOTED = {
    "retracted": re.compile(
        r"\bretracted (?:publication|article)\b|\b(?:has been|was) (?:retracted|withdrawn)\b|^retract"
        r"|\bretraction in\b",
        re.I,
    ),
    "concern": re.compile(r"\bexpression of concern (?:in|issued|published)\b", re.I),
    "corrected": re.compile(
        r"\b(?:errat(?:um|a)|corrigend(?:um|a)|corrections?)(?: appears?| published)? in\b:?\s+(?-i:[A-Z])"
        r"|\bcorrected and republished in\b",
        re.I,
    ),
}
"""How notes of sources tell of notices, by the field of a record."""


def said_in_title(title: str) -> str:
    """What a title says of a notice: ``retracted``, ``concern``, or ``notice`` where the work is one; else empty."""
    if _NOTICE.match(title) or _OF_A_VOLUME.search(title):
        return "notice"
    return "retracted" if _RETRACTED.search(title) else "concern" if _CONCERN.search(title) else ""


def said_in_note(note: str) -> str:
    """What a note of a source says of the work: ``retracted``, ``concern`` or ``corrected``; else empty."""
    return next((field for field, form in _NOTED.items() if form.search(note[:2_000])), "")


@dataclass(frozen=True)
class UnrecordedNotice:
    """A retraction or correction that Crossref lists and references.bib does not."""

    key: str
    kind: str
    """As Crossref names it, e.g. retraction."""
    field: str
    """The field that belongs in the record: retracted, corrected or concern."""
    date: date
    doi: str

    def __str__(self) -> str:
        said = f"{self.key}: Crossref lists a {self.kind.replace('_', ' ')} of {self.date}"
        return f"{said}, https://doi.org/{self.doi}\n    hint: write {self.field} = {{{self.date}, {self.doi}}}"


def marked_works(entry: Entry, knowledge: KnowledgeBase) -> tuple[Reference, ...]:
    """The retracted or corrected works that an entry rests on, by key.

    To rest on a work is to cite it, in a field or in the text, or to have a body of evidence with its study.
    """
    assessment = knowledge.assessments.get(entry.slug) if isinstance(entry, Intervention) else None
    studies = (knowledge.studies.get(slug) for slug in (assessment.studies if assessment else ()))
    keys = {*cited_keys(entry), *(study.reference for study in studies if study)}
    works = [knowledge.references[key] for key in keys if key in knowledge.references]
    return tuple(
        sorted((work for work in works if work.retracted or work.corrected or work.concern), key=lambda work: work.key)
    )


def unrecorded_notices(reference: Reference, crossref: Mapping[str, Any]) -> Iterator[UnrecordedNotice]:
    """The notices in Crossref's JSON of a work that are newer than those in its record."""
    recorded = {"retracted": reference.retracted, "corrected": reference.corrected, "concern": reference.concern}
    for kind, field, day, doi in notices_of(crossref):
        known = recorded[field]
        if not known or (known.date < day and (known.doi or "").lower() != doi.lower()):
            yield UnrecordedNotice(reference.key, kind, field, day, doi)


def notices_of(crossref: Mapping[str, Any]) -> Iterator[tuple[str, str, date, str]]:
    """The notices in Crossref's JSON of a work: their kind, the field of a record for it, day and DOI."""
    listed = crossref.get("updated-by")
    for notice in listed if isinstance(listed, list) else ():
        if not isinstance(notice, dict):
            continue
        kind, doi, day = str(notice.get("type", "")), str(notice.get("DOI", "")), _day(notice)
        if (field := _FIELDS.get(kind)) and day:
            yield kind, field, day, doi


def _day(notice: Mapping[str, Any]) -> date | None:
    """The day of a notice; the first of its month or year where Crossref knows no more."""
    try:
        parts = notice["updated"]["date-parts"][0]
        return date(*(*map(int, parts), 1, 1)[:3])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
