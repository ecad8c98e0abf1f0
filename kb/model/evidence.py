"""Findings as studies report them, and what a curator judges of bodies of evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from kb.model.fields import (
    BodyPath,
    Count,
    Flag,
    Levels,
    Number,
    Percent,
    PValue,
    Reason,
    Record,
    Slug,
    Text,
    Weeks,
)
from kb.model.vocabulary import (
    Analysis,
    Better,
    ComparatorClass,
    Comparison,
    Disputed,
    Domain,
    EffectDirection,
    EffectMeasure,
    Judgement,
    Outcome,
)


class Arm(Record):
    """What a finding reports of one arm of its study, or of one group of people."""

    arm: Slug | None = None
    """The arm of the study, by its slug; for a group that is no arm, write label instead."""
    label: Text | None = None
    """The group's name, where it is no arm of the study."""
    n: Count | None = None
    """Participants analyzed in this arm."""
    missing: Count | None = None
    """Participants of this arm without an answer."""
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
    change_sd: Number | None = None
    """Standard deviation of the change."""
    ci: tuple[Number, Number] | None = None
    """Confidence interval of the change: [low, high]."""
    relative_change: Number | None = None
    """Change as a percentage of the value before; a fall is negative."""

    @property
    def name(self) -> str:
        """How it is called where its study is not at hand."""
        return self.label or (self.arm or "").replace("-", " ").capitalize()

    @model_validator(mode="after")
    def _is_an_arm_or_a_group(self) -> Self:
        if (self.arm is None) == (self.label is None):
            raise PydanticCustomError("arm", "needs arm, the slug of an arm of the study, or else label, never both")
        return self


class Pooled(Record):
    """What a review reports of a pooled estimate."""

    kinds: tuple[Comparison, ...]
    """The kinds of comparison in it: randomized, controlled, uncontrolled."""
    studies: Count | None = None
    """How many studies are in it; left out if the review does not say."""
    includes: tuple[Slug, ...] = ()
    """The studies of this knowledge base that are in it."""
    i_squared: Number | None = None
    """I² in percent."""
    prediction: tuple[Number, Number] | None = None
    """Prediction interval: [low, high]."""
    certainty_as_reported: Text | None = None
    """The certainty that the review gives it, in its words."""
    risk_of_bias_of_trials: Judgement | None = None
    """How the review judges most of its trials; left out where it does not say."""


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
    primary: Flag | None = None
    """Whether the study names it its primary outcome; left out where that is not known."""
    prespecified: Flag | None = None
    """Whether it was planned before the data were seen; left out where that is not known."""
    analysis: Analysis | None = None
    """Whose results were analyzed."""
    adjusted_for: Text | None = None
    """What the estimate was adjusted for."""
    weeks_after_end: Weeks | None = None
    """Weeks after the end of the intervention; 0 at its end."""
    weeks_after_start: Weeks | None = None
    """Weeks after its start, where the intervention goes on."""
    intervention: Slug | None = None
    """Only for the pooled estimate of a review: the intervention."""
    comparator_class: ComparatorClass | None = None
    """Only for the pooled estimate of a review: what it was compared with; a mixture counts as inactive."""
    pooled: Pooled | None = None
    """Only for the pooled estimate of a review: what is in it."""
    contrast: Text | None = None
    """Who against whom, or exposed against unexposed."""
    timepoint: Text | None = None
    """When it was measured, e.g. 3 months."""
    subgroup: Text | None = None
    """The part of the participants it is about, if not all."""
    measure: EffectMeasure
    """What kind of number the estimate is."""
    estimate: Number | None = None
    """The figure as reported; percentages as percentages, a fall negative."""
    ci: tuple[Number, Number] | None = None
    """Confidence interval: [low, high]."""
    ci_level: Percent = Decimal(95)
    """Level of the interval, in percent."""
    p: PValue | None = None
    """The P value as reported, in quotes, e.g. '.046' or '<.001'."""
    se: Number | None = None
    """Standard error of the estimate, of its logarithm for a ratio."""
    sd: Number | None = None
    """Standard deviation over all participants, in the finding's unit."""
    unit: Text | None = None
    """Unit of the estimate, e.g. points or %."""
    better: Better | None = None
    """more or less: which is good, where it differs from the outcome, e.g. for the share who improved."""
    range: tuple[Number, Number] | None = None
    """The lowest and highest score, where the study scored the scale otherwise than its instrument says."""
    n: Count | None = None
    """Participants analyzed."""
    events: Count | None = None
    """For a proportion: how many."""
    total: Count | None = None
    """For a proportion: out of how many."""
    arms: tuple[Arm, ...] = ()
    """The arms or groups, if reported."""
    direction: EffectDirection | None = None
    """Which side it favors, only where it cannot be computed."""
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
    disputed: tuple[Disputed, ...] = ()
    """Figures of these findings that cannot be right: no estimate is pooled from them."""


class Step(Record):
    """Steps down or up in one domain of grading, with the reason."""

    domain: Domain
    """The GRADE domain."""
    steps: Levels
    """How many levels, 0 to 2."""
    reason: Reason
    """Why, in a sentence of at least 20 characters."""


class Override(Record):
    """A step that the data ask for, set aside by the curator, with the reason."""

    domain: Domain
    """The domain of the step."""
    floor: Levels
    """The least number of steps that applies instead."""
    reason: Reason
    """Why the computed step does not fit this body."""


class NotPooled(Record):
    """Why results that could be averaged are not."""

    reason: Reason
    """Why one estimate over them would mislead."""


class BodyJudgement(Record):
    """What a curator judges of one body of evidence; all else is computed."""

    body: BodyPath
    """The key of the body, as kb check and the site name it."""
    down: tuple[Step, ...] = ()
    """Steps down, by domain."""
    up: tuple[Step, ...] = ()
    """Steps up, by domain; only for a body that starts low and has no step down."""
    overrides: tuple[Override, ...] = ()
    """Computed steps set aside."""
    not_pooled: NotPooled | None = None
    """Why its results are not averaged."""


class ReportedGain(Record):
    """A gain that a source reports without a figure."""

    outcome: Outcome
    """A word of the outcome vocabulary."""
    study: Slug
    """The study that reports it."""
    place: Text
    """Where in it."""
