"""Intervention: something that can be done about burnout, with its evidence."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kb.model.entry import Entry
from kb.model.evidence import EvidenceBody
from kb.model.fields import Key, Record, Slug, TermPath, Text, Url
from kb.model.vocabulary import Basis, Category, Level, Magnitude


class Claim(Record):
    """One claim that an intervention addresses a driver."""

    driver: Slug
    """The driver addressed."""
    basis: Basis
    """stated: the source says so; inferred: the curator's reading."""
    source: Key
    """The work, in references.bib."""
    place: Text
    """Where in it, e.g. Box, item 1."""
    term: TermPath | None = None
    """The source's own term, as framework/term."""


class Extent(Record):
    """Cost or effort: unknown unless a source reports a figure or a statement."""

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

    category: Category
    """What it changes."""
    level: Level
    """On whom or what it acts."""
    part_of: tuple[Slug, ...] = ()
    """Wider interventions that it is a part of."""
    related: tuple[Slug, ...] = ()
    """Interventions to read beside it."""
    components: tuple[Text, ...] = ()
    """The parts it is made of, in plain words."""
    drivers: tuple[Claim, ...] = Field(min_length=1)
    """The drivers it addresses, each claim with its source."""
    cost: Extent = Extent(level=Magnitude.UNKNOWN)
    """What it costs."""
    effort: Extent = Extent(level=Magnitude.UNKNOWN)
    """What work it takes to start and keep."""
    settings: tuple[Text, ...] = ()
    """Where it was used or proposed."""
    populations: tuple[Text, ...] = ()
    """For whom."""
    instruments: tuple[Slug, ...] = ()
    """Instruments to evaluate it with."""
    evidence: tuple[EvidenceBody, ...] = ()
    """Its bodies of evidence."""
    harms: Text | None = None
    """Harms and unwanted effects that a source reports; say so if none was looked for."""
    resources: tuple[Resource, ...] = ()
    """Where to start."""
