"""What is asked of a list: which entries, and in which order.

In filters null, absent and empty mean the same. Orders are sort keys that cursors can hold.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from graphene import Boolean, InputField, InputObjectType, List, NonNull, String

from kb import model
from kb.api import enums
from kb.api.context import ApiContext
from kb.api.errors import fault
from kb.api.fields import Date
from kb.api.pages import Key, Keyed, usual_order
from kb.grading import VERDICT_RANK
from kb.problems import did_you_mean
from kb.view.fields import EntryView, InstrumentView, InterventionView, StudyView

# graphene has no types, so that every GraphQL type subclasses Any.

V = TypeVar("V", bound=EntryView)
Given = Mapping[str, Any]
"""A filter after ``given``: only what was asked for."""
_COST = {model.Magnitude.LOW: 1, model.Magnitude.MODERATE: 2, model.Magnitude.HIGH: 3}
_MOST_VALUES = 100
_LONGEST_SLUG = 161  # framework and term, 80 letters each


def _any_of(kind: Any, description: str) -> InputField:
    return InputField(List(NonNull(kind)), description=f"{description} Null or empty: no filter.")


class InterventionFilter(InputObjectType):
    """
    Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter.
    drivers, terms and claimBasis must hold of one and the same claim; with allDrivers, of a claim for each driver.
    """

    drivers = _any_of(String, "Driver slugs. An unknown slug is an error that names the nearest one.")
    all_drivers = InputField(Boolean, description="True: the intervention must address every driver named.")
    terms = _any_of(String, "framework-slug/term-slug: the claim is made in one of these terms.")
    claim_basis = InputField(
        enums.ClaimBasis, description="Whether the source states the claim or the curator infers it."
    )
    verdicts = _any_of(enums.Verdict, "The verdict is one of these.")
    min_certainty = InputField(
        enums.Certainty, description="The least certainty. Entries that are not graded do not pass."
    )
    categories = _any_of(enums.InterventionCategory, "What it changes is one of these.")
    levels = _any_of(enums.InterventionLevel, "On whom or what it acts is one of these.")
    max_cost = InputField(enums.Magnitude, description="The highest cost. UNKNOWN does not pass.")
    reviewed_since = InputField(Date, description="Reviewed on this day or later.")


class StudyFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    designs = _any_of(enums.StudyDesign, "The design is one of these.")
    drivers = _any_of(String, "Driver slugs: it speaks of one of them. An unknown slug is an error.")
    terms = _any_of(String, "framework-slug/term-slug: a library classifies it under one of them.")
    reading_basis = _any_of(enums.ReadingBasis, "What the curator read is one of these.")


class InstrumentFilter(InputObjectType):
    """Null and an empty list both mean: no filter."""

    drivers = _any_of(String, "Driver slugs: it measures one of them. An unknown slug is an error.")


class SearchFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    kinds = _any_of(enums.EntryKind, "The kind of entry is one of these.")
    drivers = _any_of(String, "Driver slugs: it speaks of one of them. An unknown slug is an error.")
    verdicts = _any_of(enums.Verdict, "The verdict is one of these; only interventions have one.")
    min_certainty = InputField(
        enums.Certainty, description="The least certainty. Entries that are not graded do not pass."
    )
    designs = _any_of(enums.StudyDesign, "The design is one of these; only studies have one.")


def given(filter: Given | None, context: ApiContext) -> dict[str, Any]:
    """A filter without what is null, empty or false.

    Raises UNKNOWN_SLUG for a driver or term that does not exist, and BAD_ARGUMENT for a list that is too long.
    """
    for name, value in (filter or {}).items():
        if isinstance(value, list) and len(value) > _MOST_VALUES:
            message = f"a list in a filter may have {_MOST_VALUES} values, {name} has {len(value)}"
            raise fault("BAD_ARGUMENT", message, "leave out what is there twice, or ask in several queries")
    asked = {
        name: sorted(set(value)) if isinstance(value, list) else value
        for name, value in (filter or {}).items()
        if value is not None and value != [] and value is not False
    }
    _known("driver", asked.get("drivers", ()), context.knowledge.drivers)
    _known("term", asked.get("terms", ()), context.terms)
    return asked


def _known(kind: str, slugs: Iterable[str], known: Collection[str]) -> None:
    """Raise UNKNOWN_SLUG with the nearest slug for the first that is not known."""
    for slug in slugs:
        if slug not in known:
            word = slug[:_LONGEST_SLUG]
            nearest = difflib.get_close_matches(word, known, n=1, cutoff=0)
            otherwise = f"the nearest is {nearest[0]!r}" if nearest else f"there is no {kind} at all"
            raise fault("UNKNOWN_SLUG", f"there is no {kind} {word!r}", did_you_mean(word, known, otherwise))


def choose(items: Iterable[V], asked: Given, tests: Mapping[str, Callable[[V, Any], bool]]) -> list[V]:
    """The entries that pass each test that is asked for, in their order."""
    wanted = [(tests[name], value) for name, value in asked.items() if name in tests]
    return [item for item in items if all(test(item, value) for test, value in wanted)]


INTERVENTION_TESTS: Mapping[str, Callable[[InterventionView, Any], bool]] = {
    "verdicts": lambda item, verdicts: item.verdict in verdicts,
    "min_certainty": lambda item, least: item.certainty is not None and item.certainty >= least,
    "categories": lambda item, categories: item.category in categories,
    "levels": lambda item, levels: item.level in levels,
    "max_cost": lambda item, most: _COST.get(item.cost, math.inf) <= _COST.get(most, 0),
    "reviewed_since": lambda item, day: item.reviewed >= day,
}
STUDY_TESTS: Mapping[str, Callable[[StudyView, Any], bool]] = {
    "designs": lambda item, designs: item.design in designs,
    "drivers": lambda item, drivers: not set(item.record.drivers).isdisjoint(drivers),
    "terms": lambda item, terms: not set(item.classifications).isdisjoint(terms),
    "reading_basis": lambda item, bases: item.reading_basis in bases,
}
INSTRUMENT_TESTS: Mapping[str, Callable[[InstrumentView, Any], bool]] = {
    "drivers": lambda item, drivers: not set(item.record.drivers).isdisjoint(drivers),
}


def choose_interventions(
    items: Iterable[InterventionView], asked: Given, driver: str | None = None
) -> list[InterventionView]:
    """The interventions that pass, in their order; with ``driver``, also with a claim for it that the filter allows."""
    claims = [*_claims_asked(asked, driver)]
    chosen = choose(items, asked, INTERVENTION_TESTS)
    return [item for item in chosen if all(_has_claim(item.record, drivers, asked) for drivers in claims)]


def _claims_asked(asked: Given, driver: str | None) -> Iterator[list[str]]:
    """For each claim that an intervention must have, the drivers it may be for (empty: any)."""
    drivers: list[str] = asked.get("drivers", [])
    if driver:
        yield [driver]
    if drivers and asked.get("all_drivers"):
        yield from ([each] for each in drivers)
    else:
        yield drivers


def _has_claim(item: model.Intervention, drivers: list[str], asked: Given) -> bool:
    """Whether one and the same claim is for one of the drivers, in one of the terms, and of the basis asked for."""
    return any(
        (not drivers or claim.driver in drivers)
        and ("terms" not in asked or claim.term in asked["terms"])
        and ("claim_basis" not in asked or claim.basis is asked["claim_basis"])
        for claim in item.drivers
    )


class InterventionOrder(InputObjectType):
    """One criterion of an order; of several, the first decides, and ties fall to the next, then to strongest first.

    A second criterion for the same field has no effect.
    """

    field = InputField(enums.InterventionSort, required=True, description="What to order by.")
    direction = InputField(
        enums.SortDirection,
        default_value=enums.Directions.ASC,
        description="DESC of CERTAINTY and VERDICT is strongest first; ASC weakest first, with not graded the weakest.",
    )


Criterion = tuple[enums.InterventionSorts, enums.Directions]


def criteria(order_by: Sequence[Mapping[str, Any]] | None) -> tuple[Criterion, ...]:
    """What an orderBy argument asks for: the first criterion of each field; a direction of null is ASC."""
    order: dict[enums.InterventionSorts, enums.Directions] = {}
    for item in order_by or ():
        order.setdefault(item["field"], item.get("direction") or enums.Directions.ASC)
    return tuple(order.items())


def by_criteria(order: Sequence[Criterion]) -> Keyed[InterventionView]:
    """The sort key of interventions: the criteria, then strongest first, then the slug."""

    def key(item: InterventionView) -> Key:
        asked = [(_VALUES[field](item), direction) for field, direction in order]
        values = [value if way is enums.Directions.ASC else _descending(value) for value, way in asked]
        return [*values, *usual_order(item)]

    return key


_VALUES: dict[enums.InterventionSorts, Callable[[InterventionView], int | str]] = {
    enums.InterventionSorts.CERTAINTY: lambda item: int(item.certainty or 0),
    enums.InterventionSorts.VERDICT: lambda item: -VERDICT_RANK[item.verdict],
    enums.InterventionSorts.TITLE: lambda item: item.record.title.casefold(),
    enums.InterventionSorts.STUDY_COUNT: lambda item: item.study_count,
    enums.InterventionSorts.REVIEWED: lambda item: item.record.reviewed.toordinal(),
}


def _descending(value: int | str) -> int | list[int]:
    """A value that sorts the other way round; a text becomes its negated letters, ended by something larger."""
    return -value if isinstance(value, int) else [*(-ord(letter) for letter in value), 1]
