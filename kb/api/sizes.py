"""How much a document asks for: levels, fields, aliases, repeats and cost, before anything is executed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

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
    InlineFragmentNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNode,
    Undefined,
    get_named_type,
    is_introspection_type,
    is_list_type,
    value_from_ast,
)

from kb.api.connections import MOST

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


def page_sizes(document: DocumentNode, variables: Mapping[str, Any]) -> tuple[tuple[str, int | None], ...]:
    """The values of the variables that may say how many items a page has, cut to what pages may have.

    A document has the same size with whatever other variables.
    """
    names = {
        d.variable.name.value
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for d in definition.variable_definitions
        if _name(d.type) == "Int"
    }
    given = [(name, variables[name]) for name in sorted(names) if name in variables]
    return tuple((n, None if v is None else min(max(v, 1), MOST)) for n, v in given if v is None or type(v) is int)


def _name(node: TypeNode) -> str | None:
    """The name of a type, null or not; None for a list."""
    inner = node.type if isinstance(node, NonNullTypeNode) else node
    return inner.name.value if isinstance(inner, NamedTypeNode) else None


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
