"""Who points at whom: the back-relations of a knowledge base, strongest evidence first, without withdrawn entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kb.grading import strength
from kb.model import (
    Comparison,
    Driver,
    Entry,
    Finding,
    Framework,
    Instrument,
    Intervention,
    KnowledgeBase,
    Status,
    Study,
    Term,
)
from kb.model import Mapping as TermMapping
from kb.read.citations import cited_keys

E = TypeVar("E", bound=Entry)
Groups = Mapping[str, tuple[E, ...]]


@dataclass(frozen=True)
class Relations:
    """Lists by the slug (or key, or framework/term) that their entries point at. A slug without any is missing.

    Interventions stand strongest first; other entries by title; ``cited_by`` kind by kind.
    """

    interventions: tuple[Intervention, ...]
    instruments: tuple[Instrument, ...]
    studies: tuple[Study, ...]
    drivers: tuple[Driver, ...]
    frameworks: tuple[Framework, ...]
    interventions_of_driver: Groups[Intervention]
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
    resting = _reversed(behind)
    used = {
        study.slug: {*study.instruments, *(f.instrument for f in study.findings if f.instrument)} for study in studies
    }
    using = _reversed(used)
    citing = (*interventions, *instruments, *studies, *drivers)
    return Relations(
        interventions=interventions,
        instruments=instruments,
        studies=studies,
        drivers=drivers,
        frameworks=frameworks,
        interventions_of_driver=_group(interventions, lambda item: [claim.driver for claim in item.drivers]),
        interventions_of_study=_group(interventions, lambda item: behind[item.slug]),
        interventions_of_instrument=_group(interventions, lambda item: item.instruments),
        interventions_of_term=_group(interventions, lambda item: [claim.term for claim in item.drivers if claim.term]),
        parts_of_intervention=_group(interventions, lambda item: item.part_of),
        instruments_of_driver=_group(instruments, lambda item: item.drivers),
        instruments_of_study=_group(instruments, lambda item: using.get(item.slug, ())),
        studies_of_driver=_group(studies, lambda item: item.drivers),
        studies_of_intervention=_group(studies, lambda item: resting.get(item.slug, ())),
        studies_of_instrument=_group(studies, lambda item: used[item.slug]),
        studies_of_term=_group(studies, lambda item: item.classifications),
        psychometrics_of_instrument=_psychometrics(studies),
        crosswalk_of_driver=_crosswalk(frameworks),
        cited_by=_group(citing, cited_keys),
        names={entry.path: entry.title for entry in knowledge.entries() if entry.status is Status.PUBLISHED},
        voices={driver.slug: driver.voice for driver in drivers if driver.voice},
    )


def _listed(entries: Iterable[E]) -> list[E]:
    return [entry for entry in entries if entry.status is Status.PUBLISHED]


def _by_title(entries: Iterable[E]) -> tuple[E, ...]:
    return tuple(sorted(_listed(entries), key=lambda entry: (entry.title.casefold(), entry.slug)))


def _group(entries: Iterable[E], targets: Callable[[E], Iterable[str]]) -> dict[str, tuple[E, ...]]:
    groups: dict[str, list[E]] = defaultdict(list)
    for entry in entries:
        for target in dict.fromkeys(targets(entry)):
            groups[target].append(entry)
    return {target: tuple(group) for target, group in groups.items()}


def _reversed(targets: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Who names each target, in the order of those who name."""
    naming: dict[str, list[str]] = defaultdict(list)
    for slug, named in targets.items():
        for target in named:
            naming[target].append(slug)
    return naming


def _psychometrics(studies: Iterable[Study]) -> dict[str, tuple[tuple[Study, Finding], ...]]:
    groups: dict[str, list[tuple[Study, Finding]]] = defaultdict(list)
    for study in studies:
        for finding in study.findings:
            if finding.comparison is Comparison.PSYCHOMETRIC and finding.instrument:
                groups[finding.instrument].append((study, finding))
    return {slug: tuple(group) for slug, group in groups.items()}


def _crosswalk(frameworks: Iterable[Framework]) -> dict[str, tuple[tuple[Framework, Term, TermMapping], ...]]:
    groups: dict[str, list[tuple[Framework, Term, TermMapping]]] = defaultdict(list)
    for framework in frameworks:
        for term in framework.terms:
            for mapping in term.mappings:
                groups[mapping.driver].append((framework, term, mapping))
    return {slug: tuple(group) for slug, group in groups.items()}
