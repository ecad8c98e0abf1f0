"""Numbers of findings: they agree with each other, and a study that tests an effect has some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kb.check.rule import rule
from kb.grading import higher_is_worse, numbers
from kb.grading.direction import EFFECT, computed, contradicts
from kb.grading.numbers import Mismatch
from kb.model import (
    Appraisal,
    Arm,
    Comparison,
    Cosmin,
    CosminCategory,
    Discrepancy,
    Finding,
    Instrument,
    Judgement,
    ReadingBasis,
    Scale,
    Study,
)
from kb.problems import Problem
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Needs, lacks

UNSETTLED: Needs = {Study: ("findings", "discrepancies"), Discrepancy: ("findings",)}
"""What ``unsettled`` needs."""
DIRECTION = ("comparison", "measure", "estimate", "ci", "ci_level", "p", "direction", "instrument", "scale")
"""The fields of a finding that say which side it favors."""
NAMED = ("id", "place")
"""The fields by which a hint names a finding."""
Check = tuple[Callable[[Finding], Iterator[Mismatch]], Needs]
"""A check on the numbers of one finding, and the fields that it needs."""
NUMBERS: tuple[Check, ...] = (
    (numbers.of_estimate, {Finding: (*NAMED, "measure", "estimate", "ci")}),
    (numbers.of_p_value, {Finding: (*NAMED, "measure", "estimate", "ci", "ci_level", "p")}),
    (numbers.of_counts, {Finding: (*NAMED, "measure", "estimate", "unit", "events", "total")}),
    (numbers.of_arms, {Finding: (*NAMED, "arms"), Arm: ("change", "ci", "events", "total")}),
)


@rule(Study, UNSETTLED)
def numbers_agree(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """Estimate, interval, P value and counts of a finding agree (KB301-KB304, KB313), unless a discrepancy names it."""
    for index, finding in unsettled(study):
        yield from at_finding(source, index, checked(finding, NUMBERS))


def unsettled(study: Study) -> Iterator[tuple[int, Finding]]:
    """The findings that no discrepancy names, with their places: the numbers of the others are settled by it."""
    settled = {finding_id for item in study.discrepancies for finding_id in item.findings}
    found = enumerate(study.findings)
    return ((index, finding) for index, finding in found if getattr(finding, "id", None) not in settled)


def checked(finding: Finding, checks: Iterable[Check]) -> Iterator[Mismatch]:
    """What those checks find whose fields could be read."""
    for check, needs in checks:
        if not lacks(finding, needs):
            yield from check(finding)


def at_finding(source: FrontMatter, index: int, found: Iterable[Mismatch]) -> Iterator[Problem]:
    """Mismatches of one finding, by its place in the study, as problems."""
    for item in found:
        yield source.problem(("findings", index, *item.loc), item.code, item.message, item.hint)


@rule(Content, {Study: ("findings",), Instrument: ("scales",), Scale: ("slug", "higher_is_worse")})
def directions_are_computed(content: Content) -> Iterator[Problem]:
    """A direction is recorded by hand only where it cannot be computed (KB310)."""
    knowledge = content.knowledge
    for study in knowledge.studies.values():
        for index, finding in _directed(study):
            loc = ("findings", index, "direction")
            worse = higher_is_worse(finding, knowledge.instruments)
            tells = computed(finding, worse)
            if finding.comparison not in EFFECT:
                message = f"a finding with the comparison {finding.comparison} must have no direction"
                yield content.problem(study, loc, "KB310", message, "remove direction:")
            elif tells is None and contradicts(finding, worse):
                message = (
                    f"the direction {finding.direction} must agree with the estimate {finding.estimate} on its scale"
                )
                yield content.problem(
                    study, loc, "KB310", message, "check the sign of the estimate, and which side is good"
                )
            elif tells is not None:
                message = f"the direction of {finding.id} follows from its numbers ({tells}) and must not be recorded"
                yield content.problem(study, loc, "KB310", message, "remove direction:")


def _directed(study: Study) -> tuple[tuple[int, Finding], ...]:
    """The findings whose direction is recorded, with their places."""
    return tuple(
        (index, finding)
        for index, finding in enumerate(study.findings)
        if not lacks(finding, {Finding: ("id", *DIRECTION)}) and finding.direction
    )


@rule(Study, {Study: ("reading_basis", "findings", "no_findings_reason")})
def studies_have_findings(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A study has findings or says why not (KB309)."""
    # Nothing can be missing before the study is read.
    if study.reading_basis and not study.findings and not study.no_findings_reason:
        message = "the study must have findings, or no_findings_reason"
        yield source.problem(
            ("findings",), "KB309", message, "add each result that the source reports, or say why there is none"
        )
    elif study.findings and study.no_findings_reason:
        message = "a study with findings must not have no_findings_reason"
        yield source.problem(("no_findings_reason",), "KB309", message, "remove one of the two")


@rule(Study, {Study: ("reading_basis", "appraisal"), Appraisal: ("overall",)})
def judgements_rest_on_full_text(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A study is rated on its full text only; otherwise its appraisal is not-assessed (KB312)."""
    rated = study.appraisal and study.appraisal.overall is not Judgement.NOT_ASSESSED
    if rated and study.reading_basis is not ReadingBasis.FULL_TEXT:
        message = f"an appraisal needs the full text, this study was read as {study.reading_basis}"
        hint = "write overall: not-assessed, or remove appraisal:"
        yield source.problem(("appraisal", "overall"), "KB312", message, hint)


@rule(Content, {Instrument: ("cosmin",), Cosmin: ("category",)})
def an_a_needs_a_full_text(content: Content) -> Iterator[Problem]:
    """COSMIN category A is never given on abstracts alone: a study of the instrument was read in full (KB312)."""
    knowledge = content.knowledge
    full = {
        getattr(finding, "instrument", None)
        for study in knowledge.studies.values()
        if getattr(study, "reading_basis", ReadingBasis.FULL_TEXT) is ReadingBasis.FULL_TEXT
        for finding in getattr(study, "findings", ())
        if getattr(finding, "comparison", Comparison.PSYCHOMETRIC) is Comparison.PSYCHOMETRIC
    }
    for instrument in knowledge.instruments.values():
        rated = instrument.cosmin and instrument.cosmin.category is CosminCategory.A
        if rated and instrument.slug not in full:
            message = "category A needs a psychometric finding from a study read in full text"
            hint = "record the study and its findings, or give B"
            yield content.problem(instrument, ("cosmin", "category"), "KB312", message, hint)
