"""JSON Schema of each kind's front matter, made of the models, for editors and other programs."""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BeforeValidator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from kb.model import KINDS, Entry, Word
from kb.model.fields import Day, Number
from kb.model.meanings import meaning


def schema(kind: type[Entry]) -> dict[str, Any]:
    """The schema of what may stand between the two lines of --- in an entry of a kind."""
    made = kind.model_json_schema(schema_generator=_FrontMatter)
    for name, info in kind.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("from_file"):
            del made["properties"][name]
            made["required"].remove(name)
    _without_titles(made)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Front matter: {kind.kind}",
        **made,
    }


HOLDS = "JSON Schemas"
"""What the folder of the schemas holds."""


def files() -> dict[str, bytes]:
    """The schema of every kind, as ``<kind>.json``."""
    return {f"{kind.kind}.json": render(kind).encode() for kind in KINDS}


def render(kind: type[Entry]) -> str:
    """The schema of a kind as its file holds it."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n"


def _validator(annotated: Any) -> Any:
    """The function that stands before the checks of a scalar type."""
    return next(part.func for part in reversed(get_args(annotated)) if isinstance(part, BeforeValidator))


class _FrontMatter(GenerateJsonSchema):
    """Says of the house's scalar types what their functions accept, where pydantic could not know it."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """With what each field means."""
        made = super().model_schema(schema)
        for name, info in schema["cls"].model_fields.items():
            made["properties"][info.alias or name]["description"] = meaning(schema["cls"], name)
        return made

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        function = schema["function"]["function"]
        if function is _validator(Number):
            return {"type": "number"}
        if function is _validator(Day):
            return {"type": "string", "format": "date"}
        return super().function_before_schema(schema)

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """With what each value means, which editors show beside it."""
        made = super().enum_schema(schema)
        meanings = [word.meaning for word in schema["members"] if isinstance(word, Word)]
        return made | {"enumDescriptions": meanings} if any(meanings) else made

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without what a field is where it is left out: None and () are Python's words, not those of front matter."""
        return self.generate_inner(schema["schema"])

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        """Items that are all alike as one, since drafts of JSON Schema differ in how they list them."""
        made = super().tuple_schema(schema)
        first = made.get("prefixItems", [None])[0]
        if first and all(item == first for item in made["prefixItems"]):
            del made["prefixItems"]
            made["items"] = first
        return made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A field that may be left out; nothing after its colon is a mistake nearly always."""
        return self.generate_inner(schema["schema"])


def _without_titles(value: Any) -> None:
    """Drop the titles that repeat names."""
    if isinstance(value, dict):
        if isinstance(value.get("title"), str):
            del value["title"]
        for part in value.values():
            _without_titles(part)
    elif isinstance(value, list):
        for part in value:
            _without_titles(part)
