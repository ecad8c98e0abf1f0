"""The reviews due as an iCalendar (RFC 5545): one all-day event for each published entry."""

from __future__ import annotations

from collections.abc import Iterable

from kb.export.identity import NAME
from kb.model import Entry, KnowledgeBase, Status

_OCTETS = 75
"""The longest line that section 3.1 allows, without its end."""


def as_ics(knowledge: KnowledgeBase, root: str = "") -> bytes:
    """The calendar by day of review. ``root`` is the site's address with its last slash; without it, no event has one.

    The stamp of every event is the day of the build, so that two builds of a day are the same.
    """
    entries = (entry for entry in knowledge.entries() if entry.status is Status.PUBLISHED)
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//burnout-kb//Reviews due//EN"]
    head.append(f"X-WR-CALNAME:{_text(f'Reviews due: {NAME}')}")
    stamp = _lines([f"DTSTAMP:{knowledge.today:%Y%m%d}T000000Z"])
    parts = [_lines(head)]
    for entry in sorted(entries, key=lambda entry: (entry.due, entry.path)):
        before, after = _event(entry)
        parts += before, stamp, after, _lines([f"URL:{root}{entry.path}"] if root else []), _lines(["END:VEVENT"])
    return b"".join([*parts, _lines(["END:VCALENDAR"])])


def _event(entry: Entry) -> tuple[bytes, bytes]:
    """The lines of an event before its stamp, and those between that and its address."""
    described = f"The {entry.kind} {entry.slug} was last reviewed on {entry.reviewed}."
    after = [
        f"DTSTART;VALUE=DATE:{entry.due:%Y%m%d}",
        f"SUMMARY:{_text(f'Review due: {entry.title}')}",
        f"DESCRIPTION:{_text(described)}",
        f"CATEGORIES:{entry.kind}",
        "TRANSP:TRANSPARENT",
    ]
    return _lines(["BEGIN:VEVENT", f"UID:review-{entry.kind}-{entry.slug}@burnout-kb"]), _lines(after)


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _text(value: str) -> str:
    """A value of the type TEXT (section 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, each after the first with a space before it; no letter is cut in two."""
    rest, pieces, room = line.encode(), [], _OCTETS
    while len(rest) > room:
        end = room
        while rest[end] & 0xC0 == 0x80:  # within a letter of more than one octet
            end -= 1
        pieces.append(rest[:end])
        rest, room = rest[end:], _OCTETS - 1
    return b"\r\n ".join([*pieces, rest])
