"""The GraphQL type of drivers, and the field that lists interventions by filter and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphene import Argument, Field, List, NonNull, ObjectType, String

from kb import model
from kb.api import enums
from kb.api.connections import InstrumentConnection, InterventionConnection, Page, StudyConnection, many, page, paged
from kb.api.cursors import Listing
from kb.api.entries import Entry, Node, related
from kb.api.filters import InterventionFilter, choose_interventions, given
from kb.api.frameworks import TermMapping
from kb.api.ordering import InterventionOrder, alphabetical, by_criteria, criteria
from kb.api.parts import FrameworkTerm, TermDriver
from kb.api.scalars import doc

# graphene has no types, so that every GraphQL type subclasses Any.


def _interventions(
    driver: model.Driver | None,
    info: Any,
    filter: Mapping[str, Any] | None = None,
    order_by: Sequence[Mapping[str, Any]] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Page:
    context = info.context
    relations, slug = context.relations, driver.slug if driver else None
    asked, order = given(filter, context), criteria(order_by)
    everything = relations.interventions_of_driver.get(slug, ()) if slug else relations.interventions
    chosen = choose_interventions(everything, asked, context, slug)
    key = by_criteria(order, context.knowledge)
    if order:
        chosen.sort(key=key)
    return page(chosen, key, Listing(f"interventions {slug or ''}", asked, order), first, after)


def interventions_field(description: str) -> Field:
    """A field with all interventions, or those of the driver that it is a field of."""
    return paged(
        InterventionConnection,
        _interventions,
        description,
        filter=Argument(InterventionFilter, description="Which interventions to list; null lists all."),
        order_by=Argument(
            List(NonNull(InterventionOrder)),
            description="What to order by, the most important first; null or empty: strongest first.",
        ),
    )


class Driver(ObjectType):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    class Meta:
        interfaces = (Node, Entry)
        possible_types = (model.Driver,)

    driver_kind = Field(
        enums.DriverKind, required=True, description="Whether it is a driver of burnout or a way it is felt."
    )
    scope_note = String(required=True, description=doc(model.Driver, "scope_note"))
    voice = String(description=doc(model.Driver, "voice"))
    interventions = interventions_field(
        "Interventions with a claim for this driver. The filter's terms and claimBasis must hold of that same claim; "
        "drivers in the filter are further drivers. Order, first and after as in Query.interventions."
    )
    instruments = related(
        InstrumentConnection,
        "instruments_of_driver",
        alphabetical,
        "Instruments that measure it, in alphabetical order.",
    )
    studies = related(StudyConnection, "studies_of_driver", alphabetical, "Studies of it, in alphabetical order.")
    crosswalk = Field(
        many(TermMapping),
        description="Terms of other frameworks that correspond to this driver.",
        resolver=lambda driver, info: [
            TermDriver(FrameworkTerm(framework, term), mapping)
            for framework, term, mapping in info.context.relations.crosswalk_of_driver.get(driver.slug, ())
        ],
    )
