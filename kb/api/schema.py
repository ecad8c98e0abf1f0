"""The schema as graphql-core executes it, and as SDL."""

from __future__ import annotations

from graphene import Schema
from graphql import GraphQLSchema, print_schema

from kb.api.query import Query

SCHEMA: GraphQLSchema = Schema(query=Query).graphql_schema


def sdl() -> str:
    """The schema in the schema definition language, with all descriptions."""
    return f"# Written from kb/api by make golden; do not edit.\n\n{print_schema(SCHEMA)}\n"
