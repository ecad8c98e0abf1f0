"""Findings, bodies of evidence, and what grading makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kb.model.fields import (
    Count,
    FindingPath,
    Flag,
    Levels,
    Number,
    Percent,
    PValue,
    Reason,
    Record,
    Slug,
    Text,
)
from kb.model.vocabulary import (
    Certainty,
    Comparison,
    Direction,
    Domain,
    Measure,
    Outcome,
    OutcomeGroup,
    Verdict,
)


class Arm(Record):
    """One arm or group of a finding, as reported."""

    label: Text
    """The arm's name, e.g. Coaching."""
    n: Count | None = None
    """Participants analysed in this arm."""
    events: Count | None = None
    """Participants with the event."""
    total: Count | None = None
    """Participants at risk of it."""
    baseline_mean: Number | None = None
    """Mean before, in the finding's unit."""
    baseline_sd: Number | None = None
    """Standard deviation before."""
    mean: Number | None = None
    """Mean at the time point."""
    sd: Number | None = None
    """Standard deviation at the time point."""
    change: Number | None = None
    """Change from before, in the finding's unit; a fall is negative."""
    ci: tuple[Number, Number] | None = None
    """Confidence interval of the change: [low, high]."""
    relative_change: Number | None = None
    """Change as a percentage of the value before; a fall is negative."""


class Finding(Record):
    """One reported result of a study."""

    id: Slug
    """Unique within the study."""
    outcome: Outcome
    """A word of the outcome vocabulary."""
    instrument: Slug | None = None
    """The instrument that measured it."""
    scale: Slug | None = None
    """The scale of that instrument."""
    comparison: Comparison
    """What this result compares; it describes the finding, not the study's design."""
    contrast: Text | None = None
    """Who against whom, or exposed against unexposed."""
    timepoint: Text | None = None
    """When it was measured, e.g. 3 months."""
    subgroup: Text | None = None
    """The part of the participants it is about, if not all."""
    measure: Measure
    """What kind of number the estimate is."""
    estimate: Number | None = None
    """The figure as reported; percentages as percentages, a fall negative."""
    ci: tuple[Number, Number] | None = None
    """Confidence interval: [low, high]."""
    ci_level: Percent = Decimal(95)
    """Level of the interval, in percent."""
    p: PValue | None = None
    """The P value as reported, in quotes, e.g. '.046' or '<.001'."""
    unit: Text | None = None
    """Unit of the estimate, e.g. points or %."""
    n: Count | None = None
    """Participants analysed."""
    events: Count | None = None
    """For a proportion: how many."""
    total: Count | None = None
    """For a proportion: out of how many."""
    arms: tuple[Arm, ...] = ()
    """The arms or groups, if reported."""
    direction: Direction | None = None
    """Which side it favors, only if that cannot be computed."""
    place: Text
    """Where in the source it is reported, e.g. Table 3, row 3."""
    derived: Text | None = None
    """How the curator computed the figure, if it is not reported."""


class Discrepancy(Record):
    """A place where a source contradicts itself or another source, and what the entry records."""

    place: Text
    """Where in the source the contradiction is."""
    issue: Reason
    """What disagrees with what, with the figures."""
    resolution: Reason
    """What the entry records, and why."""
    findings: tuple[Slug, ...] = ()
    """Ids of this study's findings that it concerns; their number checks are settled by it."""


class Step(Record):
    """Steps down or up in one domain of grading, with the reason."""

    domain: Domain
    """The GRADE domain."""
    steps: Levels
    """How many levels, 0 to 2."""
    reason: Reason
    """Why, in a sentence of at least 20 characters."""


class Override(Record):
    """A computed minimum of steps that the curator sets aside, with the reason."""

    domain: Domain
    """The domain of the minimum."""
    floor: Levels
    """The least number of steps that applies instead."""
    reason: Reason
    """Why the computed minimum does not fit this body."""


class EvidenceBody(Record):
    """A body of evidence: one outcome, one instrument scale, one comparator, one follow-up."""

    id: Slug
    """Unique within the intervention."""
    outcome: Outcome
    """A word of the outcome vocabulary."""
    instrument: Slug | None = None
    """The instrument that measured it."""
    scale: Slug | None = None
    """The scale of that instrument."""
    comparator: Text | None = None
    """What the intervention was compared with."""
    follow_up: Text | None = None
    """When the outcome was measured."""
    findings: tuple[FindingPath, ...] = ()
    """Findings that it rests on, as study-slug/finding-id."""
    studies: tuple[Slug, ...] = ()
    """Sources that support it without a reported result: a pilot, a review, focus groups."""
    down: tuple[Step, ...] = ()
    """Steps down, by domain."""
    up: tuple[Step, ...] = ()
    """Steps up, by domain; only for a body that starts low and has no step down."""
    overrides: tuple[Override, ...] = ()
    """Computed minimums set aside."""
    not_graded_reason: Reason | None = None
    """Why it is not graded, in the curator's words; a general reason is generated if this is left out."""
    reported_direction: Direction | None = None
    """The direction that a source reports without a figure."""
    headline: Flag = False
    """True on the one body that gives the entry its grade; chosen by rule if none is marked."""

    @property
    def group(self) -> OutcomeGroup:
        return self.outcome.group


@dataclass(frozen=True)
class BodyAssessment:
    """What the rules of grading make of one body of evidence."""

    body: EvidenceBody
    certainty: Certainty | None
    """None if the body is not graded."""
    start: Certainty | None
    adjustments: tuple[tuple[Domain, int, str], ...]
    """Domain, steps (negative is down) and reason of every step that counts."""
    direction: Direction
    not_graded_reason: str | None
    controlled: bool
    """Whether any of its findings compares with something else."""
    can_show_effect: bool
    sample_size: int | None
    """Total analysed across the findings; None unless all report it."""


@dataclass(frozen=True)
class Assessment:
    """The verdict on an intervention, with the bodies of evidence in the entry's order."""

    verdict: Verdict
    bodies: tuple[BodyAssessment, ...]
    headline: BodyAssessment | None
    studies: frozenset[str]
    """Slugs of the studies behind the bodies, with findings or as support, and of those that name the intervention."""

    @property
    def study_count(self) -> int:
        return len(self.studies)

    @property
    def certainty(self) -> Certainty | None:
        return self.headline.certainty if self.headline else None
