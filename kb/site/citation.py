"""How to cite an entry of this site, with its day and the version of the content."""

from __future__ import annotations

from datetime import date

from kb.export.identity import NAME
from kb.model import Entry, KnowledgeBase, Person, Reference, Verification
from kb.site.contexts.frame import VERSION, day


def citation_of(entry: Entry, knowledge: KnowledgeBase, address: str) -> Reference:
    """An entry's page as a work, for the writers of reference formats; ``address`` is empty where it has none."""
    key = f"burnout-kb-{entry.kind}-{entry.slug}"[:80].rstrip("-")
    return _work(key, entry.title, entry.reviewed, knowledge.today, address)


def _work(key: str, title: str, reviewed: date, today: date, address: str) -> Reference:
    version = f"Last reviewed {day(reviewed)}. Content version {VERSION} of {day(today)}."
    text = " ".join(part for part in (f"{title.rstrip('.')}. {NAME}. {version}", address) if part)
    return Reference(
        key=key,
        type="online",
        authors=(Person(family=NAME),),
        title=title,
        year=reviewed.year,
        url=address or None,
        verified=Verification.UNVERIFIED,
        note=version,
        text=text,
        html="",
    )
