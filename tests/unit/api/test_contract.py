"""The schema keeps the contract, describes everything, and is the one committed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import graphql
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from kb.api import CODES, cache_keys, sdl
from kb.api.schema import SCHEMA

OURS = {
    name: kind
    for name, kind in SCHEMA.type_map.items()
    if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
}


def _facts(schema: graphql.GraphQLSchema) -> dict[str, object]:
    """Everything that a contract fixes, each fact by its coordinates."""
    facts: dict[str, object] = {}
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        facts[name] = next(
            base.__name__
            for base in (
                *(GraphQLObjectType, GraphQLInterfaceType, GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType),
            )
            if isinstance(kind, base)
        )
        if isinstance(kind, GraphQLEnumType):
            facts |= {f"{name}.{value}": True for value in kind.values}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            facts |= {f"{name} implements {interface.name}": True for interface in kind.interfaces}
            for field_name, field in kind.fields.items():
                facts[f"{name}.{field_name}"] = str(field.type)
                for arg_name, arg in field.args.items():
                    facts[f"{name}.{field_name}({arg_name}:)"] = (str(arg.type), _default(arg))
        if isinstance(kind, GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                facts[f"{name}.{field_name}"] = (str(field.type), _default(field))
    return facts


def _default(argument: graphql.GraphQLArgument | graphql.GraphQLInputField) -> str | None:
    node = graphql.utilities.ast_from_value(argument.default_value, argument.type)
    return graphql.print_ast(node) if node else None


def test_everything_in_the_contract_stands_in_the_schema(project: Path) -> None:
    """Types, fields, arguments, their types and defaults, enum values and interfaces are those of the contract."""
    path = project.parent / "shared" / "contract" / "schema.graphql"
    if not path.exists():
        pytest.skip("the contract lies beside the checkout, and there is none here")
    wanted, ours = _facts(build_schema(path.read_text(encoding="utf-8"))), _facts(SCHEMA)
    assert {fact: ours.get(fact) for fact in wanted} == wanted


def test_the_contract_of_required_arguments_is_not_tightened(project: Path) -> None:
    """No field of the contract has another required argument, so that every query of the contract stays valid."""
    path = project.parent / "shared" / "contract" / "schema.graphql"
    if not path.exists():
        pytest.skip("the contract lies beside the checkout, and there is none here")
    wanted, ours = _facts(build_schema(path.read_text(encoding="utf-8"))), _facts(SCHEMA)
    added = {fact: value for fact, value in ours.items() if fact not in wanted and fact.partition("(")[0] in wanted}
    assert [fact for fact, value in added.items() if str(value).startswith("('") and "!'" in str(value)] == []


def test_everything_in_the_schema_has_a_description() -> None:
    """Types, fields, arguments, enum values and input fields say what they mean."""
    missing = [name for name, kind in OURS.items() if not kind.description]
    for name, kind in OURS.items():
        if isinstance(kind, GraphQLEnumType):
            missing += [f"{name}.{value}" for value, meaning in kind.values.items() if not meaning.description]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                missing += [f"{name}.{field_name}"] if not field.description else []
                for arg_name, arg in getattr(field, "args", {}).items():
                    missing += [f"{name}.{field_name}({arg_name}:)"] if not arg.description else []
    assert missing == []


def test_the_committed_sdl_is_that_of_the_code(project: Path, same_as_file: Callable[[Path, str], None]) -> None:
    """graphql/schema.graphql is generated; it changes only with the code."""
    same_as_file(project / "graphql" / "schema.graphql", sdl())


def test_the_committed_keys_of_caches_are_those_of_the_schema(
    project: Path, same_as_file: Callable[[Path, str], None]
) -> None:
    """Each type that is an object is either a Node with an id or named as one without; pages are those of Query."""
    same_as_file(project / "graphql" / "cache-keys.json", cache_keys())
    facts = json.loads(cache_keys())
    objects = {name for name, kind in OURS.items() if isinstance(kind, GraphQLObjectType)} - {"Query"}
    assert objects == {*facts["possibleTypes"]["Node"], *facts["withoutId"]}
    assert "SearchConnection" in facts["withoutId"]
    assert facts["pages"]["interventions"] == ["filter", "orderBy"]


def test_the_sdl_is_a_schema_by_itself() -> None:
    """A client can build the schema from the SDL alone."""
    assert _facts(build_schema(sdl())) == _facts(SCHEMA)


def test_the_folder_of_the_sdl_does_not_hide_graphql_core(project: Path) -> None:
    """The import graphql is the installed package, though a folder of the checkout has its name."""
    assert "site-packages" in Path(graphql.__file__).parts
    assert not list((project / "graphql").rglob("*.py"))


def test_every_error_code_is_documented(project: Path) -> None:
    """The guide for users lists every code with its meaning."""
    guide = (project / "graphql" / "README.md").read_text(encoding="utf-8")
    missing = [code for code, meaning in CODES.items() if f"| `{code}` | {meaning} |" not in guide]
    assert missing == []


def test_certainty_rises_from_first_to_last() -> None:
    """Clients may rely on the order of the enum's values."""
    certainty = SCHEMA.type_map["Certainty"]
    assert isinstance(certainty, GraphQLEnumType)
    assert list(certainty.values) == ["VERY_LOW", "LOW", "MODERATE", "HIGH"]
