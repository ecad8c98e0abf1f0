"""KnowledgeBase: everything that was read, frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from kb.model.assessment import Assessment
from kb.model.driver import Driver, Framework
from kb.model.entry import Entry, Page
from kb.model.evidence import Finding
from kb.model.instrument import Instrument
from kb.model.intervention import Intervention
from kb.model.move import Move
from kb.model.question import Question
from kb.model.reference import Reference
from kb.model.release import Release
from kb.model.screening import Screening
from kb.model.study import Study
from kb.model.synonyms import Synonyms
from kb.model.vocabulary import EntryStatus, ScreeningDecision, ScreeningKind

E = TypeVar("E", bound=Entry)

KINDS: tuple[type[Entry], ...] = (Intervention, Instrument, Study, Driver, Question, Framework, Page)
"""The kinds of entries, in the order of lists of several kinds, which cursors of the API rest on: a new one is last."""


@dataclass(frozen=True, order=True)
class Draft:
    """An entry that is still being written, so that it is not published."""

    path: str
    """Its file as problems print it, e.g. content/studies/reed-2025.md."""
    todos: int
    """How many placeholders of its skeleton are left."""
    errors: int
    """How many errors kb check finds in it, those of placeholders among them."""

    def __str__(self) -> str:
        if self.todos:
            return f"{self.path} is a draft, {self.todos} TODO{'' if self.todos == 1 else 's'}"
        if self.errors:
            return f"{self.path} is a draft, {self.errors} error{'' if self.errors == 1 else 's'}"
        return f"{self.path} is a draft"


@dataclass(frozen=True)
class KnowledgeBase:
    """Entries by slug and references by key, each in alphabetical order.

    ``today`` is the day for which staleness is judged; ``version`` is a hash of everything that answers depend on.
    """

    today: date
    version: str
    interventions: Mapping[str, Intervention] = field(default_factory=dict)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    studies: Mapping[str, Study] = field(default_factory=dict)
    drivers: Mapping[str, Driver] = field(default_factory=dict)
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    """By intervention slug."""
    screening: tuple[Screening, ...] = ()
    """Works that were considered and are not entries, in the order of the register."""
    moves: tuple[Move, ...] = ()
    """The record of changes, the oldest first."""
    releases: tuple[Release, ...] = ()
    """All releases so far, the oldest first."""
    digest: str = ""
    """The SHA-256 of all files of the content but the list of releases: a release knows its content by it."""
    synonyms: Synonyms = field(default_factory=Synonyms)
    """Which words mean the same to those who search."""
    drafts: tuple[Draft, ...] = ()
    """All drafts of the content, those that cannot be read whole among them."""

    @property
    def release(self) -> Release | None:
        """The release that the content is; None where it is none, as after an edit."""
        return next((release for release in self.releases if release.content == self.digest), None)

    def of_kind(self, kind: type[E]) -> Mapping[str, E]:
        """The entries of one kind by slug."""
        entries: Mapping[str, E] = getattr(self, kind.folder)
        return entries

    def entries(self) -> Iterator[Entry]:
        """All entries, kind by kind."""
        for kind in KINDS:
            yield from self.of_kind(kind).values()

    def at(self, path: str) -> Entry | None:
        """The entry at ``folder/slug``, or None."""
        folder, _, slug = path.partition("/")
        kind = next((kind for kind in KINDS if kind.folder == folder), None)
        return self.of_kind(kind).get(slug) if kind else None

    def evidence(self, path: str) -> tuple[Study, Finding] | None:
        """The study and the finding at ``study-slug/finding-id``, or None."""
        return evidence_at(path, self.studies)

    def waiting(self) -> dict[str, int]:
        """How many controlled studies wait to be entered, by intervention."""
        return Counter(
            slug
            for item in self.screening
            if item.decision is ScreeningDecision.WAITING and item.kind is ScreeningKind.CONTROLLED
            for slug in item.interventions
        )

    def public(self) -> KnowledgeBase:
        """The same without the entries that are drafts; ``drafts`` still names them."""
        shown: dict[str, Any] = {
            kind.folder: {slug: e for slug, e in self.of_kind(kind).items() if e.status is not EntryStatus.DRAFT}
            for kind in KINDS
        }
        kept = {slug: a for slug, a in self.assessments.items() if slug in shown["interventions"]}
        return replace(self, assessments=kept, **shown)


def evidence_at(path: str, studies: Mapping[str, Study]) -> tuple[Study, Finding] | None:
    """The study and the finding at ``study-slug/finding-id`` among studies by slug, or None."""
    slug, _, finding_id = path.partition("/")
    study = studies.get(slug)
    return next(((study, found) for found in study.findings if found.id == finding_id), None) if study else None
