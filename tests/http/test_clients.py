"""The clients that developers use, unmodified: Relay's compiler reads the schema, Apollo's cache keeps the answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, is_required_argument

from kb.api.schema import SCHEMA

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def node(project: Path) -> str:
    found = shutil.which("node")
    if found is None or not (project / "tests/node/node_modules/relay-compiler").is_dir():
        pytest.skip("needs Node.js and: npm ci --prefix tests/node")
    return found


def _worked(project: Path) -> Iterator[tuple[str, str]]:
    """The worked queries as Relay wants operations named: after the module, with Query at the end."""
    for path in sorted((project / "graphql/queries").glob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        (name,) = re.findall(r"^query (\w+)", text, re.M)
        yield f"{name}.ts", re.sub(rf"^query {name}\b", f"query {name}Query", text, flags=re.M)


def _refetched() -> Iterator[tuple[str, str]]:
    """A part of a page for each Node, which Relay asks for again by its id."""
    interface = SCHEMA.type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    for kind in SCHEMA.get_possible_types(interface):
        yield (
            f"{kind.name}Part.ts",
            f'fragment {kind.name}Part_it on {kind.name} @refetchable(queryName: "{kind.name}PartQuery") {{ id }}',
        )


def _paged() -> Iterator[tuple[str, str]]:
    """A list for each connection of Query, which Relay pages through."""
    query = SCHEMA.query_type
    assert isinstance(query, GraphQLObjectType)
    for name, field in query.fields.items():
        if "after" in field.args:
            module = f"{name.capitalize()}List"
            given = "".join(f'{each}: "x", ' for each, arg in field.args.items() if is_required_argument(arg))
            yield (
                f"{module}.ts",
                f"fragment {module}_query on Query\n"
                f'@argumentDefinitions(first: {{ type: "Int", defaultValue: 10 }}, after: {{ type: "String" }})\n'
                f'@refetchable(queryName: "{module}PaginationQuery") {{\n'
                f'  {name}({given}first: $first, after: $after) @connection(key: "{module}_{name}") {{\n'
                "    totalCount edges { node { __typename } }\n  }\n}",
            )


def test_the_compiler_of_relay_takes_schema_worked_queries_pages_and_refetching(
    project: Path, node: str, tmp_path: Path
) -> None:
    """It writes an artifact for each document and has nothing to remark."""
    source = tmp_path / "src"
    source.mkdir()
    documents = dict([*_worked(project), *_refetched(), *_paged()])
    for name, text in documents.items():
        (source / name).write_text(f"graphql`\n{text}\n`;\n", encoding="utf-8")
    shutil.copy(project / "graphql/schema.graphql", tmp_path)
    config = {"src": "./src", "schema": "./schema.graphql", "language": "typescript"}
    (tmp_path / "relay.config.json").write_text(json.dumps(config), encoding="utf-8")
    command = [node, project / "tests/node/node_modules/relay-compiler/cli.js"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert not re.search(r"(?i)warn|error", told), told
    assert len(list(source.rglob("*.graphql.ts"))) >= len(documents)


def test_the_cache_of_apollo_keeps_every_answer_and_its_links_need_nothing_else(
    project: Path, node: str, whole_site: str
) -> None:
    """By the recipe of the guide: without a warning, page after page, any object again by its id.

    The link for persisted queries learns from the first answer to send whole queries: one request more than queries.
    """
    command = [node, project / "tests/node/apollo.mjs", whole_site, project / "graphql"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    worked = len(list(_worked(project)))
    assert told["warnings"] == []
    assert set(told["queries"].values()) == {"same"}
    assert len(told["queries"]) == worked
    assert told["paged"] == told["total"] > 50
    assert told["refetched"] is True
    pages = -(-told["total"] // 7)
    assert told["sent"] == 1 + worked + pages + 1
