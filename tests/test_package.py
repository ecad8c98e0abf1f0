"""The wheel: what ``pip install .`` gives to someone who has only the package and a content folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(project)], check=True, capture_output=True)
    (path,) = folder.glob("burnout_kb-*.whl")
    return path


def test_the_wheel_carries_theme_and_schema_and_nothing_that_hides_graphql_core(wheel: Path) -> None:
    """Theme and SDL travel inside the package; no folder graphql/ is installed."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "kb/data/schema.graphql" in names
    assert "kb/data/theme/templates/base.html" in names
    assert "kb/check/codes/KB305.md" in names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"kb"}


def test_an_installed_package_builds_a_site_anywhere(wheel: Path, content: Callable[..., Path], tmp_path: Path) -> None:
    """The package finds its theme in itself and content/ in the working directory."""
    content()
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed), "KB_DEBUG": "1"}
    where = [sys.executable, "-c", "import kb; print(kb.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert str(installed) in found
    command = [sys.executable, "-m", "kb.cli", "build", "--today", "2026-11-22"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    home = (tmp_path / "output/index.html").read_text(encoding="utf-8")
    assert "Clinician Burnout Evidence Base" in home
    assert list((tmp_path / "output/theme").rglob("*.css"))


def pythons() -> list[str]:
    """Each Python of a supported version that this machine has, newest first, by its program."""
    found = {}
    places = [Path(place) for place in os.environ["PATH"].split(os.pathsep)]
    for folder in (
        *(place for place in places if place.name != "shims"),
        *sorted(Path.home().glob(".pyenv/versions/*/bin")),
    ):
        for path in folder.glob("python3.*"):
            if (match := re.fullmatch(r"python3\.(\d+)", path.name)) and int(match[1]) >= 11:
                found.setdefault(int(match[1]), str(path))
    return [found[minor] for minor in sorted(found, reverse=True)]


@pytest.mark.world
@pytest.mark.parametrize("python", pythons(), ids=lambda path: Path(path).name)
def test_a_wheel_installs_from_scratch_and_builds_a_site(
    wheel: Path, content: Callable[..., Path], tmp_path: Path, python: str
) -> None:
    """In an empty environment, with packages from a registry as pip finds them."""
    root = content()
    subprocess.run([python, "-m", "venv", str(tmp_path / "env")], check=True)
    program = tmp_path / "env/bin/kb"
    words = [
        str(tmp_path / "env/bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        str(wheel),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(words, check=True, env=environment)
    for command in (["--version"], ["check"], ["build", "--today", "2026-11-22"], ["search", "quiet", "hours"]):
        done = subprocess.run(
            [str(program), *command], cwd=root.parent, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (root.parent / "output/index.html").is_file()
