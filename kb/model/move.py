"""A move: what changed in a verdict, a certainty, an estimate or the presence of an entry, on which day and why."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

RENAMED = "renamed"
"""The kind of a move after which all facts of an entry go on under a new name."""


class Fact(NamedTuple):
    """What may move."""

    entry: str
    """folder/slug"""
    kind: str
    """entry, verdict, certainty or estimate; or renamed."""
    body: str | None = None
    """Of a certainty or an estimate: the key of the body of evidence."""


@dataclass(frozen=True)
class Move:
    """A line of the record. None is no value: an entry or a body that was not there, or is not there any more."""

    date: datetime.date
    fact: Fact
    before: str | None
    after: str | None
    reason: str
