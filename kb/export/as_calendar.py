"""The reviews due as an iCalendar (RFC 5545): one all-day event for each published entry."""

from __future__ import annotations

from datetime import UTC, datetime, time

from icalendar import Calendar, Event

from kb.export.identity import NAME
from kb.model import KnowledgeBase, Status


def as_ics(knowledge: KnowledgeBase, root: str = "") -> bytes:
    """The calendar by day of review. ``root`` is the site's address with its last slash; without it, no event has one.

    The stamp of every event is the day of the build, so that two builds of a day are the same.
    """
    calendar = Calendar({"PRODID": "-//burnout-kb//Reviews due//EN", "VERSION": "2.0"})
    calendar.add("X-WR-CALNAME", f"Reviews due: {NAME}")
    stamp = datetime.combine(knowledge.today, time(), UTC)
    entries = (entry for entry in knowledge.entries() if entry.status is Status.PUBLISHED)
    for entry in sorted(entries, key=lambda entry: (entry.due, entry.path)):
        event = Event()
        event.add("UID", f"review-{entry.kind}-{entry.slug}@burnout-kb")
        event.add("DTSTAMP", stamp)
        event.add("DTSTART", entry.due)
        event.add("SUMMARY", f"Review due: {entry.title}")
        event.add("DESCRIPTION", f"The {entry.kind} {entry.slug} was last reviewed on {entry.reviewed}.")
        event.add("CATEGORIES", [entry.kind])
        event.add("TRANSP", "TRANSPARENT")
        if root:
            event.add("URL", f"{root}{entry.path}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
