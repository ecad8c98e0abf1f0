"""Who points at whom: the back-relations of a knowledge base, strongest evidence first, without withdrawn entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from kb.grading import favors, strength
from kb.model import (
    ClaimBasis,
    Comparison,
    Driver,
    EffectDirection,
    Entry,
    EntryStatus,
    Finding,
    Framework,
    Instrument,
    Intervention,
    KnowledgeBase,
    Question,
    Study,
    Term,
    TermMapping,
)
from kb.read.citations import cited_keys

E = TypeVar("E", bound=Entry)
T = TypeVar("T")
Groups = Mapping[str, tuple[E, ...]]
BASES = list(ClaimBasis)
"""What ties an intervention to a driver, the strongest first."""
DISCUSSED = ClaimBasis.DISCUSSED


class Tie(NamedTuple):
    """What ties an intervention to a driver."""

    intervention: Intervention
    basis: ClaimBasis
    """The strongest basis among its claims."""
    favors: bool
    """Whether a finding on an outcome of the driver favors the intervention."""


def addressed(intervention: Intervention) -> tuple[str, ...]:
    """The drivers that an intervention addresses; a theme that only came up is none."""
    return tuple(dict.fromkeys(claim.driver for claim in intervention.drivers if claim.basis is not DISCUSSED))


@dataclass(frozen=True)
class Relations:
    """Lists by the slug (or key, or framework/term) that their entries point at. A slug without any is missing.

    Interventions are sorted strongest first; other entries by title; ``cited_by`` kind by kind.
    """

    interventions: tuple[Intervention, ...]
    instruments: tuple[Instrument, ...]
    studies: tuple[Study, ...]
    drivers: tuple[Driver, ...]
    frameworks: tuple[Framework, ...]
    questions: tuple[Question, ...]
    ties_of_driver: Mapping[str, tuple[Tie, ...]]
    """By what ties them to the driver, measured with a gain first, then the strongest; themes that came up last."""
    interventions_of_driver: Groups[Intervention]
    """The same without what ties them, and without those with which the driver only came up."""
    interventions_of_study: Groups[Intervention]
    interventions_of_instrument: Groups[Intervention]
    interventions_of_term: Groups[Intervention]
    parts_of_intervention: Groups[Intervention]
    instruments_of_driver: Groups[Instrument]
    instruments_of_study: Groups[Instrument]
    studies_of_driver: Groups[Study]
    studies_of_intervention: Groups[Study]
    studies_of_instrument: Groups[Study]
    studies_of_term: Groups[Study]
    psychometrics_of_instrument: Mapping[str, tuple[tuple[Study, Finding], ...]]
    crosswalk_of_driver: Mapping[str, tuple[tuple[Framework, Term, TermMapping], ...]]
    cited_by: Groups[Entry]
    names: Mapping[str, str]
    """The titles of published entries by their paths, for those who need to know no more of them."""
    voices: Mapping[str, str]
    """What people say of each driver, by its slug; of some nothing."""


def relate(knowledge: KnowledgeBase) -> Relations:
    """All relations of a knowledge base, computed once."""
    interventions = tuple(
        sorted(
            _listed(knowledge.interventions.values()),
            key=lambda item: (*strength(item, knowledge.assessments[item.slug]), item.slug),
        )
    )
    instruments, studies = _by_title(knowledge.instruments.values()), _by_title(knowledge.studies.values())
    drivers, frameworks = _by_title(knowledge.drivers.values()), _by_title(knowledge.frameworks.values())
    behind = {item.slug: knowledge.assessments[item.slug].studies for item in interventions}
    used = {
        study.slug: {*study.instruments, *(f.instrument for f in study.findings if f.instrument)} for study in studies
    }
    ties = {
        slug: tuple(sorted(found, key=lambda tie: (BASES.index(tie.basis), not tie.favors)))
        for slug, found in _groups(
            (slug, _tie(slug, item, knowledge)) for item in interventions for slug in _claimed(item)
        ).items()
    }
    questions = _by_title(knowledge.questions.values())
    citing = (*interventions, *instruments, *studies, *drivers, *questions)
    return Relations(
        interventions=interventions,
        instruments=instruments,
        studies=studies,
        drivers=drivers,
        frameworks=frameworks,
        questions=questions,
        ties_of_driver=ties,
        interventions_of_driver={
            slug: answers
            for slug, found in ties.items()
            if (answers := tuple(tie.intervention for tie in found if tie.basis is not DISCUSSED))
        },
        interventions_of_study=_groups((slug, item) for item in interventions for slug in behind[item.slug]),
        interventions_of_instrument=_groups((slug, item) for item in interventions for slug in item.instruments),
        interventions_of_term=_groups(
            (claim.term, item) for item in interventions for claim in item.drivers if claim.term
        ),
        parts_of_intervention=_groups((slug, item) for item in interventions for slug in item.part_of),
        instruments_of_driver=_groups((slug, item) for item in instruments for slug in item.drivers),
        instruments_of_study=_groups(
            (study.slug, item) for item in instruments for study in studies if item.slug in used[study.slug]
        ),
        studies_of_driver=_groups((slug, study) for study in studies for slug in study.drivers),
        studies_of_intervention=_groups(
            (item.slug, study) for study in studies for item in interventions if study.slug in behind[item.slug]
        ),
        studies_of_instrument=_groups((slug, study) for study in studies for slug in used[study.slug]),
        studies_of_term=_groups((path, study) for study in studies for path in study.classifications),
        psychometrics_of_instrument=_groups(
            (finding.instrument, (study, finding))
            for study in studies
            for finding in study.findings
            if finding.comparison is Comparison.PSYCHOMETRIC and finding.instrument
        ),
        crosswalk_of_driver=_groups(
            (mapping.driver, (framework, term, mapping))
            for framework in frameworks
            for term in framework.terms
            for mapping in term.mappings
        ),
        cited_by=_groups((key, entry) for entry in citing for key in cited_keys(entry)),
        names={entry.path: entry.title for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED},
        voices={driver.slug: driver.voice for driver in drivers if driver.voice},
    )


def _claimed(intervention: Intervention) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.driver for claim in intervention.drivers))


def _tie(driver: str, intervention: Intervention, knowledge: KnowledgeBase) -> Tie:
    claims = [claim for claim in intervention.drivers if claim.driver == driver]
    measured = [found for claim in claims if claim.finding and (found := knowledge.evidence(claim.finding))]
    gain = any(
        favors(study, finding, knowledge.instruments) is EffectDirection.FAVORS_INTERVENTION
        for study, finding in measured
    )
    return Tie(intervention, min((claim.basis for claim in claims), key=BASES.index), gain)


def _listed(entries: Iterable[E]) -> list[E]:
    return [entry for entry in entries if entry.status is EntryStatus.PUBLISHED]


def _by_title(entries: Iterable[E]) -> tuple[E, ...]:
    return tuple(sorted(_listed(entries), key=lambda entry: (entry.title.casefold(), entry.slug)))


def _groups(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    """Values by what they point at, each once; the pairs of one value follow each other."""
    groups: dict[str, list[T]] = defaultdict(list)
    for target, value in pairs:
        if not groups[target] or groups[target][-1] is not value:
            groups[target].append(value)
    return {target: tuple(group) for target, group in groups.items()}
