"""Negotiation: which of the two media types of GraphQL over HTTP a client wants."""

from __future__ import annotations

from kb.http import weights

STRICT = "application/graphql-response+json"
LEGACY = "application/json"


def media_type(accept: str) -> str:
    """The type that an Accept header prefers; a tie is the specification's own, where it is named.

    Where it is not, clients get JSON: those that say ``*/*``, or nothing, often know of nothing else.
    """
    given = weights(accept)
    legacy = next((given[name] for name in (LEGACY, "application/*", "*/*") if name in given), 0.0)
    strict = given.get(STRICT, 0.0)
    return STRICT if strict and strict >= legacy else LEGACY
