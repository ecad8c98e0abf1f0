"""The server under load while its content changes about every second."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kb.check import read
from kb.folders import write

SEEN = 4
"""How many versions must have been answered from before the load ends."""
MOST_EDITS = 60


def test_no_answer_fails_or_mixes_versions_while_content_changes(
    serve: Callable[..., Any],
    until: Callable[[Callable[[], bool]], None],
    content: Callable[..., Path],
    load: Callable[..., Any],
    today: date,
) -> None:
    """Nothing is refused, each answer is of one version, and once one was had no older one is given."""
    folder = content()
    study = folder / "studies" / "trial-2024.md"
    text = study.read_text(encoding="utf-8")

    def edit(number: int) -> str:
        write(study, text.replace("title: A trial", f"title: A counted trial {number}").encode())
        return read(folder, today).version

    versions = [edit(0)]
    server = serve()
    asking = load(server.client)
    for keep_alive in (True, False):
        asking.start(asking.query, keep_alive)
        asking.start(asking.query, keep_alive)
        asking.start(asking.read, keep_alive)
    while len(asking.versions()) < SEEN and len(versions) < MOST_EDITS:
        time.sleep(1)
        versions.append(edit(len(versions)))
    until(lambda: server.health()["version"] == versions[-1])
    until(lambda: asking.answers[-1].version == versions[-1])
    asking.stop()
    assert asking.failures == []
    assert {(answer.version, answer.title, answer.found) for answer in asking.answers} <= {
        (version, f"A counted trial {number}", f"A counted trial {number}") for number, version in enumerate(versions)
    }
    assert len(asking.versions()) >= SEEN, "content must have changed while it was asked for"
    _assert_forward(asking.answers, versions)


def _assert_forward(answers: list[Any], versions: list[str]) -> None:
    """No answer is older than one that was had before it was asked for."""
    had = sorted(answers, key=lambda answer: answer.end)
    newest, position = 0, 0
    for answer in sorted(answers, key=lambda answer: answer.start):
        while had[position].end < answer.start:
            newest = max(newest, versions.index(had[position].version))
            position += 1
        assert versions.index(answer.version) >= newest
