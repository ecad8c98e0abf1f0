"""The GraphQL types of drivers, of frameworks with their terms, and of the mappings between them.

Also the field that lists interventions by filter and order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphene import ID, Argument, Field, List, NonNull, String

from kb import model
from kb.api.connections import (
    InstrumentConnection,
    InterventionConnection,
    Listing,
    Page,
    StudyConnection,
    page,
    paged,
)
from kb.api.context import FrameworkTerm, TermDriver, read_part
from kb.api.entries import Entry, Node, related, source_of
from kb.api.fields import FromRecord, described, field_of, many
from kb.api.filters import (
    InterventionFilter,
    InterventionOrder,
    alphabetical,
    by_criteria,
    choose_interventions,
    criteria,
    given,
    strongest_first,
)

# graphene has no types, so that every GraphQL type subclasses Any.


class Framework(FromRecord, record=model.Framework):
    """Another way to divide the field, with its crosswalk to the drivers."""

    slug = String(required=True, description="Its name in addresses and in the paths of its terms.")
    title = field_of(model.Framework, "title")
    summary = field_of(model.Framework, "summary")
    path = String(required=True, description="Its page, relative to the site's root.")
    source = source_of(described(model.Framework, "source"), required=False)
    terms = Field(
        many("kb.api.drivers.Term"),
        description=described(model.Framework, "terms"),
        resolver=lambda framework, _info: [FrameworkTerm(framework, term) for term in framework.terms],
    )


class Term(FromRecord, record=model.Term, default_resolver=read_part):
    """A term of a framework."""

    id = ID(required=True, description="framework-slug/term-slug", resolver=lambda root, _info: root.path)
    framework = Field(
        Framework,
        required=True,
        description="The framework that it belongs to.",
        resolver=lambda root, _info: root.framework,
    )
    broader = Field(
        "kb.api.drivers.Term",
        description=described(model.Term, "broader"),
        resolver=lambda root, info: info.context.terms.get(f"{root.framework.slug}/{root.part.broader}"),
    )
    mappings = Field(
        many("kb.api.drivers.TermMapping"),
        description=described(model.Term, "mappings"),
        resolver=lambda root, info: [
            TermDriver(root, mapping)
            for mapping in root.part.mappings
            if mapping.driver in info.context.knowledge.drivers
        ],
    )
    interventions = related(
        InterventionConnection,
        "interventions_of_term",
        strongest_first,
        "Interventions with a driver claim made in this term, strongest evidence first.",
        identity=lambda root: root.path,
    )
    studies = related(
        StudyConnection,
        "studies_of_term",
        alphabetical,
        "Studies that a library classifies under this term, in alphabetical order.",
        identity=lambda root: root.path,
    )


class TermMapping(FromRecord, record=model.Mapping, default_resolver=read_part):
    """
    The correspondence of a term to a driver, as a SKOS property from the term to the driver:
    exactMatch, closeMatch, broadMatch (the driver is broader), narrowMatch, relatedMatch.
    """

    term = Field(Term, required=True, description="The term.", resolver=lambda root, _info: root.term)
    driver = Field(
        "kb.api.drivers.Driver",
        required=True,
        description=described(model.Mapping, "driver"),
        resolver=lambda root, info: info.context.knowledge.drivers[root.part.driver],
    )


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


class Driver(FromRecord, record=model.Driver, interfaces=(Node, Entry), possible_types=(model.Driver,)):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

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
