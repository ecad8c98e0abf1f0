"""The content at a revision of git or in a folder, for comparing; the work tree is not touched."""

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
    return git.merge_base(left or "HEAD", right or "HEAD", content), right or None


@contextmanager
def opened(name: str, content: Path) -> Iterator[Path]:
    """The content folder of a revision or folder, for the length of the block.

    A name that git knows is a revision (write ./NAME for a folder of that name). A folder is the content itself or
    holds a folder of its name. Raises GitError where it is neither.
    """
    try:
        blobs = git.tree(git.commit(name, content), content)
    except git.GitError as error:
        yield _folder(name, content, error)
        return
    if not blobs:
        raise git.GitError(f"{name} holds no {content.name}/: name a later revision")
    with git.unpacked(blobs, content) as folder:
        yield folder


def _folder(name: str, content: Path, why_not: git.GitError) -> Path:
    folder = Path(name).resolve()
    if folder.is_dir():
        inner = folder / content.name
        return inner if inner.is_dir() else folder
    if isinstance(why_not, git.UnknownRevisionError):
        raise git.GitError(f"{why_not}, and there is no such folder: compare the spelling")
    raise git.GitError(f"{name!r} is no folder, and as a revision it cannot be read: {why_not}")
