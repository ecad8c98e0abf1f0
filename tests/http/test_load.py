"""The server under load while its content changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.check import read
from kb.folders import write

ROUNDS = 3
"""How often the content is edited and waited for."""


def test_no_answer_fails_or_mixes_versions_while_content_changes(
    serve: Callable[..., Any],
    until: Callable[[Callable[[], bool]], None],
    content: Callable[..., Path],
    load: Callable[..., Any],
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is refused, each answer is of one version, and once one was had no older one is given."""
    monkeypatch.setenv("KB_SLOW_BUILD", "600")  # a busy machine is not what is tested here
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
    for _ in range(ROUNDS):
        for _ in range(3):  # the second or third comes while the first is being built
            versions.append(edit(len(versions)))
            time.sleep(0.5)
        until(lambda: bool(asking.answers) and asking.answers[-1].version == versions[-1])
    asking.stop()
    assert asking.failures == [], server.err
    assert {(answer.version, answer.title, answer.found) for answer in asking.answers} <= {
        (version, f"A counted trial {number}", f"A counted trial {number}") for number, version in enumerate(versions)
    }
    assert len(asking.versions()) > ROUNDS, "content must have changed while it was asked for"
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
