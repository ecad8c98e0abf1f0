"""The worked queries of graphql/queries, as the page offers them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.folders import carried


@dataclass(frozen=True)
class WorkedQuery:
    """A query to start from; ``variables`` is JSON, empty where the query has none."""

    name: str
    question: str
    """The first line of the comment above the query."""
    query: str
    variables: str


def read_worked_queries() -> list[WorkedQuery]:
    """All of them, in the order of their file names."""
    return [_read(path) for path in sorted(_folder().glob("*.graphql"))]


def _folder() -> Path:
    return carried("schema.graphql").with_name("queries")


def _read(path: Path) -> WorkedQuery:
    query = path.read_text(encoding="utf-8")
    values = path.with_suffix(".json")
    variables = values.read_text(encoding="utf-8").strip() if values.exists() else ""
    return WorkedQuery(path.stem, query.splitlines()[0].lstrip("# "), query, variables)
