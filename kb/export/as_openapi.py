"""An OpenAPI description of the files of the data, which are a REST API that only reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kb import __version__
from kb.export.as_json import as_bytes
from kb.export.download import Download
from kb.export.identity import LICENSE, NAME, ROOT
from kb.export.json_schemas import data_parts
from kb.model import KINDS
from kb.model.fields import LONGEST_SLUG, SLUG_PATTERN
from kb.view.catalog import Catalog

JSON, LINES = "application/json", "application/x-ndjson"
_ABOUT = (
    "The whole evidence base as files: entries, results, bodies of evidence, estimates, works, the screening register "
    "and what changed. The names of all fields are those of the GraphQL API, in snake case. Show certainty and marks "
    "beside every verdict."
)
_TAGS = {"one": "One entry a file.", "all": "Everything, or everything of one kind, in one file."}
_ETAG = {"ETag": {"description": "Changes with the file.", "schema": {"type": "string"}}}
_TEXT = {"type": "string"}
_MISSING = {"description": "There is no such entry.", "content": {"text/html": {"schema": _TEXT}}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the file that you have; the answer is 304 where it has not changed.",
    "schema": {"type": "string"},
}


def as_openapi(catalog: Catalog, files: Iterable[Download], site_url: str) -> bytes:
    """The description, in OpenAPI 3.1. It stands among the files; without an address of the site it is relative."""
    schemas = json.dumps(data_parts()).replace("#/$defs/", "#/components/schemas/")
    # What editors call it in JSON Schema is an extension here.
    schemas = schemas.replace('"enumDescriptions"', '"x-enum-descriptions"')
    return as_bytes(
        {
            "openapi": "3.1.1",
            "info": {
                "title": f"{NAME}: data",
                "version": __version__,
                "description": _ABOUT,
                "license": {"name": "CC BY 4.0", "url": LICENSE},
            },
            "servers": [{"url": f"{site_url}/{ROOT}".rstrip("/") if site_url else "."}],
            "security": [],
            "tags": [{"name": name, "description": holds} for name, holds in _TAGS.items()],
            "paths": {f"/{file.path.removeprefix(ROOT)}": {"get": _operation(file, catalog)} for file in files},
            "components": {"schemas": json.loads(schemas), "parameters": {"IfNoneMatch": _IF_NONE_MATCH}},
        }
    )


def _operation(file: Download, catalog: Catalog) -> Mapping[str, Any]:
    name = file.path.removeprefix(ROOT)
    parameters: list[Mapping[str, Any]] = [{"$ref": "#/components/parameters/IfNoneMatch"}]
    responses: dict[str, Any] = {
        "200": {"description": file.holds, "headers": _ETAG, "content": {file.type: {"schema": _schema(file)}}},
        "304": {"description": "The file is the one that If-None-Match names.", "headers": _ETAG},
        "4XX": {"description": "The request cannot be understood.", "content": {"text/plain": {"schema": _TEXT}}},
    }
    if not file.linked:
        kind = next(kind for kind in KINDS if kind.folder == name.partition("/")[0])
        name = kind.kind
        parameters.append(_slug(sorted(catalog.knowledge.of_kind(kind))))
        responses["404"] = _MISSING
    return {
        "operationId": f"get-{name.replace('.', '-')}",
        "summary": file.holds,
        "tags": ["all" if file.linked else "one"],
        "parameters": parameters,
        "responses": responses,
    }


def _slug(slugs: list[str]) -> Mapping[str, Any]:
    """The parameter that names an entry, with some that there are."""
    examples = {slug: {"value": slug} for slug in slugs[:3]}
    return {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "The last part of the address of its page. The file index.json lists all.",
        "schema": {"type": "string", "pattern": SLUG_PATTERN, "maxLength": LONGEST_SLUG},
        **({"examples": examples} if examples else {}),
    }


def _schema(file: Download) -> Mapping[str, Any]:
    parts = [{"$ref": f"#/components/schemas/{part}"} for part in file.parts]
    holds = {"anyOf": parts} if len(parts) > 1 else parts[0] if parts else {}
    if file.type == JSON:
        return holds or {"type": "object"}
    # OpenAPI 3.1 cannot say that each line fits a schema, so that the description does.
    lines = {"contentMediaType": JSON, "contentSchema": holds, "description": "On each line a record as JSON."}
    return {"type": "string", **(lines if holds else {})}
