"""Date: the one scalar that GraphQL lacks here, and the descriptions of fields taken from the model."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import graphene
from graphql import GraphQLError, StringValueNode, print_ast
from pydantic import BaseModel

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


def doc(record: type[BaseModel], name: str) -> str:
    """What the model says of a field of a record."""
    return meaning(record, name)
