"""Revisions: the content as it stood at a revision of git, or stands in a folder; the work tree is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb import git


def parts(base: str, content: Path) -> tuple[str, str | None]:
    """The two sides of ``A...B`` as git means it: where B left A, and B, or None for the working tree.

    Raises GitError where they have nothing in common, or git does not know one.
    """
    left, dots, right = base.partition("...")
    if not dots:
        return base, None
    found = git.ask(content, "merge-base", "--end-of-options", left or "HEAD", right or "HEAD")
    return found.decode().strip(), right or None


@contextmanager
def opened(name: str, content: Path) -> Iterator[Path]:
    """The content folder of a revision or folder, for the length of the block.

    A name that git knows is a revision (write ./NAME for a folder of that name). A folder is the content itself or
    holds a folder of its name. Raises GitError where it is neither.
    """
    try:
        commit = git.commit(name, content)
    except git.GitError:
        yield _folder(name, content)
        return
    top, inside = git.place(content)
    if not git.ask(top, "ls-tree", "--name-only", commit, "--", inside):
        raise git.GitError(f"{name} holds no {inside}/: name a later revision")
    with git.unpacked(top, commit, (inside,), inside) as folder:
        yield folder


def _folder(name: str, content: Path) -> Path:
    folder = Path(name).resolve()
    if not folder.is_dir():
        raise git.GitError(f"{name!r} is no revision that git knows here, and no folder: compare the spelling")
    inner = folder / content.name
    return inner if inner.is_dir() else folder
