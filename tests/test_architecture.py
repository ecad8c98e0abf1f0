"""The shape of the project: layers, names, sizes, and what never stands in a file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import graphql
import pytest

from kb.problems import CODES

MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
REGISTRY = re.compile(
    r"https?://(?:[\w.-]*(?:pypi|python[h]osted|npmjs|artifactory|nexus|devpi)[\w.-]*)|--(?:extra-)?index-url\s*=?\s*\S+:"
)


@pytest.fixture(scope="module")
def tracked(project: Path) -> list[Path]:
    """The files that belong to the project, as git sees them: tracked, or new and not ignored."""
    if not (project / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := project / name).is_file()]


def _texts(paths: list[Path]) -> dict[Path, str]:
    found = {}
    for path in paths:
        try:
            found[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def _lines(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for path, text in _texts(paths).items()
        for match in pattern.finditer(text)
    ]


def test_the_layers_are_described_as_they_are(project: Path) -> None:
    contract = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = [layer.split(" | ") for layer in contract[0]["layers"]]
    described = re.findall(r"^\| (`.*?`) \|", (project / "HACKING.md").read_text(encoding="utf-8"), re.M)
    rows = [re.findall(r"`(\w+)/?`", cell) for cell in described]
    assert sorted(name for row in rows for name in row) == sorted(name for layer in layers for name in layer)
    places = [{depth for depth, layer in enumerate(layers) if name in layer} for row in rows for name in row]
    assert places == sorted(places, key=min)


def test_every_package_that_is_imported_is_declared(project: Path) -> None:
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (listed for name, listed in about["optional-dependencies"].items() if name != "dev")
    declared = chain(about["dependencies"], *extras)
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in declared}
    distributions = packages_distributions()
    imported = {
        (name.name if isinstance(node, ast.Import) else node.module or "").partition(".")[0]
        for path in (project / "kb").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    } - sys.stdlib_module_names
    assert [module for module in sorted(imported - {"kb"}) if not names & {*map(_normal, distributions[module])}] == []


def _normal(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def test_the_folder_graphql_does_not_hide_the_installed_package() -> None:
    assert "site-packages" in Path(graphql.__file__).parts


def test_the_folder_graphql_holds_no_python(project: Path) -> None:
    assert list((project / "graphql").rglob("*.py")) == []
    assert not (project / "tests" / "graphql").exists()


def test_no_module_is_a_drawer_for_leftovers(project: Path) -> None:
    names = {path.stem for path in (project / "kb").rglob("*") if path.suffix == ".py" or path.is_dir()}
    assert names & {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"} == set()


def test_every_module_says_what_it_owns(project: Path) -> None:
    silent = [
        str(path.relative_to(project))
        for path in sorted((project / "kb").rglob("*.py"))
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_problem_code_is_registered_once_with_its_meaning(project: Path) -> None:
    source = (project / "kb" / "problems.py").read_text(encoding="utf-8")
    registered = re.findall(r'^    "(KB\d{3})": Code\(', source, re.M)
    assert sorted(registered) == sorted(set(registered)) == sorted(CODES)
    assert registered == sorted(registered)
    assert len({code.meaning for code in CODES.values()}) == len(CODES)


def test_every_problem_code_that_is_used_is_registered_and_the_other_way_round(project: Path) -> None:
    modules = [path for path in (project / "kb").rglob("*.py") if path.name != "problems.py"]
    used = {code for path in modules for code in re.findall(r'"(KB\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(CODES)


@pytest.mark.slow
def test_no_file_holds_a_path_of_a_machine(tracked: list[Path], project: Path) -> None:
    assert _lines([path for path in tracked if path != Path(__file__)], MACHINE) == []


@pytest.mark.slow
def test_no_file_names_a_package_registry(tracked: list[Path]) -> None:
    assert _lines([path for path in tracked if path != Path(__file__)], REGISTRY) == []


def test_the_lock_holds_a_hash_for_every_package(project: Path) -> None:
    lock = (project / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in lock.splitlines() if "==" in line]
    assert packages
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []
