"""The calendar of reviews, read by a library for iCalendar, and the RIS records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from kb.check import Checked
from kb.export.as_calendar import as_ics
from kb.export.as_ris import as_record
from kb.model import EntryStatus, KnowledgeBase, Person, Reference, Verification


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge.public()


def test_every_published_entry_is_due_on_its_day(knowledge: KnowledgeBase) -> None:
    events = Calendar.from_ical(as_ics(knowledge)).walk("VEVENT")
    due = {f"review-{e.kind}-{e.slug}@burnout-kb": e for e in knowledge.entries() if e.status is EntryStatus.PUBLISHED}
    assert {str(event["UID"]) for event in events} == set(due)
    for event in events:
        entry = due[str(event["UID"])]
        assert event.decoded("DTSTART") == entry.due
        assert str(event["SUMMARY"]) == f"Review due: {entry.title}"
        assert event.decoded("DTSTAMP").date() == knowledge.today


def test_lines_end_and_fold_as_the_standard_asks(knowledge: KnowledgeBase) -> None:
    """Also where a title is long, has letters of several octets, commas, semicolons and backslashes."""
    title = "Éé, öäü; \\ " * 20
    entry = next(iter(knowledge.drivers.values()))
    odd = replace(knowledge, drivers={entry.slug: entry.model_copy(update={"title": title.strip()})})
    text = as_ics(odd)
    lines = text.split(b"\r\n")
    assert lines.pop() == b""
    assert not [line for line in lines if b"\n" in line or len(line) > 75]
    assert [line.decode() for line in lines]
    summaries = {str(event["SUMMARY"]) for event in Calendar.from_ical(text).walk("VEVENT")}
    assert f"Review due: {title.strip()}" in summaries


def test_events_keep_their_names_and_only_the_stamp_moves_with_the_day(knowledge: KnowledgeBase) -> None:
    later = replace(knowledge, today=knowledge.today + timedelta(days=1))
    one, two = as_ics(knowledge).decode(), as_ics(later).decode()
    assert one != two
    assert one.replace(f"{knowledge.today:%Y%m%d}T", "T") == two.replace(f"{later.today:%Y%m%d}T", "T")


def test_events_have_an_address_only_where_the_site_has_one(knowledge: KnowledgeBase) -> None:
    assert b"URL:" not in as_ics(knowledge)
    urls = {str(event["URL"]) for event in Calendar.from_ical(as_ics(knowledge, "https://a.example/")).walk("VEVENT")}
    assert "https://a.example/drivers/workload/" in urls


def test_a_ris_record_names_type_authors_and_end() -> None:
    reference = Reference(
        key="kiser-2024",
        type="article",
        authors=(Person(family="Kiser", given="Stephanie B."), Person(family="The Group")),
        title="A title",
        year=date(2024, 1, 1).year,
        container="The Journal",
        verified=Verification.SEED,
        text="",
        html="",
    )
    assert as_record(reference).split("\r\n") == [
        *("TY  - JOUR", "AU  - Kiser, Stephanie B.", "AU  - The Group", "TI  - A title", "T2  - The Journal"),
        *("PY  - 2024", "ER  - ", ""),
    ]
