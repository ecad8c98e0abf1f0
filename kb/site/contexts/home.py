"""The home page: from what people say is wrong to what can be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, NamedTuple

from kb.grading import VERDICT_RANK
from kb.model import Certainty, Driver, DriverKind, Entry, Verdict
from kb.site.contexts.compare import comparison
from kb.site.contexts.frame import Context
from kb.site.contexts.lists import Item, intervention_item
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import CertaintyMark, Link, certainty_mark, day, href

CHANGES = 6


class Cause(NamedTuple):
    """A driver or manifestation in the words of people."""

    driver: Link
    voice: str
    """What somebody would say; empty where nobody has put it into words."""
    compare: Link | None
    """The comparison of the interventions that address it; None where there is none."""
    strongest: Link | None
    """The strongest of them; the note is its verdict and certainty."""


@dataclass(frozen=True)
class Tally:
    """How many interventions have a verdict."""

    count: int
    """So many."""
    verdict: str
    """The verdict's value, for the style sheet."""
    compare: Link
    """The comparison of them; the title is the count with the verdict."""


class Meaning(NamedTuple):
    """A verdict and what it means."""

    text: str
    verdict: str
    """Its value, for the style sheet."""
    meaning: str
    """What it means."""


class Reviewed(NamedTuple):
    """The entries that were reviewed on one day."""

    day: str
    entries: tuple[Link, ...]
    """The first of them; the note is their kind."""
    more: str
    """How many there are beside them; empty where these are all."""


@dataclass(frozen=True, kw_only=True)
class HomePage(Context):
    """The home page: it starts from what wears people down."""

    template: ClassVar[str] = "home"

    tallies: tuple[Tally, ...]
    """The interventions by verdict, strongest first."""
    highest: str
    """The highest certainty among them, in words; empty where none is graded."""
    drivers: tuple[Cause, ...]
    """Conditions of work."""
    manifestations: tuple[Cause, ...]
    """How burnout is felt."""
    strongest: tuple[Item, ...]
    """The interventions with the strongest evidence."""
    verdicts: tuple[Meaning, ...]
    """What each verdict means, strongest first."""
    certainties: tuple[CertaintyMark, ...]
    """What each certainty means, highest first."""
    changes: tuple[Reviewed, ...]
    """The entries reviewed last, the latest day first."""
    counts: tuple[Link, ...]
    """How many entries of each kind, as links to their lists."""


def home_page(catalog: Catalog) -> HomePage:
    """The home page."""
    relations, assessments = catalog.relations, catalog.knowledge.assessments
    highest = max(filter(None, (assessments[item.slug].certainty for item in relations.interventions)), default=None)
    strongest = [item for item in relations.interventions if VERDICT_RANK[assessments[item.slug].verdict] <= 1]
    counts = (
        ("intervention", "interventions", len(relations.interventions)),
        ("study", "studies", len(relations.studies)),
        ("instrument", "instruments", len(relations.instruments)),
        ("framework", "frameworks", len(relations.frameworks)),
        ("reference", "references", len(catalog.knowledge.references)),
    )
    return HomePage(
        title="What is wearing people down?",
        description=(
            "What can be done about clinician burnout, by what drives it: interventions with their evidence, "
            "graded in the open, every figure with its source."
        ),
        path="",
        tallies=tuple(_tallies(assessments[item.slug].verdict for item in relations.interventions)),
        highest=highest.label if highest else "",
        drivers=_causes(catalog, DriverKind.DRIVER),
        manifestations=_causes(catalog, DriverKind.MANIFESTATION),
        strongest=tuple(intervention_item(catalog, item) for item in strongest[:5]),
        verdicts=tuple(Meaning(verdict.label, verdict, verdict.meaning) for verdict in VERDICT_RANK),
        certainties=tuple(certainty_mark(level) for level in (*sorted(Certainty, reverse=True), None)),
        changes=tuple(_changes(catalog)),
        counts=tuple(Link(figures.count(total, one, many), f"/{many}/") for one, many, total in counts),
    )


def _tallies(verdicts: Iterable[Verdict]) -> Iterator[Tally]:
    found = Counter(verdicts)
    for verdict in sorted(found, key=VERDICT_RANK.__getitem__):
        title = f"{found[verdict]} {verdict.label.lower()}"
        yield Tally(found[verdict], verdict, Link(title, comparison(verdict=[verdict])))


def _causes(catalog: Catalog, kind: DriverKind) -> tuple[Cause, ...]:
    return tuple(_cause(catalog, entry) for entry in catalog.relations.drivers if entry.driver_kind is kind)


def _cause(catalog: Catalog, entry: Driver) -> Cause:
    answers = catalog.relations.interventions_of_driver.get(entry.slug, ())
    number = figures.count(len(answers), "intervention")
    return Cause(
        driver=Link(entry.title, href(entry)),
        voice=entry.voice or "",
        compare=Link(f"Compare {number}", comparison(driver=[entry.slug])) if answers else None,
        strongest=next(iter(catalog.interventions(item.slug for item in answers[:1])), None),
    )


def _changes(catalog: Catalog) -> Iterator[Reviewed]:
    """The last entries to be reviewed, by day; those of one day kind by kind, interventions strongest first."""
    relations = catalog.relations
    entries: list[Entry] = [
        *relations.interventions, *relations.studies, *relations.instruments, *relations.drivers, *relations.frameworks,
    ]  # fmt: skip
    left = CHANGES
    for reviewed, group in groupby(sorted(entries, key=lambda e: e.reviewed, reverse=True), lambda e: e.reviewed):
        if not left:
            return
        found = tuple(group)
        some = found[:left]
        left -= len(some)
        more = len(found) - len(some)
        yield Reviewed(
            day(reviewed),
            tuple(Link(entry.title, href(entry), str(entry.kind).capitalize()) for entry in some),
            figures.count(more, "more entry", "more entries") if more else "",
        )
