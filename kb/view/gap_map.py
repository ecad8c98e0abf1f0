"""Evidence gap maps: tables whose cells are circles, larger with more interventions and marked with their certainty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from kb.grading import words
from kb.model import Category, Certainty, Intervention
from kb.view import figures
from kb.view.parts import Link

SMALLEST, LARGEST = 9, 24
"""Radius of a circle in pixels: the least that holds a number, and that of the fullest cell."""


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


class MapEntry(NamedTuple):
    """An intervention of a cell."""

    link: Link
    """The intervention; the note says what the evidence is, with its certainty."""
    certainty: Certainty | None
    """Its certainty in this cell; None where it is not graded."""


class Answer(NamedTuple):
    """The interventions of a cell whose evidence says the same."""

    note: str
    """What it says, with its certainty."""
    links: tuple[Link, ...]


class Cell(NamedTuple):
    """Where a row meets a column."""

    id: str
    """Anchor of its list of entries."""
    column: str
    """The column's heading."""
    dot: Dot | None
    """The circle; None where there is nothing."""
    answers: tuple[Answer, ...]
    """Its interventions, the strongest first."""


class MapRow(NamedTuple):
    """A row of the map."""

    title: Link
    """What the row is about; no address where it has no page."""
    cells: tuple[Cell, ...]
    """A cell for each column."""
    total: int
    """How many different interventions the row holds."""


class MapGroup(NamedTuple):
    """Rows under one heading."""

    title: str
    rows: tuple[MapRow, ...]


class GapMap(NamedTuple):
    """A whole map."""

    name: str
    """Unique on the page, for anchors."""
    title: str
    """What it sets against what."""
    corner: str
    """What the rows are."""
    columns: tuple[Link, ...]
    """Headings of the columns; the note counts their interventions in the whole map."""
    groups: tuple[MapGroup, ...]


Contents = Callable[[str, Category], Sequence[tuple[Intervention, MapEntry]]]
"""The interventions of a cell, by the slug of its row and a category."""


def gap_map(
    name: str, title: str, corner: str, groups: Iterable[tuple[str, Sequence[tuple[str, Link]]]], contents: Contents
) -> GapMap:
    """A map with a column for each category of intervention; ``groups`` gives the slug and heading of each row."""
    listed = [(heading, rows) for heading, rows in groups if rows]
    found = {
        (slug, category): contents(slug, category) for _, rows in listed for slug, _ in rows for category in Category
    }
    most = max((_different(items) for items in found.values()), default=0)
    return GapMap(
        name=name,
        title=title,
        corner=corner,
        columns=tuple(
            Link(
                category.label,
                "",
                _counted(_different(i for key in found if key[1] is category for i in found[key])),
            )
            for category in Category
        ),
        groups=tuple(
            MapGroup(heading, tuple(_row(name, slug, link, found, most) for slug, link in rows))
            for heading, rows in listed
        ),
    )


def dot(count: int, level: Certainty | None, most: int, where: str = "") -> Dot:
    """The circle of a cell with ``count`` interventions, on a map whose fullest cell holds ``most``."""
    best = f"best {words.certainty(level)}" if level else "not graded"
    label = f"{where}: {_counted(count)}, {best}" if where else f"{_counted(count)}, {best}"
    return Dot(count, max(SMALLEST, round(LARGEST * sqrt(count / most))), int(level or 0), label)


def _row(
    name: str,
    slug: str,
    link: Link,
    found: dict[tuple[str, Category], Sequence[tuple[Intervention, MapEntry]]],
    most: int,
) -> MapRow:
    cells = []
    for category in Category:
        items = found[slug, category]
        best = max((entry.certainty for _, entry in items if entry.certainty), default=None)
        where = f"{link.title}, {category.label.lower()}"
        cells.append(
            Cell(
                id=f"{name}-{slug}-{category}",
                column=category.label,
                dot=dot(_different(items), best, most, where) if items else None,
                answers=_answers(tuple(entry for _, entry in items)),
            )
        )
    return MapRow(link, tuple(cells), _different(item for category in Category for item in found[slug, category]))


def _answers(found: tuple[MapEntry, ...]) -> tuple[Answer, ...]:
    """Links under their notes, in the order in which either comes first."""
    by_note: dict[str, dict[str, Link]] = {}
    for link, _ in found:
        # Two bodies of evidence of one intervention may say the same; the first stands for both.
        by_note.setdefault(link.note, {}).setdefault(link.title, Link(link.title, link.href))
    return tuple(Answer(note, tuple(links.values())) for note, links in by_note.items())


def _different(items: Iterable[tuple[Intervention, MapEntry]]) -> int:
    return len({intervention.slug for intervention, _ in items})


def _counted(count: int) -> str:
    return figures.count(count, "intervention")
