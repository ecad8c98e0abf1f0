"""The page on which to try queries: GraphiQL from files of the package, under a policy of its own."""

from kb.serve.graphiql.app import create_graphiql_app, graphiql_routes
from kb.serve.graphiql.worked import WorkedQuery, read_worked_queries

__all__ = ["WorkedQuery", "create_graphiql_app", "graphiql_routes", "read_worked_queries"]
