"""Intervention: something that can be done about burnout, with its evidence."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kb.model.entry import Entry
from kb.model.evidence import BodyJudgement, ReportedGain
from kb.model.fields import Count, FindingPath, Flag, Key, Number, Record, Slug, TermPath, Text, Url
from kb.model.vocabulary import (
    ClaimBasis,
    CostBand,
    InterventionCategory,
    InterventionLevel,
    InterventionScope,
    Magnitude,
)


class DriverClaim(Record):
    """One claim that an intervention addresses a driver."""

    driver: Slug
    """The driver addressed."""
    basis: ClaimBasis
    """measured: a finding on an outcome of the driver; stated: the source says that it acts on it; inferred: the
    curator's reading; discussed: a theme that came up."""
    source: Key
    """The work, in references.bib."""
    place: Text
    """Where in it, e.g. Box, item 1."""
    term: TermPath | None = None
    """The source's own term, as framework/term."""
    finding: FindingPath | None = None
    """Only for measured: the finding, as study-slug/finding-id."""

    @model_validator(mode="after")
    def _measured_names_its_finding(self) -> Self:
        if (self.basis is ClaimBasis.MEASURED) != (self.finding is not None):
            raise PydanticCustomError("claim", "needs finding where its basis is measured, and only there")
        return self


class Cost(Record):
    """What an intervention costs."""

    level: Magnitude = Magnitude.UNKNOWN
    """low, moderate, high or unknown."""
    band: CostBand = CostBand.UNKNOWN
    """Cost for each person and year."""
    amount: Number | None = None
    """The amount that the source reports."""
    currency: Text | None = None
    """Its currency, e.g. USD."""
    year: Count | None = None
    """The year of its prices."""
    per: Text | None = None
    """What it is for, e.g. participant."""
    note: Text | None = None
    """What the source reports, in words."""
    source: Key | None = None
    """The work, in references.bib."""
    place: Text | None = None
    """Where in it."""

    @model_validator(mode="after")
    def _known_cost_has_a_source(self) -> Self:
        known = self.level is not Magnitude.UNKNOWN or self.band is not CostBand.UNKNOWN or self.amount is not None
        if known and not (self.source and self.place):
            raise PydanticCustomError("extent", "needs source and place, unless all that is known is unknown")
        return self


class Sourced(Record):
    """A sentence or two with their source."""

    text: Text
    """The sentences, in our own words."""
    source: Key
    """The work, in references.bib."""
    place: Text
    """Where in it."""


class Practical(Record):
    """What it takes in practice, as sources report it."""

    time: Text | None = None
    """Time asked of clinicians, and whether it is protected."""
    delivery: Text | None = None
    """Who delivers it."""
    needs: Text | None = None
    """What it needs: rooms, software, training."""


class Extent(Record):
    """Effort: unknown unless a source reports a figure or a statement."""

    level: Magnitude
    """low, moderate, high or unknown."""
    note: Text | None = None
    """What the source reports."""
    source: Key | None = None
    """The work, in references.bib."""
    place: Text | None = None
    """Where in it."""

    @model_validator(mode="after")
    def _known_level_has_a_source(self) -> Self:
        if self.level is not Magnitude.UNKNOWN and not (self.source and self.place):
            raise PydanticCustomError("extent", "needs source and place, unless its level is unknown")
        return self


class Resource(Record):
    """Something to start from: a toolkit, a guide, a course."""

    title: Text
    """Its name."""
    url: Url
    """Its address."""
    source: Key
    """The work that it is or that names it."""


class Intervention(Entry):
    """Something that can be done about burnout."""

    kind = "intervention"
    folder = "interventions"
    sections = (
        *("What it is", "Does it work", "Who it suits", "How to do it", "What to measure", "What is not known"),
    )

    category: InterventionCategory
    """What it changes."""
    level: InterventionLevel
    """On whom or what it acts."""
    part_of: tuple[Slug, ...] = ()
    """Wider interventions that it is a part of."""
    related: tuple[Slug, ...] = ()
    """Interventions to read beside it."""
    components: tuple[Text, ...] = ()
    """The parts it is made of, in plain words."""
    drivers: tuple[DriverClaim, ...] = Field(min_length=1)
    """The drivers it addresses, each claim with its source."""
    scope: InterventionScope = InterventionScope.SINGLE
    """single, or class for a class of interventions."""
    ongoing: Flag = False
    """True where it has no end, as with software or staffing; findings then say weeks_after_start."""
    mechanism: tuple[Sourced, ...] = ()
    """How it is thought to work."""
    moderators: tuple[Sourced, ...] = ()
    """For whom or where it works more or less."""
    practical: Practical = Practical()
    """Time, who delivers it, what it needs."""
    cost: Cost = Cost()
    """What it costs."""
    effort: Extent = Extent(level=Magnitude.UNKNOWN)
    """What work it takes to start and keep."""
    settings: tuple[Text, ...] = ()
    """Where it was used or proposed."""
    populations: tuple[Text, ...] = ()
    """For whom."""
    instruments: tuple[Slug, ...] = ()
    """Instruments to evaluate it with."""
    judgements: tuple[BodyJudgement, ...] = ()
    """What the curator judges of its bodies of evidence, which are found by rule."""
    reported: tuple[ReportedGain, ...] = ()
    """Gains that sources report without figures."""
    harms: Text | None = None
    """Harms and unwanted effects that a source reports; say so if none was looked for."""
    resources: tuple[Resource, ...] = ()
    """Where to start."""
