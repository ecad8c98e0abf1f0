"""Staged: the content as the next commit will hold it, and as it was published; the working tree is not touched."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class StagedError(Exception):
    """Raised where git cannot tell what is staged or was published; says why."""


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
    """What is staged of a content folder, for the length of the block. Raises StagedError outside of a repository."""
    top = Path(_git(content, "rev-parse", "--show-toplevel").strip().decode()).resolve()
    folder = content.relative_to(top).as_posix()
    changed = _names(
        _git(top, "diff", "--cached", "--name-only", "--no-renames", "--diff-filter=d", "-z", "--", folder)
    )
    removed = _git(top, "diff", "--cached", "--name-only", "--no-renames", "--diff-filter=D", "-z", "--", folder)
    with tempfile.TemporaryDirectory(prefix="kb-staged-") as place:
        files = _git(top, "ls-files", "-z", "--", folder)
        _git(top, "checkout-index", "-z", "--stdin", f"--prefix={place}/", given=files)
        copy = Path(place) / folder
        copy.mkdir(parents=True, exist_ok=True)
        parent = content.parent.relative_to(top).as_posix()
        shown = (name if parent == "." else name.removeprefix(f"{parent}/") for name in changed)
        yield Staged(copy, tuple(shown), bool(removed))


@contextmanager
def published(content: Path, base: str, cached: bool = False) -> Iterator[Path]:
    """The entries of a revision that are other now, or gone, in a content folder of their own.

    Now is the working tree, or what is staged where ``cached``. Raises StagedError where git does not know ``base``.
    """
    top = Path(_git(content, "rev-parse", "--show-toplevel").strip().decode()).resolve()
    commit = _git(top, "rev-parse", "--verify", "--end-of-options", f"{base}^{{commit}}").strip().decode()
    folder = content.relative_to(top).as_posix()
    words = ("--name-only", "--no-renames", "--diff-filter=DM", "-z", commit, "--", folder)
    names = _names(_git(top, "--no-optional-locks", "diff", *(("--cached",) if cached else ()), *words))
    with tempfile.TemporaryDirectory(prefix="kb-published-") as place:
        copy = Path(place) / folder
        copy.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name.endswith(".md"):
                target = Path(place) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_git(top, "show", f"{commit}:{name}"))
        yield copy


def _git(where: Path, *words: str, given: bytes = b"") -> bytes:
    """What git prints. The variables that git gives to its hooks name the index of the commit and pass through."""
    try:
        done = subprocess.run(["git", *words], cwd=where, input=given, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise StagedError("git is needed to see what is staged or published: install it") from None
    if done.returncode:
        raise StagedError(
            f"git cannot tell what is staged or published: {done.stderr.decode(errors='replace').strip()}"
        )
    return done.stdout


def _names(listed: bytes) -> list[str]:
    return [name.decode(errors="surrogateescape") for name in listed.split(b"\0") if name]
