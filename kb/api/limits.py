"""What a document may ask for at most, checked before any of it is executed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, Lexer, Source, TokenKind, parse, validate
from graphql_server.exceptions import GraphQLValidationError

from kb.api.errors import coded, fault
from kb.api.sizes import Size, measure

MOST_CHARACTERS = 16_000
MOST_TOKENS = 1_500
MOST_LEVELS = 10
MOST_FIELDS = 250
MOST_ALIASES = 20
MOST_COST = 20_000
MOST_BRACKETS = 60
"""How deep brackets may nest before a document is parsed at all: more than any that fits the other limits needs."""
MOST_ERRORS = 20

_OPENING = (TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L)
_CLOSING = (TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R)


def admit(schema: GraphQLSchema, source: str, variables: Mapping[str, Any] | None = None) -> DocumentNode:
    """Parse and validate a document within the limits. Raises GraphQLValidationError with all that is wrong.

    The variables decide how many items its pages have, and so what it costs.
    """
    if len(source) > MOST_CHARACTERS:
        message = f"a document may have {MOST_CHARACTERS} characters at most, this one has {len(source)}"
        raise _refused("QUERY_TOO_LONG", message, "pass values as variables, or ask in several queries")
    try:
        document = _parsed(source)
        _bound(measure(schema, document, variables or {}))
        errors = validate(schema, document, max_errors=MOST_ERRORS)
    except RecursionError:
        raise _too_deep() from None
    if errors:
        raise GraphQLValidationError(
            [coded(e, "VALIDATION_ERROR", "compare the query with the schema") for e in errors]
        )
    return document


def _bound(size: Size) -> None:
    """Raise the first limit that a size exceeds."""
    if size.levels > MOST_LEVELS:
        raise _too_deep()
    if size.fields > MOST_FIELDS:
        message = f"a document may ask for {MOST_FIELDS} fields, its fragments put in, this one asks for more"
        raise _refused("QUERY_TOO_WIDE", message, "ask in several queries")
    if size.aliases > MOST_ALIASES:
        message = f"a document may have {MOST_ALIASES} aliases, its fragments put in, this one has {size.aliases}"
        raise _refused("TOO_MANY_ALIASES", message, "ask in several queries")
    if size.cost > MOST_COST:
        message = f"a query may cost {MOST_COST}, this one may cost {size.cost:.0f}"
        hint = "give a smaller first and page on, or ask for the inner objects in a second query"
        raise _refused("QUERY_TOO_COSTLY", message, hint)


def _too_deep() -> GraphQLValidationError:
    message = f"fields may nest {MOST_LEVELS} levels deep"
    return _refused("QUERY_TOO_DEEP", message, "ask for the inner objects in a second query")


def _parsed(source: str) -> DocumentNode:
    try:
        _check_brackets(source)
        return parse(source, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        if f"more than {MOST_TOKENS} tokens" in error.message:
            message = f"a document may have {MOST_TOKENS} tokens at most"
            raise _refused("QUERY_TOO_LARGE", message, "ask in several queries") from None
        hint = "mend the document at the place given"
        raise GraphQLValidationError([coded(error, "SYNTAX_ERROR", hint)]) from None


def _check_brackets(source: str) -> None:
    """Raise RecursionError where brackets nest too deep: the parser would recurse with them, this does not."""
    lexer, level = Lexer(Source(source)), 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        level += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if level > MOST_BRACKETS:
            raise RecursionError


def _refused(code: str, message: str, hint: str) -> GraphQLValidationError:
    return GraphQLValidationError([fault(code, message, hint)])
