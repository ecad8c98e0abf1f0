"""Bodies of evidence: which findings stand together, and which one counts of each study.

A body is one intervention, outcome, class of comparator, time since the end, and kind of comparison. Every finding of
every published study that fits is in its table. One study counts once, by rule, whatever its finding says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kb.grading.effects import scale_of, undisputed
from kb.model import (
    Analysis,
    ArmRole,
    Better,
    BodyKey,
    ComparatorClass,
    Comparison,
    EntryStatus,
    Finding,
    FollowUpBand,
    Instrument,
    Intervention,
    InterventionScope,
    Result,
    Study,
)

EFFECT = frozenset({Comparison.RANDOMIZED, Comparison.CONTROLLED, Comparison.UNCONTROLLED})
CONTROLLED = frozenset({Comparison.RANDOMIZED, Comparison.CONTROLLED})
KINDS = (Comparison.RANDOMIZED, Comparison.CONTROLLED, Comparison.UNCONTROLLED)
"""From the most to the least controlled."""
SHORT, MEDIUM = Decimal(13), Decimal(52)

Bodies = dict[BodyKey, tuple[Result, ...]]


def bodies_of(
    interventions: Mapping[str, Intervention], studies: Iterable[Study], instruments: Mapping[str, Instrument]
) -> dict[str, Bodies]:
    """The results of every body by intervention; those of members also stand in the bodies of their class."""
    found: dict[str, dict[BodyKey, list[Result]]] = {slug: defaultdict(list) for slug in interventions}
    for study in studies:
        if study.status is not EntryStatus.PUBLISHED:
            continue
        for slug in sorted(_tested(study)):
            for home in _homes(slug, interventions):
                for key, result in _results(study, slug, instruments):
                    found[home][key].append(result)
    return {slug: {key: tuple(results) for key, results in bodies.items()} for slug, bodies in found.items()}


def _homes(slug: str, interventions: Mapping[str, Intervention]) -> Iterator[str]:
    """An intervention and the classes of which it is a member, each once."""
    waiting, seen = [slug], set[str]()
    while waiting:
        slug = waiting.pop()
        if slug not in interventions or slug in seen:
            continue
        seen.add(slug)
        yield slug
        parents = interventions[slug].part_of
        waiting += [p for p in parents if p in interventions and interventions[p].scope is InterventionScope.CLASS]


def _tested(study: Study) -> set[str]:
    in_arms = {arm.intervention for arm in study.arms if arm.intervention}
    return in_arms | {finding.intervention for finding in study.findings if finding.intervention}


def _results(study: Study, slug: str, instruments: Mapping[str, Instrument]) -> Iterator[tuple[BodyKey, Result]]:
    """The findings of a study that show an effect of an intervention, with the body in which each stands.

    A change within one arm of a controlled study is left out where the study compares that outcome (our own rule).
    """
    controlled = {f.outcome for f in study.findings if f.comparison in CONTROLLED and _sides(study, f, slug)}
    for finding in study.findings:
        sides = _sides(study, finding, slug)
        if finding.comparison not in EFFECT or sides is None:
            continue
        if finding.comparison is Comparison.UNCONTROLLED and finding.outcome in controlled:
            continue
        arm, sign, comparator = sides
        kind = max(finding.pooled.kinds, key=KINDS.index) if finding.pooled else finding.comparison
        if kind is Comparison.UNCONTROLLED:
            comparator = None
        key = BodyKey(finding.outcome, comparator, band(finding), kind, study.slug if finding.pooled else None)
        better = _better(finding, instruments)
        yield (
            key,
            Result(study, with_sizes(undisputed(finding, study), study), sign, better, arm, people_of(finding, study)),
        )


def _sides(study: Study, finding: Finding, slug: str) -> tuple[str | None, int, ComparatorClass | None] | None:
    """The arm of the intervention, its place in the comparison (1 first, -1 second), and what it is compared with.

    None where the finding does not compare the intervention with anything, or has it on both sides.
    """
    if finding.pooled:
        ours_alone = finding.intervention == slug and finding.pooled.kinds and EFFECT.issuperset(finding.pooled.kinds)
        return (None, 1, finding.comparator_class) if ours_alone else None
    arms = [study.arm(arm.arm) for arm in finding.arms]
    ours = [index for index, arm in enumerate(arms) if arm and arm.intervention == slug]
    if finding.comparison is Comparison.UNCONTROLLED:
        return (finding.arms[ours[0]].arm, 1, None) if len(ours) == 1 == len(arms) else None
    if len(arms) != 2 or len(ours) != 1:
        return None
    other = arms[1 - ours[0]]
    if other is None:
        return None
    comparator = other.comparator_class if other.role is ArmRole.CONTROL else ComparatorClass.ACTIVE
    return finding.arms[ours[0]].arm, 1 if ours[0] == 0 else -1, comparator


def band(finding: Finding) -> FollowUpBand:
    """The time since the end of the intervention, or since its start where it goes on: to 13 weeks, to 52, beyond."""
    weeks = finding.weeks_after_end if finding.weeks_after_end is not None else finding.weeks_after_start
    if weeks is None:
        return FollowUpBand.UNSTATED
    return FollowUpBand.SHORT if weeks <= SHORT else FollowUpBand.MEDIUM if weeks <= MEDIUM else FollowUpBand.LONG


def _better(finding: Finding, instruments: Mapping[str, Instrument]) -> int | None:
    """1 where a higher estimate is better, -1 where a lower one is: by the finding, its scale, or its outcome."""
    if finding.better is not None:
        return 1 if finding.better is Better.MORE else -1
    scale = scale_of(finding, instruments)
    if scale and scale.higher_is_worse is not None:
        return -1 if scale.higher_is_worse else 1
    if finding.outcome.better is None:
        return None
    return 1 if finding.outcome.better is Better.MORE else -1


def people_of(finding: Finding, study: Study) -> int | None:
    """Participants analyzed, else those in the arms as analyzed, else as assigned, else those of the study."""
    if finding.n is not None:
        return finding.n
    in_arms = [arm.n or arm.total for arm in finding.arms]
    arms = [study.arm(arm.arm) for arm in finding.arms]
    for sizes in (
        in_arms,
        [arm.n_analyzed if arm else None for arm in arms],
        [arm.n_randomized if arm else None for arm in arms],
    ):
        known = [size for size in sizes if size is not None]
        if known and len(known) == len(sizes):
            return sum(known)
    if finding.total is not None:
        return finding.total
    return None if finding.pooled or len(study.arms) > 2 else study.sample_size


def with_sizes(finding: Finding, study: Study) -> Finding:
    """The finding with the sizes of its arms taken from the study, analyzed or else assigned, where it gives none."""
    if all(given.n or given.total or given.arm is None for given in finding.arms):
        return finding
    arms = []
    for given in finding.arms:
        arm = study.arm(given.arm)
        size = (arm.n_analyzed or arm.n_randomized) if arm else None
        known = given.n or given.total or size is None
        arms.append(given if known else given.model_copy(update={"n": size}))
    return finding.model_copy(update={"arms": tuple(arms)})


def counting(results: Sequence[Result], instruments: Mapping[str, Instrument]) -> tuple[tuple[Result, ...], ...]:
    """For each study the finding that counts, one for each arm of the intervention where it has several.

    The first in this order: primary outcome; whole sample before subgroup; as assigned before complete cases; adjusted
    before raw; the scale with more items; the later time; the first in the source.
    """
    by_study: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_study[result.study.slug].append(result)
    counted = []
    for study in sorted(by_study):
        ranked = sorted(enumerate(by_study[study]), key=lambda item: (*_rank(item[1], instruments), item[0]))
        best = ranked[0][1]
        alike = [best]
        for _, result in ranked[1:]:
            if result.arm not in {each.arm for each in alike} and _same_question(best, result):
                alike.append(result)
        counted.append(tuple(alike))
    return tuple(counted)


def _rank(result: Result, instruments: Mapping[str, Instrument]) -> tuple[object, ...]:
    finding = result.finding
    scale = scale_of(finding, instruments)
    order = (Analysis.AS_RANDOMIZED, None, Analysis.COMPLETE_CASES, Analysis.AS_TREATED)
    weeks = finding.weeks_after_end if finding.weeks_after_end is not None else finding.weeks_after_start
    return (
        finding.primary is not True,
        finding.subgroup is not None,
        order.index(finding.analysis),
        finding.adjusted_for is None,
        -(scale.item_count or 0 if scale else 0),
        -(weeks or 0),
    )


def _same_question(one: Result, other: Result) -> bool:
    """Whether two results of a study differ only in the arm of the intervention, and share the arm compared with."""
    a, b = one.finding, other.finding
    same = all(
        getattr(a, field) == getattr(b, field)
        for field in ("instrument", "scale", "measure", "unit", "subgroup", "weeks_after_end", "weeks_after_start")
    )
    return same and _control(one) == _control(other)


def _control(result: Result) -> str | None:
    return next((arm.arm for arm in result.finding.arms if arm.arm != result.arm), None)
