"""GraphQL types and fields made of the model's records, and Date, the one scalar that GraphQL lacks here."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import graphene
from graphene import Field, List, NonNull, ObjectType
from graphql import GraphQLError, StringValueNode, print_ast
from pydantic import BaseModel

from kb.api.enums import ENUMS
from kb.model import Entry
from kb.model.meanings import meaning

# graphene has no types, so that every GraphQL type subclasses Any.

_MOST_CHARACTERS = 200
"""Of a value that a message shows."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Date(graphene.Scalar):
    """An ISO 8601 calendar date."""

    @staticmethod
    def serialize(value: date) -> str:
        return value.isoformat()

    @staticmethod
    def parse_value(value: Any) -> date:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise _wrong(json.dumps(value, ensure_ascii=False))

    @staticmethod
    def parse_literal(node: Any, _variables: Any = None) -> date:
        if not isinstance(node, StringValueNode):
            raise _wrong(print_ast(node))
        return Date.parse_value(node.value)


def _wrong(text: str) -> GraphQLError:
    return GraphQLError(f'A Date is written like "2026-01-31", got {text[:_MOST_CHARACTERS]}.')


_SCALARS: Mapping[type, Any] = {
    bool: graphene.Boolean,
    int: graphene.Int,
    float: graphene.Float,
    Decimal: graphene.Float,
    date: Date,
    str: graphene.String,
}
_TYPES: dict[type, Any] = {}
"""The GraphQL type of each record that has one."""


class FromRecord(ObjectType):
    """A GraphQL type with a field for each field of a record, but for those that are ``hidden``.

    What stands in the class itself is added, or stands in place of the record's field of that name. The fields that
    all entries have are those of the interface Entry.
    """

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)

    @classmethod
    def __init_subclass_with_meta__(cls, record: type, hidden: Collection[str] = (), **options: Any) -> None:
        cls.__doc__ = cls.__doc__ or record.__doc__
        for name in _annotations(record):
            if name not in hidden and name not in vars(cls):
                setattr(cls, name, field_of(record, name))
        _TYPES[record] = cls
        super().__init_subclass_with_meta__(**options)


def field_of(record: type, name: str) -> Field:
    """The field of a record: its type by the annotation, described by the docstring, null only where it may be None."""
    annotation = _annotations(record, inherited=True)[name]
    kind, required = _kind(annotation)
    return Field(kind, required=required, description=described(record, name))


def described(record: type, name: str) -> str:
    """What the model says of a field of a record."""
    return meaning(record, name)


def many(kind: Any) -> Any:
    """A list that is never null, of things that are never null."""
    return NonNull(List(NonNull(kind)))


def _annotations(record: type, inherited: bool = False) -> dict[str, Any]:
    """The types of a record's fields by name, those that all entries have only where they are asked for."""
    if not issubclass(record, BaseModel):
        return get_type_hints(record) if is_dataclass(record) else {}
    shared = Entry.model_fields if issubclass(record, Entry) and not inherited else {}
    return {name: info.annotation for name, info in record.model_fields.items() if name not in shared}


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The GraphQL type of an annotation, and whether it is never null."""
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    options = get_args(annotation)
    if get_origin(annotation) is tuple:
        return List(NonNull(_kind(options[0])[0])), True
    if type(None) in options:
        (option,) = (option for option in options if option is not type(None))
        return _kind(option)[0], False
    if annotation in ENUMS:
        return ENUMS[annotation], True
    for base, scalar in _SCALARS.items():
        if issubclass(annotation, base):
            return scalar, True
    return (lambda: _TYPES[annotation]), True
