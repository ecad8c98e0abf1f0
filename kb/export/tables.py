"""The tables of the data, one a file: each column with its type and meaning, and which column names what of another.

A column means what the field of its name means. What a table shows in another form than the API is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from kb.model import (
    Benchmark,
    Certainty,
    DriverClaim,
    EffectMeasure,
    Entry,
    Instrument,
    InstrumentAccess,
    ReliabilityKind,
    Scale,
)
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.fields import (
    BodyView,
    ContributionView,
    FindingView,
    InstrumentView,
    InterventionView,
    ScreeningView,
    StudyView,
    SynthesisView,
    as_data,
    fields_of,
    syntheses,
)

NOT_GRADED = "not-graded"
"""What a cell says in place of a certainty where the evidence is not graded."""
Row = Mapping[str, Any]
"""Cells by the names of their columns; those that are left out are empty."""


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: Any
    """The type of a cell. The items of a list are separated by blanks."""
    meaning: str


class Reference(NamedTuple):
    """Columns whose cells are those of a row of another table, where they are not empty."""

    columns: tuple[str, ...]
    table: str
    named: tuple[str, ...]


class Table(NamedTuple):
    """A table, as a file with a header."""

    name: str
    """Of its file, without the ending."""
    holds: str
    """What it holds, in a sentence."""
    columns: tuple[Column, ...]
    rows: Callable[[Catalog], Iterable[Row]]
    key: tuple[str, ...] = ()
    """The columns that tell its rows apart; none where all of them together do."""
    refers: tuple[Reference, ...] = ()


def _columns(shown: Iterable[str], *kinds: type, **told: tuple[Any, str]) -> tuple[Column, ...]:
    """Columns by their names, each as the first kind of record that has such a field describes it, or as ``told``."""

    def column(name: str) -> Column:
        if name in told:
            return Column(name, *told[name])
        field = next(fields_of(kind)[name] for kind in kinds if name in fields_of(kind))
        return Column(name, field.type, field.meaning)

    return tuple(map(column, shown))


def _to(table: str, column: str, named: str = "slug") -> Reference:
    return Reference((column,), table, (named,))


_BODY = Reference(("intervention", "key"), "summary-of-findings", ("intervention", "key"))


def _by_slug(entries: Iterable[Entry]) -> list[Any]:
    return sorted(entries, key=lambda entry: entry.slug)


def _entries(view: type, entries: str) -> Callable[[Catalog], Iterator[Row]]:
    """A row for each entry of a kind."""
    return lambda catalog: (_cells(view(catalog, entry)) for entry in _by_slug(getattr(catalog.relations, entries)))


def _cells(value: Any) -> Row:
    """The fields of a view or record, each list as one cell."""
    data: Row = as_data(value)
    return {name: " ".join(map(str, cell)) if isinstance(cell, list) else cell for name, cell in data.items()}


def _interventions(catalog: Catalog) -> Iterator[Row]:
    for entry in _by_slug(catalog.relations.interventions):
        view = InterventionView(catalog, entry)
        marks = "; ".join(mark.text for mark in view.marks)
        yield {**_cells(view), "marks": marks, "certainty": as_data(view.certainty) or NOT_GRADED}


def _claims(catalog: Catalog) -> Iterator[Row]:
    for entry in _by_slug(catalog.relations.interventions):
        yield from ({"intervention": entry.slug, **as_data(claim)} for claim in entry.drivers)


def findings(catalog: Catalog) -> Iterator[FindingView]:
    """All findings, by study."""
    for study in _by_slug(catalog.relations.studies):
        yield from (FindingView(catalog, finding, study) for finding in study.findings)


def bodies(catalog: Catalog) -> Iterator[BodyView]:
    """All bodies of evidence, by intervention."""
    for entry in _by_slug(catalog.relations.interventions):
        yield from InterventionView(catalog, entry).evidence


def estimates(catalog: Catalog) -> Iterator[SynthesisView]:
    """All estimates, by body of evidence; that which is judged is the first of its body."""
    for body in bodies(catalog):
        yield from (SynthesisView(catalog, made, body.record) for made in syntheses(body.record))


def _body(body: BodyView) -> Row:
    """The row of a body in the table of the summary of findings; reasons are those of each step down or up."""
    steps = [f"{step.domain.label} {step.steps:+d}: {step.reason}" for step in body.adjustments]
    return {
        **(as_data(body.synthesis) if body.synthesis else {}),
        **as_data(body),
        "people": body.sample_size,
        "certainty": as_data(body.certainty) or NOT_GRADED,
        "reasons": "; ".join(steps) or body.not_graded_reason,
    }


def _contributions(catalog: Catalog) -> Iterator[Row]:
    for made in estimates(catalog):
        of = {name: getattr(made, name) for name in ("intervention", "key", "measure", "judged")}
        yield from ({**of, "synthesis": made.number, **as_data(part)} for part in made.contributions)


def _scales(catalog: Catalog) -> Iterator[Row]:
    """A row for each scale of an instrument; one without scales has one row."""
    for entry in _by_slug(catalog.relations.instruments):
        for scale in entry.scales or (None,):
            yield {**(_scale(scale) if scale else {}), **_instrument(InstrumentView(catalog, entry))}


def _instrument(view: InstrumentView) -> Row:
    entry: Instrument = view.record
    price = next(iter(entry.prices), None)
    return {
        **_cells(view),
        "instrument": entry.slug,
        "minutes": view.administration_minutes,
        "price": price.amount if price else None,
        "currency": price.currency if price else None,
        "price_for": price.per if price else None,
        "access": entry.terms.access if entry.terms else None,
        "languages": entry.languages.count if entry.languages else None,
        "not_found": " ".join(what for search in entry.not_found for what in search.what),
    }


def _scale(scale: Scale) -> Row:
    lowest = {
        kind: min((item.value for item in scale.reliability if item.kind is kind), default=None)
        for kind in ReliabilityKind
    }
    return {
        **as_data(scale),
        "scale": scale.slug,
        "scale_items": scale.item_count,
        "cutoffs": "; ".join(f"{cutoff.comparison} {cutoff.value}" for cutoff in scale.cutoffs),
        "mid": scale.mid.value if scale.mid else None,
        "internal_consistency": lowest[ReliabilityKind.INTERNAL_CONSISTENCY],
        "test_retest": lowest[ReliabilityKind.TEST_RETEST],
    }


def _benchmarks(catalog: Catalog) -> Iterator[Row]:
    for entry in _by_slug(catalog.relations.instruments):
        yield from ({"instrument": entry.slug, **as_data(item)} for item in entry.benchmarks)


_CERTAINTY = (Certainty | None, "How sure the evidence makes us; not-graded where it is not graded.")
_ABOUT_INSTRUMENT: Mapping[str, tuple[Any, str]] = {
    "minutes": (Decimal | None, "Minutes to fill in."),
    "price": (Decimal | None, "The first of its prices, in the currency beside it."),
    "currency": (str | None, "The currency of the price, by its code of ISO 4217."),
    "price_for": (str | None, "What the price is for."),
    "access": (InstrumentAccess | None, "On what terms it can be used."),
    "languages": (int | None, "In how many languages it can be had."),
    "not_found": (list[str], "What was looked for and not found."),
}
_NAMES_INTERVENTION = {"intervention": (str, "The intervention.")}
_NAMES_INSTRUMENT = {"instrument": (str, "The instrument.")}

TABLES: tuple[Table, ...] = (
    Table(
        "interventions",
        "Interventions, one a row, with verdict, certainty and drivers.",
        _columns(
            (
                *("slug", "title", "summary", "category", "level", "scope", "verdict", "verdict_label"),
                *("verdict_outcome", "certainty", "provisional", "marks", "statement", "drivers", "study_count"),
                *("waiting_studies", "reviewed"),
            ),
            InterventionView,
            certainty=_CERTAINTY,
            marks=(str, "What must be seen beside the verdict; marks are separated by semicolons."),
        ),
        _interventions,
        key=("slug",),
    ),
    Table(
        "claims",
        "Which driver each intervention addresses, who says so, and where.",
        _columns(
            ("intervention", "driver", "basis", "source", "place", "term", "finding"),
            DriverClaim,
            **_NAMES_INTERVENTION,
        ),
        _claims,
        refers=(_to("interventions", "intervention"),),
    ),
    Table(
        "findings",
        "Every result with its interval, unit, direction and place in the source.",
        _columns(
            (
                *("study", "slug", "outcome", "instrument", "scale", "comparison", "primary", "analysis"),
                *("weeks_after_end", "contrast", "timepoint", "subgroup", "measure", "estimate", "ci_low", "ci_high"),
                *("ci_level", "standard_error", "p", "unit", "n", "events", "total", "direction", "place", "derived"),
            ),
            FindingView,
        ),
        lambda catalog: map(as_data, findings(catalog)),
        key=("study", "slug"),
        refers=(_to("studies", "study"), _to("instruments", "instrument")),
    ),
    Table(
        "summary-of-findings",
        "Every body of evidence: studies, people, estimate, effect for 100 people, certainty.",
        _columns(
            (
                *("intervention", "key", "outcome", "comparator", "follow_up", "headline", "study_count", "people"),
                *("measure", "unit", "estimate", "ci_low", "ci_high", "i_squared", "size", "direction", "threshold"),
                *("per_hundred", "per_hundred_low", "per_hundred_high", "certainty", "provisional", "reasons"),
                "statement",
            ),
            BodyView,
            SynthesisView,
            people=(int | None, fields_of(BodyView)["sample_size"].meaning),
            measure=(EffectMeasure | None, fields_of(SynthesisView)["measure"].meaning),
            estimate=(float | None, "The estimate that is judged; empty where none can be made."),
            certainty=_CERTAINTY,
            reasons=(str | None, "The steps to the certainty, each with its reason; or why it is not graded."),
        ),
        lambda catalog: map(_body, bodies(catalog)),
        key=("intervention", "key"),
        refers=(_to("interventions", "intervention"),),
    ),
    Table(
        "syntheses",
        "Every estimate, also those that are not judged: interval, threshold, effect for 100 people.",
        _columns(
            (
                *("intervention", "key", "number", "judged", "studies", "participants", "measure", "unit"),
                *("higher_is_worse", "estimate", "ci_low", "ci_high", "interval", "prediction_low", "prediction_high"),
                *("i_squared", "tau", "size", "direction", "threshold_low", "threshold_high", "threshold_reason"),
                *("threshold_source", "threshold_place", "per_hundred", "per_hundred_low", "per_hundred_high"),
                "of_hundred",
            ),
            SynthesisView,
        ),
        lambda catalog: map(as_data, estimates(catalog)),
        key=("intervention", "key", "number"),
        refers=(_BODY,),
    ),
    Table(
        "contributions",
        "Every study in every estimate, with its weight and risk of bias; the weights of an estimate sum to 1.",
        _columns(
            (
                *("intervention", "key", "study", "finding", "measure", "estimate", "ci_low", "ci_high", "weight"),
                *("people", "risk_of_bias", "way", "synthesis", "judged"),
            ),
            ContributionView,
            SynthesisView,
            synthesis=(int, "The estimate of its body that it is a part of: its number in syntheses.csv."),
        ),
        _contributions,
        key=("intervention", "key", "synthesis", "finding"),
        refers=(
            Reference(("intervention", "key", "synthesis"), "syntheses", ("intervention", "key", "number")),
            _to("studies", "study"),
        ),
    ),
    Table(
        "studies",
        "Studies, one a row: design, people, place, what they test.",
        _columns(
            (
                *("slug", "title", "summary", "reference", "design", "reading_basis", "population", "setting"),
                *("country", "dates", "sample_size", "registration", "allocation", "interventions", "instruments"),
                *("drivers", "funding", "conflicts", "reviewed"),
            ),
            StudyView,
        ),
        _entries(StudyView, "studies"),
        key=("slug",),
    ),
    Table(
        "instruments",
        "Instruments, one a row: items, minutes, price, terms, drivers.",
        _columns(
            (
                *("slug", "title", "summary", "abbreviation", "constructs", "item_count", "minutes", "price"),
                *("currency", "price_for", "access", "languages", "licence", "drivers", "not_found", "reviewed"),
            ),
            InstrumentView,
            **_ABOUT_INSTRUMENT,
        ),
        lambda catalog: (
            _instrument(InstrumentView(catalog, entry)) for entry in _by_slug(catalog.relations.instruments)
        ),
        key=("slug",),
    ),
    Table(
        "scales",
        "Instruments, one row a scale: items, minutes, price, terms, lines, reliability.",
        _columns(
            (
                *("instrument", "title", "abbreviation", "constructs", "item_count", "minutes", "price", "currency"),
                *("price_for", "access", "languages", "scale", "label", "scale_items", "min", "max"),
                *("higher_is_worse", "cutoffs", "mid", "internal_consistency", "test_retest", "not_found", "reviewed"),
            ),
            InstrumentView,
            Scale,
            **_NAMES_INSTRUMENT,
            **_ABOUT_INSTRUMENT,
            scale=(str | None, "The scale; empty for an instrument without one."),
            label=(str | None, "The name of the scale."),
            scale_items=(int | None, "How many items the scale has."),
            higher_is_worse=(bool | None, "Whether a higher score is worse."),
            cutoffs=(str, "Scores that divide the scale, separated by semicolons."),
            mid=(Decimal | None, "The smallest difference that matters, in points of the scale."),
            internal_consistency=(Decimal | None, "The lowest coefficient of internal consistency that is known."),
            test_retest=(Decimal | None, "The lowest coefficient of a second test that is known."),
        ),
        _scales,
        refers=(_to("instruments", "instrument"),),
    ),
    Table(
        "benchmarks",
        "Results of others to compare with, by instrument and scale.",
        _columns(
            (
                *("instrument", "scale", "kind", "value", "counted", "sd", "n", "population", "people", "year"),
                *("source", "place"),
            ),
            Benchmark,
            **_NAMES_INSTRUMENT,
        ),
        _benchmarks,
        refers=(_to("instruments", "instrument"),),
    ),
    Table(
        "screening",
        "Works that were considered and are not entries, with the reason.",
        _columns(("reference", "decision", "reason", "kind", "interventions", "screened"), ScreeningView),
        lambda catalog: (_cells(ScreeningView(catalog, item)) for item in catalog.knowledge.screening),
        key=("reference",),
    ),
    Table(
        "changes",
        "What happened to entries and works, the last first: verdicts that moved, corrections, additions.",
        _columns(("date", "kind", "about", "text", "why", "entry", "reference", "bears_on"), moves.ChangeView),
        lambda catalog: (_cells(moves.ChangeView(catalog, event)) for event in moves.events(catalog)),
    ),
)
"""All tables, in the order in which they are listed."""
