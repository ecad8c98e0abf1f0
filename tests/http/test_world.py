"""More clients and a linter, fetched from public registries: make test-world. What they make of the schema is clean."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from graphql import introspection_from_schema

from kb.api.schema import SCHEMA
from kb.export.identity import LOCAL

pytestmark = pytest.mark.world

NPM = (
    "graphql@16.15.0",
    "typescript@7.0.2",
    "@graphql-codegen/cli@7.4.3",
    "@graphql-codegen/client-preset@6.2.0",
    "@graphql-codegen/typescript@6.1.0",
    "@graphql-codegen/typescript-operations@6.1.9",
    "@urql/core@6.0.3",
    "@urql/exchange-graphcache@9.0.2",
    "@urql/exchange-persisted@5.0.1",
    "graphql-schema-linter@3.0.1",
)
PYTHON = ("sgqlc==18",)
GO = ("github.com/Khan/genqlient@v0.8.1", "golang.org/x/tools@v0.39.0")
"""genqlient names tools that newer Go cannot compile; these it can."""
NOT_LINTED = {
    "descriptions-are-capitalized": "some begin with a value as it is spelled",
    "enum-values-sorted-alphabetically": "values are in the order of what they mean",
    "type-fields-sorted-alphabetically": "fields are in the order in which people ask for them",
    "input-object-fields-sorted-alphabetically": "likewise",
    "interface-fields-sorted-alphabetically": "likewise",
}
"""Rules of the linter that are not followed, each with the reason."""


def run(command: Sequence[object], folder: Path, path: Path | None = None) -> str:
    """What a command prints; it must succeed. ``path`` is where Python finds packages."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed on this machine")
    words = ["env", f"PYTHONPATH={path}:{folder}", *map(str, command)] if path else [*map(str, command)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def work(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the schema, as SDL and as introspection, and the worked queries."""
    folder = tmp_path_factory.mktemp("clients")
    shutil.copytree(project / "graphql", folder / "graphql")
    shutil.copy(project / "tests/node/urql.mjs", folder)
    (folder / "schema.json").write_text(json.dumps({"data": introspection_from_schema(SCHEMA)}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def npm(work: Path) -> Path:
    """The programs of the npm packages."""
    run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *NPM], work)
    return work / "node_modules/.bin"


@pytest.fixture(scope="module")
def python(work: Path) -> Path:
    """The folder of the Python packages."""
    run([sys.executable, "-m", "pip", "install", "--quiet", "--target", work / "python", *PYTHON], work)
    return work / "python"


def test_the_linter_of_schemas_finds_nothing(work: Path, npm: Path) -> None:
    rules = sorted({*_rules(npm)} - set(NOT_LINTED))
    assert len(rules) > 10
    told = run([npm / "graphql-schema-linter", "--rules", ",".join(rules), "graphql/schema.graphql"], work)
    assert "0 errors" in told


def _rules(npm: Path) -> list[str]:
    folder = npm.parent / "graphql-schema-linter/lib/rules"
    return [path.stem.replace("_", "-") for path in folder.glob("*.js")]


def test_graphql_codegen_makes_types_of_schema_and_worked_queries(work: Path, npm: Path) -> None:
    """That TypeScript compiles."""
    makes = {
        "types.ts": {"plugins": ["typescript"]},
        "operations.ts": {"plugins": ["typescript-operations"]},
        "gql/": {"preset": "client"},
    }
    config = {"schema": "graphql/schema.graphql", "documents": "graphql/queries/*.graphql", "generates": makes}
    (work / "codegen.json").write_text(json.dumps(config), encoding="utf-8")
    assert not re.search(r"(?i)warn|error", run([npm / "graphql-codegen", "--config", "codegen.json"], work))
    run([npm / "tsc", "--noEmit", "--strict", "--skipLibCheck", "types.ts", "operations.ts"], work)


def test_the_cache_of_urql_keeps_every_answer(work: Path, npm: Path, whole_site: str) -> None:
    """By the recipe of the guide: without a warning, with its exchange for persisted queries."""
    told = json.loads(run(["node", "urql.mjs", whole_site, "graphql"], work))
    assert told["warnings"] == []
    assert set(told["queries"].values()) == {"same"}
    assert told["paged"] == told["total"] > 50


def test_genqlient_makes_go_of_the_worked_queries(work: Path) -> None:
    """That compiles."""
    folder = work / "go"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.org/client\n\ngo 1.24\n", encoding="utf-8")
    (folder / "genqlient.yaml").write_text(
        "schema: ../graphql/schema.graphql\noperations: [../graphql/queries/*.graphql]\ngenerated: generated.go\n"
        "package: client\nbindings:\n  Date:\n    type: string\n",
        encoding="utf-8",
    )
    run(["go", "get", *GO], folder)
    run(["go", "run", "github.com/Khan/genqlient", "genqlient.yaml"], folder)
    run(["go", "mod", "tidy"], folder)
    run(["go", "vet", "./..."], folder)


def test_the_typed_client_is_made_of_the_worked_queries_and_answers(work: Path, project: Path, whole_site: str) -> None:
    """Its wheel is built as its guide says, with ariadne-codegen, and the program of the guide runs."""
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", work, project / "client"], work)
    (wheel,) = work.glob("burnout_kb_client-*.whl")
    run([sys.executable, "-m", "pip", "install", "--quiet", "--target", work / "client", wheel], work)
    guide = (project / "client/README.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    (work / "ask.py").write_text(program.replace(LOCAL, whole_site), encoding="utf-8")
    told = run([sys.executable, work / "ask.py"], work, work / "client").splitlines()
    assert len(told) == 3
    assert told[0].startswith("Peer coaching by trained physicians")
    client = "from burnout_kb_client import BurnoutKb; print(*vars(BurnoutKb))"
    methods = run([sys.executable, "-c", client], work, work / "client").split()
    queries = [path.stem[3:].replace("-", "_") for path in (project / "graphql/queries").glob("*.graphql")]
    assert len(queries) > 10
    assert set(queries) <= set(methods)


def test_sgqlc_makes_operations_of_the_worked_queries(work: Path, python: Path) -> None:
    """That can be imported."""
    generate = [sys.executable, "-m", "sgqlc.codegen"]
    run([*generate, "schema", "--docstrings", "schema.json", "kb_schema.py"], work, python)
    queries = sorted((work / "graphql/queries").glob("*.graphql"))
    run([*generate, "operation", "--schema", "schema.json", "kb_schema", "operations.py", *queries], work, python)
    named = run([sys.executable, "-c", "import operations; print(*vars(operations.Operations.query))"], work, python)
    assert "trials_that_wait" in named
