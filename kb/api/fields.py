"""GraphQL types and fields made of views and records, and Date, the one scalar that GraphQL lacks here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

import graphene
from graphene import Field, Interface, List, NonNull, ObjectType
from graphql import GraphQLError, StringValueNode, print_ast

from kb.api.enums import ENUMS
from kb.api.pages import Page, by_kind, connection, listing, page, paged, usual_order
from kb.view.fields import (
    BodyView,
    DiscrepancyView,
    DriverView,
    EntryView,
    FindingView,
    FrameworkView,
    InstrumentView,
    InterventionView,
    ReferenceView,
    StudyView,
    TermView,
    View,
    fields_of,
    name_of,
    record_of,
)

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
"""The GraphQL type of each view and record that has one."""
_CONNECTIONS: dict[str, Any] = {}
_NAMED: Mapping[str, type[View]] = {
    **dict.fromkeys(("driver", "drivers"), DriverView),
    **dict.fromkeys(("instrument", "instruments"), InstrumentView),
    **dict.fromkeys(("intervention", "interventions", "part_of", "parts", "related"), InterventionView),
    **dict.fromkeys(("study", "studies", "includes"), StudyView),
    **dict.fromkeys(("finding", "findings", "counted", "psychometrics"), FindingView),
    **dict.fromkeys(("term", "classifications"), TermView),
    **dict.fromkeys(("reference", "source", "threshold_source", "by", "preprint_of"), ReferenceView),
    **dict.fromkeys(("citations", "marked_works", "reports"), ReferenceView),
    "framework": FrameworkView,
    **dict.fromkeys(("cited_by", "entry", "bears_on"), EntryView),
}
"""What the texts in a field of each name are the names of; the API shows what they name."""
_PAGED = {"instruments", "interventions", "studies", "cited_by"}
"""Computed lists that grow with the content, but for those of _SHORT."""
_SHORT = (BodyView, DiscrepancyView)


class Derived(ObjectType):
    """A GraphQL type with a field for each field of a view or record, but for those that are ``hidden``.

    What the class itself defines is added, or replaces the field of that name. Fields of its interfaces are theirs.
    """

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)

    @classmethod
    def __init_subclass_with_meta__(cls, of: type, hidden: Collection[str] = (), **options: Any) -> None:
        for interface in options.get("interfaces", ()):
            hidden = {*hidden, *interface._meta.fields, *getattr(interface, "hidden", ())}
        _derive(cls, of, hidden)
        super().__init_subclass_with_meta__(possible_types=(of,), **options)


class DerivedInterface(Interface):
    """An interface with a field for each field of a view, likewise."""

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)

    @classmethod
    def __init_subclass_with_meta__(cls, of: type, hidden: Collection[str] = (), **options: Any) -> None:
        cls.hidden = hidden
        _derive(cls, of, hidden)
        super().__init_subclass_with_meta__(**options)


def _derive(cls: type, of: type, hidden: Collection[str]) -> None:
    cls.__doc__ = cls.__doc__ or _record(of).__doc__
    for name in fields_of(of):
        if name not in hidden and name not in vars(cls):
            setattr(cls, name, field_of(of, name))
    _TYPES[of] = cls


def field_of(of: type, name: str) -> Field:
    """The field of a view or record: null only where it may be None; what it names in place of the name."""
    field = fields_of(of)[name]
    kind, required, is_list = _kind(field.type)
    if kind is graphene.String and name in _NAMED:
        target = _NAMED[name]
        if is_list and field.computed and name in _PAGED and of not in _SHORT:
            return _paged(of, name, target, field.meaning)
        kind = type_of(target)
        resolver = _all_named(name, target) if is_list else _named(name, target)
    else:
        resolver = None
    kind = List(NonNull(kind)) if is_list else kind
    return Field(kind, required=required, description=field.meaning, resolver=resolver)


def connection_of(view: type[View]) -> Any:
    """The connection type of the objects that a view shows."""
    name = record_of(view).__name__
    if name not in _CONNECTIONS:
        _CONNECTIONS[name] = connection(name, type_of(view))
    return _CONNECTIONS[name]


def _named(name: str, kind: type[View]) -> Callable[..., View | None]:
    return lambda root, info: info.context.named(kind, getattr(root, name))


def _all_named(name: str, kind: type[View]) -> Callable[..., list[View]]:
    return lambda root, info: info.context.all_named(kind, getattr(root, name))


def _paged(of: type, name: str, kind: type[View], meaning: str) -> Field:
    key, field = by_kind if kind is EntryView else usual_order, f"{name_of(of)}.{name}"

    def resolve(root: View, info: Any, first: int | None = None, after: str | None = None) -> Page:
        items = sorted(info.context.all_named(kind, getattr(root, name)), key=key)
        return page(items, key, listing(field, root.identity()), first, after)

    return paged(connection_of(kind), resolve, meaning)


def type_of(kind: type) -> Callable[[], Any]:
    """The GraphQL type of a view or record, when it is asked for: types refer to each other.

    One that is not defined anywhere is the record as it is.
    """
    return lambda: _TYPES.get(kind) or type(name_of(kind), (Derived,), {}, of=kind)


def _record(kind: type) -> type:
    return record_of(kind) if issubclass(kind, View) else kind


def _kind(annotation: Any) -> tuple[Any, bool, bool]:
    """The GraphQL type of an annotation or of the items of its list, whether it is never null, whether it is a list."""
    options = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _kind(options[0])
    if get_origin(annotation) in (tuple, list):
        return _kind(options[0])[0], True, True
    if type(None) in options:
        (option,) = (option for option in options if option is not type(None))
        kind, _, is_list = _kind(option)
        return kind, False, is_list
    if annotation in ENUMS:
        return ENUMS[annotation], True, False
    for base, scalar in _SCALARS.items():
        if issubclass(annotation, base):
            return scalar, True, False
    return type_of(annotation), True, False
