"""kb serve as a real process: started with options, asked over HTTP, and stopped as an operator would stop it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest


class Running:
    """A server that was started in a folder; what it prints goes to files there."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(port), "--today", "2026-11-22", *options]
        name = f"{time.monotonic_ns()}"
        self.folder = folder
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        until(lambda: "Site" in self.out or self.process.poll() is not None)
        found = re.search(r"http://[^/]+", self.out)
        assert found, self.err
        self.base = found[0]

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

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not tell which processes a process has started")
        return [int(number) for number in children.read_text().split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit status after a signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)


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
