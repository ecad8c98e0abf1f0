"""How to cite an entry of this site, with its day and the version of the content."""

from __future__ import annotations

from kb.export.identity import NAME
from kb.model import Entry, KnowledgeBase, Person, Reference, Verification
from kb.site.contexts.frame import day


def citation_of(entry: Entry, knowledge: KnowledgeBase, address: str) -> Reference:
    """An entry's page as a work, for the writers of reference formats; ``address`` is empty where it has none."""
    version = f"Last reviewed {day(entry.reviewed)}. Content version {knowledge.version} of {day(knowledge.today)}."
    title = entry.title.rstrip(".")
    text = " ".join(part for part in (f"{title}. {NAME}. {version}", address) if part)
    return Reference(
        key=f"burnout-kb-{entry.kind}-{entry.slug}"[:80].rstrip("-"),
        type="online",
        authors=(Person(family=NAME),),
        title=entry.title,
        year=entry.reviewed.year,
        url=address or None,
        verified=Verification.UNVERIFIED,
        note=version,
        text=text,
        html="",
    )
