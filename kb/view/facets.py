"""Facets: the values of entries by which a search in the browser is narrowed, in the words that readers see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kb.grading import VERDICT_RANK, words
from kb.model import Design, Driver, Entry, Instrument, Intervention, KnowledgeBase, Status, Study

NAMES = ("kind", "verdict", "certainty", "driver", "design")
"""The kinds of facets, in the order in which they are shown."""
_KINDS = ("intervention", "study", "instrument", "driver", "framework", "page")


class Facet(NamedTuple):
    """One value that an entry has. Facets sort into the order in which they are shown."""

    name: int
    """Its kind, as its place in NAMES."""
    rank: int
    """Its place among the values of that name; those of one rank are sorted by their labels."""
    label: str
    """The value in words, e.g. Low certainty."""


def facets(knowledge: KnowledgeBase, entry: Entry) -> frozenset[Facet]:
    """All facets of an entry."""
    return frozenset(Facet(NAMES.index(name), rank, label) for name, rank, label in _values(knowledge, entry))


def _values(knowledge: KnowledgeBase, entry: Entry) -> Iterator[tuple[str, int, str]]:
    yield "kind", _KINDS.index(entry.kind), entry.kind.capitalize()
    drivers: tuple[str, ...] = ()
    if isinstance(entry, Intervention):
        assessment = knowledge.assessments[entry.slug]
        level = assessment.certainty
        yield "verdict", VERDICT_RANK[assessment.verdict], assessment.verdict.label
        yield "certainty", -(level or 0), words.certainty(level).capitalize()
        drivers = tuple(claim.driver for claim in entry.drivers)
    elif isinstance(entry, Study):
        yield "design", list(Design).index(entry.design), entry.design.label
        drivers = entry.drivers
    elif isinstance(entry, Instrument):
        drivers = entry.drivers
    elif isinstance(entry, Driver):
        drivers = (entry.slug,)
    for slug in drivers:
        driver = knowledge.drivers.get(slug)
        if driver and driver.status is Status.PUBLISHED:
            yield "driver", 0, driver.title
