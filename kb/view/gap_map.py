"""Evidence gap maps: tables whose cells are circles, larger with more interventions and marked with their certainty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from kb.grading import statements
from kb.model import Certainty, Driver, DriverKind, InterventionCategory, InterventionScope, Outcome, OutcomeGroup
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Link, body_anchor, href, outcome_label

SMALLEST, LARGEST = 9, 24
"""Radius of a circle in pixels: the least that holds a number, and that of the fullest cell."""
_KINDS = {DriverKind.DRIVER: "Conditions of work", DriverKind.MANIFESTATION: "How it is felt"}


@dataclass(frozen=True)
class Dot:
    """A circle of the map."""

    count: int
    """How many interventions it counts."""
    radius: int
    """Radius in pixels; the area grows with the count."""
    level: int
    """Best certainty among them, from 1, very low, to 4, high; 0 where none is graded."""
    label: str
    """The same in words."""


class Cell(NamedTuple):
    """Where a row meets a column."""

    id: str
    """Anchor of its list of entries."""
    category: InterventionCategory
    dot: Dot | None
    """The circle; None where there is nothing."""
    answers: Mapping[str, tuple[Link, ...]]
    """Its interventions, the strongest first, by what their evidence says, with its certainty."""


class MapRow(NamedTuple):
    """A row of the map."""

    title: Link
    """What the row is about; no address where it has no page."""
    cells: tuple[Cell, ...]
    """A cell for each column."""
    total: int
    """How many different interventions the row holds."""


class GapMap(NamedTuple):
    """A whole map."""

    name: str
    """Unique on the page, for anchors."""
    title: str
    """What it sets against what."""
    corner: str
    """What the rows are."""
    columns: tuple[tuple[InterventionCategory, int], ...]
    """Each category with the number of its interventions in the whole map."""
    groups: tuple[tuple[str, tuple[MapRow, ...]], ...]
    """Rows under headings."""


class _Item(NamedTuple):
    """An intervention in a cell."""

    slug: str
    link: Link
    """The note says what the evidence is, with its certainty."""
    certainty: Certainty | None


_Contents = Mapping[tuple[str, InterventionCategory], Sequence[_Item]]
"""The interventions of each cell, by the slug of its row and its category."""


def drivers_by_kind(catalog: Catalog) -> dict[str, list[Driver]]:
    """The published drivers under the headings of their kinds."""
    drivers = catalog.relations.drivers
    return {heading: [driver for driver in drivers if driver.driver_kind is kind] for kind, heading in _KINDS.items()}


def driver_map(catalog: Catalog) -> GapMap:
    """The interventions that address each driver, with their verdicts, which are not on the driver itself."""
    found: dict[tuple[str, InterventionCategory], list[_Item]] = defaultdict(list)
    for slug, interventions in catalog.relations.interventions_of_driver.items():
        for entry, link in zip(interventions, catalog.interventions(item.slug for item in interventions), strict=True):
            certainty = catalog.knowledge.assessments[entry.slug].certainty
            found[slug, entry.category].append(_Item(entry.slug, link, certainty))
    groups = [
        (heading, [(driver.slug, Link(driver.title, href(driver))) for driver in drivers])
        for heading, drivers in drivers_by_kind(catalog).items()
    ]
    return _map("driver", "Drivers of burnout, by what is changed", "Driver", groups, found)


def outcome_map(catalog: Catalog) -> GapMap:
    """The interventions with a body of evidence on each outcome, with what it lets one say."""
    found: dict[tuple[str, InterventionCategory], list[_Item]] = defaultdict(list)
    for entry in catalog.relations.interventions:
        for assessed in catalog.knowledge.assessments[entry.slug].bodies:
            note = f"{statements.statement(assessed)} {statements.certainty(assessed.certainty).capitalize()}."
            # The page of a class shows its bodies in the summary, and only some in detail.
            single = entry.scope is InterventionScope.SINGLE
            anchor = f"evidence-{body_anchor(assessed.key)}" if single else "section-summary"
            link = Link(entry.title, f"{href(entry)}#{anchor}", note)
            found[assessed.outcome, entry.category].append(_Item(entry.slug, link, assessed.certainty))
    groups = [
        (group.label, [(str(word), Link(outcome_label(word), "")) for word in Outcome if word.group is group])
        for group in OutcomeGroup
        if group is not OutcomeGroup.OTHER
    ]
    return _map("outcome", "Outcomes that were tested, by what is changed", "Outcome", groups, found)


def dot(count: int, level: Certainty | None, most: int, where: str = "") -> Dot:
    """The circle of a cell with ``count`` interventions, on a map whose fullest cell holds ``most``."""
    best = f"best {statements.certainty(level)}" if level else "not graded"
    label = f"{f'{where}: ' if where else ''}{figures.count(count, 'intervention')}, {best}"
    return Dot(count, max(SMALLEST, round(LARGEST * sqrt(count / most))), int(level or 0), label)


def _map(
    name: str, title: str, corner: str, groups: Iterable[tuple[str, Sequence[tuple[str, Link]]]], found: _Contents
) -> GapMap:
    listed = [(heading, rows) for heading, rows in groups if rows]
    shown = {
        (slug, category): found.get((slug, category), ())
        for _, rows in listed
        for slug, _ in rows
        for category in InterventionCategory
    }
    most = max(map(_different, shown.values()), default=0)
    columns = [
        (category, _different([item for key in shown if key[1] is category for item in shown[key]]))
        for category in InterventionCategory
    ]
    drawn = [(heading, tuple(_row(name, slug, link, shown, most) for slug, link in rows)) for heading, rows in listed]
    return GapMap(name, title, corner, tuple(columns), tuple(drawn))


def _row(name: str, slug: str, link: Link, found: _Contents, most: int) -> MapRow:
    cells = []
    for category in InterventionCategory:
        items = found[slug, category]
        best = max((item.certainty for item in items if item.certainty), default=None)
        where = f"{link.title}, {category.label.lower()}"
        # Two bodies of evidence of one intervention may say the same: the first is listed for both.
        answers: dict[str, dict[str, Link]] = {}
        for item in items:
            answers.setdefault(item.link.note, {}).setdefault(item.slug, item.link)
        cells.append(
            Cell(
                id=f"{name}-{slug}-{category}",
                category=category,
                dot=dot(_different(items), best, most, where) if items else None,
                answers={note: tuple(named.values()) for note, named in answers.items()},
            )
        )
    return MapRow(
        link, tuple(cells), _different([item for category in InterventionCategory for item in found[slug, category]])
    )


def _different(items: Iterable[_Item]) -> int:
    return len({item.slug for item in items})
