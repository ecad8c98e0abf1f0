"""The history of the entries, read from version control once for all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple


class Revision(NamedTuple):
    """One recorded change of an entry's file."""

    date: date
    """The day on which its author made it."""
    subject: str
    """The first line of its message."""


History = Mapping[str, tuple[Revision, ...]]
"""Changes by file below the content folder, e.g. drivers/workload.md, the last one first."""

# A user's settings must not change what is printed, and reading must not write to the repository.
_COMMAND = (
    *("git", "--no-optional-locks", "-c", "log.showSignature=false", "-c", "core.quotePath=false", "log"),
    *("--no-color", "--no-renames", "--no-merges", "--relative", "--name-only", "--format=%x00%as %s", "--", "."),
)


def read_history(content: Path) -> History:
    """The changes of every file in a content folder; none where there is no git, or no repository that it may read."""
    try:
        log = subprocess.run(_COMMAND, cwd=content, capture_output=True, check=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        return {}
    return parse(log.stdout.decode("utf-8", "replace"))


def parse(log: str) -> History:
    """The history in a log in which every change starts with a NUL, its day and subject; its files stand below."""
    files: dict[str, list[Revision]] = {}
    for change in log.split("\0")[1:]:
        head, *names = change.splitlines()
        day, _, subject = head.partition(" ")
        revision = Revision(date.fromisoformat(day), subject)
        for name in filter(None, names):
            files.setdefault(name, []).append(revision)
    return {name: tuple(revisions) for name, revisions in files.items()}
