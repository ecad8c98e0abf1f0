"""The site of the real content, built once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb.check import read
from kb.folders import publish
from kb.site import HOLDS, build_site


@pytest.fixture(scope="session")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of the real content."""
    output = tmp_path_factory.mktemp("site") / "output"
    publish(build_site(read(project / "content", date(2026, 11, 28)), project / "content"), output, HOLDS)
    return output
