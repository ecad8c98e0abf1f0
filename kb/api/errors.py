"""What the API says when it refuses: errors with a permanent code and a hint, and nothing internal in them."""

from __future__ import annotations

import logging
from typing import Any

from graphql import GraphQLError

CODES: dict[str, str] = {
    "BAD_REQUEST": "The HTTP request is not a GraphQL request: its method, media type, JSON or operationName is wrong.",
    "BODY_TOO_LARGE": "The body of the HTTP request is too large; its status is 413.",
    "BATCH_NOT_ALLOWED": "The body is a list of requests; a request holds one query.",
    "SYNTAX_ERROR": "The document is not GraphQL.",
    "VALIDATION_ERROR": "The document does not fit the schema, e.g. it names an unknown field or is a mutation.",
    "BAD_ARGUMENT": "A variable or argument does not fit its type, or a list in it is too long.",
    "BAD_FIRST": "first is not a number from 1 to 100.",
    "BAD_CURSOR": "A cursor is malformed, or belongs to another list, filter or order.",
    "BAD_ID": "An id is not one that the API gave.",
    "UNKNOWN_SLUG": "A filter names a slug that does not exist.",
    "SEARCH_UNAVAILABLE": "No search engine can answer in full now; the HTTP status is 503.",
    "QUERY_TOO_LONG": "The document has too many characters.",
    "QUERY_TOO_LARGE": "The document has too many tokens.",
    "QUERY_TOO_DEEP": "The document nests its fields too deeply.",
    "QUERY_TOO_WIDE": "The document asks for too many fields, its fragments put in.",
    "TOO_MANY_ALIASES": "The document has too many aliases, its fragments put in.",
    "TOO_MANY_SEARCHES": "The document searches too often, its fragments put in.",
    "TOO_MANY_REPEATS": "The document asks for the same fields again too often.",
    "TOO_MANY_DIRECTIVES": "The document has too many directives.",
    "TOO_MANY_DEFINITIONS": "The document defines too many operations, fragments and variables.",
    "QUERY_TOO_COSTLY": "The query may give, or gives, a larger answer than the API gives at once.",
    "PERSISTED_QUERY_NOT_SUPPORTED": "The request has the hash of a query in place of the query.",
    "RATE_LIMITED": "Too many requests came from one address; wait as long as the header Retry-After says.",
    "INTERNAL": "Something failed on the server; it has been logged.",
}
"""Every code with its meaning. Codes are permanent."""

_log = logging.getLogger(__name__)
_CANNOT_SHOW = GraphQLError(
    "the server failed to answer this part of the query",
    extensions={"code": "INTERNAL", "hint": "try again; if it fails again, report the query"},
)


def fault(code: str, message: str, hint: str, **more: Any) -> GraphQLError:
    """An error to raise: one of CODES, what is wrong, how to mend it, and more facts for programs."""
    return GraphQLError(message, extensions={"code": code, "hint": hint, **more})


def unavailable(seconds: int) -> GraphQLError:
    """The error for a search that cannot be answered, and after how many seconds it is worth trying again."""
    hint = f"try again after {seconds} seconds, or list entries by filter"
    return GraphQLError(
        "search is not available now", extensions={"code": "SEARCH_UNAVAILABLE", "hint": hint, "retryAfter": seconds}
    )


def coded(error: GraphQLError, code: str, hint: str) -> GraphQLError:
    """The same error with a code and hint, unless it has its own."""
    if "code" not in (error.extensions or {}):
        error.extensions = {**(error.extensions or {}), "code": code, "hint": hint}
    return error


def presentable(error: GraphQLError) -> GraphQLError:
    """An error of execution as clients may see it: a user's fault with a code, anything else masked and logged."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return coded(error, "BAD_ARGUMENT", "compare the argument or variable with its type in the schema")
    _log.error("a resolver failed at %s", error.path, exc_info=cause)
    return GraphQLError(
        _CANNOT_SHOW.message, nodes=error.nodes, path=error.path, extensions=dict(_CANNOT_SHOW.extensions or {})
    )
