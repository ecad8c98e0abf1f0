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
from kb.site import figures
from kb.site.charts.gap_map import Dot, GapMap, MapEntry, dot, gap_map
from kb.site.contexts.drivers import MappingRow
from kb.site.contexts.frame import Context, Link
from kb.site.material import Material, href

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
    """The driver."""
    cells: tuple[tuple[MappingRow, ...], ...]
    """For each framework, its terms that correspond to the driver."""


class CrosswalkGroup(NamedTuple):
    """Drivers of one kind."""

    title: str
    """The heading."""
    rows: tuple[CrosswalkRow, ...]
    """The drivers."""


class Unmapped(NamedTuple):
    """Terms of a framework that correspond to no driver."""

    framework: Link
    """The framework."""
    terms: tuple[Link, ...]
    """Those terms."""


@dataclass(frozen=True, kw_only=True)
class CrosswalkPage(Context):
    """All terms of all frameworks against the drivers."""

    template: ClassVar[str] = "crosswalk"

    frameworks: tuple[Link, ...]
    """The frameworks with a term that corresponds to a driver; the note counts those terms."""
    groups: tuple[CrosswalkGroup, ...]
    """The drivers."""
    unmapped: tuple[Unmapped, ...]
    """Terms without a driver, by framework."""


def gap_map_page(material: Material) -> GapMapPage:
    """The evidence map: drivers, then outcomes, against categories of intervention."""
    drivers = _by_driver(material)
    return GapMapPage(
        title="Evidence map",
        description="What has been tried against burnout and how sure its evidence is, and where there is none.",
        path="gap-map/",
        section="gap-map",
        maps=(drivers, _by_outcome(material)),
        levels=tuple(dot(1, level, 3) for level in (*sorted(Certainty, reverse=True), None)),
        summary=_summary(drivers),
    )


def crosswalk_page(material: Material) -> CrosswalkPage:
    """The crosswalk: drivers as rows, frameworks as columns."""
    frameworks = material.relations.frameworks
    mapped = [f for f in frameworks if any(material.named(Driver, [m.driver]) for t in f.terms for m in t.mappings)]
    return CrosswalkPage(
        title="Crosswalk",
        description="How the terms of other frameworks correspond to the drivers used here.",
        path="crosswalk/",
        section="frameworks",
        frameworks=tuple(Link(f.title, href(f), _mapped(f)) for f in mapped),
        groups=tuple(
            CrosswalkGroup(title, tuple(_crosswalk_row(material, d, mapped) for d in _drivers(material, kind)))
            for kind, title in KINDS
            if _drivers(material, kind)
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


def _drivers(material: Material, kind: DriverKind) -> list[Driver]:
    return [driver for driver in material.relations.drivers if driver.driver_kind is kind]


def _by_driver(material: Material) -> GapMap:
    relations, assessments = material.relations, material.knowledge.assessments

    def contents(slug: str, category: Category) -> list[tuple[Intervention, MapEntry]]:
        found = relations.interventions_of_driver.get(slug, ())
        return [(item, _claiming(item, assessments[item.slug])) for item in found if item.category is category]

    groups = [(title, [(d.slug, Link(d.title, href(d))) for d in _drivers(material, kind)]) for kind, title in KINDS]
    return gap_map("driver", "What drives burnout, against what can be changed", "Driver", groups, contents)


def _by_outcome(material: Material) -> GapMap:
    bodies: dict[tuple[str, Category], list[tuple[Intervention, BodyAssessment]]] = defaultdict(list)
    for item in material.relations.interventions:
        for assessed in material.knowledge.assessments[item.slug].bodies:
            bodies[assessed.body.outcome, item.category].append((item, assessed))

    def contents(slug: str, category: Category) -> list[tuple[Intervention, MapEntry]]:
        return [(item, _tested(item, assessed)) for item, assessed in bodies[slug, category]]

    groups = [
        (
            words.OUTCOME_GROUP[group],
            [(word, Link(_capital(word.label), "")) for word in Outcome if word.group is group],
        )
        for group in OutcomeGroup
        if group is not OutcomeGroup.OTHER
    ]
    return gap_map("outcome", "Outcomes, tested or proposed, against what can be changed", "Outcome", groups, contents)


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
        f"Of the {len(cells)} cells, a driver by a kind of change each, {levels[True]} hold evidence on burnout or "
        f"well-being that could be graded, {levels[False]} hold only proposals, reports without figures or results on "
        f"other outcomes, and {levels[None]} hold nothing."
    )


def _crosswalk_row(material: Material, driver: Driver, frameworks: list[Framework]) -> CrosswalkRow:
    link = Link(driver.title, href(driver))
    found = material.relations.crosswalk_of_driver.get(driver.slug, ())
    return CrosswalkRow(
        link,
        tuple(
            tuple(
                MappingRow(
                    Link(term.label, f"{href(framework)}#term-{term.slug}"),
                    words.RELATION[mapping.relation],
                    link,
                    words.BASIS[mapping.basis],
                    mapping.place or "",
                )
                for of, term, mapping in found
                if of is framework
            )
            for framework in frameworks
        ),
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
