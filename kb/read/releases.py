"""The list of releases, releases.jsonl: one line for each, the oldest first."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date

from kb.model import RELEASE_NAME, Release
from kb.problems import Problem

RELEASES = "releases.jsonl"
_DOI = re.compile(r"10\.\d{4,9}/[!-~]+")
_FIELDS = frozenset({"name", "date", "content", "doi"})


def parse(text: str, shown: str) -> tuple[tuple[Release, ...], list[Problem]]:
    """The releases that can be read, the oldest first, and what is wrong with the other lines (KB220)."""
    found: list[Release] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            release = _release(line)
        except (ValueError, TypeError, KeyError, RecursionError):
            message = "a line must be an object with name (such as 2026.12), date and content, and may have doi"
            problems.append(Problem(shown, number, "KB220", message, "let kb release --record write it"))
            continue
        if found and (order(release) <= order(found[-1]) or release.date < found[-1].date):
            message = f"a release must come after the one before it, found {release.name} after {found[-1].name}"
            problems.append(Problem(shown, number, "KB220", message, "put the lines in order; keep each name once"))
            continue
        found.append(release)
    return tuple(found), problems


def order(release: Release) -> tuple[int, ...]:
    """The numbers of a release's name, by which releases are in order."""
    year, month, *more = map(int, release.name.split("."))
    return (year, month, *(more or [1]))


def line(release: Release) -> str:
    """The line of a release."""
    given = {"name": release.name, "date": release.date.isoformat(), "content": release.content, "doi": release.doi}
    return f"{json.dumps({name: value for name, value in given.items() if value})}\n"


def is_doi(text: str) -> bool:
    """Whether a text is a DOI, without an address before it."""
    return bool(_DOI.fullmatch(text))


def digest(texts: Mapping[str, str]) -> str:
    """The SHA-256 of a content: of its files' texts with Unix line ends, by path below the folder."""
    whole = hashlib.sha256()
    for path, text in sorted(texts.items()):
        whole.update(f"{path}\0{text}\0".encode())
    return whole.hexdigest()


def _release(line: str) -> Release:
    """Raises an error of one of many kinds for a line that is no release."""
    given: Mapping[str, object] = json.loads(line)
    if not isinstance(given, dict) or not given.keys() <= _FIELDS:
        raise ValueError(line)
    name, content, doi = str(given["name"]), str(given["content"]), given.get("doi")
    day = date.fromisoformat(str(given["date"]))
    well_formed = RELEASE_NAME.fullmatch(name) and re.fullmatch("[0-9a-f]{64}", content)
    if not well_formed or not (doi is None or (isinstance(doi, str) and is_doi(doi))):
        raise ValueError(line)
    return Release(name, day, content, doi)
