"""Staged: the content as the next commit will hold it, and as it was published; the working tree is not touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb import git


@dataclass(frozen=True)
class Staged:
    """The staged content in a folder of its own."""

    content: Path
    changed: tuple[str, ...]
    """The staged files of the content folder that were added or changed, as problems print them."""
    removed: bool
    """Whether a file of the content folder is staged for removal, so that problems stand where it was named."""


@contextmanager
def staged(content: Path) -> Iterator[Staged]:
    """What is staged of a content folder, for the length of the block. Raises GitError outside of a repository."""
    top, folder = git.place(content)
    words = ("diff", "--cached", "--name-only", "--no-renames", "-z")
    changed = _names(git.ask(top, *words, "--diff-filter=d", "--", folder))
    removed = git.ask(top, *words, "--diff-filter=D", "--", folder)
    with tempfile.TemporaryDirectory(prefix="kb-staged-") as place:
        files = git.ask(top, "ls-files", "-z", "--", folder)
        git.ask(top, "checkout-index", "-z", "--stdin", f"--prefix={place}/", given=files)
        copy = Path(place) / folder
        copy.mkdir(parents=True, exist_ok=True)
        parent = Path(folder).parent.as_posix()
        shown = (name if parent == "." else name.removeprefix(f"{parent}/") for name in changed)
        yield Staged(copy, tuple(shown), bool(removed))


@contextmanager
def published(content: Path, base: str, cached: bool = False) -> Iterator[Path]:
    """The entries of a revision that are other now, or gone, in a content folder of their own.

    Now is the working tree, or what is staged where ``cached``. Raises GitError where git does not know ``base``.
    """
    top, folder = git.place(content)
    commit = git.commit(base, top)
    words = ("--name-only", "--no-renames", "--diff-filter=DM", "-z", commit, "--", folder)
    names = _names(git.ask(top, "--no-optional-locks", "diff", *(("--cached",) if cached else ()), *words))
    entries = tuple(name for name in names if name.endswith(".md"))
    with git.unpacked(top, commit, entries, folder) as copy:
        yield copy


def _names(listed: bytes) -> list[str]:
    return [name.decode(errors="surrogateescape") for name in listed.split(b"\0") if name]
