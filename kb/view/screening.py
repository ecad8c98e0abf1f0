"""What was considered: works that are entries, works that wait and works that were left out, as PRISMA counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from kb.model import Intervention, Screening, ScreeningDecision, ScreeningKind, StudyDesign
from kb.view.catalog import Catalog
from kb.view.parts import Link, Source

REVIEWS = frozenset({StudyDesign.SYSTEMATIC_REVIEW, StudyDesign.META_ANALYSIS, StudyDesign.SCOPING_REVIEW})


class Considered(NamedTuple):
    """A work that is not an entry."""

    source: Source
    title: str
    record: Screening
    interventions: tuple[Link, ...]


class Flow(NamedTuple):
    """The numbers of a PRISMA flow."""

    considered: int
    """All works: entries and lines of the register."""
    entered: tuple[tuple[str, int], ...]
    """Entries by what they are."""
    waiting: tuple[tuple[str, int], ...]
    """Works that wait, by kind."""
    excluded: tuple[tuple[str, int], ...]
    """Works that were left out, by reason."""


def rests_on(catalog: Catalog) -> tuple[int, int, date]:
    """Studies with results on interventions, reviews, and the last day on which works were looked for."""
    knowledge = catalog.knowledge
    behind = {slug for assessment in knowledge.assessments.values() for slug in assessment.studies}
    studies = catalog.relations.studies
    reviews = sum(study.design in REVIEWS for study in studies)
    tested = sum(study.slug in behind and study.design not in REVIEWS for study in studies)
    days = [item.screened for item in knowledge.screening] or [entry.reviewed for entry in knowledge.entries()]
    return tested, reviews, max(days, default=knowledge.today)


def flow(catalog: Catalog) -> Flow:
    """How many works were considered, entered, left out, and wait."""
    register, studies = catalog.knowledge.screening, len(catalog.relations.studies)
    tested, reviews, _ = rests_on(catalog)
    waiting = [item for item in register if item.decision is ScreeningDecision.WAITING]
    excluded = [item for item in register if item.decision is ScreeningDecision.EXCLUDED]
    return Flow(
        considered=studies + len(register),
        entered=(
            ("Studies with results on interventions", tested),
            ("Reviews", reviews),
            ("Other sources, on drivers, instruments and proposals", studies - tested - reviews),
        ),
        waiting=_counted(item.kind.label for item in waiting),
        excluded=_counted(item.reason.label for item in excluded),
    )


def _counted(labels: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(labels).most_common())


def considered(catalog: Catalog, decision: ScreeningDecision, about: str | None = None) -> tuple[Considered, ...]:
    """The works with a decision, by kind and name; ``about`` takes those about one intervention, by its slug."""
    found = [
        _considered(catalog, item)
        for item in catalog.knowledge.screening
        if item.decision is decision and (about is None or about in item.interventions)
    ]
    kinds = list(ScreeningKind)
    return tuple(sorted(found, key=lambda work: (kinds.index(work.record.kind), work.source.label)))


def _considered(catalog: Catalog, item: Screening) -> Considered:
    reference = catalog.knowledge.references.get(item.key)
    return Considered(
        catalog.source(item.key, ""),
        reference.title if reference else "",
        item,
        catalog.named(Intervention, item.interventions),
    )
