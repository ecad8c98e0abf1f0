"""graphene as one begins with it: a view that executes the query and dumps the answer."""
# ruff: noqa: N815

import json
import sys
from pathlib import Path

import uvicorn
from graphene import Field, Float, Int, List, NonNull, ObjectType, Schema, String
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

STUDIES = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))


class Driver(ObjectType):
    slug = String(required=True)
    title = String(required=True)


class Finding(ObjectType):
    outcome = String(required=True)
    measure = String(required=True)
    estimate = Float()
    ciLow = Float()
    ciHigh = Float()
    place = String(required=True)


class Study(ObjectType):
    slug = String(required=True)
    title = String(required=True)
    summary = String(required=True)
    design = String(required=True)
    country = String()
    sampleSize = Int()
    drivers = NonNull(List(NonNull(Driver)))
    findings = NonNull(List(NonNull(Finding)))


class StudyConnection(ObjectType):
    totalCount = Int(required=True)
    nodes = NonNull(List(NonNull(Study)))


class Query(ObjectType):
    studies = Field(StudyConnection, required=True, first=Int(default_value=20))

    def resolve_studies(root, info, first):  # type: ignore[no-untyped-def]  # noqa: N805, ARG002
        return {"totalCount": len(STUDIES), "nodes": STUDIES[:first]}


SCHEMA = Schema(query=Query, auto_camelcase=False)


async def view(request: Request) -> JSONResponse:
    asked = await request.json()
    result = SCHEMA.execute(asked["query"], variable_values=asked.get("variables"))
    return JSONResponse({"data": result.data} | ({"errors": [str(e) for e in result.errors]} if result.errors else {}))


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", view, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
