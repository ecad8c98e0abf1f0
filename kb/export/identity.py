"""What every file calls the evidence base and its entries, wherever it is published."""

from __future__ import annotations

from datetime import date

from kb.model import Entry, Person, Reference, Verification
from kb.view.parts import day

NAME = "Clinician Burnout Evidence Base"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the content; the code has its own."""


def urn(entry: Entry) -> str:
    """The name of an entry that stays the same at every address, e.g. ``urn:burnout-kb:driver:workload``."""
    return f"urn:burnout-kb:{entry.kind}:{entry.slug}"


def citation_of(entry: Entry, today: date, version: str, address: str) -> Reference:
    """An entry's page as a work, for the writers of reference formats; ``address`` is empty where it has none.

    ``version`` is that of the content as it was on the day ``today``.
    """
    note = f"Last reviewed {day(entry.reviewed)}. {_version(today, version)}"
    text = " ".join(part for part in (f"{entry.title.rstrip('.')}. {NAME}. {note}", address) if part)
    return Reference(
        key=f"burnout-kb-{entry.kind}-{entry.slug}"[:80].rstrip("-"),
        type="online",
        authors=(Person(family=NAME),),
        title=entry.title,
        year=entry.reviewed.year,
        url=address or None,
        verified=Verification.UNVERIFIED,
        note=note,
        text=text,
        html="",
    )


def citation_of_all(today: date, version: str, address: str) -> str:
    """How to cite the evidence base as a whole, in a sentence; ``address`` is empty where it has none."""
    return " ".join(part for part in (f"{NAME}. {_version(today, version)}", address) if part)


def _version(today: date, version: str) -> str:
    return f"Content version {version} of {day(today)}."
