"""Folders: where data that the package carries lies, and how a finished folder takes the place of an older one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PACKAGE = Path(__file__).parent


def carried(name: str) -> Path:
    """The folder ``theme`` or file ``schema.graphql``: in an installed package, else in the checkout around it."""
    installed = _PACKAGE / "data" / name
    if installed.exists():
        return installed
    return _PACKAGE.parent / ("graphql" if name.endswith(".graphql") else "") / name


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` to be filled; it takes target's place when the block ends well.

    Where the block raises, or the process dies in it, the old folder stays in use.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    restore(target)
    _remove_abandoned(target)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-{os.getpid()}-", dir=target.parent))
    new.chmod(0o755)
    try:
        yield new
        old = _old(target)
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.replace(old)
        new.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def signature(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Name, time and size of every file in a folder but hidden ones: it differs when anything was edited."""
    found = set()
    # A server asks several times a second, and paths as objects would make it four times as dear.
    for above, _, names in os.walk(folder):
        for name in names:
            if not name.startswith("."):
                with suppress(FileNotFoundError):  # it went away since it was listed
                    status = os.stat(f"{above}/{name}")  # noqa: PTH116
                    found.add((f"{above}/{name}", status.st_mtime_ns, status.st_size))
    return frozenset(found)


def write(path: Path, data: bytes) -> None:
    """Write a file in one step, with the folders above it; a reader sees the old bytes or the new ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new-{os.getpid()}")
    new.write_bytes(data)
    new.replace(path)


def remove(path: Path, root: Path) -> None:
    """Remove a file, and the folders below ``root`` that are then empty."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()


def restore(target: Path) -> None:
    """Undo a replacement that was cut short between its two renames."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.replace(target)


def _remove_abandoned(target: Path) -> None:
    """Remove what killed processes had begun to fill."""
    for folder in target.parent.glob(f".{target.name}.new-*"):
        process = folder.name.removeprefix(f".{target.name}.new-").partition("-")[0]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
