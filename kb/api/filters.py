"""What is asked of a list: which entries, and in which order.

In filters null, absent and empty mean the same. Orders are sort keys that cursors can hold.
"""

from __future__ import annotations

import difflib
import math
import re
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
from kb.view import moves
from kb.view.audience import PEOPLE, PLACES
from kb.view.fields import FindingView, InstrumentView, InterventionView, StudyView, View
from kb.view.price import LABELS
from kb.view.relations import BASES, Tie

# graphene has no types, so that every GraphQL type subclasses Any.

V = TypeVar("V", bound=View)
Given = Mapping[str, Any]
"""A filter after ``given``: only what was asked for."""
_SIZE = {model.Magnitude.LOW: 1, model.Magnitude.MODERATE: 2, model.Magnitude.HIGH: 3}
_OUTCOMES = frozenset(map(str, model.Outcome))
_MOST_VALUES = 100
_LONGEST_SLUG = 161  # framework and term, 80 letters each


def _any_of(kind: Any, description: str) -> InputField:
    return InputField(List(NonNull(kind)), description=f"{description} Null or empty: no filter.")


def _words(vocabulary: Iterable[str]) -> str:
    return ", ".join(vocabulary)


_POPULATIONS = _any_of(String, "Who took part has a word that begins like this; capitals do not matter.")
_SETTINGS = _any_of(String, "The setting has a word that begins like this; capitals do not matter.")
_COUNTRIES = _any_of(String, "The country has a word that begins like this; capitals do not matter.")
_MIN_CERTAINTY = InputField(
    enums.Certainty, description="The least certainty. Entries that are not graded do not pass."
)
_GRADED = InputField(Boolean, description="True: only entries with a certainty. False: only those without one.")


class InterventionFilter(InputObjectType):
    """
    Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter.
    drivers, terms and claimBasis must hold of one and the same claim; with allDrivers, of a claim for each driver.
    """

    drivers = _any_of(String, "Driver slugs. An unknown slug is an error that names the nearest one.")
    all_drivers = InputField(Boolean, description="True: the intervention must address every driver named.")
    terms = _any_of(String, "framework-slug/term-slug: the claim is made in one of these terms.")
    claim_basis = InputField(enums.ClaimBasis, description="What the claim rests on.")
    verdicts = _any_of(enums.Verdict, "The verdict is one of these.")
    min_certainty = _MIN_CERTAINTY
    certainties = _any_of(enums.Certainty, "The certainty is exactly one of these.")
    graded = _GRADED
    max_effort = InputField(enums.Magnitude, description="The highest effort. UNKNOWN does not pass.")
    efforts = _any_of(enums.Magnitude, "The effort is exactly one of these.")
    outcomes = _any_of(
        String, "Words of the outcome vocabulary: a body of evidence is about one of them. An unknown word is an error."
    )
    populations = _any_of(String, "One of its populations has a word that begins like this; capitals do not matter.")
    settings = _any_of(String, "One of its settings has a word that begins like this; capitals do not matter.")
    countries = _any_of(
        String, "The country of a study in its evidence has a word that begins like this; capitals do not matter."
    )
    people = _any_of(String, f"Kinds of people, as Intervention.people has them: {_words(PEOPLE)}.")
    places = _any_of(String, f"Kinds of places, as Intervention.places has them: {_words(PLACES)}.")
    categories = _any_of(enums.InterventionCategory, "What it changes is one of these.")
    levels = _any_of(enums.InterventionLevel, "On whom or what it acts is one of these.")
    max_cost = InputField(enums.Magnitude, description="The highest cost. UNKNOWN does not pass.")
    costs = _any_of(enums.Magnitude, "The cost is exactly one of these.")
    price_bands = _any_of(String, f"What it costs, as Intervention.priceBand has it: {_words(LABELS)}.")
    reviewed_since = InputField(Date, description="Reviewed on this day or later.")


class StudyFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    designs = _any_of(enums.StudyDesign, "The design is one of these.")
    drivers = _any_of(String, "Driver slugs: it speaks of one of them. An unknown slug is an error.")
    terms = _any_of(String, "framework-slug/term-slug: a library classifies it under one of them.")
    reading_basis = _any_of(enums.ReadingBasis, "What the curator read is one of these.")
    populations = _POPULATIONS
    settings = _SETTINGS
    countries = _COUNTRIES
    interventions = _any_of(String, "Slugs of interventions: it tests or describes one of them.")
    instruments = _any_of(String, "Slugs of instruments: it used one of them. An unknown slug is an error.")
    outcomes = _any_of(String, "Words of the outcome vocabulary: it has a finding on one of them.")


class InstrumentFilter(InputObjectType):
    """Null and an empty list both mean: no filter."""

    drivers = _any_of(String, "Driver slugs: it measures one of them. An unknown slug is an error.")
    constructs = _any_of(
        String, "Words of the outcome vocabulary: it measures one of them. An unknown word is an error."
    )


class FindingFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    outcomes = _any_of(String, "Words of the outcome vocabulary. An unknown word is an error.")
    comparisons = _any_of(enums.Comparison, "What it compares is one of these.")
    measures = _any_of(enums.EffectMeasure, "The kind of number is one of these.")
    instruments = _any_of(String, "Slugs of instruments: one of them measured it. An unknown slug is an error.")
    interventions = _any_of(
        String, "Slugs of interventions: it is in a body of evidence of one of them. An unknown slug is an error."
    )
    studies = _any_of(String, "Slugs of studies: one of them reports it. An unknown slug is an error.")
    directions = _any_of(enums.EffectDirection, "The side that it favors is one of these.")
    drivers = _any_of(String, "Driver slugs: its study speaks of one of them. An unknown slug is an error.")
    designs = _any_of(enums.StudyDesign, "The design of its study is one of these.")
    primary = InputField(Boolean, description="True: only outcomes that their study named primary. False: only others.")
    populations = _POPULATIONS
    settings = _SETTINGS
    countries = _COUNTRIES


class ChangeFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    kinds = _any_of(enums.ChangeKind, "What happened is one of these.")
    drivers = _any_of(String, "Driver slugs: it bears on one of them. An unknown slug is an error.")
    since = InputField(Date, description="On this day or later.")


class SearchFilter(InputObjectType):
    """Fields are ANDed, values within a list ORed. Null and an empty list both mean: no filter."""

    kinds = _any_of(enums.EntryKind, "The kind of entry is one of these.")
    drivers = _any_of(String, "Driver slugs: it speaks of one of them. An unknown slug is an error.")
    verdicts = _any_of(enums.Verdict, "The verdict is one of these; only interventions have one.")
    outcomes = _any_of(
        String, "Words of the outcome vocabulary: the verdict speaks of one of them. An unknown word is an error."
    )
    min_certainty = _MIN_CERTAINTY
    certainties = _any_of(enums.Certainty, "The certainty is exactly one of these.")
    graded = _GRADED
    designs = _any_of(enums.StudyDesign, "The design is one of these; only studies have one.")


def given(filter: Given | None, context: ApiContext) -> dict[str, Any]:
    """A filter without what has no effect: what is null or empty, and allDrivers where it is false.

    Raises UNKNOWN_SLUG for a slug, term or outcome that does not exist, and BAD_ARGUMENT for a list that is too long.
    """
    for name, value in (filter or {}).items():
        if isinstance(value, list) and len(value) > _MOST_VALUES:
            message = f"a list in a filter may have {_MOST_VALUES} values, {name} has {len(value)}"
            raise fault("BAD_ARGUMENT", message, "leave out what is there twice, or ask in several queries")
    asked = {
        name: sorted(set(value)) if isinstance(value, list) else value
        for name, value in (filter or {}).items()
        if value is not None and value != [] and (name, value) != ("all_drivers", False)
    }
    knowledge = context.knowledge
    for name, kind, known in (
        ("drivers", "driver", knowledge.drivers),
        ("terms", "term", context.terms),
        ("outcomes", "outcome", _OUTCOMES),
        ("constructs", "outcome", _OUTCOMES),
        ("instruments", "instrument", knowledge.instruments),
        ("interventions", "intervention", knowledge.interventions),
        ("studies", "study", knowledge.studies),
        ("people", "kind of people", PEOPLE),
        ("places", "kind of places", PLACES),
        ("price_bands", "price band", LABELS),
    ):
        _known(kind, asked.get(name, ()), known)
    return asked


def _known(kind: str, slugs: Iterable[str], known: Collection[str]) -> None:
    """Raise UNKNOWN_SLUG with the nearest slug for the first that is not known."""
    for slug in slugs:
        if slug not in known:
            word = slug[:_LONGEST_SLUG]
            nearest = difflib.get_close_matches(word, known, n=1, cutoff=0)
            otherwise = f"the nearest is {str(nearest[0])!r}" if nearest else f"there is no {kind} at all"
            raise fault("UNKNOWN_SLUG", f"there is no {kind} {word!r}", did_you_mean(word, nearest, otherwise))


def choose(items: Iterable[V], asked: Given, tests: Mapping[str, Callable[[V, Any], bool]]) -> list[V]:
    """What passes each test that is asked for, in its order."""
    wanted = [(tests[name], value) for name, value in asked.items() if name in tests]
    return [item for item in items if all(test(item, value) for test, value in wanted)]


def _mention(texts: Iterable[str | None], beginnings: Iterable[str]) -> bool:
    """Whether a word of the texts, or several, begin like one of some texts."""
    pattern = "|".join(re.escape(beginning.strip().casefold()) for beginning in beginnings)
    return any(re.search(rf"(?<!\w)(?:{pattern})", text.casefold()) for text in texts if text)


_CERTAINTY_TESTS: Mapping[str, Callable[[InterventionView, Any], bool]] = {
    "min_certainty": lambda item, least: item.certainty is not None and item.certainty >= least,
    "certainties": lambda item, levels: item.certainty in levels,
    "graded": lambda item, graded: (item.certainty is not None) is graded,
}
INTERVENTION_TESTS: Mapping[str, Callable[[InterventionView, Any], bool]] = {
    "verdicts": lambda item, verdicts: item.verdict in verdicts,
    **_CERTAINTY_TESTS,
    "outcomes": lambda item, words: any(body.record.outcome in words for body in item.evidence),
    "populations": lambda item, populations: _mention(item.record.populations, populations),
    "settings": lambda item, settings: _mention(item.record.settings, settings),
    "countries": lambda item, countries: _mention(_countries(item), countries),
    "people": lambda item, kinds: not set(item.people).isdisjoint(kinds),
    "places": lambda item, kinds: not set(item.places).isdisjoint(kinds),
    "price_bands": lambda item, bands: item.price_band in bands,
    "costs": lambda item, levels: item.cost in levels,
    "efforts": lambda item, levels: item.effort in levels,
    "categories": lambda item, categories: item.category in categories,
    "levels": lambda item, levels: item.level in levels,
    "max_cost": lambda item, most: _SIZE.get(item.cost, math.inf) <= _SIZE.get(most, 0),
    "max_effort": lambda item, most: _SIZE.get(item.effort, math.inf) <= _SIZE.get(most, 0),
    "reviewed_since": lambda item, day: item.reviewed >= day,
}
STUDY_TESTS: Mapping[str, Callable[[StudyView, Any], bool]] = {
    "designs": lambda item, designs: item.design in designs,
    "drivers": lambda item, drivers: not set(item.record.drivers).isdisjoint(drivers),
    "terms": lambda item, terms: not set(item.classifications).isdisjoint(terms),
    "reading_basis": lambda item, bases: item.reading_basis in bases,
    "interventions": lambda item, slugs: not set(item.interventions).isdisjoint(slugs),
    "instruments": lambda item, slugs: not set(item.instruments).isdisjoint(slugs),
    "outcomes": lambda item, words: any(finding.outcome.value in words for finding in item.record.findings),
    "populations": lambda item, populations: _mention([item.record.population], populations),
    "settings": lambda item, settings: _mention([item.record.setting], settings),
    "countries": lambda item, countries: _mention([item.record.country], countries),
}
INSTRUMENT_TESTS: Mapping[str, Callable[[InstrumentView, Any], bool]] = {
    "drivers": lambda item, drivers: not set(item.record.drivers).isdisjoint(drivers),
    "constructs": lambda item, words: not set(map(str, item.record.constructs)).isdisjoint(words),
}
FINDING_TESTS: Mapping[str, Callable[[FindingView, Any], bool]] = {
    "outcomes": lambda item, words: item.record.outcome.value in words,
    "comparisons": lambda item, comparisons: item.record.comparison in comparisons,
    "measures": lambda item, measures: item.record.measure in measures,
    "instruments": lambda item, slugs: item.record.instrument in slugs,
    "studies": lambda item, slugs: item.of.slug in slugs,
    "directions": lambda item, directions: item.direction in directions,
    "drivers": lambda item, drivers: not set(item.of.drivers).isdisjoint(drivers),
    "designs": lambda item, designs: item.of.design in designs,
    "primary": lambda item, primary: item.record.primary is primary,
    "populations": lambda item, populations: _mention([item.of.population], populations),
    "settings": lambda item, settings: _mention([item.of.setting], settings),
    "countries": lambda item, countries: _mention([item.of.country], countries),
}


def _countries(item: InterventionView) -> Iterator[str | None]:
    """The countries of the studies in the evidence on an intervention."""
    knowledge = item.catalog.knowledge
    found = (knowledge.studies.get(slug) for slug in knowledge.assessments[item.record.slug].studies)
    return (study.country for study in found if study)


def choose_findings(items: Iterable[FindingView], asked: Given, context: ApiContext) -> list[FindingView]:
    """The findings that pass, in their order; with interventions, those in a body of evidence of one of them."""
    chosen = choose(items, asked, FINDING_TESTS)
    if "interventions" not in asked:
        return chosen
    assessments = (context.knowledge.assessments[slug] for slug in asked["interventions"])
    paths = {result.path for item in assessments for body in item.bodies for result in body.results}
    return [item for item in chosen if item.identity() in paths]


def choose_changes(asked: Given, context: ApiContext) -> list[moves.ChangeView]:
    """What happened that passes, the last first."""
    drivers = [context.knowledge.drivers[slug] for slug in asked.get("drivers", ())]
    near = {f"{e.folder}/{e.slug}" for driver in drivers for e in moves.bearing_on(context.catalog, driver)}
    return [
        change
        for change in context.changes
        if (not drivers or not near.isdisjoint(change.record.bears_on))
        and ("kinds" not in asked or change.kind in asked["kinds"])
        and ("since" not in asked or change.date >= asked["since"])
    ]


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


def by_tie(ties: Iterable[Tie]) -> Keyed[InterventionView]:
    """The sort key of the interventions of a driver: by what ties them to it, then strongest first, then the slug."""
    ranks = {tie.intervention.slug: [BASES.index(tie.basis), not tie.favors] for tie in ties}
    return lambda item: [*ranks[item.record.slug], *usual_order(item)]


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
