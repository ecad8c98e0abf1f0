"""The history of the entries, read from version control once for all of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from kb import git

log = logging.getLogger("kb")


class Revision(NamedTuple):
    """One recorded change of an entry's file."""

    date: date
    """The day on which its author made it."""
    subject: str
    """The first line of its message."""


History = Mapping[str, tuple[Revision, ...]]
"""Changes by file below the content folder, e.g. drivers/workload.md, the last one first."""

_LONGEST = 200
"""Characters of a subject; git is asked for some more, since what cannot be seen is taken out."""
# No path below a folder starts with a slash, so a part that does is the head of a change.
_LOG = (
    *("log", "-z", "--no-color", "--no-renames", "--no-merges", "--no-notes", "--no-ext-diff", "--no-textconv"),
    *("--encoding=UTF-8", "--relative", "--name-only", "--format=/%h %as %<(400,trunc)%s"),
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST = date(1970, 1, 2)
"""Git prints January 1, 1970, for a date that it cannot read."""


def read_history(content: Path) -> History:
    """The changes of every file in a content folder; none where there is no clone around it.

    What git says is checked: a file has no history where one of its changes has an impossible date, and no file has
    one in a shallow clone, where the oldest commit would seem to have made them all, or where git fails. A warning
    says so.
    """
    if not git.surrounds(content):
        return {}
    try:
        if git.is_shallow(content):
            log.warning("Pages show no history: this clone is shallow. Get the rest with git fetch --unshallow")
            return {}
        if not (last := git.last_commit(content)):
            return {}
        printed = git.ask(content, *_LOG, last, "--", ".")
    except git.GitError as error:
        log.warning("Pages show no history: %s", error)
        return {}
    return parse(printed)


def parse(printed: bytes) -> History:
    """The history in a log of NUL-separated parts: "/hash day subject", then the files of that change."""
    files: dict[str, list[Revision]] = {}
    doubtful: dict[str, str] = {}
    revision, commit, first = None, "", False
    for part in printed.decode("utf-8", "surrogateescape").split("\0"):
        if part.startswith("/"):
            commit, day, subject = (*part[1:].split(" ", 2), "", "")[:3]
            revision, first = _revision(day, subject), True
            continue
        name, first = part.removeprefix("\n") if first else part, False
        if not name:
            continue
        if revision is None:
            doubtful.setdefault(name, commit)
        else:
            files.setdefault(name, []).append(revision)
    for name, commit in list(doubtful.items())[:_MOST_WARNINGS]:
        log.warning("%s shows no history: commit %s has an impossible date", ascii(name)[1:-1], commit)
    if len(doubtful) > _MOST_WARNINGS:
        log.warning("%d more files show no history, for impossible dates of commits", len(doubtful) - _MOST_WARNINGS)
    return {name: tuple(revisions) for name, revisions in files.items() if name not in doubtful}


_MOST_WARNINGS = 5


def _revision(day: str, subject: str) -> Revision | None:
    """A change as it can be shown; None where its date cannot be true."""
    try:
        made = date.fromisoformat(day) if _DAY.fullmatch(day) else date.min
    except ValueError:
        return None
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # it is that already in some places
    return Revision(made, _shown(subject)) if _FIRST <= made <= tomorrow else None


def _shown(subject: str) -> str:
    """A subject in one line of text that can be seen: no control, private-use or turning characters."""
    text = subject.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    short = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
    return short or "(no description)"
