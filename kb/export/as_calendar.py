"""Calendars by RFC 5545: the reviews due, one all-day event for each published entry; and the year of a survey."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from icalendar import Calendar, Event

from kb.export.identity import NAME
from kb.model import EntryStatus, KnowledgeBase


def as_ics(knowledge: KnowledgeBase, root: str = "") -> bytes:
    """The calendar by day of review. ``root`` is the site's address with its last slash; without it, no event has one.

    The stamp of every event is the day of the build, so that two builds of a day are the same.
    """
    calendar = Calendar({"PRODID": "-//burnout-kb//Reviews due//EN", "VERSION": "2.0"})
    calendar.add("X-WR-CALNAME", f"Reviews due: {NAME}")
    stamp = datetime.combine(knowledge.today, time(), UTC)
    entries = (entry for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED)
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


class SurveyStep(NamedTuple):
    """A step of the year of a survey."""

    weeks: int
    """After the survey opens; less than 0 before."""
    title: str
    what: str


SURVEY_STEPS = (
    SurveyStep(
        -8,
        "Prepare the survey",
        "Choose the instrument and keep last year's. Say who sees what, and what happens for people in distress.",
    ),
    SurveyStep(-2, "Announce the survey", "Leaders say why, when, and what was done after the last one."),
    SurveyStep(0, "Open the survey", "Give time at work to answer."),
    SurveyStep(1, "Remind once", "Thank those who answered; ask the others."),
    SurveyStep(2, "Close the survey", "Count how many answered, in each group."),
    SurveyStep(6, "Share the results", "First with those who answered, then with the board. No small groups."),
    SurveyStep(
        8, "Choose one thing to change", "With those whom it concerns, and decide how you will see whether it worked."
    ),
    SurveyStep(
        34,
        "Look again where something changed",
        "About half a year after it began, and in a group without the change too.",
    ),
)
"""The year of a survey, by rules of this site. The first five are about the survey, the others about what follows."""


def survey_as_ics(today: date) -> bytes:
    """The steps of a survey that opens on a Monday, eight weeks after ``today`` or a little later, every year."""
    opens = today + timedelta(weeks=8)
    opens += timedelta(days=-opens.weekday() % 7)
    calendar = Calendar({"PRODID": "-//burnout-kb//Survey//EN", "VERSION": "2.0"})
    calendar.add("X-WR-CALNAME", "Burnout survey")
    for step in SURVEY_STEPS:
        event = Event()
        event.add("UID", f"survey-{step.weeks}@burnout-kb")
        event.add("DTSTAMP", datetime.combine(today, time(), UTC))
        event.add("DTSTART", opens + timedelta(weeks=step.weeks))
        event.add("RRULE", {"FREQ": "YEARLY"})
        event.add("SUMMARY", step.title)
        event.add("DESCRIPTION", step.what)
        event.add("TRANSP", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
