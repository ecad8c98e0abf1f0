"""CONTRIBUTING.md is true: its examples print the problems that it shows, its commands run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.check.reports.manual import heading, link
from kb.check.rules.lifecycle import missing
from kb.cli import main
from kb.model import KINDS
from kb.problems import CODES

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"
BASE = Path(__file__).parent / "bad" / "_base"
TEXT = GUIDE.read_text(encoding="utf-8")
RIS = "TY  - JOUR\nAU  - Reed, Ben\nTI  - Loud nights\nJO  - Journal of Quiet\nPY  - 2025\nDO  - 10.1000/loud\nER  - \n"
_FENCE = re.compile(r"^ *```(\w*)([^\n]*)\n(.*?)^ *```$", re.M | re.S)
_NAMED = re.compile(r"(?:# |% |<!-- )content/(\S.*?)(?: -->)?\n")
_KEY = re.compile(r"^@\w+\{([\w-]+),", re.M)
_FIELD = re.compile(r"^(\w[\w-]*):", re.M)


@dataclass(frozen=True)
class Example:
    """What stands below the heading of a code: wrong files, what is printed of them, and right files."""

    wrong: tuple[tuple[str, str], ...]
    printed: str
    right: tuple[tuple[str, str], ...]


def sections() -> dict[str, str]:
    """The text below each heading of a code."""
    parts = re.split(r"^### (KB\d{3}) .*$", TEXT, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def example(text: str) -> Example:
    """The example of a section: fenced blocks up to what is printed are wrong, those after it are right."""
    blocks = [(match[1], match[3]) for match in _FENCE.finditer(text)]
    (place,) = [index for index, (language, _) in enumerate(blocks) if language == "text"]
    return Example(tuple(blocks[:place]), blocks[place][1], tuple(blocks[place + 1 :]))


def files(blocks: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The files of the small valid content that the blocks change, as they then are."""
    changed: dict[str, str] = {}
    for language, block in blocks:
        named = _NAMED.match(block)
        assert named, f"the first line names no file: {block}"
        name, words = named[1], block[named.end() :]
        path = BASE / name
        before = changed.get(name) or (path.read_text(encoding="utf-8") if path.exists() else "")
        changed[name] = _CHANGES[language](before, words)
    return changed


def printed(content: Path, today: date) -> list[str]:
    """The problems of a content folder as kb check prints them, and as a change of the small valid content."""
    checked = check(content, today)
    gone = missing(check(BASE, today).knowledge, checked.knowledge) if checked.ok else ()
    return [str(problem) for problem in (*checked.problems, *gone)]


def with_fields(before: str, words: str) -> str:
    """An entry with the fields given in place of its own of the same names; new ones come last."""
    _, fields, body = before.split("---\n", 2)
    named = set(_FIELD.findall(words))
    blocks = re.split(r"^(?=\w[\w-]*:)", fields, flags=re.M)
    place = next((index for index, block in enumerate(blocks) if block.partition(":")[0] in named), len(blocks))
    kept = [block for block in blocks if block.partition(":")[0] not in named]
    place -= sum(block.partition(":")[0] in named for block in blocks[:place])
    return f"---\n{''.join([*kept[:place], words, *kept[place:]])}---\n{body}"


def with_text(before: str, words: str) -> str:
    """A whole file, where the words start with ---; else an entry with another body."""
    if words.startswith("---\n"):
        return words
    _, fields, _ = before.split("---\n", 2)
    return f"---\n{fields}---\n{words}"


def with_records(before: str, words: str) -> str:
    """A bibliography with records added; those of the same keys go."""
    named = set(_KEY.findall(words))
    records = re.split(r"^(?=@)", before, flags=re.M)
    return "".join(record for record in records if not named & set(_KEY.findall(record))) + words


_CHANGES: Mapping[str, Callable[[str, str], str]] = {
    "yaml": with_fields,
    "markdown": with_text,
    "bibtex": with_records,
}


def test_every_code_has_a_heading_in_its_words_and_every_heading_is_a_code() -> None:
    headings = re.findall(r"^### (KB\d{3} .*)$", TEXT, re.M)
    assert headings == [heading(code) for code in CODES]


def test_links_of_reports_lead_to_headings_as_github_names_them() -> None:
    assert link("KB202") == "CONTRIBUTING.md#kb202-a-work-that-an-entry-cites-stands-in-referencesbib"


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_of_a_code_prints_just_what_it_says(
    code: str, content: Callable[..., Path], today: date
) -> None:
    """The code comes first; where another one follows from the same fault, it is shown too."""
    shown = example(sections()[code])
    assert "\n".join(printed(content(files(shown.wrong)), today)) + "\n" == shown.printed
    assert re.match(rf"content/\S.*:\d+: {code} ", shown.printed)


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_of_a_code_has_no_problem(code: str, content: Callable[..., Path], today: date) -> None:
    shown = example(sections()[code])
    assert shown.right
    assert printed(content(files(shown.right)), today) == []


def steps() -> Iterator[tuple[str, str]]:
    """The commands that can be run on a copy, and the files between them.

    Marked not-run are those that need a network, a fork or a screen.
    """
    guide = TEXT.partition("\n## Problem codes")[0]
    for match in _FENCE.finditer(guide):
        if match[1] == "sh" and "not-run" not in match[2]:
            yield "sh", match[3]
        elif match[1] == "markdown":
            named = re.findall(r"`(content/\S+\.md)`", guide[: match.start()])[-1]
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


def test_the_small_content_that_examples_change_is_valid(today: date) -> None:
    assert check(BASE, today).problems == ()
