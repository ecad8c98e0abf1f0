"""What all entries share: interfaces, grades, withdrawals, works, and lists of entries by relation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from graphene import ID, Boolean, Field, Interface, String

from kb import grading, model
from kb.api import enums
from kb.api.connections import EntryConnection, Keyed, Listing, Page, page, paged
from kb.api.context import entry_id
from kb.api.fields import FromRecord, described, field_of, many
from kb.api.filters import by_kind
from kb.model import KnowledgeBase, Status
from kb.read.citations import cited_keys
from kb.read.retractions import marked_works

# graphene has no types, so that every GraphQL type subclasses Any.

E = TypeVar("E", bound=model.Entry)


class Node(Interface):
    """An object with an opaque, stable id."""

    id = ID(required=True, description="Opaque and stable; give it to node(id:).")


class Withdrawal(FromRecord, record=model.Withdrawal):
    """Why and when an entry was withdrawn."""


class Entry(Interface):
    """What every published page shares."""

    id = ID(
        required=True,
        description="Opaque and stable; give it to node(id:).",
        resolver=lambda entry, _info: entry_id(entry),
    )
    slug = String(required=True, description="Its name in addresses and filters, unique in its kind.")
    kind = Field(
        enums.EntryKind,
        required=True,
        description="What kind of entry it is.",
        resolver=lambda entry, _info: enums.Kinds(entry.kind),
    )
    title = field_of(model.Entry, "title")
    summary = field_of(model.Entry, "summary")
    path = String(required=True, description="The page of this entry, relative to the site's root.")
    status = Field(
        enums.EntryStatus,
        required=True,
        description="Published, or withdrawn and kept as a tombstone.",
        resolver=lambda entry, _info: enums.Statuses(entry.status.value),
    )
    reviewed = field_of(model.Entry, "reviewed")
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
        many("kb.api.entries.Reference"),
        description="Works cited by the entry, in the order of its bibliography.",
        resolver=lambda entry, info: references(cited_keys(entry), info),
    )
    withdrawn = Field(Withdrawal, description="Why it was withdrawn; null where it was not.")
    formerly = Field(many(String), description="Slugs that it had before; it is still found by them.")
    marked_works = Field(
        many("kb.api.entries.Reference"),
        description="Retracted or corrected works that it rests on: it cites them, or names their study as evidence.",
        resolver=lambda entry, info: marked_works(entry, info.context.knowledge),
    )


class Grade(FromRecord, record=grading.Grade):
    """
    An evidence grade in the scheme that suits the kind of entry, with the reasons that produced it.
    Codes: GRADE HIGH, MODERATE, LOW, VERY_LOW, NOT_GRADED; OCEBM_2011 1 to 5 or NONE; COSMIN A, B, C, NOT_ASSESSED.
    """


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


class Notice(FromRecord, record=model.Notice, hidden={"url"}):
    """The notice by which a work was retracted or corrected."""

    link = String(description="Where it can be read; null where no address is known.")


class Reference(
    FromRecord,
    record=model.Reference,
    hidden={"type", "more_authors", "volume", "issue", "pages", "publisher", "listed", "note", "work"},
):
    """A work in the bibliography."""

    key = ID(required=True, description=described(model.Reference, "key"))
    authors = Field(
        many(String),
        description="Its authors, as given name and family name; a group by its name.",
        resolver=lambda reference, _info: [str(person) for person in reference.authors],
    )
    cited_by = related(
        EntryConnection,
        "cited_by",
        by_kind,
        "Entries that cite it, kind by kind: interventions strongest first, then instruments, studies and drivers.",
        identity=lambda reference: reference.key,
    )


def source_of(description: str, required: bool = True, name: str = "source") -> Field:
    """A field with the work of which a record has the key."""
    return Field(
        Reference,
        required=required,
        description=description,
        resolver=lambda record, info: info.context.knowledge.references.get(getattr(record, name)),
    )
