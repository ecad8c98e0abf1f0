"""JSON Schemas for editors and other programs: of each kind's front matter, and of the JSON files of the data."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from kb.export.as_json import IN_SHORT, LISTED, LISTS, WITH_ENTRIES
from kb.export.identity import NAME
from kb.model import KINDS, Certainty, Entry, Word
from kb.model.fields import meaning
from kb.view.fields import (
    OF_WITHDRAWN,
    VIEWS,
    EntryView,
    InterventionView,
    fields_of,
    has_fields,
    name_of,
)
from kb.view.moves import ChangeView


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


class _FrontMatter(GenerateJsonSchema):
    """Says of the model what pydantic cannot know."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """With what each field means."""
        made = super().model_schema(schema)
        for name, info in schema["cls"].model_fields.items():
            made["properties"][info.alias or name]["description"] = meaning(schema["cls"], name)
        return made

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """With bounds by their names in JSON Schema; pydantic leaves its own where a validator runs first."""
        made = super().generate_inner(schema)
        return {{"ge": "minimum", "le": "maximum"}.get(name, name): value for name, value in made.items()}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        """A number: the model takes no digits in quotes."""
        return {"type": "number"}

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


class _Data(_FrontMatter):
    """What is computed may be null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return GenerateJsonSchema.nullable_schema(self, schema)


FILES = ("Everything", "Index", *(kind.__name__ for kind in KINDS), "Withdrawn")
"""The parts that are files of their own."""


def data_schema() -> bytes:
    """The schema that every JSON file of the data fits: the file of an entry, of everything, and the index.

    Its parts are those of `data_parts`, which also has the schema of each record of a list.
    """
    parts = data_parts()
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"The JSON files of the {NAME}",
        "anyOf": [_part(name) for name in FILES],
        "$defs": parts,
    }
    return f"{json.dumps(whole, ensure_ascii=False, indent=2)}\n".encode()


def data_parts() -> dict[str, Any]:
    """The schema of each kind of file and of record in the data, by name; they refer to each other in ``$defs``."""
    parts: dict[str, Any] = {}
    version = {"type": "string", "description": "The version of the content: a hash of everything."}
    release = {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "The release that the content is, such as 2026.12; null where it is none.",
    }
    day = {"type": "string", "format": "date", "description": "The day for which it was built."}
    terms = {"type": "string", "description": "The terms under which the content may be used."}
    whole = {"version": version, "built_on": day, "release": release, "licence": terms}
    page = {"type": "string", "description": "The version of its page: a hash of the page and this file."}
    history = {
        "type": "array",
        "items": _value(ChangeView, parts),
        "description": "What happened to it: verdicts that moved, corrections, readings. The last comes first.",
    }
    of_entry = {"page_version": page, "history": history}
    for kind in KINDS:
        view: type = VIEWS.get(kind, EntryView)
        made = _object(view, fields_of(view), parts, of_entry, optional=("page_version",))
        made["properties"]["kind"]["const"] = kind.kind
        parts[kind.__name__] = made
    parts["Withdrawn"] = _object(EntryView, OF_WITHDRAWN, parts, of_entry, optional=("page_version",))
    file = {"type": "string", "description": "Its data, relative to the index."}
    listed = _object(InterventionView, (*LISTED, *IN_SHORT), parts, {"data": file}, optional=IN_SHORT)
    parts["Index"] = _closed({**whole, "entries": {"type": "array", "items": listed}})
    lists = {
        kind.folder: {"type": "array", "items": {"anyOf": [_part(kind.__name__), _part("Withdrawn")]}} for kind in KINDS
    }
    lists |= {name: {"type": "array", "items": _value(LISTS[name].view, parts)} for name in WITH_ENTRIES}
    parts["Everything"] = _closed({**whole, **lists})
    for listing in LISTS.values():
        _value(listing.view, parts)
    return parts


def schema_of(kind: type) -> dict[str, Any]:
    """The schema of what `kb.view.fields.as_data` makes of a view, a record or any class of described attributes."""
    parts: dict[str, Any] = {}
    made = _object(kind, fields_of(kind), parts)
    return made | ({"$defs": parts} if parts else {})


def _part(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _closed(properties: Mapping[str, Any], optional: Collection[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _object(
    kind: type,
    shown: Iterable[str],
    parts: dict[str, Any],
    more: Mapping[str, Any] | None = None,
    optional: Collection[str] = (),
) -> dict[str, Any]:
    """The schema of fields of a view or record, and of more properties; what it refers to is added to ``parts``."""
    fields = {name: fields_of(kind)[name] for name in shown}
    left_out = {
        name for name, field in fields.items() if not field.computed and type(None) in get_args(_bare(field.type))
    }
    properties = {
        name: {**_value(field.type, parts, nullable=field.computed), "description": field.meaning}
        for name, field in fields.items()
    }
    return _closed(properties | dict(more or {}), {*left_out, *optional})


def _value(annotation: Any, parts: dict[str, Any], nullable: bool = False) -> dict[str, Any]:
    """The schema of a value by its type; None is null where that is ``nullable``, else the value is left out."""
    kind, options = _bare(annotation), get_args(_bare(annotation))
    if get_origin(kind) in (list, tuple):
        return {"type": "array", "items": _value(options[0], parts)}
    if type(None) in options:
        inner = _value(next(option for option in options if option is not type(None)), parts)
        return {"anyOf": [inner, {"type": "null"}]} if nullable else inner
    if kind is Certainty:
        words, meanings = [level.word for level in Certainty], [level.meaning for level in Certainty]
        parts["Certainty"] = {"type": "string", "enum": words, "enumDescriptions": meanings}
    elif has_fields(kind):
        name = name_of(kind)
        parts[name] = parts.get(name) or _object(kind, fields_of(kind), parts)
        return _part(name)
    elif issubclass(kind, Enum):
        parts[kind.__name__] = TypeAdapter(kind).json_schema(schema_generator=_FrontMatter)
    else:
        scalar: dict[str, Any] = TypeAdapter(annotation).json_schema(schema_generator=_FrontMatter)
        return scalar
    return _part(kind.__name__)


def _bare(annotation: Any) -> Any:
    """A type without what is annotated of it."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


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
