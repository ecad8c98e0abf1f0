"""Folders that kb writes: whole or not at all, and nothing that it did not make is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.folders import MARKER, FolderError, data_file, publish, require_owned, signature, write

OLD = {"index.html": b"old", "a/index.html": b"old a", "gone/index.html": b"gone"}
NEW = {"index.html": b"new", "a/index.html": b"old a", "b/index.html": b"new b"}


def files(folder: Path) -> dict[str, bytes]:
    """What a folder holds, but for the marker."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that was published before."""
    publish(OLD, tmp_path / "site", "a site")
    return tmp_path / "site"


def test_a_folder_comes_to_hold_the_new_files_and_no_old_ones(site: Path) -> None:
    publish(NEW, site, "a site")
    assert files(site) == NEW
    assert not (site / "gone").exists()
    assert {path.name for path in site.parent.iterdir()} == {"site"}


def test_a_file_that_holds_its_bytes_already_is_not_touched(site: Path) -> None:
    before = (site / "a/index.html").stat()
    publish(NEW, site, "a site")
    after = (site / "a/index.html").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_page_and_a_folder_may_change_places(site: Path) -> None:
    for wanted in ({"a": b"now a file"}, {"a/b/c": b"a folder again"}, {"a/b": b"and back"}):
        publish(wanted, site, "a site")
        assert files(site) == wanted


def test_what_somebody_else_put_there_stays(site: Path) -> None:
    (site / "CNAME").write_text("burnout.example.org")
    (site / "gone/notes.txt").write_text("mine")
    publish(NEW, site, "a site")
    assert files(site) == {**NEW, "CNAME": b"burnout.example.org", "gone/notes.txt": b"mine"}


@pytest.mark.parametrize("in_the_way", ["b/index.html", "b"])
def test_a_foreign_file_in_the_way_is_named_and_nothing_is_changed(site: Path, in_the_way: str) -> None:
    write(site / in_the_way, b"mine")
    before = files(site)
    with pytest.raises(FolderError, match=rf"site/{in_the_way} is in the way and not made by kb: move it away"):
        publish(NEW, site, "a site")
    assert files(site) == before


def test_nothing_is_written_or_removed_through_a_link(site: Path, tmp_path: Path) -> None:
    """Somebody put a link to a folder of theirs where a folder of the site was."""
    mine = tmp_path / "mine"
    write(mine / "index.html", b"mine")
    for name in ("gone", "a"):
        shutil.rmtree(site / name)
        (site / name).symlink_to(mine)
    with pytest.raises(FolderError, match="site/a is in the way"):
        publish({**NEW, "a/index.html": b"other"}, site, "a site")
    publish({"index.html": b"new"}, site, "a site")
    assert files(mine) == {"index.html": b"mine"}


@pytest.mark.parametrize("listed", ["../mine.txt", "/etc/hostname", "", "a/../../mine.txt"])
def test_a_marker_that_names_files_elsewhere_removes_none(site: Path, listed: str) -> None:
    (site.parent / "mine.txt").write_text("mine")
    marker = json.loads((site / MARKER).read_text())
    (site / MARKER).write_text(json.dumps({**marker, "files": [*marker["files"], listed]}))
    publish(NEW, site, "a site")
    assert (site.parent / "mine.txt").read_text() == "mine"
    assert files(site) == NEW


def _foreign(folder: Path) -> Path:
    write(folder / "foreign/thesis.docx", b"mine")
    return folder / "foreign"


def _repository(folder: Path) -> Path:
    publish(OLD, folder / "pages", "a site")
    (folder / "pages/.git").write_text("gitdir: elsewhere")
    return folder / "pages"


def _index(folder: Path) -> Path:
    publish({"x.seg": b""}, folder / "index", "a search index")
    return folder / "index"


def _file(folder: Path) -> Path:
    write(folder / "file", b"mine")
    return folder / "file"


def _link(folder: Path) -> Path:
    (folder / "link").symlink_to(_foreign(folder))
    return folder / "link"


def _damaged(folder: Path) -> Path:
    write(folder / "damaged" / MARKER, b"[" * 9_000)
    write(folder / "damaged/thesis.docx", b"mine")
    return folder / "damaged"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_foreign, "foreign holds files that kb did not make, such as thesis.docx"),
        (_link, "link holds files that kb did not make, such as thesis.docx"),
        (_damaged, "damaged holds files that kb did not make, such as thesis.docx"),
        (_repository, "pages holds a repository"),
        (_index, "index holds a search index, not a site"),
        (_file, "file is a file, not a folder"),
        (lambda folder: folder / "content", "content must be apart from content"),
        (lambda folder: folder / "content/new", "content/new must be apart from content"),
        (lambda folder: folder, r"\. must be apart from content"),
        (lambda folder: folder / "work/..", "must be apart from content"),
        (lambda folder: folder / "work/here", r"\. holds the folder that you are in"),
        (lambda folder: folder / "work", "work holds the folder that you are in"),
        (lambda folder: folder / ".git/new", "is inside the data of a repository"),
    ],
)
def test_a_folder_that_is_not_ours_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path], why: str
) -> None:
    """The sentence says why and what to do; nothing is changed."""
    write(tmp_path / "content/pages/about.md", b"mine")
    (tmp_path / "work/here").mkdir(parents=True)
    folder = make(tmp_path)
    monkeypatch.chdir(tmp_path / "work/here" if "you are in" in why else tmp_path)
    before = files(tmp_path)
    with pytest.raises(FolderError, match=f"{why}.*name a new or empty folder"):
        publish(NEW, folder, "a site", [tmp_path / "content"])
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["new/folder", "empty", "disk"])
def test_a_new_or_empty_folder_may_be_written_to(tmp_path: Path, name: str) -> None:
    """A new disk counts as empty."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "disk/lost+found").mkdir(parents=True)
    publish(NEW, tmp_path / name, "a site")
    require_owned(tmp_path / name, "a site")
    assert files(tmp_path / name) == NEW


def test_a_link_to_a_folder_of_ours_is_followed(site: Path) -> None:
    link = site.with_name("link")
    link.symlink_to(site)
    publish(NEW, link, "a site")
    assert link.is_symlink()
    assert files(site) == NEW


def test_more_may_be_added(site: Path) -> None:
    publish({"more.html": b"more"}, site, "a site", add=True)
    assert files(site) == {**OLD, "more.html": b"more"}
    publish(NEW, site, "a site")
    assert files(site) == NEW


KILLED = """
import sys
from pathlib import Path
import kb.folders
replace = Path.replace
def wait(self, target):
    if self.name == "index.html" and self.parent.name == ".kb-new":
        print("staged", flush=True)
        sys.stdin.read()
    return replace(self, target)
Path.replace = wait
kb.folders.publish({"index.html": b"new", "b/index.html": b"new b"}, Path(sys.argv[1]), "a site")
"""


@pytest.mark.slow
def test_a_process_killed_before_all_is_on_the_disk_leaves_the_old_files(site: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(site)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "staged\n"
        assert {name: data for name, data in files(site).items() if not name.startswith(".")} == OLD
        process.send_signal(signal.SIGKILL)
    publish(NEW, site, "a site")
    assert files(site) == NEW


@pytest.mark.slow
def test_a_second_run_waits_for_the_first(site: Path) -> None:
    """Two builds into one folder: it holds what the later one made, and nothing of both."""
    command = [sys.executable, "-c", KILLED, str(site)]
    other = "import sys; from pathlib import Path; from kb.folders import publish\n"
    other += "print('ready', flush=True); publish({'index.html': b'second'}, Path(sys.argv[1]), 'a site')\n"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdin
        assert first.stdout.readline() == "staged\n"
        with subprocess.Popen([sys.executable, "-c", other, str(site)], stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout
            assert second.stdout.readline() == "ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(0.5)
            first.stdin.close()
            assert (first.wait(60), second.wait(60)) == (0, 0)
    assert files(site) == {"index.html": b"second"}


needs_mounts = pytest.mark.skipif(
    os.name != "posix"
    or subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0,
    reason="this user may not mount file systems",
)
MOUNTED = """
set -e
mount -t tmpfs -o {options} tmpfs {folder}
{before}
{python} -c "
import sys
from pathlib import Path
from kb.folders import FolderError, publish
try:
    publish({{'index.html': b'n' * {size}, 'b/index.html': b'n' * {size}}}, Path(sys.argv[1]), 'a site')
except FolderError as error:
    print('refused:', error)
" {folder}{below}
cat {folder}{below}/index.html | head -c 5
"""


def _mounted(site: Path, below: str, options: str, size: int, before: str = "") -> str:
    """What is said, and then the start of the site's first page, where a folder is a file system of its own."""
    site.mkdir(exist_ok=True)
    script = MOUNTED.format(folder=site, below=below, options=options, size=size, before=before, python=sys.executable)
    done = subprocess.run(["unshare", "--mount", "bash", "-c", script], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.stdout


def _earlier(folder: str) -> str:
    code = "import sys; from pathlib import Path; from kb.folders import publish; "
    code += "publish({'index.html': b'old'}, Path(sys.argv[1]), 'a site')"
    return f'{sys.executable} -c "{code}" {folder}'


@pytest.mark.slow
@needs_mounts
def test_a_mount_point_is_written_to(tmp_path: Path) -> None:
    assert _mounted(tmp_path / "site", "", "size=1M", 100) == "nnnnn"


@pytest.mark.slow
@needs_mounts
def test_a_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    site = tmp_path / "site"
    said = _mounted(site, "/x", "size=1M", 900_000, _earlier(f"{site}/x"))
    assert "could not be written (No space left on device)" in said
    assert said.endswith("old")


@pytest.mark.slow
@needs_mounts
def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    site = tmp_path / "site"
    said = _mounted(site, "/x", "size=1M", 10, f"{_earlier(f'{site}/x')}; mount -o remount,ro {site}")
    assert "could not be written (Read-only file system)" in said
    assert said.endswith("old")


def test_a_file_is_written_whole_with_its_rights_and_through_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write(link, b"new")
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "link"}


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "loop", "unreadable link", "same size and time"])
def test_a_signature_differs_after_any_change(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "content"
    write(folder / "pages/about.md", b"old")
    before, about = signature(folder), folder / "pages/about.md"
    assert signature(folder) == before
    if change == "edit":
        about.write_text("newer")
    elif change == "add":
        write(folder / "studies/x.md", b"x")
    elif change == "remove":
        about.unlink()
    elif change == "rename":
        about.rename(about.with_name("home.md"))
    elif change == "loop":
        (folder / "pages/loop.md").symlink_to("loop.md")
    elif change == "unreadable link":
        (folder / "studies").symlink_to("nowhere")
    else:
        status = about.stat()
        about.write_text("new")
        os.utime(about, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert signature(folder) != before


def test_the_data_that_the_package_carries_is_found() -> None:
    assert data_file("theme").is_dir()
    assert data_file("schema.graphql").is_file()
