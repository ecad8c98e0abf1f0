"""Files that hold a snapshot: what is written is what is read, and what must not be served is refused unread."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kb.build import Source, build
from kb.serve.served import open_snapshot
from kb.snapshot import Snapshot, SnapshotError, check_snapshot, default_name, read_snapshot, write_snapshot

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def snapshot(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The small content, built."""
    folder = tmp_path_factory.mktemp("snapshot")
    source = Source(project / "tests/bad/_base", folder / "output", folder / "index", date(2026, 11, 22))
    return build(source, lambda *_, **__: None)


@pytest.fixture
def file(snapshot: Snapshot, tmp_path: Path) -> Path:
    """A file that holds it."""
    path = tmp_path / default_name(snapshot)
    write_snapshot(snapshot, path)
    return path


def test_what_is_read_is_what_was_written(snapshot: Snapshot, file: Path) -> None:
    """Content, site and index; the name of the file tells the version."""
    assert check_snapshot(file) == snapshot.knowledge.version
    assert snapshot.knowledge.version in file.name
    read = read_snapshot(file)
    assert (read.knowledge, read.site, read.index) == (snapshot.knowledge, snapshot.site, snapshot.index)
    served = open_snapshot(read)
    assert served.context.index
    assert served.context.index.search("trial").total > 0


def test_any_damage_is_refused(file: Path) -> None:
    """A bit that changed anywhere, an end that is missing, more than was written."""
    whole = file.read_bytes()
    damaged = [whole[:-1], whole[: len(whole) // 2], b"", whole + b"\n", whole[1:]]
    for place in {*range(0, len(whole), len(whole) // 100), *range(len(whole) - 130, len(whole))}:
        damaged.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for data in damaged:
        file.write_bytes(data)
        for read in (check_snapshot, read_snapshot):
            with pytest.raises(SnapshotError, match=r"damaged|not a snapshot|has format|not signed|is signed"):
                read(file)


def test_other_formats_and_other_programs_are_refused_with_what_to_do(
    snapshot: Snapshot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of a newer kb says so; one made with other packages, too."""
    sealed = file.read_bytes()[:-64].replace(b"burnout-kb snapshot 1 ", b"burnout-kb snapshot 2 ")
    file.write_bytes(sealed + hashlib.sha256(sealed).hexdigest().encode())
    with pytest.raises(SnapshotError, match="has format 2, and this kb reads format 1: make it with this kb"):
        check_snapshot(file)
    other = file.with_name("other.zip")
    with monkeypatch.context() as patched:
        patched.setattr("kb.snapshot.__version__", "99.0")
        write_snapshot(snapshot, other)
    with pytest.raises(SnapshotError, match=r"was made with kb 99\.0 .* and this is kb .*: make it with this kb"):
        check_snapshot(other)
    with pytest.raises(SnapshotError, match="cannot be read"):
        check_snapshot(file.with_name("missing.zip"))


def test_with_a_key_only_files_signed_with_it_are_read(
    snapshot: Snapshot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not those without a signature, nor those of another key; and without the key none that is signed."""
    monkeypatch.setenv("KB_SNAPSHOT_KEY", "one")
    with pytest.raises(SnapshotError, match="is not signed"):
        read_snapshot(file)
    signed = file.with_name("signed.zip")
    write_snapshot(snapshot, signed)
    assert read_snapshot(signed).site == snapshot.site
    monkeypatch.setenv("KB_SNAPSHOT_KEY", "two")
    with pytest.raises(SnapshotError, match="another key"):
        read_snapshot(signed)
    monkeypatch.delenv("KB_SNAPSHOT_KEY")
    with pytest.raises(SnapshotError, match="is signed"):
        read_snapshot(signed)


class Trap:
    """Makes a file where it is unpickled."""

    version = "trap"

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_what_is_refused_is_not_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pickle can run anything, so it must not be touched before the file is known to be good."""
    sprung, path = tmp_path / "sprung", tmp_path / "trap.zip"
    write_snapshot(Snapshot(Trap(sprung), {}, {}), path)  # type: ignore[arg-type]
    monkeypatch.setenv("KB_SNAPSHOT_KEY", "key")
    with pytest.raises(SnapshotError):
        read_snapshot(path)
    assert not sprung.exists()
    monkeypatch.delenv("KB_SNAPSHOT_KEY")
    read_snapshot(path)
    assert sprung.exists(), "else this test shows nothing"


def test_a_file_with_something_else_is_left_as_it_is(snapshot: Snapshot, file: Path) -> None:
    """Another version, or no snapshot at all; the same version may be written again."""
    write_snapshot(snapshot, file)
    before = file.read_bytes()
    other: Any = SimpleNamespace(knowledge=SimpleNamespace(version="other"), site={}, index={})
    with pytest.raises(SnapshotError, match=f"holds content version {snapshot.knowledge.version} .* name another file"):
        write_snapshot(other, file)
    assert file.read_bytes() == before
    file.write_text("notes")
    with pytest.raises(SnapshotError, match="holds something else"):
        write_snapshot(snapshot, file)
    assert file.read_text() == "notes"
    assert [path.name for path in file.parent.iterdir()] == [file.name], "no temporary file is left"


def test_the_commands_say_in_one_line_what_is_wrong(content: Callable[..., Path], tmp_path: Path) -> None:
    """And end with an exit status that is not 0; options that a snapshot cannot follow are named."""
    content()

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-m", "kb.cli", *words], cwd=tmp_path, capture_output=True, text=True)
        return done.returncode, done.stderr

    (tmp_path / "notes.zip").write_text("notes")
    code, said = run("serve", "--snapshot", "notes.zip", "--port", "0", "--workers", "2")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("Error: notes.zip is not a snapshot, or only a part of one: copy or make it again")
    code, said = run("snapshot", "notes.zip", "--today", "2026-11-22")
    assert code == 1
    assert said.splitlines()[-1].startswith("Error: notes.zip holds something else than a snapshot")
    code, said = run("serve", "--snapshot", "notes.zip", "--content", "content")
    assert code == 2
    assert "leave out --content" in said
