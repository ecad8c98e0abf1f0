"""Staged: the content as the next commit will hold it, and as it was published; the working tree is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb import git


@dataclass(frozen=True)
class Staged:
    """The staged content in a folder of its own."""

    content: Path
    changed: tuple[Path, ...]
    """The files of this folder that were added or changed."""
    removed: bool
    """Whether a file of the content folder is staged for removal, so that problems are where it was named."""


@contextmanager
def staged(content: Path) -> Iterator[Staged]:
    """What is staged of a content folder, for the length of the block. Raises GitError outside of a repository."""
    last = git.last_commit(content)
    before, now = git.tree(last, content) if last else {}, git.index(content)
    with git.unpacked(now, content) as copy:
        changed = tuple(copy / name for name, blob in now.items() if before.get(name) != blob)
        yield Staged(copy, changed, removed=not before.keys() <= now.keys())


@contextmanager
def published(content: Path, base: str, cached: bool = False) -> Iterator[Path]:
    """The entries of a revision that are other now, or gone, in a content folder of their own.

    Now is the working tree, or what is staged where ``cached``. Raises GitError where git does not know ``base``.
    """
    before = git.tree(git.commit(base, content), content)
    now = git.index(content) if cached else None
    with git.unpacked({name: blob for name, blob in before.items() if name.endswith(".md")}, content) as copy:
        for path in copy.rglob("*.md"):  # what was written, whatever the names in git say
            name = path.relative_to(copy).as_posix()
            same = _is_same(path, content / name) if now is None else now.get(name) == before.get(name)
            if same and not path.is_dir():
                path.unlink()
        yield copy


def _is_same(old: Path, new: Path) -> bool:
    """Whether two files hold the same text, be it with other line ends."""
    try:
        if old.is_symlink() or new.is_symlink():
            return False
        return old.read_bytes().replace(b"\r\n", b"\n") == new.read_bytes().replace(b"\r\n", b"\n")
    except OSError:  # gone by now, or not to be read
        return False
