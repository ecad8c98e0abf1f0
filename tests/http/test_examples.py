"""Every command and program of the guides runs as printed, against a server started as its readers start it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from graphql import parse, validate

from kb.api.schema import SCHEMA
from kb.export.identity import LOCAL

ROOT = Path(__file__).parents[2]
GUIDES = (ROOT / "graphql" / "README.md", ROOT / "content" / "pages" / "for-developers.md")
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_PROGRAMS = ("sh", "python", "js")


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide; ``printed`` is the block behind it that shows what it prints, if there is one."""

    where: str
    language: str
    text: str
    printed: Block | None = None


def _blocks(guide: Path) -> list[Block]:
    text = guide.read_text(encoding="utf-8")
    found: list[Block] = []
    for match in _FENCED.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(f"{guide.name}:{line}", match[1], match[2]))
    paired = zip(found, [*found[1:], None], strict=True)
    return [
        Block(one.where, one.language, one.text, after if after and after.language in ("json", "text") else None)
        for one, after in paired
    ]


BLOCKS = [block for guide in GUIDES for block in _blocks(guide)]


def _command(block: Block, text: str, folder: Path) -> list[str]:
    if block.language == "sh":
        return ["bash", "-euc", text]
    path = folder / ("ask.py" if block.language == "python" else "ask.mjs")
    path.write_text(text, encoding="utf-8")
    if block.language == "python":
        return [sys.executable, str(path)]
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed on this machine")
    return [node, str(path)]


def _pattern(printed: str) -> re.Pattern[str]:
    """A text in which a line of only … stands for any lines, or none."""
    lines = [r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in printed.splitlines()]
    return re.compile("".join(lines))


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in _PROGRAMS], ids=lambda block: block.where)
def test_an_example_runs_and_prints_what_the_guide_says(block: Block, whole_site: str, tmp_path: Path) -> None:
    if block.language == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not installed on this machine")
    assert LOCAL in block.text
    command = _command(block, block.text.replace(LOCAL, whole_site), tmp_path)
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    if block.printed is None:
        assert "errors" not in done.stdout
    elif block.printed.language == "json":
        assert json.loads(done.stdout) == json.loads(block.printed.text)
    else:
        assert _pattern(block.printed.text).fullmatch(done.stdout), done.stdout


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "graphql"], ids=lambda block: block.where)
def test_a_query_of_a_guide_fits_the_schema(block: Block) -> None:
    assert validate(SCHEMA, parse(block.text)) == []


def test_the_guides_have_programs_in_each_language() -> None:
    """The blocks are found by their fences: none is left out by a spelling that nobody runs."""
    readme, page = (_blocks(guide) for guide in GUIDES)
    assert {block.language for block in readme} == {"sh", "python", "js", "json", "text"}
    assert {block.language for block in page} <= {"sh", "python", "js", "json", "text", "graphql"}
    assert sum("gql" in block.text for block in readme if block.language == "python") == 1
    for guide in GUIDES:
        assert guide.read_text(encoding="utf-8").count("```") == 2 * len(_blocks(guide))


PROGRAMS = {".py": "python", ".R": "Rscript", ".mjs": "node"}
"""What runs the files of examples/, by the ends of their names."""


def _run(name: str, folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """A program of examples/, with what it is given."""
    program = PROGRAMS[Path(name).suffix]
    found = sys.executable if program == "python" else shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed on this machine")
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    command = [found, str(ROOT / "examples" / name), *given]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def _rows(address: str, name: str) -> list[dict[str, str]]:
    text = httpx.get(f"{address}/data/v1/{name}", trust_env=False).text
    return list(csv.DictReader(io.StringIO(text)))


def test_every_example_is_listed_and_run() -> None:
    """The tests below name them."""
    files = {path.name for path in (ROOT / "examples").iterdir()} - {"README.md"}
    assert files == {"forest_plot.R", "interventions_for_driver.py", "watch_verdict.mjs"}
    listed = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert files == set(re.findall(r"\]\((\w+\.\w+)\)", listed))


def test_metafor_computes_from_the_files_what_the_site_says(whole_site: str, tmp_path: Path) -> None:
    """Also where a body has other estimates beside the one that is judged: the program stops where the two differ."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed on this machine")
    asked = ["Rscript", "-e", "quit(status = !requireNamespace('metafor', quietly = TRUE))"]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("R's package metafor is not installed on this machine")
    rows = _rows(whole_site, "contributions.csv")
    parts = Counter((row["intervention"], row["key"]) for row in rows if row["judged"] == "TRUE")
    others = {(row["intervention"], row["key"]) for row in rows if row["judged"] == "FALSE"}
    pooled = [key for key, number in parts.most_common() if number > 1]
    assert len(pooled) > 5
    for intervention, key in [*pooled[:3], next(key for key in pooled if key in others)]:
        plot = tmp_path / "plot.pdf"
        done = _run("forest_plot.R", tmp_path, whole_site, intervention, key, str(plot))
        assert done.returncode == 0, done.stderr
        assert plot.read_bytes().startswith(b"%PDF")
        assert "Certainty: " in done.stdout
    assert _run("forest_plot.R", tmp_path, whole_site, "coaching", "no/such", "plot.pdf").returncode == 1


def test_the_table_has_every_intervention_of_the_driver(whole_site: str, tmp_path: Path) -> None:
    """Each with its certainty in words, its marks and what may be said of it."""
    done = _run("interventions_for_driver.py", tmp_path, whole_site, "workload")
    assert done.returncode == 0, done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    claims = {row["intervention"] for row in _rows(whole_site, "claims.csv") if row["driver"] == "workload"}
    assert len(rows) == len(claims) > 5
    assert {row[2].partition(",")[0] for row in rows} <= {"high", "moderate", "low", "very low", "not graded"}
    told = {row["title"]: (row["marks"], row["statement"]) for row in _rows(whole_site, "interventions.csv")}
    assert {row[0]: (row[3], row[4]) for row in rows}.items() <= told.items()
    wrong = _run("interventions_for_driver.py", tmp_path, whole_site, "worklod")
    assert (wrong.returncode, wrong.stderr.strip()) == (1, "there is no driver worklod")


def test_an_example_says_what_is_wrong_in_a_line(whole_site: str, tmp_path: Path) -> None:
    """Where nothing answers, and where a file holds something else."""
    (tmp_path / "seen.json").write_text("{", encoding="utf-8")
    nowhere = "http://127.0.0.1:1"
    for words, said in (
        (("interventions_for_driver.py", nowhere, "workload"), f"{nowhere} gives no answer"),
        (("watch_verdict.mjs", nowhere, "coaching", "seen.json"), f"{nowhere} gives no answer"),
        (("watch_verdict.mjs", whole_site, "coaching", "seen.json"), "seen.json cannot be read"),
    ):
        name, *given = words
        done = _run(name, tmp_path, *given)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert done.stderr.startswith(said)


def test_a_watch_says_what_moved(whole_site: str, tmp_path: Path) -> None:
    """Nothing at first, nothing while it stays, and each part that moved."""
    seen = tmp_path / "seen.json"
    assert _run("watch_verdict.mjs", tmp_path, whole_site, "coaching", str(seen)).returncode == 0
    now = json.loads(seen.read_text(encoding="utf-8"))
    assert _run("watch_verdict.mjs", tmp_path, whole_site, "coaching", str(seen)).returncode == 0
    seen.write_text(json.dumps(now | {"certainty": "high"}), encoding="utf-8")
    moved = _run("watch_verdict.mjs", tmp_path, whole_site, "coaching", str(seen))
    assert moved.returncode == 2
    assert f"certainty moved from high to {now['certainty']}" in moved.stdout
    assert json.loads(seen.read_text(encoding="utf-8")) == now
    assert _run("watch_verdict.mjs", tmp_path, whole_site, "coachng", str(seen)).returncode == 1


def test_left_out_lines_are_matched_and_others_are_not() -> None:
    assert _pattern("…\nb\n…").fullmatch("a\nb\n")
    assert _pattern("a\n…").fullmatch("a\nb\nc\n")
    assert not _pattern("a\n…\nd").fullmatch("a\nb\nc\n")
    assert not _pattern("a").fullmatch("a\nb\n")
