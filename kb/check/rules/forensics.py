"""Forensics: what printed numbers must be beyond their own intervals, given the arms, the scale and the sample."""

from __future__ import annotations

from collections.abc import Iterator

from kb.check.rule import rule
from kb.check.rules.findings import NAMED, NUMBERS, UNSETTLED, Check, at_finding, checked, unsettled
from kb.grading import EFFECT, arms, scores
from kb.grading.numbers import Mismatch
from kb.model import Arm, Comparison, Cutoff, Discrepancy, Finding, Instrument, Scale, Study, Threshold
from kb.problems import Problem
from kb.read.content import Content
from kb.read.frontmatter import FrontMatter, Needs, lacks

_FIGURES: tuple[Check, ...] = (
    (scores.of_bounds, {Finding: (*NAMED, "measure", "estimate", "ci", "arms"), Arm: ("baseline_sd", "sd")}),
    (scores.of_unit, {Finding: (*NAMED, "measure", "estimate", "unit")}),
)
_ARMS: tuple[Check, ...] = (
    (arms.of_whole, {Finding: (*NAMED, "n", "events", "total", "arms"), Arm: ("n", "events", "total")}),
    (
        arms.of_changes,
        {
            Finding: (*NAMED, "contrast", "derived", "arms"),
            Arm: ("label", "baseline_mean", "mean", "change", "relative_change"),
        },
    ),
    (
        arms.of_estimate,
        {
            Finding: (*NAMED, "contrast", "derived", "measure", "comparison", "estimate", "arms"),
            Arm: ("label", "baseline_mean", "mean", "change", "events", "total"),
        },
    ),
)
_ON_SCALE: Needs = {
    Finding: (*NAMED, "measure", "unit", "estimate", "ci", "arms"),
    Arm: ("n", "baseline_mean", "baseline_sd", "mean", "sd", "change"),
}
_ANSWERS: Needs = {Instrument: ("response_scale",), Scale: ("min", "max", "item_count", "scoring")}
_IN_ANSWERS: Needs = {Finding: (*NAMED, "measure", "estimate", "n", "arms"), Arm: ("n", "baseline_mean", "mean")}


@rule(Study, UNSETTLED)
def figures_are_possible(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A figure lies where its measure can (KB319) and has its unit (KB320): a correlation from -1 to 1, a share in %.

    Nothing is rounded here: what is printed beyond its bound is beyond it. A discrepancy that names the finding
    silences this rule, as all rules on numbers.
    """
    for index, finding in unsettled(study):
        yield from at_finding(source, index, checked(finding, _FIGURES))


_OF_THE_SAMPLE = EFFECT | {Comparison.ASSOCIATION, Comparison.PSYCHOMETRIC}


@rule(Study, {Study: ("findings", "discrepancies", "sample_size"), Discrepancy: ("findings",)})
def no_more_are_analysed_than_took_part(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """The participants that a finding analyses are at most those of the study (KB314).

    Descriptive findings are left out: they may speak of those who were invited, or of clinics.
    """
    if study.sample_size is None:
        return
    for index, finding in unsettled(study):
        n = getattr(finding, "n", None)
        of_the_sample = getattr(finding, "comparison", None) in _OF_THE_SAMPLE
        if of_the_sample and n is not None and n > study.sample_size:
            message = f"n must be at most the {study.sample_size} of sample_size, got {n}"
            place = getattr(finding, "place", "the source")
            hint = f"check n: against {place}, and sample_size:, those enrolled or included"
            yield source.problem(("findings", index, "n"), "KB314", message, hint)


@rule(Content, {**UNSETTLED, Scale: ("slug",)})
def arms_and_scores_agree(content: Content) -> Iterator[Problem]:
    """Arms agree with the whole, and scores with their scale.

    Arms add up to the whole (KB314), give the estimate that compares them (KB315), and change as they say (KB316). Each
    printed number stands for all values that round to it, and one combination that agrees is enough. Arms that lie
    within another may stand beside it: only some choice of arms must give the whole. A finding whose contrast or
    derived says that it is adjusted is left out of KB315 and KB316, as a model need not give the raw difference.

    A score is one that its scale can give: in its range and unit (KB317, KB320), of whole answers (KB318). KB317 takes
    bounds as they are, and a standard deviation with its rounding, up to that of scores which all stand at the two
    ends. KB318 (GRIM) is a warning: it takes for granted that everybody answered every item.
    """
    known = content.knowledge.instruments
    for study in content.knowledge.studies.values():
        used = tuple(known[slug] for slug in _instruments(study) if slug in known)
        yield from _arms_and_scores(study, content.sources[study.folder, study.slug], used)


def _instruments(study: Study) -> tuple[str, ...]:
    """The instruments that the study's findings name."""
    found = (getattr(finding, "instrument", None) for finding in study.findings)
    return tuple(dict.fromkeys(slug for slug in found if slug))


def _arms_and_scores(study: Study, source: FrontMatter, instruments: tuple[Instrument, ...]) -> tuple[Problem, ...]:
    scales = {(item.slug, scale.slug): (scale, item) for item in instruments for scale in getattr(item, "scales", ())}
    problems: list[Problem] = []
    for index, finding in unsettled(study):
        found = list(checked(finding, _ARMS))
        place = getattr(finding, "instrument", None) or "", getattr(finding, "scale", None) or ""
        if on := scales.get(place):
            scale, instrument = on
            named = f"the scale {scale.slug} in content/instruments/{instrument.slug}.md"
            if not (lacks(finding, _ON_SCALE) or lacks(scale, {Scale: ("min", "max", "label")})):
                found += scores.of_scale(finding, scale, named)
            if not (lacks(finding, _IN_ANSWERS) or lacks(instrument, _ANSWERS)):
                found += scores.of_answers(finding, scale, instrument)
        problems += at_finding(source, index, _causes(finding, found))
    return tuple(problems)


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
            hint = "min: is the lowest possible score, max: the highest, whichever is worse"
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
