"""The orders of lists, as sort keys that cursors can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from graphene import InputField, InputObjectType

from kb.api import enums
from kb.api.cursors import Key
from kb.grading import VERDICT_RANK, strength
from kb.model import FINDABLE, Assessment, Entry, Intervention, KnowledgeBase

# graphene has no types, so that every GraphQL type subclasses Any.

E = TypeVar("E")
Keyed = Callable[[E], Key]


class InterventionOrder(InputObjectType):
    """One criterion of an order; of several, the first decides, and ties fall to the next, then to strongest first.

    A second criterion for the same field has no effect.
    """

    field = InputField(enums.InterventionSort, required=True, description="What to order by.")
    direction = InputField(
        enums.SortDirection,
        default_value=enums.Directions.ASC,
        description="DESC of CERTAINTY and VERDICT is strongest first; ASC weakest first, with not graded the weakest.",
    )


Criterion = tuple[enums.InterventionSorts, enums.Directions]


def criteria(order_by: Sequence[Mapping[str, Any]] | None) -> tuple[Criterion, ...]:
    """What an orderBy argument asks for: the first criterion of each field; a direction of null is ASC."""
    order: dict[enums.InterventionSorts, enums.Directions] = {}
    for item in order_by or ():
        order.setdefault(item["field"], item.get("direction") or enums.Directions.ASC)
    return tuple(order.items())


def by_criteria(order: Sequence[Criterion], knowledge: KnowledgeBase) -> Keyed[Intervention]:
    """The sort key of interventions: the criteria, then strongest first, then the slug."""

    def key(item: Intervention) -> Key:
        assessment = knowledge.assessments[item.slug]
        asked = [
            value if direction is enums.Directions.ASC else _descending(value)
            for field, direction in order
            for value in (_VALUES[field](item, assessment),)
        ]
        return [*asked, *strength(item, assessment), item.slug]

    return key


_VALUES: dict[enums.InterventionSorts, Callable[[Intervention, Assessment], int | str]] = {
    enums.InterventionSorts.CERTAINTY: lambda _item, assessment: int(assessment.certainty or 0),
    enums.InterventionSorts.VERDICT: lambda _item, assessment: -VERDICT_RANK[assessment.verdict],
    enums.InterventionSorts.TITLE: lambda item, _assessment: item.title.casefold(),
    enums.InterventionSorts.STUDY_COUNT: lambda _item, assessment: assessment.study_count,
    enums.InterventionSorts.REVIEWED: lambda item, _assessment: item.reviewed.toordinal(),
}


def _descending(value: int | str) -> int | list[int]:
    """A value that sorts the other way round; a text becomes its negated letters, ended by something larger."""
    return -value if isinstance(value, int) else [*(-ord(letter) for letter in value), 1]


def by_title(entry: Entry) -> Key:
    """The sort key of every kind but interventions."""
    return [entry.title.casefold(), entry.slug]


def by_kind(knowledge: KnowledgeBase) -> Keyed[Entry]:
    """The sort key of lists of several kinds: kind by kind, each in its own order."""
    strongest = strongest_first(knowledge)

    def key(entry: Entry) -> Key:
        own = strongest(entry) if isinstance(entry, Intervention) else by_title(entry)
        return [FINDABLE.index(type(entry)), *own]

    return key


def strongest_first(knowledge: KnowledgeBase) -> Keyed[Intervention]:
    """The order of interventions unless asked otherwise: verdict, certainty, number of studies, title."""
    return by_criteria((), knowledge)


def alphabetical(_knowledge: KnowledgeBase) -> Keyed[Entry]:
    """The order of studies and instruments."""
    return by_title
