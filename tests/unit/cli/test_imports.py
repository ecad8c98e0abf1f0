"""A command imports only what it needs: nobody waits for a web server to check a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SERVER = {"graphene", "graphql", "starlette", "uvicorn"}
SITE = {"markdown", "pelican"}
SEARCH = {"whoosh"}
CONTENT = {"pydantic", "yaml", "pybtex"}
_RUN = """
import contextlib, sys
from kb.cli import main
with contextlib.redirect_stdout(sys.stderr), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(*sys.modules)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("--help", SERVER | SITE | SEARCH | CONTENT),
        ("serve --help", SERVER | SITE | SEARCH | CONTENT),
        ("mcp --help", SERVER | SITE | SEARCH | CONTENT | {"mcp"}),
        ("check", SERVER | SITE | SEARCH),
        ("diff content", SERVER | SITE | SEARCH),
        ("due", SERVER | SITE | SEARCH),
        ("new page quiet", SERVER | SITE | SEARCH),
        ("search quiet", SERVER | {"pelican"}),
        ("export csv", SERVER | {"pelican"} | SEARCH),
        ("build", SERVER),
    ],
)
def test_a_command_imports_only_what_it_needs(
    content: Callable[..., Path], tmp_path: Path, command: str, unneeded: set[str]
) -> None:
    content()
    words = [sys.executable, "-c", _RUN, *command.split()]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "kb.cli" in imported
    assert "Error" not in done.stderr
    assert not unneeded & imported
