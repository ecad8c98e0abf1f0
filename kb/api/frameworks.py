"""The GraphQL types of frameworks, their terms and the mappings to drivers."""

from __future__ import annotations

from graphene import ID, Field, ObjectType, String

from kb import model
from kb.api import enums
from kb.api.connections import InterventionConnection, StudyConnection, many
from kb.api.entries import related
from kb.api.ordering import alphabetical, strongest_first
from kb.api.parts import FrameworkTerm, TermDriver, read_part
from kb.api.references import source_of
from kb.api.scalars import doc

# graphene has no types, so that every GraphQL type subclasses Any.


class Framework(ObjectType):
    """Another way to divide the field, with its crosswalk to the drivers."""

    slug = String(required=True, description="Its name in addresses and in the paths of its terms.")
    title = String(required=True, description=doc(model.Framework, "title"))
    summary = String(required=True, description=doc(model.Framework, "summary"))
    version = String(required=True, description=doc(model.Framework, "version"))
    path = String(required=True, description="Its page, relative to the site's root.")
    source = source_of(doc(model.Framework, "source"), required=False)
    terms = Field(
        many("kb.api.frameworks.Term"),
        description=doc(model.Framework, "terms"),
        resolver=lambda framework, _info: [FrameworkTerm(framework, term) for term in framework.terms],
    )


class Term(ObjectType):
    """A term of a framework."""

    class Meta:
        default_resolver = read_part

    id = ID(required=True, description="framework-slug/term-slug", resolver=lambda root, _info: root.path)
    slug = String(required=True, description=doc(model.Term, "slug"))
    label = String(required=True, description=doc(model.Term, "label"))
    framework = Field(
        Framework,
        required=True,
        description="The framework that it belongs to.",
        resolver=lambda root, _info: root.framework,
    )
    broader = Field(
        "kb.api.frameworks.Term",
        description=doc(model.Term, "broader"),
        resolver=lambda root, info: info.context.terms.get(f"{root.framework.slug}/{root.part.broader}"),
    )
    mappings = Field(
        many("kb.api.frameworks.TermMapping"),
        description=doc(model.Term, "mappings"),
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


class TermMapping(ObjectType):
    """
    The correspondence of a term to a driver, as a SKOS property from the term to the driver:
    exactMatch, closeMatch, broadMatch (the driver is broader), narrowMatch, relatedMatch.
    """

    class Meta:
        default_resolver = read_part

    term = Field(Term, required=True, description="The term.", resolver=lambda root, _info: root.term)
    driver = Field(
        "kb.api.drivers.Driver",
        required=True,
        description=doc(model.Mapping, "driver"),
        resolver=lambda root, info: info.context.knowledge.drivers[root.part.driver],
    )
    relation = String(
        required=True,
        description=doc(model.Mapping, "relation"),
        resolver=lambda root, _info: root.part.relation.value,
    )
    basis = Field(enums.ClaimBasis, required=True, description=doc(model.Mapping, "basis"))
    place = String(description=doc(model.Mapping, "place"))
