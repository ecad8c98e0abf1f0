"""Tables of findings: one printed result a row, and the arms behind it."""

from __future__ import annotations

from typing import NamedTuple

from kb.grading import EFFECT, direction_of, higher_is_worse, lower_is_better, outcome_name, words
from kb.model import Arm, Direction, Finding, Study
from kb.site import figures
from kb.site.contexts.frame import Link
from kb.site.material import Material, href


class FindingRow(NamedTuple):
    """One printed result."""

    id: str
    """Its id within the study, for the anchor finding-id."""
    study: Link
    """The study, at this finding."""
    outcome: str
    """What was measured, in words."""
    measured_with: Link | None
    """The scale and instrument."""
    when: str
    """Time point and part of the participants, where not all."""
    contrast: str
    """Who against whom."""
    comparison: str
    """What kind of comparison it is, in words."""
    measure: str
    """What kind of number the estimate is."""
    estimate: str
    """The figure as printed, with a true minus sign."""
    confidence: str
    """Its confidence interval, e.g. 95% CI −1.27 to −0.32."""
    p: str
    """Its P value, e.g. P = .001."""
    n: str
    """Participants analyzed."""
    unit: str
    """The unit, where the estimate does not carry it."""
    scale: str
    """The scale's range and which way is better, e.g. scale 0 to 10, lower is better."""
    share: str
    """For a proportion: how many of how many."""
    direction: str
    """Which side it speaks for, in words."""
    side: Direction
    """The same as a value, for the style sheet."""
    place: str
    """Where in the source it is printed."""
    derived: str
    """How the curator computed it, where it is not printed."""


class ArmRow(NamedTuple):
    """One arm of a finding, as printed. Texts are empty where nothing is printed."""

    label: str
    """The arm's name."""
    n: str
    """Participants analyzed in it."""
    share: str
    """How many of how many had the event."""
    before: str
    """Mean and standard deviation before."""
    after: str
    """Mean and standard deviation at the time point."""
    change: str
    """Change with its confidence interval."""
    relative: str
    """Change in percent of the value before."""


class ArmGroup(NamedTuple):
    """The arms of one finding."""

    finding: Link
    """The finding, by its outcome."""
    unit: str
    """The unit of its means and changes."""
    arms: tuple[ArmRow, ...]
    """The arms in their printed order."""


class ArmTable(NamedTuple):
    """The arms of all findings of a study, and which columns have anything in them."""

    groups: tuple[ArmGroup, ...]
    """Findings with printed arms."""
    columns: tuple[tuple[str, str], ...]
    """Field of ArmRow and heading, of every column that is not empty."""


_COLUMNS = (
    ("n", "n"),
    ("share", "Events"),
    ("before", "Before"),
    ("after", "After"),
    ("change", "Change (95% CI)"),
    ("relative", "Relative change"),
)


def finding_row(material: Material, study: Study, finding: Finding) -> FindingRow:
    """A finding as a row."""
    worse = higher_is_worse(finding, material.knowledge.instruments)
    direction = direction_of(finding, worse)
    outcome = outcome_name(finding.outcome)
    return FindingRow(
        id=finding.id,
        study=Link(study.title, f"{href(study)}#finding-{finding.id}"),
        outcome=outcome[0].upper() + outcome[1:],
        measured_with=material.measured_with(finding.instrument, finding.scale),
        when=" · ".join(part for part in (finding.timepoint, finding.subgroup) if part),
        contrast=finding.contrast or "",
        comparison=words.COMPARISON[finding.comparison],
        measure=words.plain(finding.measure),
        estimate=figures.estimate(finding),
        confidence=figures.confidence(finding),
        p=figures.p_value(finding.p),
        n=figures.number(finding.n),
        unit=figures.unit(finding),
        scale=_scale(material, finding, worse),
        share=figures.share(finding.events, finding.total),
        direction=words.direction(direction, finding.comparison),
        side=direction,
        place=finding.place,
        derived=finding.derived or "",
    )


def arm_table(study: Study) -> ArmTable:
    """The printed arms of a study's findings."""
    groups = tuple(_arm_group(finding) for finding in study.findings if finding.arms)
    filled = tuple(
        (field, heading)
        for field, heading in _COLUMNS
        if any(getattr(arm, field) for group in groups for arm in group.arms)
    )
    return ArmTable(groups, filled)


def _scale(material: Material, finding: Finding, worse: bool | None) -> str:
    meaning = figures.scale_meaning(material.scale(finding.instrument, finding.scale))
    if meaning or finding.comparison not in EFFECT or finding.estimate is None:
        return meaning
    unknown = "scale not known" if finding.unit == "points" else ""
    return ", ".join(part for part in (unknown, figures.better(lower_is_better(finding, worse))) if part)


def _arm_group(finding: Finding) -> ArmGroup:
    outcome = outcome_name(finding.outcome)
    when = " · ".join(part for part in (finding.timepoint, finding.subgroup) if part)
    title = Link(outcome[0].upper() + outcome[1:], f"#finding-{finding.id}", when)
    return ArmGroup(title, finding.unit or "", tuple(_arm_row(arm) for arm in finding.arms))


def _arm_row(arm: Arm) -> ArmRow:
    return ArmRow(
        label=arm.label,
        n=figures.number(arm.n) if arm.n is not None else "",
        share=figures.share(arm.events, arm.total),
        before=figures.spread(arm.baseline_mean, arm.baseline_sd),
        after=figures.spread(arm.mean, arm.sd),
        change=figures.change(arm),
        relative=figures.percent(arm.relative_change),
    )
