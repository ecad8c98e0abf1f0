"""No command removes or overwrites what it did not make, whatever folders it is given."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main

pytestmark = pytest.mark.slow

WRITING = (
    ("build", "--output"),
    ("build", "--index"),
    ("serve", "--output"),
    ("serve", "--index"),
    ("search", "quiet", "--index"),
    ("export", "json", "--output"),
    ("export", "csv", "--output"),
    ("schema", "--output"),
)
ODD = (
    *(
        ".",
        "./",
        "..",
        "/",
        "content",
        "content/",
        "./content/../content",
        "content/studies",
        "content/new",
        ".git",
    ),
    *(
        ".git/new",
        "work",
        "work/deep/..",
        "notes.txt",
        "to-content",
        "to-work/",
        "to-notes",
        "other-clone",
        "loop",
        "theme",
    ),
)


@pytest.fixture(scope="module")
def clone(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with work that is not committed, beside a folder of somebody's files and links to all of these."""
    above = tmp_path_factory.mktemp("above")
    clone = above / "clone"
    for name in ("clone", "clone/other-clone"):
        subprocess.run(["git", "clone", "--quiet", "--depth=1", project.as_uri(), above / name], check=True)
    (clone / "notes.txt").write_text("mine")
    (clone / "content/pages/about.md").write_text("mine")
    (clone / "work/deep").mkdir(parents=True)
    (clone / "work/thesis.docx").write_text("mine")
    for link, target in (("content", "content"), ("work", "work"), ("notes", "notes.txt")):
        (clone / f"to-{link}").symlink_to(target)
    (clone / "loop").symlink_to("loop")
    (above / "elsewhere.txt").write_text("mine")
    return clone


def everything(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder, and where each link leads."""
    found = {}
    for above, folders, names in os.walk(folder):
        for path in (Path(above) / name for name in [*names, *folders]):
            if path.is_symlink():
                found[str(path)] = str(path.readlink())
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.mark.parametrize("folder", ODD)
def test_a_folder_that_is_not_ours_is_refused_before_anything_is_done(
    clone: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(clone.parent)
    monkeypatch.chdir(clone)
    for words in WRITING:
        done = CliRunner().invoke(main, [*words, folder])
        assert done.exit_code in (1, 2), (words, done.output)
        said = done.output.strip().splitlines()[-1]
        assert said.startswith("Error: "), (words, done.output)
        assert re.search("name a new or empty folder|is a file|loop", said), words
    assert everything(clone.parent) == before


def test_a_process_keeps_a_clone_too(clone: Path) -> None:
    """As a curator would type it, for all that the tests above run in this process."""
    before = everything(clone.parent)
    command = [str(Path(sys.executable).with_name("kb")), "build", "--output", "."]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "Error: . must be apart from content, whose files would be lost: name a new or empty folder\n"
    assert everything(clone.parent) == before
