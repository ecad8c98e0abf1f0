"""Driver and framework: the words of the field, ours and those of others, and the crosswalk between them."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kb.model.entry import Entry
from kb.model.fields import Key, Record, Slug, Text
from kb.model.vocabulary import DriverKind, MappingBasis, Relation


class Driver(Entry):
    """A condition of work that raises or lowers burnout, or how burnout is felt."""

    kind = "driver"
    folder = "drivers"
    sections = ("What it is", "How it shows", "What studies found", "What addresses it")

    driver_kind: DriverKind = Field(alias="kind")
    """Whether it is a driver of burnout or a way it is felt: driver or manifestation."""
    scope_note: Text
    """What the word covers."""
    voice: Text | None = Field(default=None, max_length=60)
    """What a leader or clinician would say of it, in a sentence without a full stop."""


class TermMapping(Record):
    """The correspondence of a framework's term to a driver."""

    driver: Slug
    """The driver."""
    relation: Relation
    """A SKOS property from the term to the driver."""
    basis: MappingBasis
    """stated: a source says so; inferred: the curator's reading."""
    place: Text | None = None
    """Where in the source it is stated."""

    @model_validator(mode="after")
    def _stated_has_a_place(self) -> Self:
        if self.basis is MappingBasis.STATED and not self.place:
            raise PydanticCustomError("mapping", "needs a place, since its basis is stated")
        return self


class Term(Record):
    """A term of a framework."""

    slug: Slug
    """Unique within the framework."""
    label: Text
    """The term as the framework words it."""
    broader: Slug | None = None
    """The term above it, if terms have levels."""
    mappings: tuple[TermMapping, ...] = ()
    """The drivers it corresponds to."""


class Framework(Entry):
    """Another way to divide the field, with its crosswalk to the drivers."""

    kind = "framework"
    folder = "frameworks"

    version: Text
    """Version or year."""
    source: Key
    """The work that defines it."""
    terms: tuple[Term, ...]
    """Its terms, in its order."""

    def term(self, slug: str) -> Term | None:
        """The term with this slug."""
        return next((term for term in self.terms if term.slug == slug), None)
