"""Tables for spreadsheets: interventions, claims, findings, bodies of evidence, estimates, instruments, screening.

A text that a spreadsheet would run as a formula has an apostrophe before its sign, as OWASP advises against CSV
injection; numbers are written as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kb.model import Instrument, ReliabilityKind, Scale
from kb.view.catalog import Catalog
from kb.view.fields import BodyView, FindingView, InterventionView, ScreeningView, as_data, fields_of

# A formula starts with one of these signs: at the start of a cell, past blanks and quotes, or after what another
# program may take for the end of a cell.
_FORMULA = re.compile(r"(^[\s\"'`]*|[;\t\n][\"']?)(?=[=+@\uff1d\uff0b\uff20\uff0d-])")
_NOT_GRADED = "not-graded"
_FIGURE = re.compile(r"[+-]?[0-9]*\.?[0-9]+%?")
_INTERVENTION = (
    *("slug", "title", "summary", "category", "level", "scope", "verdict", "verdict_label", "verdict_outcome"),
    *("certainty", "provisional", "marks", "drivers", "study_count", "waiting_studies", "reviewed"),
)
_CLAIM = ("intervention", "driver", "basis", "source", "place", "term", "finding")
_FINDING = (
    *("study", "slug", "outcome", "instrument", "scale", "comparison", "primary", "analysis", "weeks_after_end"),
    *("contrast", "timepoint", "subgroup", "measure", "estimate", "ci_low", "ci_high", "ci_level", "standard_error"),
    *("p", "unit", "n", "events", "total", "direction", "place", "derived"),
)
_BODY = (
    *("intervention", "key", "outcome", "comparator", "follow_up", "headline", "study_count", "people", "measure"),
    *("unit", "estimate", "ci_low", "ci_high", "i_squared", "size", "direction", "threshold", "per_hundred"),
    *("per_hundred_low", "per_hundred_high", "certainty", "provisional", "reasons", "statement"),
)
_PART = (
    *("intervention", "key", "study", "finding", "measure", "estimate", "ci_low", "ci_high", "weight", "people"),
    *("risk_of_bias", "way"),
)
_SCALE = (
    *("instrument", "title", "abbreviation", "constructs", "item_count", "minutes", "price", "currency", "price_for"),
    *("access", "languages", "scale", "label", "scale_items", "min", "max", "higher_is_worse", "cutoffs", "mid"),
    *("internal_consistency", "test_retest", "not_found", "reviewed"),
)
_BENCHMARK = (
    *("instrument", "scale", "kind", "value", "counted", "sd", "n", "population", "people", "year", "source", "place"),
)
_SCREENED = ("reference", "decision", "reason", "kind", "interventions", "screened")


def as_tables(catalog: Catalog) -> dict[str, str]:
    """The tables by the names of their files, each with a header; a cell is empty where nothing is known.

    ``summary-of-findings.csv`` has a row for each body of evidence, ``contributions.csv`` one for each study in the
    estimate of a body; ``scales.csv`` has one for each scale of an instrument.
    """
    relations = catalog.relations
    by_slug = sorted(relations.interventions, key=lambda entry: entry.slug)
    views = [InterventionView(catalog, entry) for entry in by_slug]
    instruments = sorted(relations.instruments, key=lambda entry: entry.slug)
    bodies = [body for view in views for body in view.evidence]
    findings = (
        as_data(FindingView(catalog, finding, study))
        for study in sorted(relations.studies, key=lambda entry: entry.slug)
        for finding in study.findings
    )
    return {
        "interventions.csv": _table(_INTERVENTION, map(_intervention, views)),
        "claims.csv": _table(
            _CLAIM, ({"intervention": e.slug, **as_data(claim)} for e in by_slug for claim in e.drivers)
        ),
        "findings.csv": _table(_FINDING, findings),
        "summary-of-findings.csv": _table(_BODY, map(_body, bodies)),
        "contributions.csv": _table(_PART, (row for body in bodies for row in _parts(body))),
        "scales.csv": _table(_SCALE, (row for entry in instruments for row in _scales(entry))),
        "benchmarks.csv": _table(
            _BENCHMARK, ({"instrument": e.slug, **as_data(item)} for e in instruments for item in e.benchmarks)
        ),
        "screening.csv": _table(_SCREENED, (_screened(ScreeningView(catalog, s)) for s in catalog.knowledge.screening)),
    }


def _intervention(view: InterventionView) -> dict[str, Any]:
    fields = {name: as_data(getattr(view, name)) for name in _INTERVENTION}
    return {
        **fields,
        "drivers": " ".join(view.drivers),
        "marks": "; ".join(mark.text for mark in view.marks),
        "certainty": fields["certainty"] or _NOT_GRADED,
    }


def _body(body: BodyView) -> dict[str, Any]:
    """The row of a body in the table of the summary of findings; reasons are those of each step down or up."""
    fields = {name: as_data(getattr(body, name)) for name in _BODY if name in fields_of(BodyView)}
    made = as_data(body.synthesis) if body.synthesis else {}
    steps = [f"{step.domain.label} {step.steps:+d}: {step.reason}" for step in body.adjustments]
    return {
        **{name: made.get(name) for name in _BODY},
        **fields,
        "people": body.sample_size,
        "certainty": fields["certainty"] or _NOT_GRADED,
        "reasons": "; ".join(steps) or body.not_graded_reason,
    }


def _parts(body: BodyView) -> Iterator[dict[str, Any]]:
    for made in (*([body.synthesis] if body.synthesis else ()), *body.other_syntheses):
        for part in made.contributions:
            yield {"intervention": body.intervention, "key": body.key, "measure": made.measure, **as_data(part)}


def _scales(entry: Instrument) -> Iterator[dict[str, Any]]:
    """A row for each scale of an instrument; one without scales has one row."""
    price = next(iter(entry.prices), None)
    about = {
        "instrument": entry.slug,
        "title": entry.title,
        "abbreviation": entry.abbreviation,
        "constructs": " ".join(entry.constructs),
        "item_count": entry.item_count,
        "minutes": entry.minutes.value if entry.minutes else None,
        "price": price.amount if price else None,
        "currency": price.currency if price else None,
        "price_for": price.per if price else None,
        "access": entry.terms.access if entry.terms else None,
        "languages": entry.languages.count if entry.languages else None,
        "not_found": " ".join(what for search in entry.not_found for what in search.what),
        "reviewed": entry.reviewed,
    }
    for scale in entry.scales or (None,):
        yield about | (_scale(scale) if scale else {})


def _scale(scale: Scale) -> dict[str, Any]:
    lowest = {
        kind: min((item.value for item in scale.reliability if item.kind is kind), default=None)
        for kind in ReliabilityKind
    }
    return {
        "scale": scale.slug,
        "label": scale.label,
        "scale_items": scale.item_count,
        "min": scale.min,
        "max": scale.max,
        "higher_is_worse": scale.higher_is_worse,
        "cutoffs": "; ".join(f"{cutoff.comparison} {cutoff.value}" for cutoff in scale.cutoffs),
        "mid": scale.mid.value if scale.mid else None,
        "internal_consistency": lowest[ReliabilityKind.INTERNAL_CONSISTENCY],
        "test_retest": lowest[ReliabilityKind.TEST_RETEST],
    }


def _screened(view: ScreeningView) -> dict[str, Any]:
    return {**as_data(view), "interventions": " ".join(view.interventions)}


def _table(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    return as_lines([columns, *([row.get(column) for column in columns] for row in rows)])


def as_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV in which no spreadsheet runs a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_inert, row) for row in rows)
    return file.getvalue()


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs; a text that is a number alone stays one."""
    if not isinstance(cell, str) or _FIGURE.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", cell)
