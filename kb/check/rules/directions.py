"""What texts say of results, that something fell or rose: the sign of the finding says the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from kb.check.rule import rule
from kb.check.rules.findings import OF_ESTIMATE, SIGNED, checked, signed
from kb.check.rules.text import meant
from kb.grading import EFFECT
from kb.grading.intervals import RATIOS
from kb.grading.numbers import otherwise
from kb.grading.slips import with_other_side
from kb.model import Arm, ArmRole, Discrepancy, EffectMeasure, Finding, Outcome, Study, StudyArm
from kb.problems import Problem
from kb.read import citations
from kb.read.frontmatter import FrontMatter, Needs, lacks

_SIGNED = frozenset(
    {
        *(
            EffectMeasure.MEAN_DIFFERENCE,
            EffectMeasure.MEAN_CHANGE,
            EffectMeasure.RISK_DIFFERENCE,
            EffectMeasure.RELATIVE_CHANGE,
        ),
        EffectMeasure.STANDARDIZED_MEAN_DIFFERENCE,
    }
)
_NEEDED: Needs = {
    Study: ("title", "summary", *SIGNED[Study], "arms"),
    StudyArm: ("slug", "role"),
    Discrepancy: SIGNED[Discrepancy],
}
_OF_A_FINDING: Needs = {
    Finding: (
        *("id", "outcome", "comparison", "measure", "estimate", "ci"),
        *("derived", "better", "subgroup", "arms", "pooled", "place"),
    ),
    Arm: ("arm", "change"),
}
_FELL = r"(?:fell|falls?|fallen|drop(?:ped|s)?|declin\w+|decreas\w+|lower(?:ed|s)|reduc\w+|shrank|went down|cuts?)"
_ROSE = r"(?:rose|rises?|risen|increas\w+|grew|grown|rais\w+|went up|climbed)"
_WORDS = r"(?:[^\s.;,:()]+\s+){0,6}?"
_BY = r"(?:by|of)\s+(?:about\s+|an?\s+average\s+of\s+)?"
_UNIT = r"(?:\s*%|\s+(?:percentage\s+points?|points?|standard\s+deviations?|minutes?|hours?|days?|of\s+\d+))*"
_OTHERS = (
    r"\s+(?:without|with\s+(?:usual|waiting)|(?:in|among|for|of)\s+(?:the\s+|those\s+)?"
    r"(?:control|comparison|other|usual|waiting|without))"
)
_OF_THE_OTHERS = rf"(?:\s+(?:more|less))?{_OTHERS}"
# Words right beside the name of an outcome, in the same part of a sentence.
_BETWEEN = r"(?:\s+(?:[^\s.;,:()]+\s+){0,3}?)"
_WAS_LESS = r"(?:fell|falls?|fallen|dropped|declined|decreased|went down|lower)"
_WAS_MORE = r"(?:rose|risen|increased|grew|went up|higher)"
_MADE_LESS = r"(?:lowered|reduced|lower|less|cut|lowers|reduces|fewer|decreased)"
_MADE_MORE = r"(?:raised|increased|higher|more|raises|increases)"
_DENIED = re.compile(r"\b(?:not|no|neither|nor|without|hardly|as)\b", re.I)
_AROUND, _MOST_PLACES = 120, 20
"""Characters on both sides of a figure that are read, and the places of it in a text."""
_TURNED = re.compile(r"\bsign|\bturn", re.I)


@rule(Study, _NEEDED)
def signs_are_those_of_the_text(study: Study, source: FrontMatter) -> Iterator[Problem]:
    """A figure that the text calls lower has a negative sign, one that it calls higher a positive one (KB331).

    Compared are the words right beside the figure, or beside the name of the outcome where all findings on it have the
    other sign. A figure of several findings or with both signs, and one whose sign the curator turned, is left out.
    """
    for index, finding, words in contrary(study):
        # Figures of arms with another sign are an error, whose hint says the same.
        if not any(checked(finding, (OF_ESTIMATE,))):
            yield _problem(source, study, index, finding, words)


def contrary(study: Study) -> Iterator[tuple[int, Finding, str]]:
    """The findings whose sign is not that of the text, with their places and the words."""
    text = re.sub(citations.PATTERN, " ", meant(study.body))
    texts = (study.title, study.summary, text)
    findings = [
        (index, finding)
        for index, finding in signed(study)
        if not lacks(finding, _OF_A_FINDING)
        and finding.comparison in EFFECT
        and finding.measure in _SIGNED | RATIOS
        and finding.estimate
        and not finding.pooled
        and not (finding.derived and _TURNED.search(finding.derived))
    ]
    figures = {figure for _, finding in findings for figure in _figures(finding)}
    sizes = Counter(size for _, finding in findings for size in {abs(figure) for figure in _figures(finding)})
    told: set[str] = set()
    by_outcome: dict[Outcome, list[tuple[int, Finding]]] = defaultdict(list)
    for index, finding in findings:
        if not finding.subgroup and finding.better is None:
            by_outcome[finding.outcome].append((index, finding))
        if (
            finding.estimate is not None
            and finding.measure in _SIGNED
            and sizes[abs(finding.estimate)] == 1
            and -finding.estimate not in figures
        ):
            said = _of_figure(finding.estimate, " ".join(texts))
            if said and said[0] != _less(study, finding):
                told.add(finding.id)
                yield index, finding, said[1]
    for outcome, alike in by_outcome.items():
        said = _of_outcome(outcome, texts)
        known = any(finding.id in told for _, finding in alike)
        if said and not known and all(_less(study, finding) != said[0] for _, finding in alike):
            yield (*alike[0], said[1])


def _figures(finding: Finding) -> Iterator[Decimal]:
    if finding.estimate is not None:
        yield finding.estimate
    yield from (arm.change for arm in finding.arms if arm.change is not None)


def _less(study: Study, finding: Finding) -> bool:
    """Whether a figure is less in the arm of the intervention, or fell."""
    null = finding.measure.null or 0
    return (float(finding.estimate or 0) < null) != (_roles(study, finding) == [ArmRole.CONTROL, ArmRole.INTERVENTION])


def _of_figure(estimate: Decimal, text: str) -> tuple[bool, str] | None:
    """Whether a text says that a figure is less, and its words; None where it says nothing or both."""
    written = str(abs(estimate))
    any_of = "|".join(map(re.escape, dict.fromkeys((written, written.removeprefix("0")))))
    figure = rf"(?<![\d.,\w\u2010-\u2015\u2212-])(?:{any_of})(?!\d|[.,]\d|{_UNIT}{_OF_THE_OTHERS})"
    after = rf"(?<!\bby ){figure}{_UNIT}\s+"
    less = re.compile(
        rf"\b{_FELL}\s+{_WORDS}{_BY}{figure}|{after}(?:lower|less|fewer|shorter|smaller)\b(?!{_OTHERS})"
        rf"|(?<![\d.\w])[-\u2212\u2013](?:{any_of})(?!\d|[.,]\d)",
        re.I,
    )
    more = re.compile(
        rf"\b{_ROSE}\s+{_WORDS}{_BY}{figure}|{after}(?:higher|more|greater|longer|larger)\b(?!{_OTHERS})", re.I
    )
    found = [
        (less.search(around), more.search(around))
        for place in islice(re.finditer(any_of, text), _MOST_PLACES)
        for around in [text[max(place.start() - _AROUND, 0) : place.end() + _AROUND]]
    ]
    return _one_of(*(next((pair[side] for pair in found if pair[side]), None) for side in (0, 1)))


def _of_outcome(outcome: Outcome, texts: tuple[str, ...]) -> tuple[bool, str] | None:
    """Whether texts say that an outcome fell, and their words; None where they say nothing or both."""
    name = re.escape(outcome.label.lower())
    less, more = (
        re.compile(rf"\b{name}{_BETWEEN}{was}\b|\b{made}{_BETWEEN}{name}\b", re.I)
        for was, made in ((_WAS_LESS, _MADE_LESS), (_WAS_MORE, _MADE_MORE))
    )
    said: set[tuple[bool, str]] = set()
    for part in (part for text in texts for part in re.split(r"[;,:]|\.(?!\d)", text)):
        found = None if _DENIED.search(part) else _one_of(less.search(part), more.search(part))
        if found:
            said.add(found)
    return next(iter(sorted(said))) if len({which for which, _ in said}) == 1 else None


def _one_of(less: re.Match[str] | None, more: re.Match[str] | None) -> tuple[bool, str] | None:
    if bool(less) == bool(more):
        return None
    found = less or more
    return (found is less, " ".join(found[0].split())) if found else None


def _roles(study: Study, finding: Finding) -> list[ArmRole | None]:
    return [arm.role if arm else None for arm in (study.arm(given.arm) for given in finding.arms)]


def _problem(source: FrontMatter, study: Study, index: int, finding: Finding, words: str) -> Problem:
    estimate = finding.estimate or Decimal(0)
    right = with_other_side(finding)
    if _roles(study, finding) == [ArmRole.CONTROL, ArmRole.INTERVENTION]:
        control, tested = finding.arms[0].arm, finding.arms[1].arm
        message = (
            f"the estimate {estimate} of {finding.id} must agree with the text, which says {words!r}; "
            f"its first arm is {control}, so it is {control} compared with {tested}"
        )
        hint = (
            f"look in {finding.place} which group comes first. If {tested} does, put arm: {tested} first under arms:, "
            f"with its own figures; if {control} does, write {right}; else correct the text"
        )
        return source.problem(("findings", index, "estimate"), "KB331", message, f"{hint}; {otherwise(finding)}")
    side = "negative" if finding.measure in _SIGNED else "below 1"
    message = f"the sign of the estimate {estimate} of {finding.id} must agree with the text, which says {words!r}"
    if finding.measure not in _SIGNED:
        message = message.replace("the sign of ", "")
    hint = (
        f"look in {finding.place}; a fall, or less in the first arm, is {side}. If the text is right, write {right}; "
        f"else correct the text"
    )
    return source.problem(("findings", index, "estimate"), "KB331", message, f"{hint}; {otherwise(finding)}")
