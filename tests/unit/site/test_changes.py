"""What moved: the record, readings and works found as events, by week, by driver, on each page and as feeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kb.check import Checked, read
from kb.export.as_feed import as_atom
from kb.model import EntryStatus, Fact, KnowledgeBase, Move
from kb.model.entry import Reading, Signature
from kb.model.vocabulary import Against
from kb.site import build_site
from kb.site.changes import changes_page
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.moves import ChangeKind

COACHING = "interventions/physician-peer-coaching"
BODY = "burnout/inactive/short/randomized"
ATOM = "{http://www.w3.org/2005/Atom}"
MONDAY, SUNDAY, NEXT = date(2027, 1, 4), date(2027, 1, 10), date(2027, 1, 11)


def with_moves(knowledge: KnowledgeBase, *added: Move) -> Catalog:
    return Catalog(replace(knowledge, moves=(*knowledge.moves, *added)))


def verdict(day: date, before: str | None, after: str | None, why: str = "A second trial was added.") -> Move:
    return Move(day, Fact(COACHING, "verdict"), before, after, why)


@pytest.fixture(scope="module")
def knowledge(real: Checked) -> KnowledgeBase:
    return real.knowledge.public()


def test_a_verdict_that_moved_is_told_from_what_to_what_and_why(knowledge: KnowledgeBase) -> None:
    catalog = with_moves(knowledge, verdict(MONDAY, "uncertain for burnout", "early-signs for exhaustion"))
    event = moves.newest(moves.events(catalog))
    assert event
    title = knowledge.interventions["physician-peer-coaching"].title
    assert f"{event.about.title} {event.text}" == (
        f"{title} moved from “uncertain on burnout” to “early signs for exhaustion”"
    )
    assert (event.why, event.about.href, event.date) == ("A second trial was added.", f"/{COACHING}/", MONDAY)


@pytest.mark.parametrize(
    ("move", "kind", "text"),
    [
        (
            Move(MONDAY, Fact(COACHING, "certainty", BODY), "very low", "low", "Why."),
            ChangeKind.FINER,
            "certainty for burnout (compared with no program · up to 3 months · randomized comparison) "
            "moved from very low to low",
        ),
        (
            Move(MONDAY, Fact(COACHING, "estimate", "gone/inactive/short/randomized"), None, "-0.5 (-1 to 0)", "Why."),
            ChangeKind.FINER,
            "estimate for gone is −0.5 (−1 to 0), new",
        ),
        (Move(MONDAY, Fact(COACHING, "entry"), "published", "withdrawn", "Why."), ChangeKind.LEFT, "withdrawn"),
        (Move(MONDAY, Fact(COACHING, "entry"), "published", None, "Why."), ChangeKind.LEFT, "removed"),
        (Move(MONDAY, Fact(COACHING, "entry"), "withdrawn", "published", "Why."), ChangeKind.ADDED, "published again"),
        (
            Move(MONDAY, Fact(COACHING, "renamed"), "interventions/coached-by-peers", COACHING, "Why."),
            ChangeKind.LEFT,
            "was named coached by peers before",
        ),
    ],
)
def test_each_kind_of_move_is_said_in_words(knowledge: KnowledgeBase, move: Move, kind: ChangeKind, text: str) -> None:
    event = moves.events(with_moves(knowledge, move))[0]
    assert (event.kind, event.text) == (kind, text)


def test_what_leaves_with_an_entry_is_told_once(knowledge: KnowledgeBase) -> None:
    gone = Move(MONDAY, Fact(COACHING, "entry"), "published", None, "Why."), verdict(MONDAY, "uncertain", None)
    told = [event for event in moves.events(with_moves(knowledge, *gone)) if event.date == MONDAY]
    assert [event.kind for event in told] == [ChangeKind.LEFT]


def test_a_renamed_entry_keeps_its_history(knowledge: KnowledgeBase) -> None:
    old, day = "interventions/coached-by-peers", date(2026, 1, 5)
    record = (
        Move(day, Fact(old, "entry"), None, "published", "First."),
        Move(MONDAY, Fact(COACHING, "renamed"), old, COACHING, "The entry has a new name."),
    )
    catalog = Catalog(replace(knowledge, moves=record))
    history = moves.of_entry(moves.events(catalog), knowledge.interventions["physician-peer-coaching"])
    assert [(event.date, event.kind) for event in history] == [(MONDAY, ChangeKind.LEFT), (day, ChangeKind.ADDED)]


def test_weeks_begin_on_monday_and_moved_verdicts_come_first(knowledge: KnowledgeBase) -> None:
    added = Move(SUNDAY, Fact("drivers/workload", "entry"), "withdrawn", "published", "Why.")
    catalog = with_moves(knowledge, verdict(MONDAY, "uncertain", "promising"), added, verdict(NEXT, "promising", "x"))
    first, second, *_ = moves.weeks(moves.events(catalog))
    assert (first.first, second.first) == (NEXT, MONDAY)
    assert [kind for kind, _ in second.groups] == [ChangeKind.MOVED, ChangeKind.ADDED]
    assert second.digest == "1 verdict moved, 1 entry added."


def test_readings_and_signatures_are_events(knowledge: KnowledgeBase) -> None:
    """One that changed nothing is told on the page of the entry alone."""
    readings = tuple(Reading(date=day, against=Against.FULL_TEXT, changed=n) for day, n in ((MONDAY, 0), (NEXT, 2)))
    signed = Signature(name="Ada Reed", role="methodologist", date=NEXT)
    entry = knowledge.drivers["workload"].model_copy(update={"readings": readings, "signed": signed})
    catalog = Catalog(replace(knowledge, drivers={**knowledge.drivers, "workload": entry}))
    told = [(event.kind, event.text) for event in moves.of_entry(moves.events(catalog), entry)]
    assert told[:3] == [
        (ChangeKind.CORRECTED, "2 figures or statements corrected, read against the full text"),
        (ChangeKind.SIGNED, "signed by Ada Reed, methodologist"),
        (ChangeKind.READ, "read against the full text, nothing to correct"),
    ]
    assert MONDAY not in [week.first for week in moves.weeks(moves.events(catalog))]


def test_works_that_were_found_bear_on_the_interventions_that_they_are_about(knowledge: KnowledgeBase) -> None:
    found = [event for event in moves.events(Catalog(knowledge)) if event.kind is ChangeKind.FOUND]
    assert len(found) == len(knowledge.screening)
    assert all(event.text.startswith(("waits to be entered: ", "left out: ")) for event in found)
    item = next(item for item in knowledge.screening if item.interventions)
    event = next(event for event in found if event.path == item.key)
    assert event.bears_on == tuple(f"interventions/{slug}" for slug in item.interventions)


def test_a_driver_hears_of_what_bears_on_it_alone(knowledge: KnowledgeBase) -> None:
    catalog = with_moves(knowledge, verdict(NEXT, "uncertain", "promising"))
    page = changes_page(catalog, knowledge.drivers["community-support"])
    assert page.newest
    assert page.path == "changes/community-support/"
    assert changes_page(catalog, knowledge.drivers["values-alignment"]).newest is None


def test_without_a_record_nothing_is_told(content: Callable[..., Path], today: date) -> None:
    knowledge = read(content(), today)
    page = changes_page(Catalog(knowledge))
    assert (page.newest, page.begins) == (None, None)
    assert (
        len(ElementTree.fromstring(as_atom(Catalog(replace(knowledge, moves=(), screening=())))).findall("entry")) == 0
    )


def test_a_feed_without_an_address_links_nothing_and_says_all_itself(knowledge: KnowledgeBase) -> None:
    feed = ElementTree.fromstring(as_atom(with_moves(knowledge, verdict(NEXT, "uncertain", "promising"))))
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    assert not list(feed.iter(f"{ATOM}link"))
    assert all(entry.findtext(f"{ATOM}content") for entry in entries)


def test_a_feed_has_an_item_for_each_verdict_and_one_a_day_for_all_else(knowledge: KnowledgeBase) -> None:
    more = Move(NEXT, Fact("drivers/workload", "entry"), "withdrawn", "published", "Why.")
    catalog = with_moves(knowledge, verdict(NEXT, "uncertain for burnout", "promising for burnout"), more)
    feed = ElementTree.fromstring(as_atom(catalog, root="https://example.org/"))
    first, second, *others = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated") == "2027-01-11T00:00:00Z"
    assert str(first.findtext(f"{ATOM}title")).endswith(" moved from “uncertain on burnout” to “promising for burnout”")
    assert first.findtext(f"{ATOM}summary") == "A second trial was added."
    assert [link.get("href") for link in first.iter(f"{ATOM}link")] == [f"https://example.org/{COACHING}/"]
    assert second.findtext(f"{ATOM}title") == "January 11, 2027: 1 entry added."
    names = [entry.findtext(f"{ATOM}id") for entry in (first, second, *others)]
    assert len(set(names)) == len(names)


def test_the_record_of_the_content_has_every_published_entry(knowledge: KnowledgeBase) -> None:
    """So that a page can say when it was added; the record may lag behind what is being written."""
    added = {event.path for event in moves.events(Catalog(knowledge)) if event.kind is ChangeKind.ADDED}
    listed = [entry for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED]
    assert all(f"{entry.folder}/{entry.slug}" in added for entry in listed)


@pytest.mark.slow
def test_a_page_tells_its_history_and_days_that_differ(content: Callable[..., Path], today: date) -> None:
    """Moves of its own, the last first; the day on which it was added only where it is another one."""
    line = (
        '{{"date": "{}", "entry": "interventions/quiet-hours", "kind": "{}", "from": {}, "to": {}, "reason": "{}"}}\n'
    )
    record = line.format("2026-10-01", "entry", "null", '"published"', "First.")
    record += line.format("2026-10-01", "verdict", "null", '"untested"', "First.")
    record += line.format("2026-11-21", "verdict", '"untested"', '"early-signs for burnout"', "A <b>trial</b> came.")
    root = content({"changes.jsonl": record})
    site = build_site(read(root, today), root)
    text = site["interventions/quiet-hours/index.html"].decode()
    assert "Verdict moved November 21, 2026 · Added October 1, 2026 · Last reviewed" in text
    history = text.partition("<summary>History of this page</summary>")[2].partition("</details>")[0]
    told = re.findall(r'<li><span class="note">(.*?)</span> (.*?)\.(?: <span|</li>)', history)
    assert told == [
        ("November 21, 2026", "Moved from “not tested in what we read” to “early signs for burnout”"),
        ("October 1, 2026", "Rated “not tested in what we read”"),
        ("October 1, 2026", "Added"),
    ]
    assert "A &lt;b&gt;trial&lt;/b&gt; came." in history
    home = site["index.html"].decode()
    assert "moved from “not tested in what we read” to “early signs for burnout”" in home
    assert "History of this page" not in site["drivers/workload/index.html"].decode()
