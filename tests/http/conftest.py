"""kb serve as a real process: started with options, asked over HTTP, and stopped as an operator would stop it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

QUERY = """
{
  content { version }
  study(slug: "trial-2024") { title }
  search(query: "counted", first: 1) { edges { highlights { field parts { text } } } }
}
"""
FILES = ("/", "/studies/trial-2024/", "/theme/style.css", "/data/v1/burnout-kb.json", "/search/index.json")


class Running:
    """A server that was started in a folder; what it prints goes to files there."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        day = () if "--snapshot" in options else ("--today", "2026-11-22")
        command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(port), *day, *options]
        name = f"{time.monotonic_ns()}"
        self.folder = folder
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        until(lambda: "Site" in self.out or self.process.poll() is not None)
        found = re.search(r"http://[^/]+", self.out)
        assert found, self.err
        self.base = found[0]
        until(lambda: self.process.poll() is not None or self._answers())

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.base, trust_env=False, timeout=60, **options)  # type: ignore[arg-type]

    def health(self) -> dict[str, object]:
        with self.client() as client:
            said: dict[str, object] = client.get("/health").json()
        return said

    def _answers(self) -> bool:
        try:
            return bool(self.health())
        except httpx.TransportError:
            return False

    def workers(self) -> list[int]:
        """The processes that answer; Python's own process beside them only follows what they share."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not tell which processes a process has started")
        started = [int(number) for number in children.read_text().split()]
        return [number for number in started if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit status after a signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)


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


def until(holds: Callable[[], bool]) -> None:
    """Look again until something holds; a minute at most."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen within a minute")


@pytest.fixture(name="until")
def give_until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something to hold."""
    return until


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts kb serve in the folder of the test, where its content lies; all that still run are stopped in the end."""
    started: list[Running] = []

    def start(*options: str, port: int = 0) -> Running:
        started.append(Running(tmp_path, *options, port=port))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            assert server.stop() == 0, server.err


@pytest.fixture(scope="session")
def steady(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Running]:
    """A server with two workers and an access log over the small content, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("steady")
    shutil.copytree(project / "tests" / "bad" / "_base", folder / "content")
    server = Running(folder, "--workers", "2", "--access-log")
    yield server
    assert server.stop() == 0, server.err


@pytest.fixture(scope="session")
def addressed(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Running]:
    """A server over the small content that knows its public address, https://burnout.example.org/evidence."""
    folder = tmp_path_factory.mktemp("addressed")
    shutil.copytree(project / "tests" / "bad" / "_base", folder / "content")
    running = Running(folder, "--site-url", "https://burnout.example.org/evidence")
    yield running
    running.stop()


@pytest.fixture
def load() -> Iterator[Callable[[Callable[..., httpx.Client]], Load]]:
    """Makes clients that ask without end; they are stopped in the end at the latest."""
    made: list[Load] = []

    def make(client: Callable[..., httpx.Client]) -> Load:
        made.append(Load(client))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[str]:
    """Where ``kb serve`` answers over the whole content, as readers of the guides start it."""
    folder = tmp_path_factory.mktemp("whole")
    options = ["--output", str(folder / "output"), "--index", str(folder / "index"), "--today", "2026-11-22"]
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--no-watch", *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            told = next((line for line in server.stdout if "/graphql" in line), "")
            assert told, "the server did not start"
            yield told.split()[-1].removesuffix("/graphql")
        finally:
            server.send_signal(signal.SIGINT)
