"""What public checkers say of the built pages: axe, the Nu HTML checker, lychee and Lighthouse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kb.check import read
from kb.site.pages import pages
from kb.view.catalog import Catalog

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def modules(project: Path) -> Path:
    """The folder of the checkers that npm installs."""
    folder = project / "tests/node/node_modules"
    if shutil.which("node") is None or not folder.is_dir():
        pytest.skip("needs Node.js and: npm ci --prefix tests/node")
    return folder


@pytest.fixture(scope="module")
def samples(project: Path, site_folder: Path) -> list[str]:
    """For each template the smallest and the largest page made with it, below the site's root."""
    by_template: dict[str, list[tuple[int, str]]] = {}
    for page in pages(Catalog(read(project / "content", date(2026, 11, 22)))):
        path = f"{page.path}index.html"
        by_template.setdefault(page.template, []).append(((site_folder / path).stat().st_size, path))
    return sorted({path for sizes in by_template.values() for _, path in (min(sizes), max(sizes))})


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_template(
    modules: Path, samples: list[str], visit: Visit, address: str, scheme: str
) -> None:
    page = visit(f"{address}search/index.html?q=coaching", color_scheme=scheme)
    page.locator("#results > li").first.wait_for()
    script = (modules / "axe-core/axe.min.js").read_text(encoding="utf-8")
    found = []
    for path in ("search/index.html?q=coaching", *samples):
        if "?" not in path:
            page.goto(f"{address}{path}")
        page.evaluate(script)
        violations = page.evaluate("axe.run().then(found => found.violations)")
        found += [f"{path}: {item['id']}: {node['html']}" for item in violations for node in item["nodes"]]
    assert not found, "\n".join(found)


@pytest.mark.node
def test_the_nu_html_checker_finds_no_error_on_any_page(modules: Path, site_folder: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    jar = modules / "vnu-jar/build/dist/vnu.jar"
    # This last version with a jar is older than the attribute by which details close each other.
    known = ".*Attribute .name. not allowed on element .details. at this point.*"
    command = ["java", "-Dfile.encoding=UTF-8", "-jar", str(jar), "--errors-only", "--skip-non-html"]
    command += ["--filterpattern", known, "--exit-zero-always", "--format", "json"]
    result = subprocess.run([*command, str(site_folder)], capture_output=True, text=True, check=True)
    messages = json.loads(result.stderr)["messages"]
    assert [f"{item['url']}:{item.get('lastLine')}: {item['message']}" for item in messages] == []


def test_lychee_finds_no_broken_link(site_folder: Path) -> None:
    lychee = Path(sys.executable).with_name("lychee")
    command = [
        lychee,
        "--offline",
        "--include-fragments",
        f"--root-dir={site_folder}",
        "--no-progress",
        "--format",
        "json",
        f"{site_folder}/**/*.html",
    ]
    result = subprocess.run(command, cwd=site_folder, capture_output=True, text=True, check=False)
    told = json.loads(result.stdout)
    assert told["total"] > 1000, result.stderr
    assert told["error_map"] == {}
    assert result.returncode == 0, result.stderr


@pytest.mark.browser
@pytest.mark.node
def test_lighthouse_gives_full_marks_for_all_that_no_clock_measures(
    modules: Path, project: Path, site_folder: Path
) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed on this machine")
    command = [sys.executable, project / "benchmarks/lighthouse.py", "--site", site_folder, "--no-performance"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
