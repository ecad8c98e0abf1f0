"""What every file calls the evidence base and its entries, wherever it is published."""

from __future__ import annotations

from datetime import date

from kb.model import Entry, Person, Reference, Verification
from kb.view.parts import day

NAME = "Clinician Burnout Evidence Base"
ABSTRACT = (
    "Interventions, instruments and studies on clinician burnout and what drives it: every figure with its place in a "
    "source, every verdict with its certainty."
)
KEYWORDS = ("clinician burnout", "physician well-being", "organizational interventions")
ROOT = "data/v1/"
"""Where the data is, below the site's root. A change that breaks a reader's program gets a new number."""
WHOLE = f"{ROOT}burnout-kb.json"
"""All of it in one file."""
EMBED = "embed/"
"""Where cards and charts for frames on other sites are: the only pages that others may frame."""
LOCAL = "http://127.0.0.1:8000"
"""Where `kb serve` answers on a reader's own machine: the address in examples, until the site has one of its own."""
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the content; the code has its own."""
TERMS = "CC BY 4.0"
"""The same in short."""


def urn(entry: Entry) -> str:
    """The name of an entry that stays the same at every address, e.g. ``urn:burnout-kb:driver:workload``."""
    return f"urn:burnout-kb:{entry.kind}:{entry.slug}"


def citation_of(entry: Entry, today: date, version: str, address: str) -> Reference:
    """An entry's page as a work, for the writers of reference formats; ``address`` is empty where it has none.

    ``version`` says of what it is the version, on the day ``today``: Content version 1a2b, or Page version 3c4d.
    """
    note = f"Last reviewed {day(entry.reviewed)}. {version} of {day(today)}."
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
    return " ".join(part for part in (f"{NAME}. {version} of {day(today)}.", address) if part)
