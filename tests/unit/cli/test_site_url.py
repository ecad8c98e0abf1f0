"""The address of the site: by option or environment, and nothing that is no address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main

Make = Callable[..., Path]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["option", "environment", "neither"])
def test_the_address_comes_from_the_option_or_the_environment(content: Make, tmp_path: Path, way: str) -> None:
    site, output = "https://burnout.example.org/", tmp_path / "output"
    words = ["build", "--content", str(content()), "--output", str(output), "--index", str(tmp_path / "index")]
    words += ["--today", "2026-11-22", *(("--site-url", site) if way == "option" else ())]
    result = CliRunner(env={"KB_SITE_URL": site if way == "environment" else None}).invoke(main, words)
    assert result.exit_code == 0, result.output
    assert (output / "sitemap.xml").exists() == (way != "neither")
    canonical = '<link rel="canonical" href="https://burnout.example.org/drivers/workload/">'
    page = (output / "drivers/workload/index.html").read_text(encoding="utf-8")
    assert (canonical in page) == (way != "neither")


@pytest.mark.parametrize("address", ["burnout.example.org", "ftp://burnout.example.org", "https://a.example/?b=c"])
def test_what_is_no_web_address_is_refused(content: Make, tmp_path: Path, address: str) -> None:
    words = ["build", "--content", str(content()), "--output", str(tmp_path / "output"), "--site-url", address]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "must be a web address such as https://burnout.example.org" in result.output
    assert not (tmp_path / "output").exists()
