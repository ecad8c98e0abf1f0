"""Ariadne's own ASGI app."""

import json
import sys
from pathlib import Path

import uvicorn
from ariadne import QueryType, make_executable_schema
from ariadne.asgi import GraphQL

STUDIES = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
query = QueryType()


@query.field("studies")
def studies(_root, _info, first):  # type: ignore[no-untyped-def]
    return {"totalCount": len(STUDIES), "nodes": STUDIES[:first]}


if __name__ == "__main__":
    text = (Path(__file__).parent / "schema.graphql").read_text(encoding="utf-8")
    app = GraphQL(make_executable_schema(text, query))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
