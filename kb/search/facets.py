"""Filters and facets: the values of entries by which results are narrowed and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from whoosh.query.compound import And, Or
from whoosh.query.qcore import Query
from whoosh.query.terms import Term

from kb.model import Certainty, Design, Verdict
from kb.search.results import Facet, FacetValue, SearchFilter

FIELDS = ("kind", "driver", "verdict", "certainty", "design")
"""The fields of the index that are filtered and counted."""

Values = Mapping[str, tuple[str, ...]]
"""The values that an entry has, by field."""


def allowed_values(filter: SearchFilter, known: Values) -> dict[str, tuple[str, ...]]:
    """The values that pass, by filtered field: those asked for that at least one entry has."""
    asked: dict[str, Iterable[str]] = {
        "kind": filter.kinds,
        "driver": filter.drivers,
        "verdict": filter.verdicts,
        "design": filter.designs,
    }
    if filter.min_certainty is not None:
        asked["certainty"] = [level.word for level in Certainty if level >= filter.min_certainty]
    sets = {field: {str(value) for value in values} for field, values in asked.items() if values}
    return {field: tuple(value for value in known[field] if value in values) for field, values in sets.items()}


def filter_query(passing: Mapping[str, tuple[str, ...]]) -> Query | None:
    """The Whoosh query of a filter; None if everything passes. Each field must have values."""
    fields = [Or([Term(field, value) for value in values]) for field, values in passing.items()]
    return And(fields) if fields else None


def count(entries: Iterable[Values], drivers: Mapping[str, str]) -> tuple[Facet, ...]:
    """How many of the entries have each value. ``drivers`` are the drivers' titles by slug."""
    found = list(entries)
    counters = {field: Counter(value for values in found for value in values[field]) for field in FIELDS}
    return tuple(
        Facet(
            field,
            tuple(
                FacetValue(value, _label(field, value, drivers), number)
                for value, number in sorted(counter.items(), key=lambda item: (-item[1], item[0]))
            ),
        )
        for field, counter in counters.items()
    )


def _label(field: str, value: str, drivers: Mapping[str, str]) -> str:
    if field == "driver":
        return drivers.get(value, value)
    if field == "verdict":
        return Verdict(value).label
    return Design(value).label if field == "design" else value.replace("-", " ").capitalize()
