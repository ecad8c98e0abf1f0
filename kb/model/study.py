"""Study: a source of evidence with its findings."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from kb.model.entry import Entry
from kb.model.evidence import Discrepancy, Finding
from kb.model.fields import Count, Flag, Key, Number, Record, Slug, TermPath, Text
from kb.model.vocabulary import (
    AllocationDesign,
    AllocationUnit,
    ArmRole,
    Clustering,
    ComparatorClass,
    Judgement,
    ReadingBasis,
    RiskOfBias,
    StudyDesign,
)


class DomainJudgement(Record):
    """One domain of an appraisal."""

    domain: Text
    """The tool's name of the domain."""
    judgement: Judgement
    """The judgement on it."""
    reason: Text
    """Why, with the place in the study."""


class Appraisal(Record):
    """A critical appraisal of a study's methods; our own needs the full text."""

    tool: Text
    """The appraisal tool, e.g. RoB 2."""
    by: Key | None = None
    """The published review that judged it; left out where it is our own."""
    place: Text | None = None
    """Where in that review."""
    overall: Judgement
    """The overall judgement, in the tool's word."""
    domains: tuple[DomainJudgement, ...] = ()
    """The judgement on each domain."""
    second_reader: Flag | None = None
    """Whether a second reader judged it independently."""

    @property
    def of_review(self) -> bool:
        """Whether the tool judges a review, so that its words say how much to trust it and not a risk of bias."""
        return self.tool.upper().startswith("AMSTAR")

    @property
    def risk(self) -> RiskOfBias | None:
        """The overall judgement brought to low, some concerns, high; None for a tool for reviews."""
        return None if self.of_review else self.overall.risk

    @model_validator(mode="after")
    def _a_review_has_a_place(self) -> Self:
        if self.by and not self.place:
            raise PydanticCustomError("appraisal", "needs place, where the review that it names in by gives it")
        return self


class StudyArm(Record):
    """An arm of a study: a group that was treated alike."""

    slug: Slug
    """Unique within the study; findings name it."""
    label: Text
    """Its name, e.g. Coaching."""
    role: ArmRole
    """intervention or control."""
    comparator_class: ComparatorClass | None = None
    """Only for a control: inactive or active."""
    intervention: Slug | None = None
    """Only for an intervention: its entry."""
    n_randomized: Count | None = None
    """People assigned to it."""
    n_analyzed: Count | None = None
    """People analyzed in it."""

    @model_validator(mode="after")
    def _role_matches(self) -> Self:
        if (self.role is ArmRole.CONTROL) != (self.comparator_class is not None):
            raise PydanticCustomError("study_arm", "needs comparator_class where its role is control, and only there")
        return self


class Allocation(Record):
    """How people came into the arms."""

    unit: AllocationUnit
    """person, cluster or period."""
    design: AllocationDesign = AllocationDesign.PARALLEL
    """parallel, crossover, stepped-wedge or factorial."""
    clusters: Count | None = None
    """How many clusters were assigned."""
    clustering: Clustering | None = None
    """Only for clusters: whether the analysis took account of them."""
    icc: Number | None = None
    """Correlation within clusters, as the study reports it."""


NOT_READ = "not-read"


class Study(Entry):
    """A source of evidence: a study, review, report, toolkit or commentary."""

    kind = "study"
    folder = "studies"
    sections = ("What was done", "What was found", "How far to trust it")

    reference: Key
    """The work in references.bib."""
    design: StudyDesign
    """The design of the study, or the form of the source."""
    reading_basis: ReadingBasis
    """What the curator read."""
    population: Text | None = None
    """Who took part."""
    setting: Text | None = None
    """Where."""
    country: Text | None = None
    """Country or countries."""
    dates: Text | None = None
    """When the data were collected."""
    sample_size: Count | None = None
    """Participants enrolled or included."""
    registration: Text | None = None
    """Trial registration number; no other study has it."""
    reports: tuple[Key, ...] = ()
    """Further publications of the same study: protocol, preprint, follow-up, secondary analysis."""
    sites: Count | None = None
    """How many sites took part."""
    arms: tuple[StudyArm, ...] = ()
    """Its arms, where it tests an intervention."""
    allocation: Allocation | None = None
    """How people came into the arms."""
    instruments: tuple[Slug, ...] = ()
    """Instruments used."""
    interventions: tuple[Slug, ...] = ()
    """Interventions tested or described."""
    drivers: tuple[Slug, ...] = ()
    """Drivers it is about."""
    classifications: tuple[TermPath, ...] = ()
    """Terms under which a library classifies it, as framework/term."""
    appraisals: tuple[Appraisal, ...] = ()
    """Critical appraisals, our own or of published reviews; not appraised where left out."""
    funding: Text = NOT_READ
    """Who paid; not-read where that was not read."""
    conflicts: Text = NOT_READ
    """Declared conflicts of interest; not-read where they were not read."""
    findings: tuple[Finding, ...] = ()
    """Every reported result, one by one."""
    no_findings_reason: Text | None = None
    """Why a study has none."""
    discrepancies: tuple[Discrepancy, ...] = ()
    """Contradictions noticed in the source, and what is recorded."""

    def arm(self, slug: str | None) -> StudyArm | None:
        """The arm with a slug, or None."""
        return next((arm for arm in self.arms if arm.slug == slug), None)
