"""Strawberry's own ASGI app."""
# ruff: noqa: N815

import json
import sys
from pathlib import Path

import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

STUDIES = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))


@strawberry.type
class Driver:
    slug: str
    title: str


@strawberry.type
class Finding:
    outcome: str
    measure: str
    estimate: float | None
    ciLow: float | None
    ciHigh: float | None
    place: str


@strawberry.type
class Study:
    slug: str
    title: str
    summary: str
    design: str
    country: str | None
    sampleSize: int | None
    drivers: list[Driver]
    findings: list[Finding]


@strawberry.type
class StudyConnection:
    totalCount: int
    nodes: list[Study]


MADE = [
    Study(
        **study
        | {"drivers": [Driver(**d) for d in study["drivers"]], "findings": [Finding(**f) for f in study["findings"]]}
    )
    for study in STUDIES
]


@strawberry.type
class Query:
    @strawberry.field
    def studies(self, first: int = 20) -> StudyConnection:
        return StudyConnection(totalCount=len(MADE), nodes=MADE[:first])


if __name__ == "__main__":
    schema = strawberry.Schema(query=Query, config=StrawberryConfig(auto_camel_case=False))
    uvicorn.run(GraphQL(schema), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
