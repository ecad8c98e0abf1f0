"""CONTRIBUTING.md is true: its commands run in their order, its examples are valid, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.check import Checked, check
from kb.cli import main
from kb.model import KINDS
from kb.problems import CODES

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"
BASE = Path(__file__).parent / "bad" / "_base"
TEXT = GUIDE.read_text(encoding="utf-8")
RIS = "TY  - JOUR\nAU  - Reed, Ben\nTI  - Loud nights\nJO  - Journal of Quiet\nPY  - 2025\nDO  - 10.1000/loud\nER  - \n"
_FENCE = re.compile(r"^ *```(\w*)([^\n]*)\n(.*?)^ *```$", re.M | re.S)


def steps() -> Iterator[tuple[str, str]]:
    """The commands that can be run on a copy, and the files between them.

    Marked not-run are those that need a network, a fork or a screen.
    """
    for match in _FENCE.finditer(TEXT):
        if match[1] == "sh" and "not-run" not in match[2]:
            yield "sh", match[3]
        elif match[1] == "markdown":
            named = re.findall(r"`(content/\S+\.md)`", TEXT[: match.start()])[-1]
            yield named, textwrap.dedent(match[3])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository like this one with the small valid content, as after the first steps of the guide."""
    root = tmp_path_factory.mktemp("guide")
    shutil.copytree(BASE, root / "content")
    shutil.copytree(GUIDE.parent / ".githooks", root / ".githooks")
    (root / ".venv").mkdir()
    (root / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (root / ".gitignore").write_text(".venv\n")
    (root / "exported.ris").write_text(RIS)
    for words in (
        "init --quiet --initial-branch main",
        "config user.name Ada",
        "config user.email ada@example.org",
        "add --all",
        "commit --quiet --message Start",
    ):
        subprocess.run(["git", *words.split()], cwd=root, check=True, capture_output=True)
    return root


@pytest.mark.slow
def test_the_commands_of_the_guide_run_in_their_order(copy: Path) -> None:
    """Each block succeeds on a copy, one after the other, as somebody who follows the guide types them."""
    path = os.pathsep.join((str(copy / ".venv/bin"), os.environ.get("PATH", "")))  # as after activating it
    environment = {**os.environ, "PATH": path, "SOURCE_DATE_EPOCH": "1795305600", "NO_COLOR": "1"}
    assert {"sh", "content/studies/reed-2025.md", "content/interventions/night-naps.md"} <= {
        kind for kind, _ in steps()
    }
    for kind, block in steps():
        if kind != "sh":
            (copy / kind).write_text(block, encoding="utf-8")
            continue
        command = ["sh", "-e", "-c", block]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


def test_every_command_that_the_guide_names_exists_with_its_options() -> None:
    for match in re.finditer(r"(?<![\w./])(?:\.venv/bin/)?kb ([a-z]+)((?: [^`\n]*)?)", _code()):
        command = main.commands.get(match[1])
        assert command, f"there is no command {match[1]}"
        known = {option for parameter in command.params for option in parameter.opts}
        for word in re.findall(r"--[a-z-]+", match[2]):
            assert word in known | {"--help"}, f"kb {match[1]} has no {word}"


def _code() -> str:
    """All words of the guide that are marked as code."""
    return "\n".join([*(m[3] for m in _FENCE.finditer(TEXT) if m[1] == "sh"), *re.findall(r"`([^`\n]+)`", TEXT)])


def test_the_guide_lists_the_sections_of_every_kind() -> None:
    for kind in KINDS:
        if kind.sections:
            assert " · ".join(kind.sections) in TEXT


def test_the_exit_statuses_of_check_are_told_as_its_help_tells_them() -> None:
    epilog = main.commands["check"].epilog
    assert epilog
    for status in ("0", "1", "2"):
        assert f"| {status} |" in TEXT
        assert re.search(rf"\b{status} ", epilog)
    assert shlex.split("kb check --fix --yes")[1] in main.commands


@pytest.mark.slow
def test_the_record_of_the_guide_is_a_good_one(project: Path, real: Checked) -> None:
    """In place of the record of the same work it brings no problem."""
    (record,) = (match[3] for match in _FENCE.finditer(TEXT) if match[1] == "bibtex")
    path = project / "content/references.bib"
    start = re.escape(record.partition("\n")[0])
    text, replaced = re.subn(rf"^{start}\n.*?^}}\n", lambda _: record, path.read_text("utf-8"), flags=re.M | re.S)
    assert replaced == 1
    assert check(project / "content", date(2026, 11, 22), {path: text.encode()}).problems == real.problems


def test_every_link_of_the_guide_leads_to_a_heading_or_a_file() -> None:
    """Headings are named as GitHub does."""
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall("^#+ (.*)", TEXT, re.M)}
    for target in re.findall(r"(?<!`)\[[^]`]+\]\(([^)]+)\)(?!`)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith(("https://", "/")):  # else an address of the site
            assert (GUIDE.parent / target).exists(), target


def test_every_code_that_the_guide_names_exists() -> None:
    assert set(re.findall(r"KB\d+", TEXT)) <= set(CODES)


def test_the_guide_is_short() -> None:
    """It leaves out what kb explain, kb new, --help and the page on grading say."""
    assert len(TEXT.splitlines()) < 600
