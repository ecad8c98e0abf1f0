"""The fields that are filtered and counted: which values a filter lets pass, and what each is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kb.model import Certainty, Outcome, StudyDesign, Verdict
from kb.search.results import Facet, FacetValue, SearchFilter

FACETS = ("kind", "driver", "verdict", "outcome", "certainty", "design")
"""The fields that are filtered and counted."""


def wanted(filter: SearchFilter) -> dict[str, tuple[str, ...]]:
    """The values that a filter lets pass, by each field that it narrows; ``graded`` False narrows none."""
    given = {
        "kind": filter.kinds,
        "driver": filter.drivers,
        "verdict": filter.verdicts,
        "outcome": filter.outcomes,
        "design": filter.designs,
    }
    narrowed = {field: values for field, values in given.items() if values}
    if filter.min_certainty is not None or filter.certainties or filter.graded:
        least, exactly = filter.min_certainty or Certainty.VERY_LOW, filter.certainties or tuple(Certainty)
        narrowed["certainty"] = tuple(level.word for level in Certainty if level >= least and level in exactly)
    return narrowed


def facet(field: str, counts: Mapping[str, int], drivers: Mapping[str, str]) -> Facet:
    """The facet of a field from how many entries have each value; ``drivers`` are titles by slug."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Facet(field, tuple(FacetValue(value, label(field, value, drivers), count) for value, count in ordered))


def count(values: Iterable[Iterable[str]]) -> Counter[str]:
    """In how many entries each value is, from the values of each entry."""
    return Counter(value for of_entry in values for value in of_entry)


def label(field: str, value: str, drivers: Mapping[str, str]) -> str:
    """What a value of a field is called."""
    match field:
        case "driver":
            return drivers.get(value, value)
        case "verdict":
            return Verdict(value).label
        case "outcome":
            text = Outcome(value).label
            return text[0].upper() + text[1:]
        case "design":
            return StudyDesign(value).label
    return value.replace("-", " ").capitalize()
