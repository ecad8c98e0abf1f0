"""What grading makes of the evidence: bodies, their estimates, certainty and verdict. All of it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kb.model.evidence import BodyJudgement, Finding, ReportedGain
from kb.model.study import Study
from kb.model.vocabulary import (
    Certainty,
    ComparatorClass,
    Comparison,
    Domain,
    EffectDirection,
    EffectMeasure,
    EffectSize,
    FollowUpBand,
    Outcome,
    RiskOfBias,
    Verdict,
)


@dataclass(frozen=True)
class BodyKey:
    """What findings must share to stand in one body of evidence of an intervention."""

    outcome: Outcome
    comparator: ComparatorClass | None
    """None for an uncontrolled body."""
    band: FollowUpBand
    kind: Comparison
    """randomized, controlled or uncontrolled; of a review the least controlled kind in it."""
    review: str | None = None
    """Slug of the review whose pooled estimate it is."""

    def __str__(self) -> str:
        """As front matter and the API spell it, e.g. exhaustion/inactive/short/randomized."""
        parts = [self.outcome, self.comparator or "none", self.band, self.kind, self.review]
        return "/".join(str(part) for part in parts if part)


@dataclass(frozen=True)
class Result:
    """A finding of a body, with what its study says of it."""

    study: Study
    finding: Finding
    sign: int
    """1 where the arm of the intervention comes first in the comparison, -1 where it comes second."""
    better: int | None
    """1 where more of what was measured is better, -1 where less is; None where nothing says."""
    arm: str | None
    """Slug of the arm of the intervention."""
    people: int | None
    """Participants analyzed, else assigned."""

    @property
    def path(self) -> str:
        """study-slug/finding-id."""
        return f"{self.study.slug}/{self.finding.id}"

    @property
    def risk(self) -> RiskOfBias | None:
        """The worst overall judgement among the appraisals of its study; None where there is none."""
        risks = [appraisal.risk for appraisal in self.study.appraisals if appraisal.risk is not None]
        if pooled := self.finding.pooled:
            risks = [pooled.risk_of_bias_of_trials.risk] if pooled.risk_of_bias_of_trials else []
        known = [risk for risk in risks if risk is not RiskOfBias.NO_INFORMATION]
        return max(known, key=list(RiskOfBias).index, default=None)


@dataclass(frozen=True)
class Contribution:
    """One study's part in an estimate."""

    results: tuple[Result, ...]
    """The finding that counts; several where arms of one study were combined."""
    estimate: float
    low: float
    """95% interval, in the unit of the estimate."""
    high: float
    weight: float
    """Share in the estimate, 0 to 1."""
    way: str
    """How its standard error was got, e.g. from the interval."""
    people: int | None
    disputed: bool = False
    """Whether a discrepancy says that its interval cannot be right."""

    @property
    def study(self) -> Study:
        return self.results[0].study

    @property
    def finding(self) -> Finding:
        return self.results[0].finding


@dataclass(frozen=True)
class EffectThreshold:
    """The size below which an effect is called small, in the unit of the estimate."""

    low: float
    """The threshold on the side of less, below no effect."""
    high: float
    """The threshold on the side of more."""
    reason: str
    """Where it comes from, in words."""
    source: str | None = None
    """Key of the work that gives it; None for a rule of our own."""
    place: str | None = None


@dataclass(frozen=True)
class Synthesis:
    """One estimate over studies that can be averaged; of a single study, its own."""

    measure: EffectMeasure
    unit: str | None
    instrument: str | None
    scale: str | None
    """The one scale of all, where they share it."""
    better: int
    """1 where more is better, -1 where less is."""
    estimate: float
    low: float
    high: float
    interval: str | None
    """hartung-knapp or normal; None for one study."""
    prediction: tuple[float, float] | None
    i_squared: float | None
    """In percent; None for one study."""
    tau: float | None
    contributions: tuple[Contribution, ...]
    studies: int
    """How many studies are in it; of a review those that it pooled."""
    people: int | None
    threshold: EffectThreshold | None
    size: EffectSize | None
    """None where there is no threshold and the interval excludes no effect."""
    direction: EffectDirection
    per_hundred: tuple[float, float, float] | None
    """How many more of 100 people are better off, with its interval; None where the size is unclear."""
    share: bool = False
    """Whether per_hundred counts events, and not people who do better than the typical colleague."""
    digits: int = 2
    """Decimal places that the sources give."""

    @property
    def null(self) -> float:
        """The value that means no effect: 1 for ratios, else 0."""
        return 1.0 if self.measure.ratio else 0.0

    @property
    def excludes_null(self) -> bool:
        return not self.low <= self.null <= self.high


@dataclass(frozen=True)
class Adjustment:
    """Steps down (negative) or up (positive) in one domain, with the reason."""

    domain: Domain
    """The GRADE domain, e.g. risk_of_bias."""
    steps: int
    """How many levels; negative is down."""
    reason: str
    """Why, in a sentence."""


@dataclass(frozen=True)
class BodyAssessment:
    """A body of evidence: its findings, its estimate, its certainty."""

    intervention: str
    key: BodyKey
    results: tuple[Result, ...]
    """Every finding that fits, those that count first."""
    counted: tuple[Result, ...]
    """One finding for each study, or several where its arms are combined."""
    synthesis: Synthesis | None
    """The estimate that is judged; None where nothing is usable or it is not pooled."""
    others: tuple[Synthesis, ...]
    """Estimates over results that cannot be averaged with those that are judged."""
    left_out: tuple[tuple[Result, str], ...]
    """Results that count but are in no estimate, each with the reason."""
    not_pooled: str | None
    """Why its results are not averaged, where the curator says so."""
    directions: tuple[int, int, int]
    """How many studies favor the intervention, favor the comparator, or show neither."""
    certainty: Certainty | None
    start: Certainty | None
    adjustments: tuple[Adjustment, ...]
    forced: tuple[Adjustment, ...]
    """The steps that the data ask for, before overrides."""
    not_graded_reason: str | None
    provisional: bool
    """Whether the certainty is capped because half or more of the evidence is not appraised."""
    direction: EffectDirection
    leaning: EffectDirection | None
    """The side that all results favor that count, where no estimate can be made of them; else None."""
    size: EffectSize | None
    people: int | None
    studies: int
    judgement: BodyJudgement | None

    @property
    def controlled(self) -> bool:
        return self.key.kind in (Comparison.RANDOMIZED, Comparison.CONTROLLED)

    @property
    def usable(self) -> bool:
        """Whether it has an estimate, or directions that can be counted."""
        return self.certainty is not None

    @property
    def outcome(self) -> Outcome:
        return self.key.outcome


@dataclass(frozen=True)
class VerdictMark:
    """Something that must be seen beside a verdict."""

    kind: str
    """One word: harm, gain, active, primary, waiting or provisional."""
    text: str
    """What it says."""


@dataclass(frozen=True)
class Assessment:
    """The verdict on an intervention, with its bodies of evidence, those that decide first."""

    verdict: Verdict
    label: str
    """The verdict in words."""
    outcome: Outcome | None
    """What the verdict speaks of; None where nothing was tested."""
    headline: BodyAssessment | None
    bodies: tuple[BodyAssessment, ...]
    marks: tuple[VerdictMark, ...]
    reported: tuple[ReportedGain, ...]
    studies: tuple[str, ...]
    """Slugs of the studies with a finding in a body."""
    waiting: int = 0
    """Controlled studies in the screening register that wait to be entered."""

    @property
    def certainty(self) -> Certainty | None:
        return self.headline.certainty if self.headline else None

    @property
    def provisional(self) -> bool:
        return bool(self.headline and self.headline.provisional)

    @property
    def study_count(self) -> int:
        return len(self.studies)

    @property
    def people(self) -> int:
        """People behind the headline; 0 where that is not known."""
        return (self.headline.people if self.headline else None) or 0

    @cached_property
    def by_key(self) -> dict[str, BodyAssessment]:
        """The bodies by their keys."""
        return {str(body.key): body for body in self.bodies}


def decimals(number: Decimal) -> int:
    """How many decimal places a number is reported with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
