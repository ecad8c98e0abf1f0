"""The server under load while its content changes about every second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from kb.check import read
from kb.folders import write

QUERY = """
{
  content { version }
  study(slug: "trial-2024") { title }
  search(query: "counted", first: 1) { edges { highlights { field parts { text } } } }
}
"""
SEEN = 4
"""How many versions must have been answered from before the load ends."""
MOST_EDITS = 60
FILES = ("/", "/studies/trial-2024/", "/theme/style.css", "/data/v1/burnout-kb.json", "/search/index.json")


@dataclass(frozen=True)
class Answer:
    """An answer of the API: when it was asked for and had, and what it said."""

    start: float
    end: float
    version: str
    title: str
    found: str


class Load:
    """Clients that ask one after another until they are stopped, each with its connections kept or not."""

    def __init__(self, client: Callable[..., httpx.Client]) -> None:
        self._client = client
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.answers: list[Answer] = []
        self.failures: list[str] = []

    def start(self, ask: Callable[[httpx.Client], None], keep_alive: bool) -> None:
        limits = httpx.Limits(max_keepalive_connections=1 if keep_alive else 0)

        def run() -> None:
            with self._client(limits=limits) as client:
                while not self._stop.is_set():
                    try:
                        ask(client)
                    except Exception as error:
                        self.failures.append(repr(error))

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def query(self, client: httpx.Client) -> None:
        start = time.monotonic()
        response = client.post("/graphql", json={"query": QUERY})
        end = time.monotonic()
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()["data"]
        (edge,) = data["search"]["edges"]
        (found,) = (part["parts"] for part in edge["highlights"] if part["field"] == "title")
        title = "".join(part["text"] for part in found)  # this one the search index holds
        self.answers.append(Answer(start, end, data["content"]["version"], data["study"]["title"], title))

    def versions(self) -> set[str]:
        return {answer.version for answer in list(self.answers)}

    def read(self, client: httpx.Client) -> None:
        for path in FILES:
            response = client.get(path)
            assert response.status_code == 200, path
            assert path != "/studies/trial-2024/" or response.text.rstrip().endswith("</html>")
        assert client.get("/health").json()["status"] in ("ok", "updating")
        time.sleep(0.05)


def test_no_answer_fails_or_mixes_versions_while_content_changes(
    serve: Callable[..., Any],
    until: Callable[[Callable[[], bool]], None],
    content: Callable[..., Path],
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
    load = Load(server.client)
    for keep_alive in (True, False):
        load.start(load.query, keep_alive)
        load.start(load.query, keep_alive)
        load.start(load.read, keep_alive)
    try:
        while len(load.versions()) < SEEN and len(versions) < MOST_EDITS:
            time.sleep(1)
            versions.append(edit(len(versions)))
        until(lambda: server.health()["version"] == versions[-1])
        until(lambda: load.answers[-1].version == versions[-1])
    finally:
        load.stop()
    assert load.failures == []
    assert {(answer.version, answer.title, answer.found) for answer in load.answers} <= {
        (version, f"A counted trial {number}", f"A counted trial {number}") for number, version in enumerate(versions)
    }
    assert len(load.versions()) >= SEEN, "content must have changed while it was asked for"
    _assert_forward(load.answers, versions)


def _assert_forward(answers: list[Answer], versions: list[str]) -> None:
    """No answer is older than one that was had before it was asked for."""
    had = sorted(answers, key=lambda answer: answer.end)
    newest, position = 0, 0
    for answer in sorted(answers, key=lambda answer: answer.start):
        while had[position].end < answer.start:
            newest = max(newest, versions.index(had[position].version))
            position += 1
        assert versions.index(answer.version) >= newest
