"""The server as a real process: site, API and health over HTTP, and what happens when content changes under it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

PAGE = "---\ntitle: Quiet hours\nsummary: A page.\nstatus: published\nreviewed: {day}\n---\nText {word}.\n"


@pytest.fixture
def server(tmp_path: Path, content: Callable[..., Path]) -> Iterator[tuple[httpx.Client, Path]]:
    """``kb serve`` on a free port over the small content: a client for it, and the content folder."""
    folder = content()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--today", "2026-11-22"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith("Site"))
            with httpx.Client(base_url=re.search(r"http://\S+", line)[0], timeout=30) as client:  # type: ignore[index]
                _until(lambda: client.get("/health").status_code == 200)
                yield client, folder
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0, "kb serve must stop quietly"


def _until(holds: Callable[[], bool]) -> None:
    """Ask again until something holds; a minute at most."""
    for _ in range(600):
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("it did not happen within a minute")


def test_site_api_and_health_answer(server: tuple[httpx.Client, Path]) -> None:
    """The home page, a query and the health report come from one address."""
    client, _ = server
    home = client.get("/")
    assert home.status_code == 200
    assert "Clinician Burnout Evidence Base" in home.text
    assert home.headers["x-content-type-options"] == "nosniff"
    answer = client.post("/graphql", json={"query": "{ content { version entryCount } }"}).json()
    assert answer["data"]["content"]["version"] == client.get("/health").json()["version"]
    assert client.get("/graphql", params={"query": "{ content { version } }"}).status_code == 200


def test_a_page_that_does_not_exist_is_a_404(server: tuple[httpx.Client, Path]) -> None:
    """A wrong address is answered as such."""
    client, _ = server
    assert client.get("/interventions/no-such-thing/").status_code == 404


def test_an_edit_is_published_and_a_broken_one_leaves_the_last_good_version(server: tuple[httpx.Client, Path]) -> None:
    """Site, API and health move together; a fault is reported at /health while the old version serves."""
    client, folder = server
    first = client.get("/health").json()["version"]
    page = folder / "pages/quiet-hours.md"
    page.write_text(PAGE.format(day="2026-11-22", word="one"))
    _until(lambda: client.get("/health").json()["version"] != first)
    second = client.get("/health").json()["version"]
    assert "Text one." in client.get("/quiet-hours/").text
    page.write_text(PAGE.format(day="soon", word="two"))
    _until(lambda: client.get("/health").json()["status"] == "stale")
    health = client.get("/health").json()
    assert health["version"] == second
    assert "quiet-hours.md:5: KB103" in health["fault"]
    assert "Text one." in client.get("/quiet-hours/").text
    answer = client.post("/graphql", json={"query": "{ content { version } }"}).json()
    assert answer["data"]["content"]["version"] == second
    page.write_text(PAGE.format(day="2026-11-22", word="three"))
    _until(lambda: client.get("/health").json()["status"] == "ok")
    assert "Text three." in client.get("/quiet-hours/").text


def test_a_port_in_use_is_said_in_words(server: tuple[httpx.Client, Path], tmp_path: Path) -> None:
    """A second server on the same port says so, and how to go on."""
    client, _ = server
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", str(client.base_url.port)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
