"""GraphiQL, the page on which to try queries, from files of this package and with its own security policy."""

from kb.serve.graphiql.app import WorkedQuery, create_graphiql_app, graphiql_routes, read_worked_queries

__all__ = ["WorkedQuery", "create_graphiql_app", "graphiql_routes", "read_worked_queries"]
