"""What all entries share: the interfaces Node and Entry, grades, withdrawals, and lists of entries by relation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from graphene import ID, Boolean, Field, Interface, ObjectType, String

from kb import model
from kb.api import enums, ids
from kb.api.connections import Page, many, page, paged
from kb.api.cursors import Listing
from kb.api.ordering import Keyed
from kb.api.scalars import Date, doc
from kb.model import KnowledgeBase, Status
from kb.read.citations import cited_keys
from kb.read.retractions import marked_works

# graphene has no types, so that every GraphQL type subclasses Any.

E = TypeVar("E", bound=model.Entry)


class Node(Interface):
    """An object with an opaque, stable id."""

    id = ID(required=True, description="Opaque and stable; give it to node(id:).")


class Withdrawal(ObjectType):
    """Why and when an entry was withdrawn."""

    date = Field(Date, required=True, description=doc(model.Withdrawal, "date"))
    reason = String(required=True, description=doc(model.Withdrawal, "reason"))
    replaced_by = String(description="Slug of the entry of the same kind that takes its place.")


class Entry(Interface):
    """What every published page shares."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda entry, _info: ids.entry_id(entry),
    )
    slug = String(required=True, description="Its name in addresses and filters, unique in its kind.")
    kind = Field(
        enums.EntryKind,
        required=True,
        description="What kind of entry it is.",
        resolver=lambda entry, _info: enums.Kinds(entry.kind),
    )
    title = String(required=True, description=doc(model.Entry, "title"))
    summary = String(required=True, description=doc(model.Entry, "summary"))
    path = String(required=True, description="The page of this entry, relative to the site's root.")
    status = Field(
        enums.EntryStatus,
        required=True,
        description="Published, or withdrawn and kept as a tombstone.",
        resolver=lambda entry, _info: enums.Statuses(entry.status.value),
    )
    reviewed = Field(Date, required=True, description=doc(model.Entry, "reviewed"))
    stale = Boolean(
        required=True,
        description="True once the entry is past its review date.",
        resolver=lambda entry, info: entry.stale(info.context.knowledge.today),
    )
    html = String(
        required=True,
        description="The body as sanitized HTML, with its bibliography; links within the site begin with /.",
        resolver=lambda entry, info: info.context.pages.html(entry),
    )
    citations = Field(
        many("kb.api.references.Reference"),
        description="Works cited by the entry, in the order of its bibliography.",
        resolver=lambda entry, info: references(cited_keys(entry), info),
    )
    withdrawn = Field(Withdrawal, description="Why it was withdrawn; null where it was not.")
    formerly = Field(many(String), description="Slugs that it had before; it is still found by them.")
    marked_works = Field(
        many("kb.api.references.Reference"),
        description="Retracted or corrected works that it rests on: it cites them, or names their study as evidence.",
        resolver=lambda entry, info: marked_works(entry, info.context.knowledge),
    )


class Grade(ObjectType):
    """
    An evidence grade in the scheme that suits the kind of entry, with the reasons that produced it.
    Codes: GRADE HIGH, MODERATE, LOW, VERY_LOW, NOT_GRADED; OCEBM_2011 1 to 5 or NONE; COSMIN A, B, C, NOT_ASSESSED.
    """

    scheme = Field(enums.GradeScheme, required=True, description="The grading scheme.")
    code = String(required=True, description="The grade in the scheme's own code.")
    label = String(required=True, description="The grade in words.")
    rationale = String(required=True, description="The reasons that produced it.")


def references(keys: Iterable[str], info: Any) -> list[model.Reference]:
    """The works with these keys that are in the bibliography, in the same order."""
    known = info.context.knowledge.references
    return [known[key] for key in keys if key in known]


def listed(slugs: Iterable[str], entries: Mapping[str, E]) -> list[E]:
    """The entries with these slugs that lists show, each once, in the same order."""
    found = (entries.get(slug) for slug in dict.fromkeys(slugs))
    return [entry for entry in found if entry is not None and entry.status is Status.PUBLISHED]


def drivers_of(description: str, slugs: Callable[[Any], Iterable[str]] = lambda entry: entry.drivers) -> Field:
    """A field with the drivers that an entry names."""
    return Field(
        many("kb.api.drivers.Driver"),
        description=description,
        resolver=lambda entry, info: listed(slugs(entry), info.context.knowledge.drivers),
    )


def related(
    kind: Any,
    relation: str,
    order: Callable[[KnowledgeBase], Keyed[Any]],
    description: str,
    identity: Callable[[Any], str] = lambda entry: entry.slug,
) -> Field:
    """A paged field with what a relation of the context has for an object."""

    def resolve(root: Any, info: Any, first: int | None = None, after: str | None = None) -> Page:
        items = getattr(info.context.relations, relation).get(identity(root), ())
        return page(items, order(info.context.knowledge), Listing(relation, identity(root)), first, after)

    return paged(kind, resolve, description)
