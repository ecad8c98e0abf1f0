"""Numbers of findings: they agree with each other, with their arms, their scale and their sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from kb.check.rule import rule
from kb.grading import EFFECT, arms, higher_is_worse, numbers, scores
from kb.grading.bodies import with_sizes
from kb.grading.direction import computed, contradicts
from kb.grading.numbers import Mismatch
from kb.model import (
    Appraisal,
    Arm,
    Comparison,
    Cosmin,
    CosminCategory,
    Cutoff,
    Discrepancy,
    Disputed,
    EffectMeasure,
    Finding,
    Instrument,
    Judgement,
    OutcomeGroup,
    ReadingBasis,
    Scale,
    Study,
    StudyArm,
    Threshold,
)
from kb.problems import Problem
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Needs, lacks

UNSETTLED: Needs = {Study: ("findings", "discrepancies"), Discrepancy: ("findings",)}
"""What ``unsettled`` needs."""
SIGNED: Needs = {**UNSETTLED, Discrepancy: ("findings", "issue", "resolution", "disputed")}
"""What ``signed`` needs."""
_OF_A_SIGN = re.compile(r"\b(?:signs?|minus|turn(?:s|ed)?|directions?)\b", re.I)
DIRECTION = (
    *("outcome", "comparison", "measure", "estimate", "ci", "ci_level", "p"),
    *("direction", "better", "instrument", "scale"),
)
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


def signed(study: Study) -> Iterator[tuple[int, Finding]]:
    """The findings whose sign no discrepancy settles, with their places: one on an interval leaves the sign open."""
    settled = {
        finding_id
        for item in study.discrepancies
        if {Disputed.ESTIMATE, Disputed.MEANS} & {*item.disputed}
        or _OF_A_SIGN.search(f"{item.issue} {item.resolution}")
        for finding_id in item.findings
    }
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
        for index, finding in enumerate(study.findings):
            if lacks(finding, {Finding: ("id", *DIRECTION)}) or not finding.direction:
                continue
            worse = higher_is_worse(finding, knowledge.instruments)
            side = computed(finding, worse)
            if finding.comparison not in EFFECT:
                message = f"a finding with the comparison {finding.comparison} must have no direction"
                hint = "remove direction:"
            elif side is not None:
                message = f"the direction of {finding.id} follows from its numbers ({side}) and must not be recorded"
                hint = "remove direction:"
            elif contradicts(finding, worse):
                message = (
                    f"the direction {finding.direction} must agree with the estimate {finding.estimate} on its scale"
                )
                hint = "check the sign of the estimate, and which end of the scale is better"
            else:
                continue
            yield content.problem(study, ("findings", index, "direction"), "KB310", message, hint)


@rule(Study, {Study: ("reading_basis", "findings", "no_findings_reason")})
def studies_have_findings(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A study has findings or says why not (KB309)."""
    # Nothing can be missing before the study is read.
    if study.reading_basis and not study.findings and not study.no_findings_reason:
        message = "the study must have findings, or no_findings_reason"
        hint = "add each result that the source reports, or say why there is none"
        yield source.problem(("findings",), "KB309", message, hint)
    elif study.findings and study.no_findings_reason:
        message = "a study with findings must not have no_findings_reason"
        yield source.problem(("no_findings_reason",), "KB309", message, "remove one of the two")


@rule(Study, {Study: ("reading_basis", "appraisals"), Appraisal: ("overall", "by")})
def judgements_rest_on_full_text(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """Our own appraisal of a study needs its full text (KB312); a published review may judge what we did not read."""
    for index, appraisal in enumerate(study.appraisals):
        rated = appraisal.by is None and appraisal.overall is not Judgement.NOT_ASSESSED
        if rated and study.reading_basis is not ReadingBasis.FULL_TEXT:
            message = f"an appraisal of our own needs the full text, this study was read as {study.reading_basis}"
            hint = "write by: and the review that judged it, or write overall: not-assessed"
            yield source.problem(("appraisals", index, "overall"), "KB312", message, hint)


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


_ERROR: Needs = {
    Finding: (*NAMED, "measure", "estimate", "ci", "ci_level", "p", "se", "sd", "adjusted_for", "pooled", "arms"),
    Arm: ("arm", "n", "total", "sd", "baseline_sd", "change_sd"),
}
_FIGURES: tuple[Check, ...] = (
    (scores.of_bounds, {Finding: (*NAMED, "measure", "estimate", "ci", "arms"), Arm: ("baseline_sd", "sd")}),
    (scores.of_size, _ERROR),
    (scores.of_share, {Finding: (*NAMED, "measure", "estimate", "ci", "events")}),
    (scores.of_unit, {Finding: (*NAMED, "measure", "estimate", "unit")}),
)
OF_ESTIMATE: Check = (
    arms.of_estimate,
    {
        Finding: (*NAMED, "contrast", "derived", "adjusted_for", "measure", "comparison", "estimate", "ci", "arms"),
        Arm: ("arm", "label", "baseline_mean", "mean", "change", "events", "total"),
    },
)
"""Whether an estimate is what its arms give."""
_ARMS: tuple[Check, ...] = (
    (arms.of_whole, {Finding: (*NAMED, "comparison", "n", "events", "total", "arms"), Arm: ("n", "events", "total")}),
    (
        arms.of_changes,
        {
            Finding: (*NAMED, "contrast", "derived", "adjusted_for", "arms"),
            Arm: ("arm", "label", "baseline_mean", "mean", "change", "relative_change"),
        },
    ),
    OF_ESTIMATE,
)
_ASSIGNED: Needs = {Finding: (*NAMED, "comparison", "measure", "n", "arms"), Arm: ("arm", "n")}
_ON_SCALE: Needs = {
    Finding: (*NAMED, "measure", "unit", "estimate", "ci", "ci_level", "p", "se", "sd", "adjusted_for", "arms"),
    Arm: ("n", "baseline_mean", "baseline_sd", "mean", "sd", "change", "change_sd"),
}
_ANSWERS: Needs = {Instrument: ("response_scale",), Scale: ("min", "max", "item_count", "scoring")}
_IN_ANSWERS: Needs = {Finding: (*NAMED, "measure", "estimate", "n", "arms"), Arm: ("n", "baseline_mean", "mean")}


_SIZES: Needs = {
    Study: ("findings", "discrepancies", "arms"),
    Arm: ("arm", "n", "total"),
    StudyArm: ("slug", "n_analyzed", "n_randomized"),
    Discrepancy: ("findings",),
}


@rule(Study, _SIZES)
def errors_are_large_enough(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A standard error is no smaller than deviations and people allow (KB329), unless a discrepancy names the finding.

    Nothing is said of an interval that is wrong itself.
    """
    for index, finding in unsettled(study):
        if not lacks(finding, _ERROR) and not any(numbers.of_estimate(finding)):
            yield from at_finding(source, index, numbers.of_error(with_sizes(finding, study)))


@rule(Study, UNSETTLED)
def figures_are_possible(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A figure is possible for its measure (KB319) and has its unit (KB320): a correlation from -1 to 1, a share in %.

    A difference of more than three standard deviations (KB330) and a percentage below 1 (KB332) are warnings.

    Nothing is rounded here: what is reported beyond its bound is beyond it. A discrepancy that names the finding
    silences this rule, as all rules on numbers.
    """
    for index, finding in unsettled(study):
        yield from at_finding(source, index, checked(finding, _FIGURES))


_OF_THE_SAMPLE = EFFECT | {Comparison.ASSOCIATION, Comparison.PSYCHOMETRIC}


@rule(Study, {Study: ("findings", "discrepancies", "sample_size"), Discrepancy: ("findings",)})
def no_more_are_analyzed_than_took_part(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A finding analyzes no more participants than the study has (KB314).

    Descriptive findings are left out: they may count those who were invited, or clinics; and so are outcomes of the
    organization, which may count patients.
    """
    if study.sample_size is None:
        return
    for index, finding in unsettled(study):
        n = getattr(finding, "n", None)
        of_the_sample = getattr(finding, "comparison", None) in _OF_THE_SAMPLE
        of_people = getattr(getattr(finding, "outcome", None), "group", None) is not OutcomeGroup.ORGANIZATIONAL
        if of_the_sample and of_people and n is not None and n > study.sample_size:
            message = f"n must be at most the {study.sample_size} of sample_size, got {n}"
            place = getattr(finding, "place", "the source")
            hint = f"check n: against {place}, and sample_size:, which counts all who were enrolled or included"
            yield source.problem(("findings", index, "n"), "KB314", message, hint)


@rule(Study, {**UNSETTLED, Study: ("findings", "discrepancies", "arms"), StudyArm: tuple(StudyArm.model_fields)})
def no_more_are_analyzed_than_were_assigned(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A finding analyzes no more people than its arms had, and those of both arms where it compares two (KB314).

    A finding without a figure to grade, of the measure ``other``, may tell of a test over all arms.
    """
    for index, finding in unsettled(study):
        if lacks(finding, _ASSIGNED) or finding.comparison not in EFFECT or finding.measure is EffectMeasure.OTHER:
            continue
        assigned: list[int] = []
        for number, given in enumerate(finding.arms):
            arm = study.arm(given.arm)
            had = max(arm.n_randomized or 0, arm.n_analyzed or 0) if arm else 0
            assigned.append(had)
            if had and given.n is not None and given.n > had:
                message = f"n must be at most the {had} people of the arm {given.arm}, got {given.n}"
                hint = f"check n: against {finding.place}, and n_randomized: of the arm"
                yield source.problem(("findings", index, "arms", number, "n"), "KB314", message, hint)
        if finding.n is None or not assigned or 0 in assigned or any(given.n for given in finding.arms):
            continue
        all_of_them = " + ".join(map(str, assigned))
        if finding.n > sum(assigned):
            message = f"n must be at most the people of its arms, {all_of_them}, got {finding.n}"
            hint = f"check n: against {finding.place}, and n_randomized: of the arms"
            yield source.problem(("findings", index, "n"), "KB314", message, hint)
        elif len(assigned) == 2 and finding.n in assigned and 3 * finding.n < 2 * sum(assigned):
            message = f"n must be the people of both arms, of {all_of_them}, got {finding.n}, which is one arm"
            hint = f"check against {finding.place}: n: of the finding counts both arms, n: of an arm only its own"
            yield source.problem(("findings", index, "n"), "KB314", message, hint)


@rule(Content, {**UNSETTLED, Scale: ("slug",)})
def arms_and_scores_agree(content: Content) -> Iterator[Problem]:
    """Arms agree with the whole, and scores with their scale.

    Arms add up to the whole (KB314), give the estimate that compares them (KB315), and change as they say (KB316). Each
    reported number stands for all values that round to it, and one combination that agrees is enough. Arms may be
    parts of another arm: it is enough if some choice of arms gives the whole. A finding whose contrast or
    derived says that it is adjusted is left out of KB315 and KB316, as a model need not give the raw difference.

    A score is one that its scale can give: in its range and unit (KB317, KB320), of whole answers (KB318). KB317 takes
    bounds as they are, and a standard deviation with its rounding, up to that of scores at the two ends
    only. A discrepancy that names the finding silences this, but for a wrong sign of an estimate that it does not
    dispute. KB318 (GRIM) is a warning: it takes for granted that everybody answered every item.
    """
    instruments = content.knowledge.instruments.items()
    scales = {(slug, scale.slug): (scale, item) for slug, item in instruments for scale in getattr(item, "scales", ())}
    for study in content.knowledge.studies.values():
        for index, finding in unsettled(study):
            found = list(checked(finding, _ARMS))
            on = scales.get((getattr(finding, "instrument", None) or "", getattr(finding, "scale", None) or ""))
            if on:
                scale, instrument = on
                named = f"the scale {scale.slug} in content/instruments/{instrument.slug}.md"
                if not (lacks(finding, _ON_SCALE) or lacks(scale, {Scale: ("min", "max", "label")})):
                    unread = lacks(study, _SIZES) or lacks(finding, _SIZES)
                    whole = finding if unread else with_sizes(finding, study)
                    found += scores.of_scale(whole, scale, named)
                if not (lacks(finding, _IN_ANSWERS) or lacks(instrument, _ANSWERS)):
                    found += scores.of_answers(finding, scale, instrument)
            yield from at_finding(content.sources[study.folder, study.slug], index, _causes(finding, found))
        yield from _signs(study, content.sources[study.folder, study.slug])


def _signs(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """The wrong signs of findings that a discrepancy names for something else."""
    if lacks(study, {Study: SIGNED[Study]}) or any(lacks(item, SIGNED) for item in study.discrepancies):
        return
    others = {index for index, _ in unsettled(study)}
    for index, finding in signed(study):
        if index not in others:
            yield from at_finding(source, index, (item for item in checked(finding, (OF_ESTIMATE,)) if item.turned))


_OF_THE_ESTIMATE = frozenset({"KB315", "KB316", "KB317"})
_DEVIATIONS = {"baseline_mean": "baseline_sd", "mean": "sd"}


def _causes(finding: Finding, found: list[Mismatch]) -> Iterator[Mismatch]:
    """Mismatches without those that follow from another: from an estimate outside its interval, or from a score
    outside its scale, which spoils its standard deviation (KB317) and the changes worked out from it (KB316)."""
    outside = any(item.code == "KB301" for item in checked(finding, NUMBERS)) if found else False
    beyond = [item.loc for item in found if item.code == "KB317" and item.loc[-1] not in ("ci", *_DEVIATIONS.values())]
    spoiled = {(*loc[:-1], _DEVIATIONS[str(loc[-1])]) for loc in beyond if loc[-1] in _DEVIATIONS}
    changed = {loc[:2] for loc in beyond} | ({("estimate",)} if beyond else set())
    for item in found:
        follows = (
            (outside and item.code in _OF_THE_ESTIMATE)
            or (item.code == "KB317" and item.loc in spoiled)
            or (item.code == "KB316" and item.loc[:2] in changed)
        )
        if not follows:
            yield item


@rule(
    Instrument,
    {
        Instrument: ("scales", "item_count"),
        Scale: ("label", "min", "max", "item_count", "cutoffs", "mid"),
        Cutoff: ("value", "place"),
        Threshold: ("value", "place"),
    },
)
def scales_agree_with_themselves(instrument: Instrument, source: FrontMatter) -> Iterator[Problem]:
    """A scale goes from low to high, and its cutoffs, smallest difference and items lie within (KB321)."""
    for index, scale in enumerate(instrument.scales):
        loc = ("scales", index)
        low, high, items = scale.min, scale.max, instrument.item_count
        if items is not None and scale.item_count is not None and scale.item_count > items:
            message = f"item_count must be at most the {items} items of the instrument, got {scale.item_count}"
            yield source.problem((*loc, "item_count"), "KB321", message, "check both numbers")
        if low is not None and high is not None and low >= high:
            message = f"min must be less than max, got {low} and {high}"
            hint = "min: is the lowest possible score, max: the highest, whichever is better"
            yield source.problem((*loc, "min"), "KB321", message, hint)
            continue
        for number, cutoff in enumerate(scale.cutoffs):
            if (low is not None and cutoff.value < low) or (high is not None and cutoff.value > high):
                message = f"a cutoff of {scale.label} must be between {low} and {high}, got {cutoff.value}"
                yield source.problem((*loc, "cutoffs", number, "value"), "KB321", message, f"check {cutoff.place}")
        if scale.mid and (
            scale.mid.value <= 0 or (low is not None and high is not None and scale.mid.value > high - low)
        ):
            message = (
                f"the smallest difference that matters must be above 0 and within the range, got {scale.mid.value}"
            )
            yield source.problem((*loc, "mid", "value"), "KB321", message, f"check {scale.mid.place}")
