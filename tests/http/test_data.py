"""The files of the data, as kb serve answers, are what openapi.json says of them: Schemathesis asks for all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def _run(address: str, folder: Path, description: str = "openapi.json") -> subprocess.CompletedProcess[str]:
    """Schemathesis over every operation: with examples, at the edges, and with made-up values."""
    program = shutil.which("schemathesis", path=Path(sys.executable).parent) or shutil.which("schemathesis")
    if program is None:
        pytest.skip("schemathesis is not installed on this machine")
    data = f"{address}/data/v1"
    location = description if Path(description).is_absolute() else f"{data}/{description}"
    chosen = ["--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--seed", "1"]
    command = [program, "run", location, "--url", data, *chosen, "--no-color", "--warnings", "off"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def test_every_answer_is_as_the_description_says(steady: Any, tmp_path: Path) -> None:
    """Status, media type, headers and body, also for entries that there are not and methods that are refused."""
    done = _run(steady.base, tmp_path)
    assert done.returncode == 0, done.stdout
    found = re.search(r"Tested: (\d+)\s", done.stdout)
    assert found, done.stdout
    assert int(found[1]) > 25


def test_a_description_that_is_wrong_is_found(steady: Any, tmp_path: Path) -> None:
    with steady.client() as client:
        text = client.get("/data/v1/openapi.json").text
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text.replace('"verdict_label"', '"verdict_word"'), encoding="utf-8")
    done = _run(steady.base, tmp_path, str(wrong))
    assert done.returncode == 1, done.stdout
    assert "GET /index.json" in done.stdout
