"""The plan: what can be done about chosen complaints with one's people and budget, and what doing nothing costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kb.grading import statements
from kb.model import Assessment, BodyAssessment, Driver, Intervention
from kb.site.context import Context
from kb.view.audience import PEOPLE, listed, people_of, roles_of
from kb.view.bodies import conditions, is_ratio
from kb.view.body_plot import estimate, title
from kb.view.catalog import Catalog
from kb.view.doing_nothing import EXAMPLE, besides, estimates
from kb.view.gap_map import drivers_by_kind
from kb.view.parts import Source
from kb.view.price import Price, paid, price

STRONGEST = 3
"""How many options the summary names."""
BUDGET = 150_000
"""US dollars of the worked example."""


class Option(NamedTuple):
    """One intervention."""

    entry: Intervention
    rank: int
    """Its place in the order of strength, in which all lists of interventions are."""
    assessment: Assessment
    statement: str
    """What it does, as sure as the certainty allows; of one without results what its verdict means."""
    hundred: str
    """What that means for 100 of those studied, with its interval; empty where no effect is shown."""
    figure: str
    """The estimate with its interval; empty where there is none."""
    measure: str
    """What the estimate is."""
    conditions: str
    """What it was compared with, and when; empty where nothing was."""
    tested: str
    """Who was studied and where, if the effect comes from one study; else empty."""
    price: Price
    paid: str
    """What is known of the cost, in words."""
    cost_note: str
    """What its source says besides; may be empty."""
    cost_source: Source | None
    people: str
    """Whom its sources name, in words."""
    roles: tuple[str, ...]
    """Whom it is for, by the roles that the plan asks for."""
    measured: str
    """What was measured, and when, e.g. ``burnout, up to 3 months after it``; empty where nothing was."""

    @property
    def ratio(self) -> bool:
        """Whether the estimate is a ratio, which stands in small print."""
        return is_ratio(self.assessment.headline)


class Complaint(NamedTuple):
    """A driver with what can be done about it, by what ties it to the driver, as on the driver's page."""

    driver: Driver
    options: tuple[Option, ...]


def plan_page(catalog: Catalog) -> Context:
    """The plan, filled in for the worked example."""
    options = {
        entry.slug: _option(catalog, entry, rank) for rank, entry in enumerate(catalog.relations.interventions, 1)
    }
    counts = estimates(catalog)
    return Context(
        template="plan",
        title="Plan a portfolio",
        description="What can be done with your people and budget, with cost, effect and certainty, and what doing "
        "nothing costs.",
        path="plan/",
        section="plan",
        example=EXAMPLE,
        budget=BUDGET,
        estimates=counts,
        ways=[(kind, [way for way in counts if way.cautious is kind]) for kind in (True, False)],
        besides=besides(catalog),
        groups=[(heading, list(_complaints(catalog, drivers, options))) for heading, drivers in _kinds(catalog)],
        total=len(options),
        strongest=list(options.values())[:STRONGEST],
    )


def _kinds(catalog: Catalog) -> Iterator[tuple[str, list[Driver]]]:
    for heading, drivers in drivers_by_kind(catalog).items():
        if drivers:
            yield heading, list(drivers)


def _complaints(catalog: Catalog, drivers: list[Driver], options: dict[str, Option]) -> Iterator[Complaint]:
    for driver in drivers:
        found = catalog.relations.interventions_of_driver.get(driver.slug, ())
        if found:
            yield Complaint(driver, tuple(options[entry.slug] for entry in found))


def _option(catalog: Catalog, entry: Intervention, rank: int) -> Option:
    assessment = catalog.knowledge.assessments[entry.slug]
    body = assessment.headline
    made = body.synthesis if body else None
    named = people_of(entry.populations)
    cost, cost_note = paid(entry)
    return Option(
        entry,
        rank,
        assessment,
        statements.statement(body) if body else assessment.verdict.meaning,
        (body and statements.of_hundred(made, _studied(body))) or "",
        estimate(made, made.estimate, made.low, made.high) if made else "",
        title(catalog, made) if made else "",
        conditions(catalog, body) if body else "",
        _tested(body) if body else "",
        price(entry),
        cost,
        cost_note,
        catalog.source(entry.cost.source, entry.cost.place or "") if entry.cost.source else None,
        listed(named, PEOPLE),
        roles_of(entry),
        f"{_lower(body.outcome.label)}, {_lower(body.key.band.label)}" if body else "",
    )


def _tested(body: BodyAssessment) -> str:
    """People, place and country of the one study behind an effect; empty where several are behind it."""
    studies = {result.study.slug: result.study for result in body.counted}
    if len(studies) != 1:
        return ""
    (study,) = studies.values()
    said = (study.population, study.setting, study.country)
    return "; ".join(dict.fromkeys(text.rstrip(".") for text in said if text))


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _studied(body: BodyAssessment) -> str:
    """Who was studied, where all studies of a body name the same kind of people; else ``people``."""
    kinds = people_of(dict.fromkeys(result.study.population or "" for result in body.counted))
    return PEOPLE[kinds[0]].lower() if kinds in (("physicians",), ("nurses",)) else "people"
