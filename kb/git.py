"""Git: what it says of a folder, and files of a revision in a folder of their own; the working tree is not touched."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath


class GitError(Exception):
    """Raised where git cannot tell what it was asked, or is not there; says why."""


def ask(where: Path, *words: str, given: bytes = b"") -> bytes:
    """What git prints. The variables that git gives to its hooks name the index of the commit and pass through."""
    try:
        done = subprocess.run(["git", *words], cwd=where, input=given, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise GitError("git is needed for this: install it") from None
    if done.returncode:
        raise GitError(f"git cannot tell: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def place(folder: Path) -> tuple[Path, str]:
    """The top of the repository that a folder lies in, and the folder as seen from there."""
    top = Path(ask(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
    return top, folder.resolve().relative_to(top).as_posix()


def commit(name: str, where: Path) -> str:
    """The commit that a name stands for."""
    found = ask(where, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    return found.decode().strip()


@contextmanager
def unpacked(top: Path, revision: str, names: tuple[str, ...], folder: str) -> Iterator[Path]:
    """A folder as a revision has it, with the files or folders that are named, for the length of the block."""
    packed = ask(top, "--literal-pathspecs", "archive", "--format=tar", revision, "--", *names) if names else b""
    with tempfile.TemporaryDirectory(prefix="kb-") as temporary:
        extract(packed, Path(temporary))
        copy = Path(temporary) / folder
        copy.mkdir(parents=True, exist_ok=True)
        yield copy


def extract(packed: bytes, target: Path) -> None:
    """Write the regular files of an archive below a folder, whatever their names say; links and devices are left."""
    if not packed:
        return
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if not member.isreg() or path.is_absolute() or ".." in path.parts:
                continue
            file = archive.extractfile(member)
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(file.read() if file else b"")


def state(folder: Path) -> tuple[object, ...]:
    """What tells one commit that is checked out from another, without starting git; empty without a repository."""
    places = _data_of(folder)
    if not places:
        return ()
    own, shared = places
    try:
        head = (own / "HEAD").read_bytes()
    except OSError:
        return ()
    branch = head.removeprefix(b"ref: ").decode(errors="replace").strip() if head.startswith(b"ref: ") else "HEAD"
    files = (shared / branch, own / "logs" / "HEAD", shared / "packed-refs", shared / "shallow")
    return (head, *map(_stamp, files))


@cache
def _data_of(folder: Path) -> tuple[Path, Path] | None:
    """Where git keeps the data of a working tree, and of all working trees of its repository."""
    try:
        said = ask(folder, "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir")
    except GitError:
        return None
    own, shared = said.decode(errors="surrogateescape").splitlines()
    return Path(own), Path(shared)


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        status = file.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size
