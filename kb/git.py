"""Git: the only module that runs git. Git is bounded in time and output, asks nobody, and runs no foreign program."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

SECONDS = 20
"""How long git may take for one answer."""
MOST_BYTES = 100_000_000
"""How much git may write for one answer."""

# What a user sets for every repository, and the index of a commit under way, which its hook is about.
_KEPT = re.compile(
    r"GIT_(?:INDEX_FILE|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM"
    r"|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "",  # a partial clone must not fetch what it lacks
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    # Replaced commits are not cloned with a repository, so they must not change what is read from it.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "LC_ALL": "C",
}
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "log.showSignature=false", "log.showRoot=true")
_SHALLOW = ": this clone is shallow, get the rest with git fetch --unshallow"
_COMMAND = ("git", "--no-pager", *(word for setting in _SETTINGS for word in ("-c", setting)))
_REGULAR, _LINK = ("100644", "100755"), "120000"


class GitError(Exception):
    """Raised where git cannot answer, or is not installed; says why."""


class UnknownRevisionError(GitError):
    """Raised where git works and knows no commit of a name."""


class Blob(NamedTuple):
    """A file as git holds it: its mode, e.g. 100644, and the hash of its bytes."""

    mode: str
    id: str


Blobs = Mapping[str, Blob]
"""The files of a folder by their path below it, with slashes; links among them, submodules not."""


def surrounds(folder: Path) -> bool:
    """Whether a folder is inside a clone, as far as can be seen without git."""
    return any((place / ".git").exists() for place in (folder, *folder.parents))


def ask(where: Path, *words: str, given: bytes = b"") -> bytes:
    """The output of a git command in a folder; raises GitError where it fails, takes too long or writes too much."""
    status, output, complaint = _run(where, words, given)
    if status:
        raise GitError(f"git failed: {complaint or f'it ended with status {status}'}")
    return output


def is_shallow(content: Path) -> bool:
    """Whether the clone around a content folder lacks older commits. Raises GitError outside of a work tree."""
    words = ask(content, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository").split()
    if words[:1] != [b"true"]:
        raise GitError(f"{content} is not in a git work tree")
    return words[1:] != [b"false"]


def commit(name: str, content: Path) -> str:
    """The hash of the commit that a name refers to."""
    shallow = is_shallow(content)
    status, output, complaint = _run(
        content, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    )
    if status:
        lack = _SHALLOW if shallow else f"; {complaint}"
        raise UnknownRevisionError(f"git knows no revision {name!r} here{lack}".removesuffix("; "))
    return output.decode().strip()


def merge_base(left: str, right: str, content: Path) -> str:
    """The hash of the newest commit that two revisions have in common."""
    both = commit(left, content), commit(right, content)
    status, output, complaint = _run(content, ("merge-base", *both))
    if status:
        lack = _SHALLOW if is_shallow(content) else ""
        raise GitError(complaint or f"{left} and {right} have no commit in common{lack}")
    return output.decode().strip()


def tree(revision: str, content: Path) -> Blobs:
    """The files of the content folder in the commit of a hash."""
    found = {}
    for line in _parts(ask(content, "ls-tree", "-r", "-z", revision)):
        about, _, name = line.partition("\t")
        mode, _, blob = about.split()
        if mode in (*_REGULAR, _LINK):
            found[name] = Blob(mode, blob)
    return found


def index(content: Path) -> Blobs:
    """The files of the content folder as the next commit will hold them."""
    head = last_commit(content) or ask(content, "hash-object", "-t", "tree", "--stdin").decode().strip()
    found = dict(tree(head, content))
    words = ("--cached", "--raw", "--no-abbrev", "--no-renames", "--relative", "--ita-invisible-in-index", "-z", head)
    parts = iter(_parts(ask(content, "diff-index", *words)))
    for about, name in zip(parts, parts, strict=True):
        _, mode, _, blob, status = about.split()
        if status == "U":
            raise GitError(f"{name!r} is in conflict: resolve that and git add it")
        found.pop(name, None)
        if mode in (*_REGULAR, _LINK):
            found[name] = Blob(mode, blob)
    return found


def last_commit(content: Path) -> str | None:
    """The hash of the commit that is checked out; None before the first one."""
    with suppress(UnknownRevisionError):
        return commit("HEAD", content)
    return None


@contextmanager
def unpacked(blobs: Blobs, content: Path) -> Iterator[Path]:
    """Files of the content folder in a folder of its name elsewhere, for the length of the block.

    They hold the bytes that were committed: no filter and no attribute of the repository changes or hides any.
    """
    with tempfile.TemporaryDirectory(prefix="kb-") as place:
        folder = Path(place) / content.name
        try:
            folder.mkdir()
            _write(blobs, _bytes(blobs, content), folder)
        except (OSError, ValueError) as error:
            raise GitError(f"the files that git holds cannot be written: {error}") from None
        yield folder


def _write(blobs: Blobs, data: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder, whatever their names say. Links come last, so that none is written through."""
    for name, blob in sorted(blobs.items(), key=lambda item: item[1].mode == _LINK):
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts:
            continue
        path = folder / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        if blob.mode == _LINK:
            path.symlink_to(os.fsdecode(data[blob.id]))
        else:
            path.write_bytes(data[blob.id])


def _bytes(blobs: Blobs, content: Path) -> Mapping[str, bytes]:
    """The bytes of blobs by their hash."""
    if not blobs:
        return {}
    wanted = sorted({blob.id for blob in blobs.values()})
    output = ask(content, "cat-file", "--batch", given="".join(f"{name}\n" for name in wanted).encode())
    found, start = {}, 0
    for name in wanted:
        end = output.index(b"\n", start)
        head = output[start:end].split()
        if len(head) != 3:
            raise GitError("this clone lacks some of the files: it is a partial one, get them with git fetch --refetch")
        start = end + 1 + int(head[2])
        found[name] = output[end + 1 : start]
        start += 1
    return found


def _parts(output: bytes) -> list[str]:
    """The parts between NULs, decoded like names of files."""
    return [os.fsdecode(part) for part in output.split(b"\0") if part]


def _run(where: Path, words: tuple[str, ...], given: bytes = b"") -> tuple[int, bytes, str]:
    """Run git in a folder: its status, its output, and its complaint."""
    try:
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            source.write(given)
            source.seek(0)
            # Files and no pipes, so that nothing that git leaves running can hold us up. In a session of its own it
            # has no terminal to ask for a password.
            process = subprocess.Popen(  # noqa: S603 - fixed words, names come after --end-of-options
                (*_COMMAND, *words),
                cwd=where,
                env=_environment(),
                stdin=source,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
            try:
                status = _wait(process, output, errors)
            finally:
                _end(process)
            output.seek(0)
            errors.seek(0)
            return status, output.read(), _readable(errors.read(4000).decode(errors="replace"))
    except FileNotFoundError:
        if where.is_dir():
            raise GitError("git is needed for this: install it") from None
        raise GitError(f"there is no folder {where}") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error}") from None


def _environment() -> dict[str, str]:
    """The variables for git: none that names another repository or changes its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _KEPT.fullmatch(name)}
    if "GIT_INDEX_FILE" in kept:
        kept["GIT_INDEX_FILE"] = os.path.abspath(kept["GIT_INDEX_FILE"])  # noqa: PTH100 - a link stays one
    return kept | _VARIABLES


def _wait(process: subprocess.Popen[bytes], *files: IO[bytes]) -> int:
    latest = time.monotonic() + SECONDS
    while True:
        try:
            status: int | None = process.wait(0.05)
        except subprocess.TimeoutExpired:
            status = None
        if any(os.fstat(file.fileno()).st_size > MOST_BYTES for file in files):
            raise GitError(f"git writes more than {MOST_BYTES // 1_000_000} MB")
        if status is not None:
            return status
        if time.monotonic() > latest:
            raise GitError(f"git gave no answer within {SECONDS} seconds")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git where it still runs, with all that it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _readable(text: str) -> str:
    """A complaint of git without signs that would act on a terminal."""
    return "".join(sign for sign in text.strip() if sign.isprintable() or sign in "\n\t")
