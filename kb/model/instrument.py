"""Instrument: a questionnaire, index or metric, with its scales. Item texts are never reproduced."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kb.model.entry import Entry
from kb.model.fields import Count, Day, Flag, Items, Key, Number, Record, Share, Sign, Slug, Text
from kb.model.vocabulary import (
    BenchmarkKind,
    CosminCategory,
    InstrumentAccess,
    Outcome,
    People,
    ReliabilityKind,
    ScoreRule,
    Sought,
)


class Backed(Record):
    """Something that a source says."""

    source: Key
    """The work that says it."""
    place: Text
    """Where in it."""


class Threshold(Backed):
    """A value with its source."""

    value: Number
    """The value, in points of the scale."""


class PersonalChange(Threshold):
    """The change in one person that matters to that person. It is no threshold for the mean of a group."""

    population: Text
    """In whom it was found."""


class Cutoff(Threshold):
    """A score that divides a scale in two."""

    comparison: Sign
    """Which side of the value is meant: > >= < or <=."""
    meaning: Text
    """What a score on that side means."""
    sensitivity: Share | None = None
    """Of those with what it looks for, how many of 100 are on that side."""
    specificity: Share | None = None
    """Of those without, how many of 100 are on the other side."""


class Benchmark(Backed):
    """A result of other people to compare with."""

    scale: Slug | None = None
    """The scale it is about; left out if it is about several together."""
    kind: BenchmarkKind
    """mean or share."""
    value: Number
    """The mean, in points of the scale; or the share, in percent."""
    counted: Text | None = None
    """For a share: what was counted, e.g. a score of 3 or more."""
    sd: Number | None = None
    """Standard deviation of a mean."""
    n: Count | None = None
    """How many people it rests on."""
    population: Text
    """Who they are."""
    people: People | None = None
    """The profession they belong to, if it is one."""
    year: Count
    """When they were asked; when it was published, if the source does not say."""


class Reliability(Backed):
    """How well a scale agrees with itself."""

    kind: ReliabilityKind
    """internal-consistency or test-retest."""
    value: Number = Field(ge=-1, le=1)
    """The coefficient, where 1 is best; the lowest, if the source gives a range."""
    n: Count | None = None
    """How many people it rests on."""
    population: Text
    """Who they are."""


class Scoring(Backed):
    """A public rule by which answers become a score. The answers' texts are not part of it."""

    rule: ScoreRule
    """sum, mean or count."""
    lowest: Number = Field(default=Decimal(0))
    """The number of the lowest answer."""
    highest: Number
    """The number of the highest answer."""
    factor: Number = Field(default=Decimal(1))
    """By what the sum or the mean is multiplied."""


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
    score: Scoring | None = None
    """The rule for calculators, only where it is public."""
    cutoffs: tuple[Cutoff, ...] = ()
    """Scores that divide it."""
    mid: Threshold | None = None
    """The smallest difference that matters between groups, in points of the scale."""
    personal_changes: tuple[PersonalChange, ...] = ()
    """Changes that matter to one person."""
    reliability: tuple[Reliability, ...] = ()
    """How well it agrees with itself."""
    source: Key | None = None
    """The work that describes the scale, if it is not the instrument's."""
    place: Text | None = None
    """Where in it."""

    @model_validator(mode="after")
    def _range_fits_the_rule(self) -> Self:
        rule = self.score
        if rule is None:
            return self
        items = self.item_count
        if items is None or self.min is None or self.max is None:
            raise PydanticCustomError("score", "a scale with a score rule needs item_count, min and max")
        times = rule.factor * (1 if rule.rule is ScoreRule.MEAN else items)
        if (rule.lowest * times, rule.highest * times) != (self.min, self.max):
            range_ = {"low": str(rule.lowest * times), "high": str(rule.highest * times)}
            raise PydanticCustomError("score", "by its score rule the scale runs from {low} to {high}", range_)
        return self


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


class Price(Backed):
    """What it costs to use."""

    amount: Number = Field(ge=0)
    """The amount; 0 where it is free."""
    currency: Text = "USD"
    """Its currency."""
    per: Text | None = None
    """What the amount is for, e.g. the manual."""
    looked_up: Day | None = None
    """The day on which it was looked up."""


class Terms(Backed):
    """On which terms it may be used."""

    access: InstrumentAccess
    """free, ask or licensed."""
    looked_up: Day | None = None
    """The day on which it was looked up."""


class Languages(Backed):
    """Languages in which it can be had."""

    count: Count
    """How many, at least."""
    names: tuple[Text, ...] = ()
    """Some of them."""


class Minutes(Backed):
    """How long it takes to fill in."""

    value: Number
    """Minutes."""
    most: Number | None = None
    """The upper end, if the source gives a range."""


class Period(Backed):
    """A period of time."""

    weeks: Number = Field(gt=0)
    """In weeks; a month is 4, a year is 52."""
    text: Text
    """In words."""


class Tested(Backed):
    """A group in which it was tested."""

    people: People
    """Who they are."""
    n: Count | None = None
    """How many."""
    doubts: Text | None = None
    """What did not hold up in the test."""


class NotFound(Record):
    """What was looked for and not found; what is neither given nor here was not looked for."""

    what: tuple[Sought, ...] = Field(min_length=1)
    """price, licence, languages, minutes, interval, cutoff, benchmark, mid, reliability, cosmin."""
    searched: Day
    """The day of the search."""


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
    minutes: Minutes | None = None
    """How long it takes to fill in."""
    recall: Period | None = None
    """The time that its questions ask about; a second survey within it asks about the same time."""
    interval: Period | None = None
    """How often a source recommends to use it."""
    prices: tuple[Price, ...] = ()
    """What it costs."""
    terms: Terms | None = None
    """On which terms it may be used."""
    licence: Text = "unknown"
    """Terms of use in words as confirmed, else unknown."""
    languages: Languages | None = None
    """Languages in which it can be had."""
    tested_in: tuple[Tested, ...] = ()
    """Groups of health workers in which it was tested."""
    benchmarks: tuple[Benchmark, ...] = ()
    """Results of other people to compare with."""
    not_found: tuple[NotFound, ...] = ()
    """What was looked for and not found."""
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

    def searched(self, what: Sought) -> NotFound | None:
        """The search that did not find something, or None."""
        return next((search for search in self.not_found if what in search.what), None)

    @property
    def given(self) -> frozenset[Sought]:
        """What a chooser looks for and the entry gives."""
        scales = self.scales
        has = {
            Sought.PRICE: self.prices,
            Sought.LICENCE: self.terms,
            Sought.LANGUAGES: self.languages,
            Sought.MINUTES: self.minutes,
            Sought.INTERVAL: self.interval,
            Sought.CUTOFF: any(scale.cutoffs for scale in scales),
            Sought.BENCHMARK: self.benchmarks,
            Sought.MID: any(scale.mid for scale in scales),
            Sought.RELIABILITY: any(scale.reliability for scale in scales),
            Sought.COSMIN: self.cosmin,
        }
        return frozenset(what for what, value in has.items() if value)

    @model_validator(mode="after")
    def _benchmarks_are_of_its_scales(self) -> Self:
        for benchmark in self.benchmarks:
            if benchmark.scale is not None and not self.scale(benchmark.scale):
                raise PydanticCustomError(
                    "scale",
                    "a benchmark names the scale {slug}, and there is none of that name",
                    {"slug": benchmark.scale},
                )
        return self

    @model_validator(mode="after")
    def _found_or_not(self) -> Self:
        if both := [what for search in self.not_found for what in search.what if what in self.given]:
            raise PydanticCustomError("not-found", "{what} cannot be given and not found", {"what": both[0].value})
        return self
