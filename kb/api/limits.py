"""What a document may ask for at most, and how much it asks for, worked out before any of it is executed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    Lexer,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    Source,
    Token,
    TokenKind,
    TypeMetaFieldDef,
    Undefined,
    get_named_type,
    is_introspection_type,
    is_list_type,
    specified_rules,
    validate,
    value_from_ast,
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

from kb.api.errors import coded, fault
from kb.api.pages import MOST


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


def admit(schema: GraphQLSchema, source: str, variables: Mapping[str, Any] | None = None) -> tuple[DocumentNode, float]:
    """A document that is valid and within the limits, and what it costs. Raises GraphQLValidationError.

    The variables decide how many items its pages have, and so what it costs.
    """
    if len(source) > LIMITS.characters:
        message = f"a document may have {LIMITS.characters} characters at most, this one has {len(source)}"
        raise _refused("QUERY_TOO_LONG", message, "pass values as variables, or ask in several queries")
    try:
        document, size = checked(schema, source)
        if variables:
            size = measure(schema, document, variables)
    except RecursionError:
        raise _too_deep() from None
    if size.cost > LIMITS.cost:
        message = f"a query may cost {LIMITS.cost}, this one may cost {size.cost:.0f}"
        hint = "give a smaller first and page on, or ask for the inner objects in a second query"
        raise _refused("QUERY_TOO_COSTLY", message, hint)
    return document, size.cost


@lru_cache(maxsize=256)
def checked(schema: GraphQLSchema, source: str) -> tuple[DocumentNode, Size]:
    """A document parsed, bounded and validated, with its size where no variables are given.

    The cache needs no bound of memory beside its number: a document has so many tokens at most.
    """
    document = _parsed(source)
    size = measure(schema, document, {})
    _bound(size)
    _compare(document)
    _validate(schema, document, specified_rules if "$" in source else _WITHOUT_VARIABLES)
    return document, size


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
    """Raise the first limit that a size exceeds, but that of its cost, which variables decide."""
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


PLAIN = 7
"""What a list without ``first`` counts for."""
IN_SCHEMA = 6
"""What a list of the schema itself counts for: such that the query by which tools read it has room."""
WEIGHTS = {"html": 10, "search": 2_000, "cursor": 5, "startCursor": 5, "endCursor": 5, "citations": 5, "markedWorks": 5}
"""Fields that cost more than 1: long texts, and work that no list shows."""
SEARCH = "search"
"""The field that searches, of which there is one."""
_PAGED = ("nodes", "edges")
_MOST_STEPS = 10_000
"""More than a document within the limits has, unless its fragments are in each other."""
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


class Size(NamedTuple):
    """What a selection asks for, with its fragments put in; ``per_item`` is the cost of each item of its page."""

    levels: int = 0
    fields: int = 0
    aliases: int = 0
    cost: float = 0
    per_item: float = 0
    searches: int = 0


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


def measure(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> Size:
    """The size of the largest operation or fragment in each respect; fields are those of all operations together.

    ``ofType`` adds no level: it only unwraps, and tools that read the schema need many of it.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    sizes = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk = _Walk(schema, fragments, {**_defaults(definition), **variables})
            sizes.append(walk.of_set(definition.selection_set, schema.get_root_type(definition.operation)))
    fields = sum(size.fields for size in sizes)
    unused = _Walk(schema, fragments, variables)
    sizes += [unused.of_fragment(name) for name in fragments]
    return Size(
        max((size.levels for size in sizes), default=0),
        max([fields, *(size.fields for size in sizes)]),
        max((size.aliases for size in sizes), default=0),
        max((size.cost + size.per_item for size in sizes), default=0),
        searches=max((size.searches for size in sizes), default=0),
    )


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """The whole numbers that variables of an operation stand for where none is given."""
    values = {
        d.variable.name.value: value_from_ast(d.default_value, GraphQLInt) for d in operation.variable_definitions
    }
    return {name: value for name, value in values.items() if value is not Undefined}


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type)


class _Walk:
    """Sizes under one set of variable values; each fragment is walked once."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], values: Mapping[str, Any]
    ) -> None:
        self._schema, self._fragments, self._values = schema, fragments, dict(values)
        self._known: dict[str, Size] = {}

    def of_fragment(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()  # a fragment inside itself adds nothing here; validation refuses it
            if fragment := self._fragments.get(name):
                parent = self._schema.get_type(fragment.type_condition.name.value)
                self._known[name] = self.of_set(fragment.selection_set, parent)
        return self._known[name]

    def of_set(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Size:
        levels = fields = aliases = searches = 0
        cost = per_item = 0.0
        for node in selections.selections if selections else ():
            size = self._of_node(node, parent)
            levels = max(levels, size.levels)
            fields += size.fields
            aliases += size.aliases
            cost += size.cost
            per_item += size.per_item
            searches += size.searches
        return Size(levels, fields, aliases, cost, per_item, searches)

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
        elif field and _is_list(field):
            cost *= IN_SCHEMA if parent and is_introspection_type(parent) else PLAIN
        renamed = node.alias is not None and node.alias.value != name
        levels = inner.levels + (name != "ofType")
        searches = inner.searches + (name == SEARCH)
        return Size(levels, inner.fields + 1, inner.aliases + renamed, cost, per_item, searches)

    def _first(self, node: FieldNode, field: GraphQLField) -> float:
        """How many items a page may have; what is no such number is refused when it is executed."""
        given = next((argument.value for argument in node.arguments if argument.name.value == "first"), None)
        value = value_from_ast(given, GraphQLInt, self._values)
        wanted = value if isinstance(value, int | float) else field.args["first"].default_value
        return float(min(max(wanted, 1), MOST))
