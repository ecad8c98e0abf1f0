"""What kb serve serves after whatever happened to its files: the newest valid content, or /health says why not."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from kb.build import Source, build
from kb.check import read
from kb.folders import MARKER

PAGE = "---\ntitle: Quiet hours\nsummary: A page.\nstatus: published\nreviewed: {day}\n---\nText {word}.\n"
Until = Callable[[Callable[[], bool]], None]
Make = Callable[..., Path]


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Curator", "-c", "user.email=curator@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, check=True)


def clean(content: Path, folder: Path, today: date) -> Mapping[str, bytes]:
    """The files of a site that is built from nothing."""
    return build(Source(content, folder / "output", folder / "index", today), lambda *_, **__: None).site


def written(output: Path) -> dict[str, bytes]:
    found = (path for path in output.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in found}


def served(server: Any, paths: Mapping[str, bytes]) -> dict[str, bytes]:
    with server.client() as client:
        return {path: client.get(f"/{path}").content for path in paths}


def says(server: Any) -> tuple[int, str, str]:
    """The status code, the status and the fault that /health gives."""
    with server.client() as client:
        answer = client.get("/health")
    return answer.status_code, answer.json()["status"], answer.json().get("fault", "")


def test_an_edit_is_never_called_published_before_it_is(
    serve: Callable[..., Any], content: Make, today: date, until: Until
) -> None:
    """From the edit on, /health is not ok until site and API have it; broken edits say why, and end nothing."""
    folder = content()
    page = folder / "pages/quiet-hours.md"
    server = serve()
    assert says(server)[:2] == (200, "ok")
    page.write_text(PAGE.format(day="2026-11-22", word="one"))
    while (said := says(server))[1] != "ok":
        assert said[:2] == (503, "updating"), said
    assert server.health()["version"] == read(folder, today).version
    page.write_text(PAGE.format(day="soon", word="two"))
    until(lambda: says(server)[1] == "stale")
    assert says(server)[0] == 503
    assert "quiet-hours.md:5: KB103" in says(server)[2]
    with server.client() as client:
        assert "Text one." in client.get("/quiet-hours/").text
        assert client.get("/health/live").status_code == 200
    page.write_text(PAGE.format(day="2026-11-22", word="three"))
    until(lambda: says(server)[1] == "ok")
    with server.client() as client:
        assert "Text three." in client.get("/quiet-hours/").text


@pytest.mark.parametrize("leads_to", ["loop.md", "nowhere.md", "/dev/zero"])
def test_what_cannot_be_read_is_told(serve: Callable[..., Any], content: Make, until: Until, leads_to: str) -> None:
    folder = content()
    server = serve()
    (folder / "pages/loop.md").symlink_to(leads_to)
    until(lambda: says(server)[1] == "stale")
    assert "pages/loop.md:1: KB101" in says(server)[2]
    (folder / "pages/loop.md").unlink()
    until(lambda: says(server)[1] == "ok")


def test_files_of_the_site_that_are_removed_are_served_on_and_written_again(
    serve: Callable[..., Any], content: Make, tmp_path: Path, until: Until
) -> None:
    content()
    server = serve()
    output = tmp_path / "output"
    before = written(output)
    for damage in (
        lambda: shutil.rmtree(output),
        lambda: (output / "index.html").unlink(),
        lambda: (output / "404.html").write_text("changed"),
    ):
        damage()
        assert says(server)[0] == 503
        assert served(server, before) == before
        until(lambda: says(server)[1] == "ok")
        assert written(output) == before


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(
    serve: Callable[..., Any], content: Make, tmp_path: Path, until: Until
) -> None:
    """Somebody put a file in the place of the site's folder; nothing new is served until it is gone."""
    page = content() / "pages/quiet-hours.md"
    server = serve()
    version = server.health()["version"]
    (tmp_path / "output").rename(tmp_path / "aside")
    (tmp_path / "output").write_text("mine")
    page.write_text(PAGE.format(day="2026-11-22", word="one"))
    until(lambda: says(server)[1] == "stale")
    assert "output is a file, not a folder" in says(server)[2]
    assert server.health()["version"] == version
    (tmp_path / "output").unlink()
    until(lambda: says(server)[1] == "ok")
    assert server.health()["version"] != version
    assert "Text one." in (tmp_path / "output/quiet-hours/index.html").read_text()


def test_after_branches_went_back_and_forth_all_is_as_if_built_from_nothing(
    serve: Callable[..., Any], content: Make, tmp_path: Path, today: date, until: Until
) -> None:
    """Forty quick checkouts."""
    folder = content()
    git(tmp_path, "init", "--initial-branch=main", ".")
    git(tmp_path, "add", "content")
    git(tmp_path, "commit", "--message=First")
    git(tmp_path, "checkout", "-b", "other")
    for path in folder.rglob("*.md"):
        path.write_text(path.read_text().replace("title: ", "title: Other "))
    for number in range(30):
        (folder / f"pages/page-{number}.md").write_text(PAGE.format(day="2026-11-22", word=number))
    git(tmp_path, "rm", "--quiet", "content/pages/about.md", "--force")
    git(tmp_path, "add", "content")
    git(tmp_path, "commit", "--message=Other")
    server = serve()
    for _ in range(20):
        git(tmp_path, "checkout", "main")
        git(tmp_path, "checkout", "other")
    git(tmp_path, "checkout", "main")
    until(lambda: says(server)[1] == "ok")
    expected = clean(folder, tmp_path / "clean", today)
    assert served(server, expected) == expected
    assert written(tmp_path / "output") == expected


def test_entries_become_overdue_at_midnight(content: Make, tmp_path: Path, until: Until) -> None:
    """The server was started the day before."""
    clock = tmp_path / "clock"
    content()
    moved = (
        "import sys, kb.build, kb.read.content, datetime, pathlib\n"
        f"day = lambda: datetime.date.fromisoformat(pathlib.Path({str(clock)!r}).read_text())\n"
        "kb.build.default_today = kb.read.content.default_today = day\n"
        "from kb.cli import main; main(['serve', '--port', '0'])\n"
    )
    clock.write_text("2027-11-01")
    output = tmp_path / "output/drivers/workload/index.html"
    with subprocess.Popen([sys.executable, "-c", moved], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith(b"Site")
            assert "Overdue" not in output.read_text()
            clock.write_text("2027-11-02")
            until(lambda: "Overdue: review was due November 1, 2027" in output.read_text())
        finally:
            process.send_signal(signal.SIGTERM)


def test_a_build_that_hangs_is_told_and_the_next_edit_ends_it(content: Make, tmp_path: Path, until: Until) -> None:
    """Here one that never gets the lock on the folder of the site."""
    page = content() / "pages/quiet-hours.md"
    environment = {**os.environ, "KB_SLOW_BUILD": "1"}
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--today", "2026-11-22"]
    errors = tmp_path / "errors"
    with (
        errors.open("wb") as log,
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        try:
            assert process.stdout
            base = process.stdout.readline().split()[1].decode()
            with httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
                until(lambda: client.get("/health").status_code == 200)
                handle = os.open(tmp_path / "output", os.O_RDONLY)
                fcntl.flock(handle, fcntl.LOCK_EX)
                page.write_text(PAGE.format(day="2026-11-22", word="one"))
                told = "has been running for more than 1 seconds"
                until(lambda: told in client.get("/health").json().get("fault", ""))
                assert client.get("/health").status_code == 503
                assert told in errors.read_text()
                os.close(handle)
                page.write_text(PAGE.format(day="2026-11-22", word="two"))
                until(lambda: client.get("/health").status_code == 200)
                assert "Text two." in client.get("/quiet-hours/").text
        finally:
            process.send_signal(signal.SIGTERM)


def test_a_new_draft_is_left_out_and_named(serve: Callable[..., Any], content: Make, until: Until) -> None:
    """What a curator has begun stops nobody; the log says so once, however many edits follow."""
    folder = content()
    server = serve()
    draft = folder / "pages/quiet-hours.md"
    draft.write_text("---\ntitle: TODO\nsummary: TODO\nstatus: draft\nreviewed: TODO\n---\nTODO\n")
    until(lambda: "content/pages/quiet-hours.md" in server.health()["drafts"])
    assert says(server)[:2] == (200, "ok")
    about = folder / "pages/about.md"
    about.write_text(about.read_text() + "\nMore words.\n")
    version = server.health()["version"]
    until(lambda: server.health()["version"] != version)
    with server.client() as client:
        assert client.get("/quiet-hours/").status_code == 404
    assert server.err.count("left out: content/pages/quiet-hours.md is a draft") == 1
