"""The GraphQL API: the model seen through a schema, over HTTP."""

from kb.api.context import ApiContext, make_context
from kb.api.errors import CODES
from kb.api.schema import cache_keys, sdl
from kb.api.view import create_graphql_app

__all__ = ["CODES", "ApiContext", "cache_keys", "create_graphql_app", "make_context", "sdl"]
