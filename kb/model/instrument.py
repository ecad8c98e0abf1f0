"""Instrument: a questionnaire, index or metric, with its scales. Item texts are never reproduced."""

from __future__ import annotations

from pydantic import Field

from kb.model.entry import Entry
from kb.model.fields import Flag, Items, Key, Number, Record, Sign, Slug, Text
from kb.model.vocabulary import CosminCategory, Outcome


class Threshold(Record):
    """A value with its source."""

    value: Number
    """The value, in points of the scale."""
    source: Key
    """The work that gives it."""
    place: Text
    """Where in it."""


class Cutoff(Threshold):
    """A score that divides a scale in two."""

    comparison: Sign
    """Which side of the value is meant: > >= < or <=."""
    meaning: Text
    """What a score on that side means."""


class Scale(Record):
    """A scored scale or subscale of an instrument."""

    slug: Slug
    """Unique within the instrument."""
    label: Text
    """Its name."""
    item_count: Items | None = None
    """How many items it has."""
    min: Number | None = None
    """The lowest possible score."""
    max: Number | None = None
    """The highest possible score."""
    higher_is_worse: Flag | None = None
    """Whether a higher score is worse; left out if neither end is."""
    scoring: Text | None = None
    """How the score is computed."""
    cutoffs: tuple[Cutoff, ...] = ()
    """Scores that divide it."""
    mid: Threshold | None = None
    """The smallest difference that matters, in points of the scale."""
    source: Key | None = None
    """The work that describes the scale, if it is not the instrument's."""
    place: Text | None = None
    """Where in it."""


class CosminProperty(Record):
    """A measurement property rated by COSMIN."""

    property: Text
    """The property, e.g. internal consistency."""
    rating: Text
    """The rating by COSMIN's criteria."""
    evidence: Text
    """The quality of the evidence."""
    reason: Text
    """Why."""


class Cosmin(Record):
    """A COSMIN assessment of an instrument."""

    category: CosminCategory
    """A, B or C."""
    properties: tuple[CosminProperty, ...] = Field(min_length=1)
    """The properties rated."""


class Instrument(Entry):
    """A questionnaire, index or metric. Item texts are never reproduced."""

    kind = "instrument"
    folder = "instruments"
    sections = ("What it measures", "How it is scored", "How good it is", "When to use it")

    abbreviation: Text | None = None
    """Its short name."""
    constructs: tuple[Outcome, ...]
    """What it measures, in words of the outcome vocabulary."""
    item_count: Items | None = None
    """How many items it has in all."""
    response_scale: Text | None = None
    """How items are answered."""
    scales: tuple[Scale, ...] = ()
    """Its scored scales."""
    administration_minutes: Number | None = None
    """Minutes to fill in."""
    licence: Text = "unknown"
    """Terms of use as confirmed, else unknown."""
    source: Key
    """The work from which the description is taken."""
    place: Text
    """Where in it."""
    drivers: tuple[Slug, ...] = ()
    """Drivers that it measures."""
    cosmin: Cosmin | None = None
    """COSMIN assessment; not assessed if left out."""

    def scale(self, slug: str | None) -> Scale | None:
        """The scale with a slug, or None."""
        return next((scale for scale in self.scales if scale.slug == slug), None)
