"""What a worker serves, and when it goes over to the next snapshot."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from multiprocessing import RawValue
from pathlib import Path

import pytest

from kb.folders import write
from kb.server import Live, Source
from kb.server.workers import MOST_EDITS, Mirror, Offer, follow


@pytest.fixture
def live(content: Callable[..., Path], tmp_path: Path, today: date) -> Live:
    """What the parent holds, over the small content."""
    return Live(Source(content(), tmp_path / "output", tmp_path / "index", today), lambda *_, **__: None)


def edit(live: Live, word: str) -> None:
    page = live.source.content / "pages" / "about.md"
    write(page, f"---\ntitle: About\nsummary: {word}.\nstatus: published\nreviewed: 2026-11-01\n---\nWords.\n".encode())


def test_an_offer_is_served_from_when_the_shared_number_is_its_own(live: Live) -> None:
    """Until then the last one is, and whoever took that keeps it."""
    number = RawValue("Q", 0)
    mirror = Mirror(live.source, live.served, number)
    taken = mirror.served
    edit(live, "Other")
    assert live.refresh()
    assert live.settle()
    version = live.current.knowledge.version
    mirror.take(Offer(1, live.current.knowledge, live.served.standing))
    assert mirror.served is taken
    number.value = 1
    assert mirror.served.context.knowledge.version == version
    assert mirror.served.context.index is not None
    assert mirror.served.context.index.version == version
    assert taken.context.knowledge.version != version


def test_a_snapshot_that_is_served_no_more_is_let_go(live: Live) -> None:
    """Else a worker would grow with every edit. Each offer reaches it as a copy, as through a pipe."""
    number = RawValue("Q", 0)
    mirror = Mirror(live.source, live.served, number)
    taken = []
    for count in range(1, 5):
        mirror.take(Offer(count, pickle.loads(pickle.dumps(live.current.knowledge)), live.served.standing))
        number.value = count
        context = mirror.served.context
        entry = next(iter(context.knowledge.interventions.values()))
        assert context.pages.html(entry)
        assert context.index
        assert context.index.search("").hits[0].highlights == ()
        taken.append(weakref.ref(entry))
        del context, entry
    gc.collect()
    assert [reference() is None for reference in taken] == [True, True, False, False], "the last but one may be in use"


def test_where_only_the_standing_changes_the_snapshot_stays(live: Live) -> None:
    """A fault does not make a worker read an index."""
    number = RawValue("Q", 0)
    mirror = Mirror(live.source, live.served, number)
    mirror.take(Offer(1, None, replace(live.served.standing, fault="broken")))
    number.value = 1
    assert mirror.served.context is live.current
    assert mirror.served.standing.fault == "broken"


def test_content_that_never_rests_is_followed_by_the_api_all_the_same(live: Live) -> None:
    """After each edit the pages are written; after some in a row the searches are made, too."""
    edits, versions = 0, {live.current.knowledge.version}
    for number in range(2 * MOST_EDITS + 2):
        edit(live, f"Word {number}")
        edits = follow(live, edits)
        assert f"Word {number}" in (live.source.output / "about" / "index.html").read_text(encoding="utf-8")
        versions.add(live.current.knowledge.version)
    assert len(versions) == 3


def test_a_fault_of_a_later_change_is_not_forgotten_when_the_searches_follow_an_earlier_one(live: Live) -> None:
    """A good edit, then at once a broken one: the good one is served, and the broken one is told of."""
    edit(live, "Good")
    assert live.refresh()
    edit(live, "{broken")
    assert not live.refresh()
    assert live.settle()
    assert live.fault is not None
    assert live.current.knowledge.pages["about"].summary == "Good."
