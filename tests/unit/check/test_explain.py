"""The explanations of the problem codes are true: each wrong example prints what is shown, each right one nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.check import check
from kb.check.explain import FOLDER, MANUAL, link, manual, source
from kb.check.rules.lifecycle import missing
from kb.cli import main
from kb.problems import CODES, FAMILIES

BASE = Path(__file__).parents[2] / "bad" / "_base"
_PRINTED = re.compile(r"(?<=^```text\n).*?(?=^```$)", re.M | re.S)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_NAMED = re.compile(r"(?:# |% |<!-- )content/(\S.*?)(?: -->)?\n")
_KEY = re.compile(r"^@\w+\{([\w-]+),", re.M)
_FIELD = re.compile(r"^(\w[\w-]*):", re.M)


def files(text: str) -> dict[str, str]:
    """The files of the small valid content that the blocks of a text change, as they then are."""
    changed: dict[str, str] = {}
    for language, block in _FENCE.findall(text):
        named = _NAMED.match(block)
        assert named, f"the first line names no file: {block}"
        name, words = named[1], block[named.end() :]
        path = BASE / name
        before = changed.get(name) or (path.read_text(encoding="utf-8") if path.exists() else "")
        changed[name] = _CHANGES[language](before, words)
    return changed


def printed(content: Path, today: date) -> str:
    """The problems of a content folder as kb check prints them, and as a change of the small valid content."""
    checked = check(content, today)
    gone = missing(check(BASE, today).knowledge, checked.knowledge) if checked.ok else ()
    return "".join(f"{problem}\n" for problem in (*checked.problems, *gone))


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
    "csv": lambda _before, words: words,
    "json": lambda _before, words: words,
    "yml": lambda _before, words: words,
}


def test_every_code_is_explained_and_belongs_to_a_family() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(CODES)
    assert {code[2] for code in CODES} == set(FAMILIES)


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_of_a_code_prints_just_what_it_shows(
    code: str, content: Callable[..., Path], today: date, same_as_file: Callable[[Path, str], None]
) -> None:
    """The code comes first. Another one that follows from the same mistake is shown too."""
    text = source(code).read_text(encoding="utf-8")
    wrong = text.partition("```text\n")[0]
    found = printed(content(files(wrong)), today)
    assert re.match(rf"content/\S.*:\d+: {code} ", found)
    same_as_file(source(code), _PRINTED.sub(lambda _: found, text))


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_of_a_code_has_no_problem(code: str, content: Callable[..., Path], today: date) -> None:
    right = files(source(code).read_text(encoding="utf-8").partition("\nRight:\n")[2])
    assert right
    assert printed(content(right), today) == ""


def test_the_small_content_that_examples_change_is_valid(today: date) -> None:
    assert check(BASE, today).problems == ()


def test_the_manual_is_written_from_the_explanations(project: Path, same_as_file: Callable[[Path, str], None]) -> None:
    same_as_file(project / MANUAL, manual())


def test_links_of_reports_lead_to_headings_of_the_manual(project: Path) -> None:
    """GitHub names a heading by its words in small letters."""
    headings = re.findall(r"^### (.*)$", (project / MANUAL).read_text(encoding="utf-8"), re.M)
    assert [f"{MANUAL}#{heading.lower()}" for heading in headings] == [link(code) for code in CODES]


def test_one_code_is_explained_at_the_terminal_without_signs_of_markdown() -> None:
    done = CliRunner().invoke(main, ["explain", "kb305"])
    assert done.exit_code == 0
    assert done.output.startswith(f"KB305 (error): {CODES['KB305'].meaning}\n")
    assert "\nWrong:\n\n    # content/interventions/quiet-hours.md\n    judgements:\n      - body: " in done.output
    assert "\n    content/interventions/quiet-hours.md:15: KB305 " in done.output
    assert "```" not in done.output


def test_without_a_code_all_are_listed_with_their_meanings() -> None:
    done = CliRunner().invoke(main, ["explain"])
    assert done.exit_code == 0
    assert [code for code, known in CODES.items() if f"  {code}  {known.meaning}" not in done.output] == []


@pytest.mark.parametrize(
    ("word", "expected"), [("KB0305", "did you mean 'KB305'?"), ("305", "did you mean 'KB305'?"), ("x", "lists all")]
)
def test_an_unknown_code_gets_the_nearest(word: str, expected: str) -> None:
    done = CliRunner().invoke(main, ["explain", word])
    assert done.exit_code == 2
    assert expected in done.output
