"""The comparison: every intervention in one table, strongest first, and the filters that narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kb.grading import statements
from kb.model import (
    Assessment,
    BodyAssessment,
    Certainty,
    Driver,
    Intervention,
    InterventionCategory,
    InterventionLevel,
    Magnitude,
    Outcome,
    Word,
)
from kb.site.context import Context
from kb.site.entries import NOT_KNOWN
from kb.view import price as prices
from kb.view.audience import PEOPLE, PLACES, listed, people_of, places_of
from kb.view.bodies import BodyCard, body_card
from kb.view.catalog import Catalog
from kb.view.parts import outcome_label, verdict_word
from kb.view.price import Price, price
from kb.view.relations import addressed


class Row(NamedTuple):
    """One intervention."""

    entry: Intervention
    assessment: Assessment
    statement: str
    """What it does, as sure as the certainty allows; empty where nothing was tested."""
    body: BodyCard | None
    """The body of evidence behind the verdict."""
    outcomes: Mapping[Outcome, BodyCard]
    """For each outcome that could be graded the body that decides first, to be seen beside those of others."""
    drivers: tuple[Driver, ...]
    """The drivers it addresses."""
    price: Price
    people: str
    """For whom, in words."""
    places: str
    """Where it was used or proposed, in words."""
    marks: Mapping[str, tuple[str, ...]]
    """What the filters look at: the row's values as the address of a view spells them, by filter."""


@dataclass(frozen=True)
class Choice:
    """One value that a filter offers."""

    value: str
    """As the address of a view spells it; empty where it lets every row pass."""
    label: str
    count: int
    """How many rows it lets pass."""


class Filter(NamedTuple):
    """One way to narrow the table."""

    name: str
    """As the address of a view spells it."""
    label: str
    single: bool
    """Whether just one choice holds at a time."""
    choices: tuple[Choice, ...]
    """Its choices that let any row pass."""


def compare_page(catalog: Catalog) -> Context:
    """The comparison of all published interventions."""
    rows = [_row(catalog, entry) for entry in catalog.relations.interventions]
    counts = Counter((name, value) for row in rows for name, values in row.marks.items() for value in values)
    counts["certainty", ""] = len(rows)
    certainties = {
        level.word: level.label.capitalize() + (" or higher" if level < Certainty.HIGH else "") for level in Certainty
    }
    said = {verdict_word(row.assessment): row.assessment.label for row in rows}
    tested = {value for name, value in counts if name == "outcome"}
    offered: dict[str, tuple[str, Mapping[str, str]]] = {
        "driver": ("Driver", {driver.slug: driver.title for driver in catalog.relations.drivers}),
        "verdict": ("Verdict", said),
        "outcome": ("Outcome", {word: outcome_label(word) for word in Outcome if word in tested}),
        "certainty": ("Certainty", {"": "Any, or not graded"} | certainties),
        "cost": ("Cost", prices.LABELS),
        "population": ("For", PEOPLE),
        "setting": ("Where", PLACES),
        "level": ("Acts on", _labels(InterventionLevel)),
        "category": ("Changes", _labels(sorted(InterventionCategory))),
    }
    filters = []
    for name, (label, labels) in offered.items():
        choices = (Choice(value, text, counts[name, value]) for value, text in labels.items() if counts[name, value])
        filters.append(Filter(name, label, "" in labels, tuple(choices)))
    return Context(
        template="compare",
        title="Compare interventions",
        description="What can be done about clinician burnout, side by side: effect, certainty, cost and effort.",
        path="compare/",
        section="compare",
        filters=filters,
        rows=rows,
        labels=_labels((*Magnitude, *InterventionLevel)),
        places={outcome: place for place, outcome in enumerate(Outcome)},
        orders={word: str(order) for words in (InterventionLevel, prices.LABELS) for order, word in enumerate(words)}
        | {Magnitude.UNKNOWN: "", prices.ASK_VENDOR: "", prices.NOT_REPORTED: ""},
    )


def _row(catalog: Catalog, entry: Intervention) -> Row:
    assessment = catalog.knowledge.assessments[entry.slug]
    claimed = addressed(entry)
    drivers = tuple(driver for driver in catalog.relations.drivers if driver.slug in claimed)
    headline = assessment.headline
    cost, people, places = price(entry), people_of(entry.populations), places_of(entry.settings)
    return Row(
        entry,
        assessment,
        statements.statement(headline) if headline else "",
        body_card(catalog, headline) if headline else None,
        {outcome: body_card(catalog, body) for outcome, body in _graded(assessment).items()},
        drivers,
        cost,
        listed(people, PEOPLE),
        listed(places, PLACES),
        marks={
            "driver": tuple(driver.slug for driver in drivers),
            "verdict": (verdict_word(assessment),),
            "outcome": tuple(dict.fromkeys(body.outcome for body in assessment.bodies)),
            # A row has every certainty that it reaches, so that a filter for the least one looks like any other.
            "certainty": tuple(level.word for level in Certainty if level <= (assessment.certainty or 0)),
            "cost": (cost.word,),
            "population": people,
            "setting": places,
            "level": (entry.level,),
            "category": (entry.category,),
        },
    )


def _graded(assessment: Assessment) -> dict[Outcome, BodyAssessment]:
    """The first graded body of each outcome, in the order of outcomes."""
    first: dict[Outcome, BodyAssessment] = {}
    for body in assessment.bodies:
        if body.certainty is not None:
            first.setdefault(body.outcome, body)
    return {outcome: first[outcome] for outcome in Outcome if outcome in first}


def _labels(values: Iterable[Word]) -> dict[str, str]:
    return {value: NOT_KNOWN if value is Magnitude.UNKNOWN else value.label for value in values}
