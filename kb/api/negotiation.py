"""Negotiation: which of the two media types of GraphQL over HTTP a client wants."""

from __future__ import annotations

import re

STRICT = "application/graphql-response+json"
LEGACY = "application/json"
_WEIGHT = re.compile(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def media_type(accept: str) -> str:
    """The type that an Accept header prefers; a tie is the specification's own, where it is named.

    Where it is not, clients get JSON: those that say ``*/*``, or nothing, often know of nothing else.
    """
    weights = dict(map(_weighed, accept.split(",")))
    legacy = next((weights[name] for name in (LEGACY, "application/*", "*/*") if name in weights), 0.0)
    strict = weights.get(STRICT, 0.0)
    return STRICT if strict and strict >= legacy else LEGACY


def _weighed(item: str) -> tuple[str, float]:
    """A media range with its weight (RFC 9110, section 12.4.2)."""
    name, _, parameters = item.partition(";")
    weight = _WEIGHT.search(f";{parameters}")
    return name.strip().lower(), float(weight[1]) if weight else 1.0
