"""Pages: one way to cut any ordered list into connections, with their cursors, types and field.

Cursors are opaque places in an ordered list, which outlive changes of the content.
"""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from graphene import Argument, Boolean, Field, Int, List, NonNull, ObjectType, String
from graphql import GraphQLError

from kb.api.errors import fault
from kb.grading import strength
from kb.model import KINDS
from kb.view import moves
from kb.view.fields import FindingView, InterventionView, ReferenceView, ScreeningView, View

# graphene has no types, so that every GraphQL type subclasses Any.

MOST = 100
USUAL = 20
E = TypeVar("E")
Key = list[object]
"""A sort key that JSON can hold: numbers, texts and lists of them. It ends with the slug, so that no two are equal."""
Keyed = Callable[[E], Key]
"""What gives an object its sort key."""
Page = dict[str, Any]
"""What the fields of a connection show."""


def usual_order(view: View) -> Key:
    """The sort key of a list of one kind: interventions strongest first, works by key, findings by study, or titles."""
    match view:
        case InterventionView():
            assessment = view.catalog.knowledge.assessments[view.record.slug]
            return [*strength(view.record, assessment), view.record.slug]
        case ReferenceView() | ScreeningView():
            return [view.record.key]
        case FindingView():
            return [view.of.slug, view.record.id]
    return [view.record.title.casefold(), view.record.slug]


def last_first(event: moves.Event) -> Key:
    """The sort key of what happened: the last first, then by kind and name."""
    place = [-event.date.toordinal(), list(moves.ChangeKind).index(event.kind)]
    return [*place, event.about.title.casefold(), event.path, event.text]


def by_kind(view: View) -> Key:
    """The sort key of a list of several kinds: kind by kind, each in its own order."""
    return [KINDS.index(type(view.record)), *usual_order(view)]


def listing(field: str, filter: object = None, order: object = None) -> str:
    """The list that a cursor belongs to, in short: its field, what it is filtered by, and its order."""
    text = json.dumps([field, filter, order], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def encode_cursor(key: Key, of: str) -> str:
    """The cursor of the place that ``key`` has in a list."""
    text = json.dumps([of, key], separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, of: str) -> Key:
    """The sort key that a cursor holds. Raises BAD_CURSOR where it is malformed or of another list."""
    try:
        listed, key = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(key, list) or encode_cursor(key, listed) != cursor:  # spelled as no cursor of ours is
            raise TypeError
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise bad_cursor() from None
    if listed != of:
        raise foreign_cursor()
    return key


def foreign_cursor() -> GraphQLError:
    """The error for a cursor of something else than what is asked for."""
    return fault(
        "BAD_CURSOR",
        "this cursor belongs to another list, filter or order",
        "ask for the next page with the same filter and orderBy, or leave after out to start anew",
    )


def bad_cursor() -> GraphQLError:
    """The error for what is no cursor of this API."""
    return fault(
        "BAD_CURSOR",
        "this is not a cursor of this API",
        "use endCursor or an edge's cursor as it is, or leave after out to start anew",
    )


def size(first: int | None, usual: int = USUAL) -> int:
    """How many to show: what was asked for, the usual number where that is null. Raises BAD_FIRST outside 1 to 100."""
    if first is None:
        return usual
    if not 1 <= first <= MOST:
        raise fault(
            "BAD_FIRST", f"first must be a number from 1 to {MOST}, got {first}", f"ask for {usual}, say, then page on"
        )
    return first


def page(items: Sequence[Any], key: Keyed[Any], of: str, first: int | None = None, after: str | None = None) -> Page:
    """The page of ``items`` that begins strictly after a cursor, whether or not its object is still there.

    The items are in the order of ``key``; ``of`` is their `listing`.
    """
    count, start = size(first), 0
    if after is not None:
        place = decode_cursor(after, of)
        try:
            if not isinstance(place[-1], str):  # every key ends with a name
                raise TypeError
            start = bisect_right(items, place, key=key)
        except (TypeError, IndexError):  # the list is right, but the key is of another form
            raise bad_cursor() from None
    edges = [{"node": item, "cursor": encode_cursor(key(item), of)} for item in items[start : start + count]]
    return page_of(edges, len(items), has_next=start + count < len(items), has_previous=start > 0)


def page_of(edges: Sequence[dict[str, Any]], total: int, has_next: bool, has_previous: bool) -> Page:
    """The page of some edges, each with its node and cursor; ``total`` counts the whole list."""
    return {
        "total_count": total,
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "page_info": {
            "has_next_page": has_next,
            "has_previous_page": has_previous,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        },
    }


class PageInfo(ObjectType):
    """Where a page lies in its list."""

    has_next_page = Boolean(required=True, description="Whether anything follows this page.")
    has_previous_page = Boolean(required=True, description="Whether anything comes before this page.")
    start_cursor = String(description="The cursor of the first edge; null where the page is empty.")
    end_cursor = String(
        description="The cursor of the last edge, to be given as after for the next page; null where the page is empty."
    )


def many(kind: Any) -> Any:
    """A list that is never null, of things that are never null."""
    return NonNull(List(NonNull(kind)))


def connection(node: str, kind: Any) -> Any:
    """The connection type of a node type, given by its name and as a function; its edge type comes with it."""
    edge = {
        "__doc__": f"An object of type {node} with its place in the list.",
        "cursor": String(required=True, description="Opaque: its place in this list, filter and order."),
        "node": Field(NonNull(kind), description="The object itself."),
    }
    fields = {
        "__doc__": f"One page of a list of objects of type {node}.",
        "total_count": Int(required=True, description="How many there are on all pages together."),
        "page_info": Field(PageInfo, required=True, description="Where the page lies in the list."),
        "edges": Field(many(type(f"{node}Edge", (ObjectType,), edge)), description="The objects with their cursors."),
        "nodes": Field(many(kind), description="The objects alone."),
    }
    return type(f"{node}Connection", (ObjectType,), fields)


def paged(kind: Any, resolver: Callable[..., Page], description: str, usual: int = USUAL, **arguments: Any) -> Field:
    """A field that shows a connection, with first and after among its arguments."""
    return Field(
        kind,
        required=True,
        description=description,
        resolver=resolver,
        **arguments,
        first=Argument(
            Int, default_value=usual, description=f"How many to show, 1 to {MOST}; null means {usual}; else an error."
        ),
        after=Argument(String, description="Show what follows this cursor; null shows the beginning."),
    )
