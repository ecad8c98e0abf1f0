"""Cursors: opaque places in an ordered list, which outlive changes of the content."""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property

from graphql import GraphQLError

from kb.api.errors import fault

Key = list[object]
"""A sort key that JSON can hold: numbers, texts and lists of them. It ends with the slug, so that no two are equal."""


@dataclass(frozen=True)
class Listing:
    """Which list a cursor belongs to: its field, what it was filtered by, and its order."""

    field: str
    filter: object = None
    order: object = None

    @cached_property
    def fingerprint(self) -> str:
        text = json.dumps([self.field, self.filter, self.order], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def encode(key: Key, listing: Listing) -> str:
    """The cursor of the place that ``key`` has in a list."""
    text = json.dumps([listing.fingerprint, key], separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, listing: Listing) -> Key:
    """The sort key that a cursor holds. Raises BAD_CURSOR where it is malformed or of another list."""
    try:
        fingerprint, key = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(key, list):
            raise TypeError
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise malformed() from None
    if fingerprint != listing.fingerprint:
        raise fault(
            "BAD_CURSOR",
            "this cursor belongs to another list, filter or order",
            "ask for the next page with the same filter and orderBy, or leave after out to start anew",
        )
    return key


def malformed() -> GraphQLError:
    """The error for what is no cursor of this API."""
    return fault(
        "BAD_CURSOR",
        "this is not a cursor of this API",
        "use endCursor or an edge's cursor as it is, or leave after out to start anew",
    )
