"""What a document may ask for at most, checked before any of it is executed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Lexer,
    OperationDefinitionNode,
    Source,
    Token,
    TokenKind,
    specified_rules,
    validate,
)
from graphql.language.parser import Parser
from graphql.validation import (
    ASTValidationRule,
    NoUndefinedVariablesRule,
    NoUnusedVariablesRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api.caches import Cache
from kb.api.errors import coded, fault
from kb.api.sizes import Size, measure, page_sizes, repeats


@dataclass(frozen=True)
class Limits:
    """The most that a request may have of each, and an answer of values."""

    body: int = 100_000
    """Bytes of the body of a POST."""
    batch: int = 1
    """Queries in a request."""
    characters: int = 16_000
    tokens: int = 500
    definitions: int = 20
    """Operations, fragments and variables together."""
    directives: int = 20
    depth: int = 10
    fields: int = 250
    """Fields of all operations, their fragments put in."""
    aliases: int = 20
    repeats: int = 40
    """How often fields are asked for again under the same name, which validation must compare with each other."""
    searches: int = 2
    """Searches of an operation, its fragments put in: each costs as much as most other queries as a whole."""
    variables: int = 2_000
    """Values in the variables, those in lists and objects counted each."""
    cost: int = 20_000
    """What the query may cost as estimated before it is executed."""
    values: int = 8_500
    """What the answer may cost: its fields and items, as often as they are there."""

    @property
    def header(self) -> str:
        """All of them, as a dictionary of RFC 9651: ``body=100000, batch=1, ...``"""
        return ", ".join(f"{name}={number}" for name, number in asdict(self).items())


LIMITS = Limits()
MOST_BRACKETS = 60
"""How deep brackets may nest before a document is parsed at all: more than any that fits the other limits needs."""
MOST_ERRORS = 5
_OF_VARIABLES = (
    NoUndefinedVariablesRule,
    NoUnusedVariablesRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
)
"""The rules that search all of a document for variables, once more each: a third of validating it."""
_WITHOUT_VARIABLES = tuple(rule for rule in specified_rules if rule not in _OF_VARIABLES)
_OPENING = (TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L)
_CLOSING = (TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R)

_documents: Cache[str, DocumentNode] = Cache(entries=1_000, weight=250_000)
"""Documents that fit the schema by their text; they weigh as many characters, of which each takes about 100 bytes."""
_sizes: Cache[tuple[str, tuple[tuple[str, int | None], ...]], Size] = Cache(entries=2_000, weight=1_000_000)
"""Sizes of these by text and by what the variables say of the sizes of pages."""


def admit(schema: GraphQLSchema, source: str, variables: Mapping[str, Any] | None = None) -> DocumentNode:
    """Parse and validate a document within the limits. Raises GraphQLValidationError with all that is wrong.

    The variables decide how many items its pages have, and so what it costs.
    """
    return admitted(schema, source, variables)[0]


def admitted(
    schema: GraphQLSchema, source: str, variables: Mapping[str, Any] | None = None
) -> tuple[DocumentNode, float]:
    """The same, with what the document costs."""
    if len(source) > LIMITS.characters:
        message = f"a document may have {LIMITS.characters} characters at most, this one has {len(source)}"
        raise _refused("QUERY_TOO_LONG", message, "pass values as variables, or ask in several queries")
    try:
        known = _documents.get(source)
        document = known or _parsed(source)
        key = (source, page_sizes(document, variables or {}))
        size = _sizes.get(key)
        if size is None:
            size = measure(schema, document, dict(key[1]))
            _bound(size)
            if known is None:
                _compare(document)
                _validate(schema, document, specified_rules if "$" in source else _WITHOUT_VARIABLES)
                _documents.put(source, document, len(source))
            _sizes.put(key, size, len(source))
    except RecursionError:
        raise _too_deep() from None
    return document, size.cost


def forget() -> None:
    """Forget all documents, to measure."""
    _documents.clear()
    _sizes.clear()


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that hold too much, or are too deep; reading them would take longer than the query does."""
    count, level = 0, [*variables.values()]
    for _ in range(MOST_BRACKETS):
        count += len(level)
        if count > LIMITS.variables:
            message = f"variables may hold {LIMITS.variables} values, these hold more"
            raise _refused("BAD_ARGUMENT", message, "give shorter lists, or ask in several queries")
        inner = [
            value.values() if isinstance(value, dict) else value for value in level if isinstance(value, dict | list)
        ]
        level = [*chain.from_iterable(inner)]
        if not level:
            return
    raise _refused("BAD_ARGUMENT", f"variables may nest {MOST_BRACKETS} levels deep", "give simpler values")


def _bound(size: Size) -> None:
    """Raise the first limit that a size exceeds."""
    if size.levels > LIMITS.depth:
        raise _too_deep()
    if size.fields > LIMITS.fields:
        message = f"a document may ask for {LIMITS.fields} fields, its fragments put in, this one asks for more"
        raise _refused("QUERY_TOO_WIDE", message, "ask in several queries")
    if size.aliases > LIMITS.aliases:
        message = f"a document may have {LIMITS.aliases} aliases, its fragments put in, this one has {size.aliases}"
        raise _refused("TOO_MANY_ALIASES", message, "ask in several queries")
    if size.searches > LIMITS.searches:
        message = f"a query may search {LIMITS.searches} times, this one does so {size.searches} times"
        raise _refused("TOO_MANY_SEARCHES", message, "ask for each search in a query of its own")
    if size.cost > LIMITS.cost:
        message = f"a query may cost {LIMITS.cost}, this one may cost {size.cost:.0f}"
        hint = "give a smaller first and page on, or ask for the inner objects in a second query"
        raise _refused("QUERY_TOO_COSTLY", message, hint)


def _compare(document: DocumentNode) -> None:
    if repeats(document, LIMITS.repeats) > LIMITS.repeats:
        message = f"a document may ask {LIMITS.repeats} times for a field again, this one does so more often"
        raise _refused("TOO_MANY_REPEATS", message, "ask for each field once")


def _validate(schema: GraphQLSchema, document: DocumentNode, rules: Collection[type[ASTValidationRule]]) -> None:
    if errors := validate(schema, document, rules, max_errors=MOST_ERRORS):
        hint = "compare the query with the schema"
        raise GraphQLValidationError([coded(error, "VALIDATION_ERROR", hint) for error in errors])


def _too_deep() -> GraphQLValidationError:
    message = f"fields may nest {LIMITS.depth} levels deep"
    return _refused("QUERY_TOO_DEEP", message, "ask for the inner objects in a second query")


def too_many_values() -> GraphQLValidationError:
    """The refusal of a query of which only execution shows how much it asks for."""
    message = f"an answer may cost {LIMITS.values}, one for each field and item, and this one would cost more"
    return _refused("QUERY_TOO_COSTLY", message, "give a smaller first, or ask for the inner objects in a second query")


def _parsed(source: str) -> DocumentNode:
    try:
        document = Parser(source, lexer=_Counting(Source(source))).parse_document()
    except GraphQLError as error:
        if isinstance(error, GraphQLValidationError):
            raise
        hint = "mend the document at the place given"
        raise GraphQLValidationError([coded(error, "SYNTAX_ERROR", hint)]) from None
    variables = (d.variable_definitions for d in document.definitions if isinstance(d, OperationDefinitionNode))
    if (count := len(document.definitions) + sum(map(len, variables))) > LIMITS.definitions:
        message = (
            f"a document may define {LIMITS.definitions} operations, fragments and variables, this one has {count}"
        )
        raise _refused("TOO_MANY_DEFINITIONS", message, "leave out what is not used, or ask in several queries")
    return document


class _Counting(Lexer):
    """Refuses a document by its tokens as soon as there are too many; the parser reads no further ahead than one.

    Raises RecursionError where the parser would recurse too deep.
    """

    tokens = level = directives = 0

    def advance(self) -> Token:
        token = super().advance()
        kind = token.kind
        self.tokens += kind is not TokenKind.EOF
        if kind in _OPENING:
            self.level += 1
        elif kind in _CLOSING:
            self.level -= 1
        elif kind is TokenKind.AT:
            self.directives += 1
        if self.level > MOST_BRACKETS:
            raise RecursionError
        if self.tokens > LIMITS.tokens:
            message = f"a document may have {LIMITS.tokens} tokens at most"
            raise _refused("QUERY_TOO_LARGE", message, "pass values as variables, or ask in several queries")
        if self.directives > LIMITS.directives:
            message = f"a document may have {LIMITS.directives} directives at most"
            raise _refused("TOO_MANY_DIRECTIVES", message, "leave out what changes nothing")
        return token


def _refused(code: str, message: str, hint: str) -> GraphQLValidationError:
    return GraphQLValidationError([fault(code, message, hint)])
