"""What a document may ask for at most, and how much it asks for, worked out before any of it is executed."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Lexer,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    TypeMetaFieldDef,
    Undefined,
    get_named_type,
    is_introspection_type,
    is_list_type,
    parse,
    validate,
    value_from_ast,
)
from graphql_server.exceptions import GraphQLValidationError

from kb.api.errors import coded, fault
from kb.api.pages import MOST
from kb.export.identity import WHOLE


@dataclass(frozen=True)
class Limits:
    """The most that a request may have of each, and an answer of values."""

    body: int = 100_000
    """Bytes of the body of a POST."""
    batch: int = 1
    """Queries in a request."""
    characters: int = 16_000
    tokens: int = 500
    definitions: int = 30
    """Operations, fragments and variables together."""
    directives: int = 20
    depth: int = 10
    fields: int = 250
    """Fields of all operations, their fragments put in."""
    aliases: int = 20
    repeats: int = 40
    """How often fields are asked for again under the same name; validation must compare them with each other."""
    searches: int = 2
    """Searches of an operation, its fragments put in: each costs as much as most other queries as a whole."""
    variables: int = 2_000
    """Values in the variables, those in lists and objects counted each."""
    cost: int = 20_000
    """What the query may cost as estimated before it is executed."""
    values: int = 20_000
    """What the answer may cost: its fields and items, as often as they are there."""

    @property
    def header(self) -> str:
        """All of them, as a dictionary of RFC 9651: ``body=100000, batch=1, ...``"""
        return ", ".join(f"{name}={number}" for name, number in asdict(self).items())


LIMITS = Limits()
MOST_BRACKETS = 60
"""How deep brackets may nest before a document is parsed at all: more than any that fits the other limits needs."""
MOST_ERRORS = 5
_REFUSALS = {
    "characters": ("QUERY_TOO_LONG", "a document may have {} characters", "pass values as variables"),
    "tokens": ("QUERY_TOO_LARGE", "a document may have {} tokens", "pass values as variables"),
    "directives": (
        "TOO_MANY_DIRECTIVES",
        "a document may have {} directives",
        "leave out what changes nothing",
    ),
    "definitions": (
        "TOO_MANY_DEFINITIONS",
        "a document may define {} operations, fragments and variables",
        "leave out what is not used",
    ),
    "depth": ("QUERY_TOO_DEEP", "fields may nest {} levels deep", "leave out the inner objects"),
    "fields": (
        "QUERY_TOO_WIDE",
        "a document may ask for {} fields, its fragments put in",
        "ask for fewer fields",
    ),
    "aliases": (
        "TOO_MANY_ALIASES",
        "a document may have {} aliases, its fragments put in",
        "use fewer aliases",
    ),
    "searches": ("TOO_MANY_SEARCHES", "a query may search {} times", "search less often"),
    "repeats": ("TOO_MANY_REPEATS", "a document may ask {} times for a field again", "ask for each field once"),
    "cost": (
        "QUERY_TOO_COSTLY",
        "a query may have an estimated cost of {}",
        f"give a smaller first and page on, take the whole content from /{WHOLE}",
    ),
    "values": (
        "QUERY_TOO_COSTLY",
        "an answer may have {} fields and items",
        f"give a smaller first and page on, take the whole content from /{WHOLE}",
    ),
    "variables": ("BAD_ARGUMENT", "variables may hold {} values", "give shorter lists"),
}
"""For each limit the code of its refusal, the message, and what to do beside asking in several queries."""


def refusal(limit: str, found: float | None = None, first: int | None = None) -> GraphQLValidationError:
    """The error for what exceeds a limit; ``found`` is how much there is, where that was counted to the end.

    ``first`` is the largest that would fit. The extensions of what is too costly say where all of the content is.
    """
    code, message, hint = _REFUSALS[limit]
    message = (
        f"{message.format(f'at most {getattr(LIMITS, limit)}')}, found {'more' if found is None else round(found)}"
    )
    facts: dict[str, Any] = {"limit": getattr(LIMITS, limit)}
    if code == "QUERY_TOO_COSTLY":
        facts |= {"cost": None if found is None else round(found), "first": first, "bulk": f"/{WHOLE}"}
    return GraphQLValidationError([fault(code, message, f"{hint}, or ask in several queries", **facts)])


def admit(schema: GraphQLSchema, source: str, variables: Mapping[str, Any] | None = None) -> tuple[DocumentNode, float]:
    """A document that is valid and within the limits, and what it costs. Raises GraphQLValidationError.

    The variables decide how many items its pages have, and so what it costs.
    """
    if len(source) > LIMITS.characters:
        raise refusal("characters", len(source))
    try:
        document = _parsed(source)
        size = measure(schema, document, variables or {})
        for limit in ("depth", "fields", "aliases", "searches"):
            if getattr(size, limit) > getattr(LIMITS, limit):
                raise refusal(limit, getattr(size, limit))
        if repeats(document, LIMITS.repeats) > LIMITS.repeats:
            raise refusal("repeats")
        errors = validate(schema, document, max_errors=MOST_ERRORS)
    except RecursionError:
        raise refusal("depth") from None
    if errors:
        hint = "compare the query with the schema"
        raise GraphQLValidationError([coded(error, "VALIDATION_ERROR", hint) for error in errors])
    if size.cost > LIMITS.cost:
        raise refusal("cost", size.cost, fitting(schema, document, variables or {}))
    return document, size.cost


def fitting(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> int | None:
    """The largest ``first`` that every page of a document may have at most, so that it fits; None where none does."""

    def cost(most: int) -> float:
        return measure(schema, document, variables, most).cost

    return bisect_right(range(1, MOST + 1), float(LIMITS.cost), key=cost) or None


def check_variables(variables: Mapping[str, Any]) -> None:
    """Refuse variables that hold too much, or are too deep; reading them would take longer than the query does."""
    count, level = 0, [*variables.values()]
    for _ in range(MOST_BRACKETS):
        count += len(level)
        if count > LIMITS.variables:
            raise refusal("variables")
        inner = [
            value.values() if isinstance(value, dict) else value for value in level if isinstance(value, dict | list)
        ]
        level = [*chain.from_iterable(inner)]
        if not level:
            return
    message = f"variables may nest at most {MOST_BRACKETS} levels deep, found more"
    raise GraphQLValidationError([fault("BAD_ARGUMENT", message, "give simpler values")])


def _parsed(source: str) -> DocumentNode:
    """The document. Raises RecursionError where the parser would recurse too deep."""
    try:
        _count_tokens(source)
        document = parse(source)
    except GraphQLSyntaxError as error:
        raise GraphQLValidationError([coded(error, "SYNTAX_ERROR", "mend the document at the place given")]) from None
    variables = (d.variable_definitions for d in document.definitions if isinstance(d, OperationDefinitionNode))
    if (count := len(document.definitions) + sum(map(len, variables))) > LIMITS.definitions:
        raise refusal("definitions", count)
    return document


def _count_tokens(source: str) -> None:
    """Refuse a document by its tokens, before it is parsed."""
    lexer, level, found = Lexer(Source(source)), 0, Counter[TokenKind]()
    while (kind := lexer.advance().kind) is not TokenKind.EOF:
        found[kind] += 1
        level += (kind in _OPENING) - (kind in _CLOSING)
        if level > MOST_BRACKETS:
            raise RecursionError
        if found.total() > LIMITS.tokens:
            raise refusal("tokens")
        if found[TokenKind.AT] > LIMITS.directives:
            raise refusal("directives")


_OPENING = (TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L)
_CLOSING = (TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R)
PLAIN = 7
"""What a list without ``first`` counts for."""
IN_SCHEMA = 6
"""What a list of the schema itself counts for: such that the query by which tools read it has room."""
WEIGHTS = {
    "html": 10,
    "body": 10,
    "search": 2_000,
    **dict.fromkeys(("cursor", "startCursor", "endCursor", "citations", "markedWorks"), 5),
}
"""Fields that cost more than 1: long texts, and work that no list shows."""
SEARCH = "search"
"""The field that searches, of which there is one."""
_PAGED = ("nodes", "edges")
_MOST_STEPS = 10_000
"""More than a document within the limits has, unless its fragments are in each other."""
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(frozen=True)
class Size:
    """What a selection asks for, with its fragments put in; ``per_item`` is the cost of each item of its page."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    searches: int = 0
    cost: float = 0
    per_item: float = 0

    def __add__(self, other: Size) -> Size:
        """The size of both, side by side."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.searches + other.searches,
            self.cost + other.cost,
            self.per_item + other.per_item,
        )


def repeats(document: DocumentNode, most: int) -> int:
    """How often fields are asked for again where they are asked for already, counted a little further than ``most``.

    Validation compares each with all of its name. Where fragments are in each other the count ends, too.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    again, steps = 0, 0
    merged = [
        [d.selection_set]
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while merged and again <= most:
        sets, spread = merged.pop(), set[str]()
        found: dict[str, list[SelectionSetNode]] = {}
        while sets:
            for node in sets.pop().selections:
                steps += 1
                if isinstance(node, FieldNode):
                    name = (node.alias or node.name).value
                    again += name in found
                    found.setdefault(name, []).extend([node.selection_set] if node.selection_set else [])
                elif isinstance(node, InlineFragmentNode):
                    sets.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    if fragment := fragments.get(node.name.value):
                        sets.append(fragment.selection_set)
        if steps > _MOST_STEPS:
            break
        merged += [inner for inner in found.values() if inner]
    return again


def measure(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], most: int = MOST) -> Size:
    """The size of the largest operation or fragment in each respect; fields are those of all operations together.

    A page counts as one of ``most`` items where it asks for more.
    ``ofType`` adds no level: it only unwraps, and tools that read the schema need many of it.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    sizes = [Size()]
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk = _Walk(schema, fragments, {**_defaults(definition), **variables}, most)
            sizes.append(walk.of_set(definition.selection_set, schema.get_root_type(definition.operation)))
    fields = sum(size.fields for size in sizes)
    unused = _Walk(schema, fragments, variables, most)
    sizes += [unused.of_fragment(name) for name in fragments]
    return Size(
        depth=max(size.depth for size in sizes),
        fields=max(fields, *(size.fields for size in sizes)),
        aliases=max(size.aliases for size in sizes),
        searches=max(size.searches for size in sizes),
        cost=max(size.cost + size.per_item for size in sizes),
    )


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The whole numbers that variables of an operation stand for where none is given."""
    values = {
        d.variable.name.value: value_from_ast(d.default_value, GraphQLInt) for d in operation.variable_definitions
    }
    return {name: value for name, value in values.items() if value is not Undefined}


class _Walk:
    """Sizes under one set of variable values; each fragment is walked once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        values: Mapping[str, Any],
        most: int,
    ) -> None:
        self._schema, self._fragments, self._values, self._most = schema, fragments, dict(values), most
        self._known: dict[str, Size] = {}

    def of_fragment(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()  # a fragment inside itself adds nothing here; validation refuses it
            if fragment := self._fragments.get(name):
                parent = self._schema.get_type(fragment.type_condition.name.value)
                self._known[name] = self.of_set(fragment.selection_set, parent)
        return self._known[name]

    def of_set(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Size:
        nodes = selections.selections if selections else ()
        return sum((self._of_node(node, parent) for node in nodes), Size())

    def _of_node(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Size:
        match node:
            case FieldNode():
                return self._of_field(node, parent)
            case InlineFragmentNode(type_condition=None):
                return self.of_set(node.selection_set, parent)
            case InlineFragmentNode():
                return self.of_set(node.selection_set, self._schema.get_type(node.type_condition.name.value))
            case FragmentSpreadNode():
                return self.of_fragment(node.name.value)
        return Size()

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Size:
        name = node.name.value
        field = _META.get(name) or getattr(parent, "fields", {}).get(name)  # none where validation will refuse it
        inner = self.of_set(node.selection_set, get_named_type(field.type) if field else None)
        cost, per_item = WEIGHTS.get(name, 1) + inner.cost, 0.0
        if field and "first" in field.args:
            cost += self._first(node, field) * inner.per_item
        elif name in _PAGED:
            cost, per_item = 0, cost
        elif field and is_list_type(field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type):
            cost *= IN_SCHEMA if parent and is_introspection_type(parent) else PLAIN
        own = Size(0, 1, int(node.alias is not None and node.alias.value != name), int(name == SEARCH))
        depth = inner.depth + (name != "ofType")
        return replace(own + inner, depth=depth, cost=cost, per_item=per_item)

    def _first(self, node: FieldNode, field: GraphQLField) -> float:
        """How many items a page may have; what is no such number is refused when it is executed."""
        given = next((argument.value for argument in node.arguments if argument.name.value == "first"), None)
        value = value_from_ast(given, GraphQLInt, self._values)
        wanted = value if isinstance(value, int | float) else field.args["first"].default_value
        return float(min(max(wanted, 1), self._most))
