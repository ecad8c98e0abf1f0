"""The comparison: every intervention in one table, strongest first, and the filters that narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode

from kb.grading import VERDICT_RANK, support_of
from kb.model import Assessment, Category, Certainty, Driver, Intervention, Level, Magnitude, Word
from kb.site.contexts.frame import Context
from kb.view.catalog import Catalog
from kb.view.evidence import FindingRow, finding_row, headline_statement
from kb.view.parts import Badge, Link, badge, href

NOT_KNOWN = "Not known"


class Figure(NamedTuple):
    """The one result behind a statement, with its meaning."""

    estimate: str
    """The figure with its unit, e.g. −0.79 points."""
    meaning: str
    """What kind of number it is, on which scale, which way is better, and how precise it is."""


class Graded(NamedTuple):
    """A value of an ordered vocabulary."""

    text: str
    order: str
    """Its place from low to high, to sort by; empty where not known."""


class Mark(NamedTuple):
    """What a filter looks at in a row."""

    name: str
    """The filter's name."""
    values: tuple[str, ...]
    """The row's values, as the address of a view spells them."""


class Row(NamedTuple):
    """One intervention."""

    link: Link
    badge: Badge
    """Verdict and certainty."""
    statement: str
    """What it does, as sure as the certainty allows."""
    figure: Figure | None
    """The result behind the statement, where it is graded and there is just one."""
    cost: Graded
    effort: Graded
    """What work it takes to start and keep."""
    level: Graded
    """On whom or what it acts."""
    category: str
    """What it changes."""
    drivers: tuple[str, ...]
    """The drivers it addresses, by title."""
    studies: int
    """How many studies support it."""
    marks: tuple[Mark, ...]
    """What the filters look at, one for each filter."""


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


@dataclass(frozen=True, kw_only=True)
class ComparePage(Context):
    """The comparison of all interventions."""

    template: ClassVar[str] = "compare"

    filters: tuple[Filter, ...]
    rows: tuple[Row, ...]
    """All published interventions, strongest first."""


def compare_page(catalog: Catalog) -> ComparePage:
    """The comparison of all published interventions."""
    listed = catalog.relations.interventions
    drivers = catalog.relations.drivers
    rows = tuple(_row(catalog, entry, drivers) for entry in listed)
    counts = Counter((mark.name, value) for row in rows for mark in row.marks for value in mark.values)
    counts["certainty", ""] = len(rows)
    certainties = {"": "Any, or not graded"} | {
        _certainty(level): level.label.capitalize() + (" or higher" if level < Certainty.HIGH else "")
        for level in Certainty
    }
    return ComparePage(
        title="Compare interventions",
        description="What can be done about clinician burnout, side by side: effect, certainty, cost and effort.",
        path="compare/",
        section="compare",
        filters=(
            _filter(counts, "driver", "Driver", {driver.slug: driver.title for driver in drivers}),
            _filter(counts, "verdict", "Verdict", {verdict.value: verdict.label for verdict in VERDICT_RANK}),
            _filter(counts, "certainty", "Certainty", certainties),
            _filter(counts, "cost", "Cost", _labels(Magnitude)),
            _filter(counts, "level", "Acts on", _labels(Level)),
            _filter(counts, "category", "Changes", _labels(sorted(Category))),
        ),
        rows=rows,
    )


def comparison(**chosen: Sequence[str]) -> str:
    """The address of the comparison with values chosen in its filters, e.g. ``driver=["workload"]``."""
    # The file is named, since a folder with a query would not open from files.
    return "/compare/index.html?" + urlencode(chosen, doseq=True)


def _row(catalog: Catalog, entry: Intervention, drivers: Iterable[Driver]) -> Row:
    assessment = catalog.knowledge.assessments[entry.slug]
    claimed = {claim.driver for claim in entry.drivers}
    addressed = tuple(driver for driver in drivers if driver.slug in claimed)
    return _made(entry, assessment, addressed, _finding(catalog, assessment))


def _made(entry: Intervention, assessment: Assessment, drivers: tuple[Driver, ...], finding: FindingRow | None) -> Row:
    return Row(
        link=Link(entry.title, href(entry)),
        badge=badge(assessment),
        statement=headline_statement(assessment),
        figure=_figure(finding) if finding else None,
        cost=_graded(entry.cost.level),
        effort=_graded(entry.effort.level),
        level=_graded(entry.level),
        category=entry.category.label,
        drivers=tuple(driver.title for driver in drivers),
        studies=assessment.study_count,
        marks=(
            Mark("driver", tuple(driver.slug for driver in drivers)),
            Mark("verdict", (assessment.verdict,)),
            # A row has every certainty that it reaches, so that a filter for the least one looks like any other.
            Mark("certainty", tuple(_certainty(level) for level in Certainty if level <= (assessment.certainty or 0))),
            Mark("cost", (entry.cost.level,)),
            Mark("level", (entry.level,)),
            Mark("category", (entry.category,)),
        ),
    )


def _finding(catalog: Catalog, assessment: Assessment) -> FindingRow | None:
    """The one finding behind the statement, where it is graded and has a figure."""
    body = support_of(assessment)
    if body is None or body.certainty is None or len(body.body.findings) != 1:
        return None
    found = catalog.evidence(body.body.findings[0])
    if found is None or found[1].estimate is None:
        return None
    return finding_row(catalog, *found)


def _figure(row: FindingRow) -> Figure:
    scale = row.measured_with.title if row.measured_with else ""
    parts = (row.measure, scale, row.scale, row.confidence or row.p, row.comparison.lower())
    return Figure(f"{row.estimate} {row.unit}".strip(), "; ".join(part for part in parts if part))


def _certainty(level: Certainty) -> str:
    return level.word


def _graded(value: Magnitude | Level) -> Graded:
    known = value is not Magnitude.UNKNOWN
    return Graded(_labels(type(value))[value], str(list(type(value)).index(value)) if known else "")


def _labels(values: Iterable[Word]) -> dict[str, str]:
    return {value.value: NOT_KNOWN if value is Magnitude.UNKNOWN else value.label for value in values}


def _filter(counts: Mapping[tuple[str, str], int], name: str, label: str, labels: Mapping[str, str]) -> Filter:
    """A filter with those choices that let any row pass, in the order of their labels given."""
    choices = (Choice(value, text, counts[name, value]) for value, text in labels.items() if counts[name, value])
    return Filter(name, label, "" in labels, tuple(choices))
