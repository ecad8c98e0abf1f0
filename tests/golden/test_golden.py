"""Whole outputs of the small knowledge base, kept as files, so that a change in what readers get is seen in review.

``make golden`` writes them anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import read
from kb.export import FORMATS
from kb.site import build_site

GOLDEN = Path(__file__).parent
Compare = Callable[[Path, str], None]


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_one_kept(name: str, content: Callable[..., Path], today: date, same_as_file: Compare) -> None:
    for file, data in FORMATS[name](read(content(), today)).items():
        same_as_file(GOLDEN / "export" / file, data.decode().replace("\r\n", "\n"))


def test_the_pages_are_the_ones_kept(content: Callable[..., Path], today: date, same_as_file: Compare) -> None:
    """One page of each kind, the home page and the lists that come from the whole."""
    root = content()
    knowledge = read(root, today)
    site = build_site(knowledge, root)
    kinds = ("interventions", "instruments", "studies", "drivers", "frameworks")
    pages = ["index", "references/index", *(f"{kind}/{min(getattr(knowledge, kind))}/index" for kind in kinds)]
    for page in pages:
        kept = GOLDEN / "site" / f"{page.removesuffix('/index').replace('/', '-')}.html"
        same_as_file(kept, site[f"{page}.html"].decode())
