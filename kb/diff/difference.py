"""Difference: what lies between two versions of the content, as plain values. Every text in it is the content's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.problems import Problem


class What(StrEnum):
    """What happened to an entry, a finding or a record; the first that fits, in this order, for an entry."""

    DELETED = "deleted"
    UNREADABLE = "unreadable"
    """Its file is there, but has errors of form in one of the versions: so nothing can be said of it."""
    RENAMED = "renamed"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    """It was a draft or withdrawn."""
    CHANGED = "changed"
    REMOVED = "removed"
    """Of a draft, a finding or a record: nothing that had a page."""


@dataclass(frozen=True)
class Change:
    """A value that changed. None is the absence of it; where both are None, it is too long to be told."""

    name: str
    """The field, e.g. estimate or evidence.burnout.comparator."""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class FindingChange:
    """A finding of a study that is new, gone, or changed in some fields."""

    id: str
    what: What
    fields: tuple[Change, ...]


@dataclass(frozen=True)
class EntryChange:
    """An entry whose file is new, gone or other than before."""

    kind: str
    slug: str
    title: str
    what: What
    note: str = ""
    """Why it was withdrawn, or what it was named before."""
    fields: tuple[Change, ...] = ()
    findings: tuple[FindingChange, ...] = ()


@dataclass(frozen=True)
class BodyMove:
    """A body of evidence whose certainty, or the way to it, is other than before."""

    id: str
    certainty: Change
    """In words; None where there is no such body."""
    causes: tuple[str, ...]
    """The steps that moved it, e.g. "imprecision: 1 -> 2 steps down"."""


@dataclass(frozen=True)
class RatingMove:
    """An intervention whose rating, or a body of evidence under it, is other than before."""

    slug: str
    title: str
    verdict: Change
    certainty: Change
    """Of the headline."""
    headline: Change
    """The id of the body that the certainty speaks of."""
    bodies: tuple[BodyMove, ...]
    own: bool
    """Whether its own file changed."""
    through: tuple[str, ...]
    """Slugs of the studies and instruments below it that changed."""

    @property
    def moved(self) -> bool:
        """Whether what readers see at the top moved: verdict or certainty."""
        return self.verdict.before != self.verdict.after or self.certainty.before != self.certainty.after


@dataclass(frozen=True)
class DriverMove:
    """A driver whose strongest intervention is another, or is rated otherwise."""

    slug: str
    title: str
    best: Change
    """The intervention with its rating, e.g. "quiet-hours (evidence-based, low certainty)"."""
    gain: int
    """1 stronger than before, -1 weaker, 0 as strong."""


@dataclass(frozen=True)
class ReferenceChange:
    """A record of the bibliography."""

    key: str
    what: What
    fields: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """All that lies between two versions; empty where they mean the same."""

    entries: tuple[EntryChange, ...] = ()
    ratings: tuple[RatingMove, ...] = ()
    drivers: tuple[DriverMove, ...] = ()
    references: tuple[ReferenceChange, ...] = ()
    missing: tuple[Problem, ...] = ()
    """Pages that were published and would be gone; each says how to withdraw its entry instead."""
    appeared: tuple[Problem, ...] = ()
    """Problems that were not there before."""
    gone: tuple[Problem, ...] = ()
    """Problems that are no longer there."""
    errors_before: int = 0
    """Errors of the first version; where there are any, it is compared as far as it can be read."""
    errors_after: int = 0

    @property
    def empty(self) -> bool:
        return not any(
            (self.entries, self.ratings, self.drivers, self.references, self.missing, self.appeared, self.gone)
        )
