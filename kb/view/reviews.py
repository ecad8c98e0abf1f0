"""Reviews: which entries are due to be checked against their sources, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kb.model import Entry, EntryStatus, KnowledgeBase


@dataclass(frozen=True)
class Due:
    """A published entry with the day of its next review."""

    entry: Entry
    day: date
    days: int
    """Days until then; negative where it is overdue."""

    @property
    def overdue(self) -> bool:
        return self.days < 0

    @property
    def file(self) -> str:
        """The file of the entry, below the content folder."""
        return f"{self.entry.folder}/{self.entry.slug}.md"


def due(knowledge: KnowledgeBase, within: timedelta) -> tuple[Due, ...]:
    """The published entries that are overdue on the knowledge base's day or will be due ``within``, soonest first."""
    last = knowledge.today + within
    found = [
        Due(entry, entry.due, (entry.due - knowledge.today).days)
        for entry in knowledge.entries()
        if entry.status is EntryStatus.PUBLISHED and entry.due <= last
    ]
    return tuple(sorted(found, key=lambda item: (item.day, item.file)))
