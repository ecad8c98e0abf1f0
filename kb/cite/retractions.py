"""Retractions: the works of the bibliography of which Crossref knows a notice that references.bib does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from kb.cite.registries import Registries, UnansweredError, ask
from kb.model import Reference

BATCH = 20
"""DOIs asked for at once."""
_FIELDS = {
    "retraction": "retracted",
    "partial_retraction": "retracted",
    "removal": "retracted",
    "withdrawal": "retracted",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "expression_of_concern": "corrected",
}
"""The field of a record by the kind of notice, as Crossref names kinds; others, e.g. new versions, are no notices."""


@dataclass(frozen=True)
class Known:
    """A notice that Crossref knows and the record does not hold."""

    key: str
    kind: str
    """As Crossref names it, e.g. retraction."""
    field: str
    """The field that belongs in the record: retracted or corrected."""
    date: date
    doi: str

    def __str__(self) -> str:
        said = f"{self.key}: Crossref knows a {self.kind.replace('_', ' ')} of {self.date}"
        return f"{said}, https://doi.org/{self.doi}\n    hint: write {self.field} = {{{self.date}, {self.doi}}}"


def notices(references: Iterable[Reference], registries: Registries) -> Iterator[Known]:
    """Ask Crossref for the notices of all works with a DOI. Raises UnansweredError."""
    by_doi = {item.doi.lower(): item for item in references if item.doi}
    dois = sorted(by_doi)
    for start in range(0, len(dois), BATCH):
        for work in _works(dois[start : start + BATCH], registries):
            reference = by_doi.get(str(work.get("DOI", "")).lower())
            if reference:
                yield from _unrecorded(reference, work)


def _works(dois: list[str], registries: Registries) -> list[dict[str, Any]]:
    wanted = {"filter": ",".join(f"doi:{doi}" for doi in dois), "rows": str(len(dois))}
    mail = {"mailto": registries.mailto} if registries.mailto else {}
    address = f"{registries.crossref.rstrip('/')}/works?{urlencode(wanted)}"
    try:
        body = ask(registries, "Crossref", address, mail, ("Crossref refuses the question", "check the DOIs"))
        items = json.loads(body)["message"]["items"]
        return [item for item in items if isinstance(item, dict)]
    except (ValueError, KeyError, TypeError):
        raise UnansweredError("Crossref gave an answer that cannot be read", "try again later") from None


def _unrecorded(reference: Reference, work: dict[str, Any]) -> Iterator[Known]:
    """The notices of a work that its record does not hold: none of that field is as new."""
    held = {"retracted": reference.retracted, "corrected": reference.corrected}
    for notice in work.get("updated-by") or ():
        kind, doi = str(notice.get("type", "")), str(notice.get("DOI", ""))
        field, day = _FIELDS.get(kind), _day(notice)
        if not field or not day:
            continue
        recorded = held[field]
        if not recorded or (recorded.date < day and (recorded.doi or "").lower() != doi.lower()):
            yield Known(reference.key, kind, field, day, doi)


def _day(notice: dict[str, Any]) -> date | None:
    """The day of a notice; the first of its month or year where Crossref knows no more."""
    try:
        parts = notice["updated"]["date-parts"][0]
        return date(*(*map(int, parts), 1, 1)[:3])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
