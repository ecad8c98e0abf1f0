"""The GraphQL type of a work in the bibliography."""

from __future__ import annotations

from graphene import ID, Field, Int, ObjectType, String

from kb import model
from kb.api import enums
from kb.api.connections import EntryConnection, many
from kb.api.entries import related
from kb.api.ordering import by_kind
from kb.api.scalars import Date, doc

# graphene has no types, so that every GraphQL type subclasses Any.


class Notice(ObjectType):
    """The notice by which a work was retracted or corrected."""

    date = Field(Date, required=True, description=doc(model.Notice, "date"))
    doi = String(description=doc(model.Notice, "doi"))
    link = String(description="Where it can be read; null where no address is known.")


class Reference(ObjectType):
    """A work in the bibliography."""

    key = ID(required=True, description="Its key in the bibliography, as citations name it.")
    text = String(required=True, description="The citation in AMA style, as plain text.")
    html = String(required=True, description="The citation in AMA style, as HTML with its link.")
    authors = Field(
        many(String),
        description="Its authors, as given name and family name; a group by its name.",
        resolver=lambda reference, _info: [str(person) for person in reference.authors],
    )
    title = String(required=True, description="Its title.")
    year = Int(description="Year of publication.")
    container = String(description=doc(model.Reference, "container"))
    doi = String(description=doc(model.Reference, "doi"))
    url = String(description="Its address, where the record has one.")
    verified = Field(enums.Verification, required=True, description="How the record was confirmed.")
    verified_at = String(description=doc(model.Reference, "verified_at"))
    retracted = Field(Notice, description="The notice of its retraction; null where it stands.")
    corrected = Field(Notice, description="The notice of its last correction; null where there was none.")
    cited_by = related(
        EntryConnection,
        "cited_by",
        by_kind,
        "Entries that cite it, kind by kind: interventions strongest first, then instruments, studies and drivers.",
        identity=lambda reference: reference.key,
    )


def source_of(description: str, required: bool = True) -> Field:
    """A field with the work that a record names as its source."""
    return Field(
        Reference,
        required=required,
        description=description,
        resolver=lambda record, info: info.context.knowledge.references.get(record.source),
    )
