"""Folders: where the package's data is, and how files are written so that nothing of somebody else's is lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TypeVar

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
Signature = frozenset[tuple[str | int, ...]]
"""The state of the files of a folder: it differs when one was edited, added or removed."""

MARKER = ".kb-files.json"
"""A file in every folder that kb made, with what the folder holds and the files that kb wrote: it removes no others."""
_STAGING = ".kb-new"
_REPOSITORIES = (".git", ".hg", ".svn", ".jj")
_NOT_FILES = frozenset({MARKER, _STAGING, "lost+found"})
"""What an empty folder may hold; the last is on every new disk."""
_PACKAGE = Path(__file__).parent


class FolderError(Exception):
    """Raised for a folder that must not, or cannot, be written to; its text says why and what to do."""


def data_file(name: str) -> Path:
    """The folder ``theme`` or a file such as ``pelicanconf.py``: in an installed package, else in the checkout."""
    installed = _PACKAGE / "data" / name
    if installed.exists():
        return installed
    return _PACKAGE.parent / ("graphql" if name.endswith(".graphql") else "") / name


def require_owned(folder: Path, holds: str, keep: Iterable[Path] = ()) -> None:
    """Refuse a folder that kb may not write to; raises FolderError.

    It must be new, empty, or made by kb to hold the same (``holds`` is e.g. "a site"). It must not be, be inside, or
    hold a folder of ``keep``, and must not be or hold the working folder or a repository.
    """
    target = folder.resolve()
    where = short(folder)
    other = "name a new or empty folder"
    if os.path.lexists(target) and not target.is_dir():
        raise FolderError(f"{where} is a file, not a folder: {other}")
    for path in (path.resolve() for path in keep):
        if target == path or path in target.parents or target in path.parents:
            raise FolderError(f"{where} must be apart from {short(path)}, whose files would be lost: {other}")
    here = Path.cwd()
    if target == here or target in here.parents:
        raise FolderError(f"{where} holds the folder that you are in, whose files would be lost: {other}")
    if any(name in target.parts for name in _REPOSITORIES):
        raise FolderError(f"{where} is inside the data of a repository: {other}")
    if not target.is_dir():
        return
    if any(os.path.lexists(target / name) for name in _REPOSITORIES):
        raise FolderError(f"{where} holds a repository, whose files would be lost: {other}")
    marker = _read_marker(target)
    if marker is None:
        try:
            foreign = sorted({path.name for path in target.iterdir()} - _NOT_FILES)
        except OSError as error:
            raise FolderError(f"{where} cannot be read ({error.strerror}): {other}") from None
        if foreign:
            raise FolderError(f"{where} holds files that kb did not make, such as {foreign[0]}: {other}, or empty it")
    elif marker[0] != holds:
        raise FolderError(f"{where} holds {marker[0]}, not {holds}: {other}")


def publish(
    files: Mapping[str, bytes], folder: Path, holds: str, keep: Iterable[Path] = (), *, add: bool = False
) -> None:
    """Make a folder hold these files, by path below it, and remove what kb wrote there before; raises FolderError.

    All new bytes are on the disk before the first file is replaced, so an error on the way, or a full disk, leaves the
    folder as it was. Each file is replaced in one step, and one that holds its bytes already is not touched. Files
    that kb did not write stay. With ``add``, those that it wrote before stay too.
    """
    keep = tuple(keep)
    require_owned(folder, holds, keep)
    target = folder.resolve()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _locked(target):
            require_owned(folder, holds, keep)  # another run may have come first
            _replace(files, target, holds, add)
    except OSError as error:
        reason = error.strerror or error
        raise FolderError(f"{short(folder)} could not be written ({reason}): fix that, then run this again") from error


def _replace(files: Mapping[str, bytes], target: Path, holds: str, add: bool) -> None:
    marker = _read_marker(target)
    owned = marker[1] if marker else frozenset()
    changed = {path: data for path, data in files.items() if not _has(target / path, data)}
    for path in changed:
        _require_free(target, path, owned)
    gone = frozenset() if add else owned - files.keys()
    staging = target / _STAGING
    _discard(staging)
    try:
        if marker is None or changed or gone:
            # From here on a folder that was left half done is known as owned.
            _write_marker(target, holds, owned | files.keys())
        for path in changed:
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
        _in_turns(_write_through, [(staging / path, data) for path, data in changed.items()])
        for path in filter(lambda path: _in_the_way(path, changed), gone):
            _remove(target, path)
        for path in changed:
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            (staging / path).replace(place)
        for path in gone:
            _remove(target, path)
        if gone:
            _write_marker(target, holds, files.keys())
        _in_turns(_sync_folder, {(target / path).parent for path in {*changed, *gone}})
    finally:
        _discard(staging)


def write(path: Path, data: bytes, before: bytes | None = None) -> None:
    """Write a file in one step, with the folders above it; a reader sees the old bytes or the new ones.

    The bytes are on the disk before they take the place of the old ones. A link is followed, and the rights stay.
    With ``before``, the file must still hold these bytes, else FolderError is raised: somebody edited it meanwhile.
    """
    path = path.resolve()
    if before is not None and (path.read_bytes() if path.exists() else b"") != before:
        raise FolderError(f"{short(path)} was edited meanwhile, so it was left as it is: run this again")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        _write_through((new, data))
        with suppress(FileNotFoundError):
            shutil.copymode(path, new)
        new.replace(path)
        _sync_folder(path.parent)
    finally:
        new.unlink(missing_ok=True)


def signature(folder: Path) -> Signature:
    """The signature of a folder, without hidden files. What cannot be read counts with its error."""
    found: set[tuple[str | int, ...]] = set()

    def failed(error: OSError) -> None:
        found.add((str(error.filename), error.errno or 0))

    for above, folders, names in os.walk(folder, onerror=failed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]  # noqa: PTH114, PTH118
        for path in (os.path.join(above, name) for name in (*names, *links) if not name.startswith(".")):  # noqa: PTH118
            try:
                status = os.stat(path)  # noqa: PTH116
            except OSError as error:
                failed(error)
            else:
                found.add((path, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size))
    return frozenset(found)


def _has(path: Path, data: bytes) -> bool:
    """Whether a regular file holds these bytes."""
    try:
        return not path.is_symlink() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _require_free(target: Path, path: str, owned: frozenset[str]) -> None:
    """Refuse to write over, or through, what kb did not make."""
    place = target / path
    for above in list(place.relative_to(target).parents)[:-1]:
        if (target / above).is_symlink() or ((target / above).is_file() and above.as_posix() not in owned):
            raise FolderError(f"{short(target / above)} is in the way and not made by kb: move it away")
    if path in owned:
        return
    if place.is_dir() and not place.is_symlink():
        left = {file.relative_to(target).as_posix() for file in place.rglob("*") if not file.is_dir()}
        if left <= owned:
            return
    elif not os.path.lexists(place):
        return
    raise FolderError(f"{short(place)} is in the way and not made by kb: move it away")


def _in_the_way(old: str, new: Iterable[str]) -> bool:
    """Whether a path is a folder of another, or the other way round, so that both cannot be."""
    return any(path.startswith(f"{old}/") or old.startswith(f"{path}/") for path in new)


def _remove(target: Path, path: str) -> None:
    """Remove a file that kb wrote, and the folders above it that are then empty."""
    folders = [target / above for above in list(PurePosixPath(path).parents)[:-1]]
    if any(folder.is_symlink() for folder in folders):
        return  # somebody put a link in its place: what is behind it is not owned
    place = target / path
    if place.is_file() or place.is_symlink():
        place.unlink()
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _read_marker(target: Path) -> tuple[str, frozenset[str]] | None:
    """What the folder holds and the files that kb wrote in it; None where kb did not make it."""
    try:
        found = json.loads((target / MARKER).read_bytes())
        holds, files = found["holds"], found["files"]
    except (OSError, ValueError, RecursionError, TypeError, KeyError):
        return None
    if not isinstance(holds, str) or not isinstance(files, list):
        return None
    return holds, frozenset(path for path in files if isinstance(path, str) and _is_below(path))


def _is_below(path: str) -> bool:
    """Whether a path leads to a place below the folder that it starts from."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts and "\0" not in path


def _write_marker(target: Path, holds: str, files: Iterable[str]) -> None:
    made = "Made by kb, which overwrites and removes the files named here, and no others."
    write(target / MARKER, json.dumps({"note": made, "holds": holds, "files": sorted(files)}, indent=1).encode())


def _discard(staging: Path) -> None:
    if staging.is_symlink():
        staging.unlink()
    shutil.rmtree(staging, ignore_errors=True)


def _write_through(file: tuple[Path, bytes]) -> None:
    """Write a new file; its bytes are on the disk afterwards."""
    path, data = file
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    """Have the disk know what a folder holds."""
    if os.name == "posix" and folder.is_dir():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _in_turns(step: Callable[[T], None], items: Iterable[T]) -> None:
    """Take a step with each item, some at a time: all of them wait for the disk. The first error is raised."""
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(step, items))


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Keep other runs out of a folder for the length of the block; they wait. A dead process holds no lock."""
    if fcntl is None:
        yield
        return
    handle = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def short(path: Path) -> str:
    """A path as people type it: relative to where they are if it is below."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
