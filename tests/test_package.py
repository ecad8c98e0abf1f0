"""The wheel: what ``pip install .`` gives to someone who has only the package and a content folder."""

from __future__ import annotations

import os
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
