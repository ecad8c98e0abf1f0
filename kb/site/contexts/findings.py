"""Tables of findings: one printed result a row, and the arms behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from kb.grading import EFFECT, direction_of, lower_is_better, outcome_name, words
from kb.model import Arm, Direction, Finding, Instrument, Scale, Study
from kb.site import figures
from kb.site.contexts.frame import Link
from kb.site.material import Material, href, scale_link


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
    """One arm of a finding."""

    label: str
    """The arm's name."""
    cells: tuple[str, ...]
    """What is printed of it, column by column; empty where nothing is."""


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
    columns: tuple[str, ...]
    """The headings of the columns in which anything is printed."""


_COLUMNS: dict[str, Callable[[Arm], str]] = {
    "n": lambda arm: figures.number(arm.n) if arm.n is not None else "",
    "Events": lambda arm: figures.share(arm.events, arm.total),
    "Before": lambda arm: figures.spread(arm.baseline_mean, arm.baseline_sd),
    "After": lambda arm: figures.spread(arm.mean, arm.sd),
    "Change (95% CI)": figures.change,
    "Relative change": lambda arm: figures.percent(arm.relative_change),
}


def finding_row(material: Material, study: Study, finding: Finding) -> FindingRow:
    """A finding as a row."""
    return _row(study, finding, material.knowledge.instruments.get(finding.instrument or ""))


def _row(study: Study, finding: Finding, instrument: Instrument | None) -> FindingRow:
    scale = instrument.scale(finding.scale) if instrument else None
    worse = scale.higher_is_worse if scale else None
    direction = direction_of(finding, worse)
    outcome = outcome_name(finding.outcome)
    return FindingRow(
        id=finding.id,
        study=Link(study.title, f"{href(study)}#finding-{finding.id}"),
        outcome=outcome[0].upper() + outcome[1:],
        measured_with=scale_link(instrument, scale) if instrument else None,
        when=" · ".join(part for part in (finding.timepoint, finding.subgroup) if part),
        contrast=finding.contrast or "",
        comparison=words.COMPARISON[finding.comparison],
        measure=words.plain(finding.measure),
        estimate=figures.estimate(finding),
        confidence=figures.confidence(finding),
        p=figures.p_value(finding.p),
        n=figures.number(finding.n),
        unit=figures.unit(finding),
        scale=_scale(finding, scale),
        share=figures.share(finding.events, finding.total),
        direction=words.direction(direction, finding.comparison),
        side=direction,
        place=finding.place,
        derived=finding.derived or "",
    )


def arm_table(study: Study) -> ArmTable:
    """The printed arms of a study's findings."""
    compared = [finding for finding in study.findings if finding.arms]
    columns = {
        heading: text for heading, text in _COLUMNS.items() if any(text(arm) for f in compared for arm in f.arms)
    }
    return ArmTable(tuple(_arm_group(finding, columns.values()) for finding in compared), tuple(columns))


def _scale(finding: Finding, scale: Scale | None) -> str:
    meaning = figures.scale_meaning(scale)
    if meaning or finding.comparison not in EFFECT or finding.estimate is None:
        return meaning
    unknown = "scale not known" if finding.unit == "points" else ""
    better = figures.better(lower_is_better(finding, scale.higher_is_worse if scale else None))
    return ", ".join(part for part in (unknown, better) if part)


def _arm_group(finding: Finding, columns: Collection[Callable[[Arm], str]]) -> ArmGroup:
    outcome = outcome_name(finding.outcome)
    when = " · ".join(part for part in (finding.timepoint, finding.subgroup) if part)
    title = Link(outcome[0].upper() + outcome[1:], f"#finding-{finding.id}", when)
    arms = tuple(ArmRow(arm.label, tuple(text(arm) for text in columns)) for arm in finding.arms)
    return ArmGroup(title, finding.unit or "", arms)
