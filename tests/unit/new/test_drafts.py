"""Drafts stop no command: what is still being written is left out and named, and kb check lists what it lacks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kb.check import read
from kb.model import KINDS
from kb.new import create
from kb.problems import ContentError

pytestmark = pytest.mark.slow

BASE = Path(__file__).parents[2] / "bad/_base"
UNFINISHED = "left out: content/drivers/unfinished.md is a draft"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that holds the small content."""
    shutil.copytree(BASE, tmp_path / "content")
    return tmp_path


def kb(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as people run it there."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", "GIT_CEILING_DIRECTORIES": str(place.parent)}
    command = [sys.executable, "-m", "kb.cli", *words]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_skeletons_of_every_kind_are_left_out_and_named(place: Path) -> None:
    paths = []
    for kind in KINDS:
        create(kind.kind, "new-one", place / "content")
        paths.append(f"content/{kind.folder}/new-one.md")
    for words in (["build"], ["export", "json"], ["search", "words"], ["due"]):
        done = kb(place, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [path for path in paths if f"left out: {path} is a draft, " not in done.stderr] == []
        assert UNFINISHED in done.stderr
        assert "left out" not in done.stdout
    files = [file for folder in ("output", "export") for file in (place / folder).rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if b"new-one" in file.read_bytes() or "new-one" in str(file)] == []
    checked = kb(place, "check")
    assert checked.returncode == 1
    assert [path for path in paths if checked.stdout.count(f"{path}:") < 3] == []


def test_the_server_starts_beside_a_skeleton_and_names_it(place: Path) -> None:
    kb(place, "new", "study", "new-one")
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--today", "2026-11-22"]
    server = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    expected = next((line for line in server.stdout if line.startswith("Health")), "")
    server.send_signal(signal.SIGTERM)
    _, errors = server.communicate()
    assert "http://127.0.0.1:" in expected
    assert "left out: content/studies/new-one.md is a draft, 6 TODOs\n" in errors


def write(place: Path, name: str, *lines: str, body: str = "Words.") -> None:
    (place / "content" / name).write_text("\n".join(["---", *lines, "---", body, ""]))


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("title: A", "summary: B.", "status: draft", "reviewed: 2026-11-01"), "is a draft"),
        (("title: TODO", "summary: B.", "status: draft", "reviewed: 2026-11-01"), "is a draft, 1 TODO"),
        (("title: TODO", "summary: [TODO", "status: draft", "reviewed: 2026-11-01"), "is a draft, 1 TODO"),
        (("title: A", "summary: B.", "status: draft", "reviewed: soon"), "is a draft, 1 error"),
        (("title: A", "summary: B.", "status: draft", "reviewed: soon", "odd: 1"), "is a draft, 2 errors"),
        (("status: draft", "title: TODO", "formerly: TODO", "reviewed: TODO"), "is a draft, 3 TODOs"),
        (("status: draft",), "is a draft, 3 errors"),
    ],
)
def test_a_draft_may_be_wrong_in_any_way_that_leaves_its_status_readable(
    place: Path, lines: tuple[str, ...], named: str, caplog: pytest.LogCaptureFixture, today: date
) -> None:
    write(place, "pages/new.md", *lines)
    knowledge = read(place / "content", today)
    assert "new" not in knowledge.pages
    assert [str(draft) for draft in knowledge.drafts] == [UNFINISHED[10:], f"content/pages/new.md {named}"]
    assert caplog.messages == [f"left out: {draft}" for draft in knowledge.drafts]


@pytest.mark.parametrize(
    "lines",
    [
        ("title: TODO", "summary: B.", "status: published", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "status: TODO", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "status: drafty", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "status: [draft]", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "status: withdrawn", "reviewed: 2026-11-01"),
        ("title: TODO", "summary: B.", "status: !draft draft", "reviewed: 2026-11-01"),
        ("status draft",),
    ],
)
def test_what_is_no_draft_by_its_status_stays_an_error(place: Path, lines: tuple[str, ...], today: date) -> None:
    """So no published entry vanishes when it is edited."""
    write(place, "pages/about.md", *lines)
    create("study", "new-one", place / "content")
    with pytest.raises(ContentError) as caught:
        read(place / "content", today)
    assert {problem.path for problem in caught.value.problems} == {"content/pages/about.md"}


def test_a_published_entry_that_becomes_a_skeleton_is_recognized_by_its_history(place: Path) -> None:
    for words in ("init --quiet", "add --all", "-c user.name=A -c user.email=a@example.org commit --quiet -m x"):
        subprocess.run(["git", *words.split()], cwd=place, check=True, capture_output=True)
    write(place, "pages/about.md", "title: TODO", "summary: B.", "status: draft", "reviewed: 2026-11-01")
    done = kb(place, "check")
    assert "content/pages/about.md:1: KB210 the page about was published and must not be a draft again" in done.stdout
    assert "left out: content/pages/about.md is a draft, 1 TODO" in kb(place, "due").stderr


REPORTED = "reported: [{outcome: burnout, study: new-one, place: Table 1}]\n"


@pytest.mark.parametrize("more", ["", "formerly: TODO"])
@pytest.mark.parametrize(
    ("name", "found", "instead", "expected"),
    [
        ("pages/about.md", "\n---\n", "\n---\nSee [it](/studies/new-one/).\n", "KB403 a published entry must not link"),
        (
            "interventions/quiet-hours.md",
            "\n---\n",
            f"\n{REPORTED}---\n",
            "KB201 a published entry must not name a draft",
        ),
        ("studies/trial-2024.md", "[quiet-hours]", "[quiet-hours, new-one]", "KB201 a published entry must not"),
        ("interventions/quiet-hours.md", "themes/", "new-one/", "KB201 a published entry must not name a draft"),
    ],
)
def test_a_published_entry_that_rests_on_a_skeleton_is_an_error_with_its_remedy(
    place: Path, name: str, found: str, instead: str, expected: str, more: str, today: date
) -> None:
    for kind in ("study", "intervention", "framework"):
        create(kind, "new-one", place / "content")
    for skeleton in (place / "content").rglob("new-one.md"):
        skeleton.write_text(skeleton.read_text().replace("---\n", f"---\n{more}", 1))
    path = place / "content" / name
    text = path.read_text()
    assert found in text
    path.write_text(text.replace(found, instead, 1))
    with pytest.raises(ContentError) as caught:
        read(place / "content", today)
    assert {problem.path for problem in caught.value.problems} == {f"content/{name}"}
    assert expected in str(caught.value)
    assert "hint: publish " in str(caught.value)


def test_what_changed_is_shown_beside_a_skeleton(place: Path) -> None:
    shutil.copytree(place / "content", place / "before/content")
    kb(place, "new", "study", "new-one")
    done = kb(place, "diff", "before")
    assert done.returncode == 0
    assert "content/studies/new-one.md:8: KB105" in done.stdout
    assert "compared as far as it can be read" not in done.stdout
