"""What is asked of the search and what it answers: filters, hits, highlights, facets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from kb.model import Certainty


@dataclass(frozen=True)
class SearchFilter:
    """Which entries pass: values within a field are alternatives, fields add up; an empty field lets all pass.

    Values are those of the enumerations of ``kb.model`` (``evidence-based``, ``rct``), kinds the words intervention,
    instrument, study and driver, drivers slugs. A value that no entry has lets no entry pass.
    """

    kinds: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    min_certainty: Certainty | None = None
    """Entries without a certainty do not pass."""
    designs: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    """Outcomes of which verdicts speak."""
    certainties: tuple[Certainty, ...] = ()
    """Exactly these."""
    graded: bool | None = None
    """True lets only entries with a certainty pass, False only those without one."""


@dataclass(frozen=True)
class HighlightPart:
    """A run of plain text, and whether it matches the query."""

    text: str
    """A run of plain text; escape it before showing it as HTML."""
    matched: bool
    """Whether it matches the query."""


@dataclass(frozen=True)
class Highlight:
    """A fragment of a field (title, summary, body, names or authors); its parts joined give the fragment."""

    field: str
    """The field that it is from: title, summary, body, names or authors."""
    parts: tuple[HighlightPart, ...]
    """The fragment, cut where matches begin and end."""


@dataclass(frozen=True)
class FacetValue:
    """How many of all results have a value."""

    value: str
    """The value as a filter takes it: an enum's name, a driver's slug or an outcome word."""
    label: str
    """The value in words."""
    count: int
    """How many of all results have it."""


@dataclass(frozen=True)
class Facet:
    """The values of a field (kind, driver, verdict, outcome, certainty, design) of all results, most frequent first."""

    field: str
    """kind, driver, verdict, outcome (of which the verdict speaks), certainty or design."""
    values: tuple[FacetValue, ...]
    """The values, most frequent first."""


class Place(NamedTuple):
    """A place in the order of results."""

    score: float
    key: str
    """kind/slug"""
    engine: str = ""
    """Whose score it is: no two engines give the same."""


@dataclass(frozen=True)
class Hit:
    """An entry that was found."""

    kind: str
    slug: str
    score: float
    show: Callable[[], tuple[Highlight, ...]] = field(repr=False, compare=False)
    """Works out the highlights."""
    engine: str = field(default="", repr=False)
    """The name of the engine that gave the score."""

    @cached_property
    def highlights(self) -> tuple[Highlight, ...]:
        """What matches in it; worked out when first asked for, for as long as the index is open."""
        return self.show()

    @property
    def place(self) -> Place:
        """Its place in the order of results: give it as ``after`` to go on from here."""
        return Place(self.score, f"{self.kind}/{self.slug}", self.engine)


@dataclass(frozen=True)
class Results:
    """One page of results; ``total`` and ``facets`` speak of all pages."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    suggestion: str | None
    """The query with misspelt words corrected, whose results these are."""
    has_next: bool
    has_previous: bool
