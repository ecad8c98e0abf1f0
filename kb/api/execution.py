"""Execution: the answer to one operation, worked out by functions that are made once for each field asked for.

It answers as graphql-core's ``execute`` does. That works out the arguments, the path and the description of a field
again for every object that has it; here they are worked out once, and only what differs is done for each object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    Undefined,
    default_field_resolver,
    default_type_resolver,
    get_argument_values,
    located_error,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.execute import get_field_def

from kb.api.variables import read

Place = tuple[Any, ...] | None
"""Where a value stands in the answer: the place of what holds it, and its key or number in that."""
Completion = Callable[[Any, Place], Any]


class ExhaustedError(Exception):
    """An answer has more values than answers may have."""


@dataclass(slots=True)
class _Asked:
    """A field as it is asked for, of one type of object: everything about it that no object changes."""

    key: str
    nodes: list[FieldNode]
    resolve: Callable[..., Any]
    info: GraphQLResolveInfo
    arguments: dict[str, Any]
    required: bool
    complete: Completion
    fault: Exception | None = None
    """Why its arguments are none."""


@dataclass(slots=True)
class Run:
    """One execution; ``left`` is how many values it may still give."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    context: Any
    weights: Mapping[str, int]
    left: int
    errors: list[GraphQLError] = field(default_factory=list)

    def answer(self) -> ExecutionResult:
        """The data and errors. Raises ExhaustedError."""
        root = cast(GraphQLObjectType, self.schema.get_root_type(self.operation.operation))
        nodes = collect_fields(self.schema, self.fragments, self.variables, root, self.operation.selection_set)
        fields, price = self._asked(root, nodes)
        try:
            data = self._object(fields, price, None, None)
        except GraphQLError as error:
            self.errors.append(error)
            data = None
        self.errors.sort(key=lambda error: (error.locations or [], error.path or [], error.message))
        return ExecutionResult(data, self.errors or None)

    def _object(self, fields: list[_Asked], price: int, source: Any, place: Place) -> dict[str, Any]:
        self._pay(price)
        data = {}
        for asked in fields:
            key = asked.key
            try:
                if asked.fault:
                    raise asked.fault
                data[key] = asked.complete(asked.resolve(source, asked.info, **asked.arguments), (place, key))
            except ExhaustedError:
                raise
            except Exception as error:
                fault = located_error(error, asked.nodes, _path((place, key)))
                if asked.required:
                    raise fault from None
                self.errors.append(fault)
                data[key] = None
        return data

    def _pay(self, price: int) -> None:
        self.left -= price
        if self.left < 0:
            raise ExhaustedError

    def _asked(self, parent: GraphQLObjectType, collected: Mapping[str, list[FieldNode]]) -> tuple[list[_Asked], int]:
        """The fields asked of one type of object, and what they cost for each object."""
        fields, price = [], 0
        for key, nodes in collected.items():
            if definition := get_field_def(self.schema, parent, nodes[0]):
                asked = self._field(parent, key, nodes, definition)
                fields.append(asked)
                price += self.weights.get(nodes[0].name.value, 1) + (asked.arguments.get("first") or 0)
        return fields, price

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], definition: GraphQLField) -> _Asked:
        info = GraphQLResolveInfo(
            nodes[0].name.value,
            nodes,
            definition.type,
            parent,
            cast(Any, None),  # the path differs from object to object, and no resolver asks for it
            self.schema,
            self.fragments,
            None,
            self.operation,
            self.variables,
            self.context,
            _never,
        )
        fault, arguments = None, {}
        try:
            arguments = get_argument_values(definition, nodes[0], self.variables)
        except GraphQLError as error:
            fault = error
        complete = self._completion(definition.type, nodes, info)
        resolve = definition.resolve or default_field_resolver
        required = isinstance(definition.type, GraphQLNonNull)
        return _Asked(key, nodes, resolve, info, arguments, required, complete, fault)

    def _completion(self, kind: GraphQLOutputType, nodes: list[FieldNode], info: GraphQLResolveInfo) -> Completion:
        """How a value of a type becomes a part of the answer."""
        if isinstance(kind, GraphQLNonNull):
            return _required(self._completion(kind.of_type, nodes, info), info)
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type, nodes, info)
        if isinstance(kind, GraphQLEnumType):
            return _leaf(_remembering(kind.serialize))
        if isinstance(kind, GraphQLScalarType):
            return _leaf(kind.serialize)
        return self._composite(cast(GraphQLObjectType | GraphQLAbstractType, kind), nodes, info)

    def _list(self, kind: GraphQLOutputType, nodes: list[FieldNode], info: GraphQLResolveInfo) -> Completion:
        complete, required = self._completion(kind, nodes, info), isinstance(kind, GraphQLNonNull)

        def of_list(value: Any, place: Place) -> list[Any] | None:
            if value is None:
                return None
            if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
                name = f"{info.parent_type.name}.{info.field_name}"
                raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
            items: list[Any] = []
            for number, item in enumerate(value):
                try:
                    items.append(complete(item, (place, number)))
                except ExhaustedError:
                    raise
                except Exception as error:
                    fault = located_error(error, nodes, _path((place, number)))
                    if required:
                        raise fault from None
                    self.errors.append(fault)
                    items.append(None)
            self._pay(len(items))
            return items

        return of_list

    def _composite(
        self, kind: GraphQLObjectType | GraphQLAbstractType, nodes: list[FieldNode], info: GraphQLResolveInfo
    ) -> Completion:
        """Objects of one type, or of one of several; which one, the class of the value tells."""
        known: dict[type, tuple[list[_Asked], int]] = {}
        sets: dict[str, tuple[list[_Asked], int]] = {}

        def of_object(value: Any, place: Place) -> dict[str, Any] | None:
            if value is None:
                return None
            found = known.get(type(value))
            if found is None:
                actual = self._type_of(value, kind, info)
                if actual.name not in sets:
                    collected = collect_sub_fields(self.schema, self.fragments, self.variables, actual, nodes)
                    sets[actual.name] = self._asked(actual, collected)
                found = known[type(value)] = sets[actual.name]
            return self._object(*found, value, place)

        return of_object

    def _type_of(
        self, value: Any, kind: GraphQLObjectType | GraphQLAbstractType, info: GraphQLResolveInfo
    ) -> GraphQLObjectType:
        actual: Any = kind
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            name = (kind.resolve_type or default_type_resolver)(value, info, kind)
            actual = self.schema.get_type(name) if isinstance(name, str) else None
            if not isinstance(actual, GraphQLObjectType) or not self.schema.is_sub_type(kind, actual):
                raise GraphQLError(f"Abstract type '{kind.name}' must resolve to an Object type at runtime.")
        if actual.is_type_of and not actual.is_type_of(value, info):
            raise GraphQLError(f"Expected value of type '{actual.name}'.")
        return cast(GraphQLObjectType, actual)


def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: Any,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    weights: Mapping[str, int],
    most: int,
) -> ExecutionResult:
    """Execute an operation of a valid document. Raises ExhaustedError where the answer costs more than ``most``.

    ``weights`` are what fields cost that cost more than 1; an item of a list costs 1, too.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    named = [d for d in operations if operation_name is None or (d.name and d.name.value == operation_name)]
    if len(named) != 1:
        return ExecutionResult(None, [GraphQLError(f"there is no single operation {operation_name!r}")])
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    values = read(schema, named[0].variable_definitions, variables or {})
    if isinstance(values, list):
        return ExecutionResult(None, values)
    return Run(schema, named[0], fragments, values, context, weights, most).answer()


def _required(complete: Completion, info: GraphQLResolveInfo) -> Completion:
    def of_required(value: Any, place: Place) -> Any:
        completed = complete(value, place)
        if completed is None:
            raise TypeError(f"Cannot return null for non-nullable field {info.parent_type.name}.{info.field_name}.")
        return completed

    return of_required


def _leaf(serialize: Callable[[Any], Any]) -> Completion:
    def of_leaf(value: Any, _place: Place) -> Any:
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        serialized = serialize(value)
        if serialized is None or serialized is Undefined:
            raise TypeError(f"Expected {value!r} to serialize to something.")
        return serialized

    return of_leaf


def _remembering(serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for an enum: its values are few, and its serializing is slow."""
    known: dict[Any, Any] = {}

    def serialized(value: Any) -> Any:
        found = known.get(value)
        if found is None:
            found = known[value] = serialize(value)
        return found

    return serialized


def _path(place: Place) -> list[str | int]:
    path: list[str | int] = []
    while place is not None:
        place, key = place
        path.append(key)
    return path[::-1]


def _never(_value: Any) -> bool:
    """No resolver is asynchronous."""
    return False
