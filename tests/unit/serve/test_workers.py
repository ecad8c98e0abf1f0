"""What a worker serves, and when it goes over to the next snapshot."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing import RawValue
from pathlib import Path

import pytest

from kb.build import Artifact, Source, build
from kb.folders import write
from kb.serve.publisher import Status
from kb.serve.workers import Snapshots, Update

pytestmark = pytest.mark.slow

STATUS = Status(datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def source(content: Callable[..., Path], tmp_path: Path, today: date) -> Source:
    """The small content."""
    return Source(content(), tmp_path / "output", tmp_path / "index", today)


def made(source: Source) -> Artifact:
    return build(source, lambda *_, **__: None)


def update(number: int, artifact: Artifact) -> Update:
    return Update(number, pickle.dumps(artifact), STATUS)


def test_an_update_is_served_from_when_the_shared_number_is_its_own(source: Source) -> None:
    """Until then the last one is, and whoever took that keeps it."""
    number = RawValue("Q", 0)
    snapshots = Snapshots(update(0, made(source)), number)
    taken = snapshots.served
    page = "---\ntitle: About\nsummary: Other.\nstatus: published\nreviewed: 2026-11-01\n---\nWords.\n"
    write(source.content / "pages" / "about.md", page.encode())
    other = made(source)
    snapshots.prepare(update(1, other))
    assert snapshots.served is taken
    number.value = 1
    served = snapshots.served
    assert served.context.knowledge.version == other.knowledge.version != taken.context.knowledge.version
    assert served.context.index is not None
    assert served.context.index.version == other.knowledge.version
    assert served.artifact.site == other.site


def test_a_snapshot_that_is_served_no_more_is_let_go(source: Source) -> None:
    """Else a worker would grow with every edit."""
    number = RawValue("Q", 0)
    artifact = made(source)
    snapshots = Snapshots(update(0, artifact), number)
    taken = []
    for count in range(1, 5):
        snapshots.prepare(update(count, artifact))
        number.value = count
        context = snapshots.served.context
        entry = next(iter(context.knowledge.interventions.values()))
        assert context.catalog.render(entry)
        assert context.index
        assert context.index.search("").hits[0].highlights == ()
        taken.append(weakref.ref(entry))
        del context, entry
    gc.collect()
    assert [reference() is None for reference in taken] == [True, True, False, False], "the last but one may be in use"


def test_where_only_the_status_changes_the_snapshot_stays(source: Source) -> None:
    """A fault does not make a worker read an index."""
    number = RawValue("Q", 0)
    snapshots = Snapshots(update(0, made(source)), number)
    first = snapshots.served
    snapshots.prepare(Update(1, None, replace(STATUS, fault="broken")))
    number.value = 1
    assert snapshots.served.context is first.context
    assert snapshots.served.status.fault == "broken"
