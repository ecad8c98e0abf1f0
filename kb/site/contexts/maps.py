"""The pages that show the whole field at once: the evidence map, and the crosswalk between frameworks."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kb.grading import statement, words
from kb.model import (
    Assessment,
    BodyAssessment,
    Category,
    Certainty,
    Driver,
    DriverKind,
    Framework,
    Intervention,
    Outcome,
    OutcomeGroup,
)
from kb.site.contexts.frame import Context
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.gap_map import Dot, GapMap, MapEntry, dot, gap_map
from kb.view.parts import Link, href, outcome_label
from kb.view.rows import MappingRow, mapping_row

KINDS = ((DriverKind.DRIVER, "Conditions of work"), (DriverKind.MANIFESTATION, "How it is felt"))
"""The kinds of drivers, with the headings that the lists of drivers use."""


@dataclass(frozen=True, kw_only=True)
class GapMapPage(Context):
    """The evidence map."""

    template: ClassVar[str] = "gap_map"

    maps: tuple[GapMap, ...]
    """Drivers, then outcomes, against categories of intervention."""
    levels: tuple[Dot, ...]
    """For the legend: a circle of each certainty, the highest first, then one that is not graded."""
    summary: str
    """How many cells hold something, something graded, and nothing."""


class CrosswalkRow(NamedTuple):
    """A driver in the crosswalk."""

    driver: Link
    cells: tuple[tuple[MappingRow, ...], ...]
    """For each framework, its terms that correspond to the driver."""


class CrosswalkGroup(NamedTuple):
    """Drivers of one kind."""

    title: str
    rows: tuple[CrosswalkRow, ...]


class Unmapped(NamedTuple):
    """Terms of a framework that correspond to no driver."""

    framework: Link
    terms: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class CrosswalkPage(Context):
    """All terms of all frameworks against the drivers."""

    template: ClassVar[str] = "crosswalk"

    frameworks: tuple[Link, ...]
    """The frameworks with a term that corresponds to a driver; the note counts those terms."""
    groups: tuple[CrosswalkGroup, ...]
    unmapped: tuple[Unmapped, ...]
    """Terms without a driver, by framework."""


def gap_map_page(catalog: Catalog) -> GapMapPage:
    """The evidence map: drivers, then outcomes, against categories of intervention."""
    drivers = _by_driver(catalog)
    return GapMapPage(
        title="Evidence map",
        description="What has been tried against burnout and how sure the evidence is, and where there is none.",
        path="gap-map/",
        section="gap-map",
        maps=(drivers, _by_outcome(catalog)),
        levels=tuple(dot(1, level, 3) for level in (*sorted(Certainty, reverse=True), None)),
        summary=_summary(drivers),
    )


def crosswalk_page(catalog: Catalog) -> CrosswalkPage:
    """The crosswalk: drivers as rows, frameworks as columns."""
    frameworks = catalog.relations.frameworks
    mapped = [f for f in frameworks if any(catalog.named(Driver, [m.driver]) for t in f.terms for m in t.mappings)]
    return CrosswalkPage(
        title="Crosswalk",
        description="How the terms of other frameworks correspond to the drivers used here.",
        path="crosswalk/",
        section="frameworks",
        frameworks=tuple(Link(f.title, href(f), _mapped(f)) for f in mapped),
        groups=tuple(
            CrosswalkGroup(title, tuple(_crosswalk_row(catalog, d, mapped) for d in _drivers(catalog, kind)))
            for kind, title in KINDS
            if _drivers(catalog, kind)
        ),
        unmapped=tuple(
            Unmapped(
                Link(f.title, href(f)),
                tuple(Link(term.label, f"{href(f)}#term-{term.slug}") for term in f.terms if not term.mappings),
            )
            for f in frameworks
            if any(not term.mappings for term in f.terms)
        ),
    )


def _mapped(framework: Framework) -> str:
    """E.g. ``12 of 19 terms``."""
    return f"{sum(bool(term.mappings) for term in framework.terms)} of {figures.count(len(framework.terms), 'term')}"


def _drivers(catalog: Catalog, kind: DriverKind) -> list[Driver]:
    return [driver for driver in catalog.relations.drivers if driver.driver_kind is kind]


def _by_driver(catalog: Catalog) -> GapMap:
    relations, assessments = catalog.relations, catalog.knowledge.assessments

    def contents(slug: str, category: Category) -> list[tuple[Intervention, MapEntry]]:
        found = relations.interventions_of_driver.get(slug, ())
        return [(item, _claiming(item, assessments[item.slug])) for item in found if item.category is category]

    groups = [(title, [(d.slug, Link(d.title, href(d))) for d in _drivers(catalog, kind)]) for kind, title in KINDS]
    return gap_map("driver", "Drivers of burnout, by what is changed", "Driver", groups, contents)


def _by_outcome(catalog: Catalog) -> GapMap:
    bodies: dict[tuple[str, Category], list[tuple[Intervention, BodyAssessment]]] = defaultdict(list)
    for item in catalog.relations.interventions:
        for assessed in catalog.knowledge.assessments[item.slug].bodies:
            bodies[assessed.body.outcome, item.category].append((item, assessed))

    def contents(slug: str, category: Category) -> list[tuple[Intervention, MapEntry]]:
        return [(item, _tested(item, assessed)) for item, assessed in bodies[slug, category]]

    groups = [
        (group.label, [(word, Link(outcome_label(word), "")) for word in Outcome if word.group is group])
        for group in OutcomeGroup
        if group is not OutcomeGroup.OTHER
    ]
    return gap_map("outcome", "Outcomes, tested or proposed, by what is changed", "Outcome", groups, contents)


def _claiming(item: Intervention, assessment: Assessment) -> MapEntry:
    note = words.graded(assessment.verdict, assessment.certainty)
    return MapEntry(Link(item.title, href(item), note), assessment.certainty)


def _tested(item: Intervention, assessed: BodyAssessment) -> MapEntry:
    note = f"{statement(assessed)} {words.certainty(assessed.certainty).capitalize()}."
    return MapEntry(Link(item.title, f"{href(item)}#evidence-{assessed.body.id}", note), assessed.certainty)


def _summary(drawn: GapMap) -> str:
    cells = [cell for group in drawn.groups for row in group.rows for cell in row.cells]
    levels = Counter(cell.dot.level > 0 if cell.dot else None for cell in cells)
    return (
        f"The first map has {len(cells)} cells, one for each driver and kind of change. {levels[True]} hold evidence "
        f"on burnout or well-being that could be graded, {levels[False]} hold only proposals, reports without figures "
        f"or results on other outcomes, and {levels[None]} are empty."
    )


def _crosswalk_row(catalog: Catalog, driver: Driver, frameworks: list[Framework]) -> CrosswalkRow:
    link = Link(driver.title, href(driver))
    found = catalog.relations.crosswalk_of_driver.get(driver.slug, ())
    return CrosswalkRow(
        link,
        tuple(
            tuple(mapping_row(framework, term, mapping, link) for of, term, mapping in found if of is framework)
            for framework in frameworks
        ),
    )
