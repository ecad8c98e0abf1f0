"""Nobody's query breaks: the schema against the one released last, and the changelog against both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    find_breaking_changes,
    is_introspection_type,
)
from graphql.utilities import find_dangerous_changes

from kb import __version__
from kb.api import sdl

NEWEST = build_schema(sdl())
Facts = dict[str, tuple[str, ...]]


def _facts(schema: GraphQLSchema) -> Facts:
    """What a client can rely on, by the name that the changelog uses."""
    facts: Facts = {}
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind):
            continue
        facts[name] = (type(kind).__name__,)
        if isinstance(kind, GraphQLUnionType):
            facts[name] += tuple(sorted(member.name for member in kind.types))
        if isinstance(kind, GraphQLEnumType):
            facts |= {f"{name}.{value}": (str(found.deprecation_reason),) for value, found in kind.values.items()}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            facts[name] += tuple(sorted(interface.name for interface in kind.interfaces))
            for field_name, field in kind.fields.items():
                facts[f"{name}.{field_name}"] = (str(field.type), str(field.deprecation_reason))
                for argument_name, argument in field.args.items():
                    default = (str(argument.type), repr(argument.default_value), str(argument.deprecation_reason))
                    facts[f"{name}.{field_name}({argument_name}:)"] = default
        if isinstance(kind, GraphQLInputObjectType):
            for field_name, value in kind.fields.items():
                default = (str(value.type), repr(value.default_value), str(value.deprecation_reason))
                facts[f"{name}.{field_name}"] = default
    return facts


def _untold(old: GraphQLSchema, new: GraphQLSchema, text: str) -> list[str]:
    """What was added, changed or removed and is not named in a text. The parts of a new type need not be named."""
    told = set(re.findall(r"`([^`]+)`", text))
    before, after = _facts(old), _facts(new)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    new_types = {name for name in changed if "." not in name and name not in before}
    return sorted(name for name in changed if name.partition(".")[0] not in new_types - {name} and name not in told)


@pytest.fixture(scope="module")
def released(project: Path) -> GraphQLSchema:
    return build_schema((project / "graphql" / "released.graphql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unreleased(project: Path) -> str:
    """The part of the changelog that tells what the next release brings."""
    text = (project / "graphql" / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## Unreleased\n(.*?)^## \d{4}-\d{2}-\d{2}$", text, re.M | re.S)
    assert found, "the changelog has no part Unreleased above the last release"
    return found[1]


def test_from_1_0_on_no_query_written_for_the_last_release_breaks(released: GraphQLSchema) -> None:
    """Until then what breaks stands in the changelog, as the next test holds."""
    breaking = [change.description for change in find_breaking_changes(released, NEWEST)]
    assert breaking == [] or __version__.startswith("0.")


def test_every_change_since_the_last_release_is_told(released: GraphQLSchema, unreleased: str) -> None:
    """Each type, field, argument and enum value that is new, changed or gone stands in the changelog by its name."""
    assert _untold(released, NEWEST, unreleased) == []


def test_where_nothing_changed_the_changelog_says_so(released: GraphQLSchema, unreleased: str) -> None:
    """A part Unreleased that was forgotten at the release would tell of changes that are none."""
    assert ("Nothing yet." in unreleased) == (_facts(released) == _facts(NEWEST))


@pytest.mark.parametrize(
    ("before", "after", "untold"),
    [
        ("type Query { a: Int }", "type Query { a: Int b: Int }", ["Query.b"]),
        ("type Query { a: Int }", "type Query { a(x: Int): Int }", ["Query.a(x:)"]),
        ("type Query { a(x: Int = 1): Int }", "type Query { a(x: Int = 2): Int }", ["Query.a(x:)"]),
        ("type Query { a: Int }", 'type Query { a: Int @deprecated(reason: "b") }', ["Query.a"]),
        ("enum E { A } type Query { a: E }", "enum E { A B } type Query { a: E }", ["E.B"]),
        ("type Query { a: Int }", "type New { x: Int } type Query { a: Int b: New }", ["New", "Query.b"]),
        (
            "input I { a: Int } type Query { a(i: I): Int }",
            "input I { a: Int b: Int } type Query { a(i: I): Int }",
            ["I.b"],
        ),
        (
            "interface N { a: Int } type Query { a: Int }",
            "interface N { a: Int } type Query implements N { a: Int }",
            ["Query"],
        ),
    ],
)
def test_a_change_that_is_not_told_is_found(before: str, after: str, untold: list[str]) -> None:
    """Whatever graphql-core calls dangerous is among what must be told."""
    old, new = build_schema(before), build_schema(after)
    assert _untold(old, new, "") == untold
    assert _untold(old, new, " ".join(f"`{name}`" for name in untold)) == []
    assert not find_breaking_changes(old, new)
    for change in find_dangerous_changes(old, new):
        assert any(name.partition(".")[0].partition("(")[0] in change.description for name in untold)
