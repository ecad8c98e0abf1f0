"""What differs between two versions of the content, as plain values. Every text in it comes from the content."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.problems import Problem


class What(StrEnum):
    """What happened to an entry or a reference; the first that fits, in this order."""

    DELETED = "deleted"
    UNREADABLE = "unreadable"
    """One of the versions of its file has errors of form, so they cannot be compared."""
    RENAMED = "renamed"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    """It was a draft or withdrawn."""
    CHANGED = "changed"
    REMOVED = "removed"
    """Of a draft or a reference: nothing that had a page."""


@dataclass(frozen=True)
class Change:
    """A value that changed. None is no value; both None is a value too long to print."""

    name: str
    """The field, e.g. findings.burnout.estimate, or the key of a body of evidence."""
    before: str | None = None
    after: str | None = None
    causes: tuple[str, ...] = ()
    """Of the certainty of a body of evidence: the steps that moved it, e.g. "imprecision: 1 -> 2 steps down"."""

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class EntryChange:
    """An entry, or a reference by its key, that is new, gone or changed."""

    kind: str
    slug: str
    title: str
    what: What
    note: str = ""
    """Why it was withdrawn, or what it was named before."""
    fields: tuple[Change, ...] = ()


@dataclass(frozen=True)
class RatingChange:
    """An intervention whose rating, or one of its bodies of evidence, changed."""

    slug: str
    title: str
    verdict: Change
    certainty: Change
    """Of the headline."""
    headline: Change
    """The key of the body of evidence that the certainty is about."""
    bodies: tuple[Change, ...]
    """The certainty of each body of evidence that moved, by its key; None if there is no such body."""
    edited: tuple[str, ...]
    """The changed files that it rests on, as folder/slug: its own, and those of studies and instruments."""
    estimates: tuple[Change, ...] = ()
    """The pooled estimate of each body that moved, with interval and size; None where there is none."""

    @property
    def moved(self) -> bool:
        """Whether the verdict or the certainty changed."""
        return self.verdict.moved or self.certainty.moved


@dataclass(frozen=True)
class DriverChange:
    """A driver whose strongest intervention, or its rating, changed."""

    slug: str
    title: str
    best: Change
    """The intervention with its rating, e.g. "quiet-hours (evidence-based, low certainty)"."""
    gain: int
    """1 stronger than before, -1 weaker, 0 as strong."""


@dataclass(frozen=True)
class DraftGrade:
    """What a draft would be graded if it were published as it is."""

    path: str
    """The draft, as folder/slug."""
    note: str = ""
    """Why it cannot be graded yet, or what may still change it."""
    ratings: tuple[RatingChange, ...] = ()
    """Of a study: the interventions whose rating, bodies or estimates would move."""
    needs: tuple[Change, ...] = ()
    """For each of them by its slug, what would make it evidence-based then."""
    rating: str = ""
    """Of an intervention: verdict and certainty, with the drafts of studies that test it."""
    bodies: tuple[Change, ...] = ()
    """Of an intervention: each body of evidence by its key, with certainty and estimate."""


@dataclass(frozen=True)
class Difference:
    """All that differs between two versions; empty where they mean the same."""

    entries: tuple[EntryChange, ...] = ()
    ratings: tuple[RatingChange, ...] = ()
    drivers: tuple[DriverChange, ...] = ()
    references: tuple[EntryChange, ...] = ()
    missing: tuple[Problem, ...] = ()
    """One problem for each published page that would be lost; its hint says how to withdraw the entry instead."""
    appeared: tuple[Problem, ...] = ()
    """New problems."""
    gone: tuple[Problem, ...] = ()
    """Solved problems."""
    drafts: tuple[DraftGrade, ...] = ()
    """What the drafts that were edited would be graded."""
    errors_before: int = 0
    """Errors of the first version; where there are any, it is compared as far as it can be read."""
    errors_after: int = 0

    @property
    def empty(self) -> bool:
        return not any(
            (self.entries, self.ratings, self.drivers, self.references, self.missing, self.appeared, self.gone)
        )
