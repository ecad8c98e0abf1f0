"""Revisions: the content as it stood at a revision of git, in a folder of its own; the work tree is not touched."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath


class RevisionError(Exception):
    """Raised where a name is neither a revision with content nor a folder; says why and what to do."""


def parts(base: str, content: Path) -> tuple[str, str | None]:
    """The two sides of ``A...B`` as git means it: where B left A, and B, or None for the working tree."""
    left, dots, right = base.partition("...")
    if not dots:
        return base, None
    found = _git(content, "merge-base", "--end-of-options", left or "HEAD", right or "HEAD")
    return found.decode().strip(), right or None


@contextmanager
def opened(name: str, content: Path) -> Iterator[Path]:
    """The content folder of a revision or folder, for the length of the block.

    A name that git knows is a revision (write ./NAME for a folder of that name). A folder is the content itself or
    holds a folder of its name. Raises RevisionError.
    """
    commit = _commit(name, content)
    if commit is None:
        yield _folder(name, content)
        return
    top = Path(_git(content, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
    inside = content.resolve().relative_to(top).as_posix()
    try:
        packed = _git(top, "archive", "--format=tar", commit, "--", inside)
    except RevisionError:
        raise RevisionError(f"{name} holds no {inside}/: name a later revision") from None
    with tempfile.TemporaryDirectory(prefix="kb-diff-") as place:
        _extract(packed, Path(place))
        copy = Path(place) / inside
        copy.mkdir(parents=True, exist_ok=True)
        yield copy


def _commit(name: str, content: Path) -> str | None:
    """The commit that a name stands for; None where git knows none, or is not there."""
    try:
        found = _git(content, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except RevisionError:
        return None
    return found.decode().strip()


def _folder(name: str, content: Path) -> Path:
    folder = Path(name).resolve()
    if not folder.is_dir():
        raise RevisionError(f"{name!r} is no revision that git knows here, and no folder: compare the spelling")
    inner = folder / content.name
    return inner if inner.is_dir() else folder


def _extract(packed: bytes, place: Path) -> None:
    """Write the regular files of an archive below a folder, whatever their names say; links and devices are left."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if not member.isreg() or path.is_absolute() or ".." in path.parts:
                continue
            file = archive.extractfile(member)
            target = place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read() if file else b"")


def _git(where: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", *words], cwd=where, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise RevisionError("git is needed to read a revision: install it, or name folders") from None
    if done.returncode:
        raise RevisionError(f"git: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
