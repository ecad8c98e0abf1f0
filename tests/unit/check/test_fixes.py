"""What kb check --fix puts right, and what it leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from kb.check import check
from kb.check.fixes import find_fixes, write
from kb.cli import main
from kb.folders import FolderError
from kb.read.frontmatter.remedies import read_days

BASE = Path(__file__).parents[2] / "bad/_base/references.bib"
RECORD = """@article{reed-2025,
  title = {Loud hours},
  journal = {Journal of Quiet},
  year = {2025},
  doi = {https://doi.org/10.1000/quiet},
  verified = {seed},
}
"""
PAGE = """---
title: About
summary: What this is.
status: published
reviewed: 2026-11-01
---
Words.
"""
BREAK = "  "
STUDY = f"""---
# An entry of the tests.
title: Nights without a pager
# Who it is for
summary: A study of quiet hours.
status: published
reviewed: 2026-11-01
reference: moss-2025
design: rct
reading_basis: full-text
findings:
  - id: fell  # as in the abstract
    outcome: burnout
    comparison: randomized
    measure: mean-difference
    estimate: -0.60
    place: >-
      Table 3,
      row 1
---
## What was done

Words with two blanks at the end{BREAK}
of a line.

## What was found

Words.

## How far to trust it

Words.
"""


@pytest.fixture
def fixed(content: Callable[..., Path], today: date) -> Callable[[str, str], str]:
    """The text of a file of the small content after all fixes; the same text where there are none."""

    def run(name: str, text: str) -> str:
        root = content({name: text})
        found = {fix.shown: fix.after for fix in find_fixes(root, today=today)}
        return found.get(f"content/{name}", text)

    return run


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("reviewed: 2026/11/2", "reviewed: 2026-11-02"),
        ("reviewed: 2026-11-2", "reviewed: 2026-11-02"),
        ("reviewed: '2026-11-01'", "reviewed: 2026-11-01"),
        ("reviewed: November 2, 2026", "reviewed: 2026-11-02"),
        ("reviewed: 2026-11-01   ", "reviewed: 2026-11-01"),
        ("reviewed:\t2026-11-01", "reviewed: 2026-11-01"),
        ("summary: What this is: a base.", "summary: 'What this is: a base.'"),
        ("summary: It's this: a base.", "summary: 'It''s this: a base.'"),
        ("summary: @home and at work.", "summary: '@home and at work.'"),
        ("title: 2026", "title: '2026'"),
        ("title: true", "title: 'true'"),
    ],
)
def test_a_value_with_one_right_answer_is_put_right(fixed: Callable[[str, str], str], wrong: str, right: str) -> None:
    name = right.partition(":")[0]
    kept = next(line for line in PAGE.splitlines() if line.startswith(f"{name}:"))
    assert fixed("pages/about.md", PAGE.replace(kept, wrong)) == PAGE.replace(kept, right)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("estimate: -0.60", "estimate: '-0.60'"),
        ("p: '.046'", "p: .046"),
        ("p: '0.046'", "p: 0.046"),
        ("n: 120", "n: '120'"),
        ("n: 120", "n:   120"),
    ],
)
def test_numbers_keep_their_digits_when_quotes_come_or_go(
    fixed: Callable[[str, str], str], wrong: str, right: str
) -> None:
    """A P value is in quotes and a number does not, digit for digit as it was written."""
    start = "    estimate: -0.60\n"
    order = {"p": start + "    {}\n", "n": start + "    {}\n", "estimate": "    {}\n"}[right.partition(":")[0]]
    before, after = (STUDY.replace(start, order.format(line)) for line in (wrong, right))
    assert fixed("studies/trial-2025.md", before) == after


@pytest.mark.parametrize(
    "line",
    [
        "reviewed: 2/11/2026",
        "reviewed: 2026/13/2",
        "reviewed: soon",
        "title: Café # or bar: both",
        "status: Published",
    ],
)
def test_what_could_be_meant_in_two_ways_is_left_alone(fixed: Callable[[str, str], str], line: str) -> None:
    name = line.partition(":")[0]
    kept = next(other for other in PAGE.splitlines() if other.startswith(f"{name}:"))
    text = PAGE.replace(kept, line)
    assert fixed("pages/about.md", text) == text


def test_fields_come_in_the_order_of_the_model_each_with_its_comments(fixed: Callable[[str, str], str]) -> None:
    """Comments above a field and behind it, folded text and nested fields move as they are."""
    shuffled = STUDY.replace("# Who it is for\nsummary: A study of quiet hours.\n", "").replace(
        "reading_basis: full-text\n", "reading_basis: full-text\n# Who it is for\nsummary: A study of quiet hours.\n"
    )
    shuffled = shuffled.replace("    outcome: burnout\n", "").replace(
        "      row 1\n", "      row 1\n    outcome: burnout\n"
    )
    assert fixed("studies/trial-2025.md", shuffled) == STUDY


def test_a_list_item_keeps_its_dash_when_another_field_comes_first(fixed: Callable[[str, str], str]) -> None:
    wrong = STUDY.replace(
        "  - id: fell  # as in the abstract\n    outcome: burnout\n",
        "  - outcome: burnout\n    id: fell  # as in the abstract\n",
    )
    assert fixed("studies/trial-2025.md", wrong) == STUDY


@pytest.mark.parametrize(
    "text", [STUDY.replace("\n", "\r\n") + "\r\n\r\n", STUDY.rstrip("\n"), f"\ufeff{STUDY}", STUDY]
)
def test_the_text_below_keeps_its_bytes_but_for_line_ends(fixed: Callable[[str, str], str], text: str) -> None:
    """Two blanks at the end of a line are a line break in Markdown."""
    assert fixed("studies/trial-2025.md", text) == STUDY


def test_tabs_that_indent_become_blanks(fixed: Callable[[str, str], str]) -> None:
    wrong = PAGE.replace("status: published", "status: withdrawn\nwithdrawn:\n\tdate: 2026-11-01\n\treason: Outdated.")
    assert "withdrawn:\n  date: 2026-11-01\n  reason: Outdated.\n" in fixed("pages/about.md", wrong)


@pytest.mark.parametrize(
    "wrong",
    ["https://doi.org/10.1000/QUIET", "doi:10.1000/Quiet", " http://dx.doi.org/10.1000/quiet ", "10.1000/QUIET"],
)
def test_a_doi_loses_its_address_and_its_capitals(fixed: Callable[[str, str], str], wrong: str) -> None:
    """The record's other lines stay as they are."""
    base = BASE.read_text()
    assert fixed("references.bib", base.replace("{10.1000/quiet}", f"{{{wrong}}}")) == base


def test_what_brings_up_a_new_problem_is_not_kept(fixed: Callable[[str, str], str]) -> None:
    """Of two records that would have one DOI, neither is changed by a program."""
    two = BASE.read_text() + RECORD
    assert fixed("references.bib", two) == two


def test_what_else_is_wrong_in_the_file_does_not_keep_a_fix_away(fixed: Callable[[str, str], str]) -> None:
    wrong = PAGE.replace("2026-11-01", "2026/11/1").replace("status: published", "status: finished")
    assert fixed("pages/about.md", wrong) == wrong.replace("2026/11/1", "2026-11-01")


def test_any_order_of_fields_comes_out_the_same(content: Callable[..., Path], today: date) -> None:
    """The fields of a study in any order are put into one order, and a second time nothing is left to do."""
    root = content()
    path = root / "studies/trial-2025.md"
    _, fields, body = STUDY.replace("# An entry of the tests.\n", "").split("---\n", 2)
    lines = fields.replace("# Who it is for\n", "").split("\nfindings:\n")
    blocks = [*(f"{line}\n" for line in lines[0].splitlines()), f"findings:\n{lines[1]}"]
    right = f"---\n{''.join(blocks)}---\n{body}"
    for seed in range(20):
        mixed = Random(seed).sample(blocks, len(blocks))
        path.write_text(f"---\n{''.join(mixed)}---\n{body}")
        assert [fix.after for fix in find_fixes(root, today=today)] == ([right] if mixed != blocks else [])
    path.write_text(right)
    assert find_fixes(root, today=today) == ()


def test_a_day_is_read_where_it_can_be_read_in_one_way_only() -> None:
    for written in ("22/11/2026", "11/22/2026", "22 Nov 2026", "Nov. 22nd, 2026", "22. November 2026"):
        assert read_days(written) == [date(2026, 11, 22)]
    assert read_days("2/2/2026") == [date(2026, 2, 2)]
    assert len(read_days("1/2/2026")) == 2
    assert read_days("2026-02-30") == []


@pytest.fixture
def faulty(content: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a day written another way, in a folder from which kb is run."""
    root = content({"pages/about.md": PAGE.replace("2026-11-01", "2026/11/1")})
    monkeypatch.chdir(tmp_path)
    return root / "pages/about.md"


def test_without_a_terminal_the_difference_is_shown_and_nothing_is_written(faulty: Path) -> None:
    before = faulty.read_bytes()
    done = CliRunner().invoke(main, ["check", "--fix", "--today", "2026-11-22"])
    assert done.exit_code == 1
    assert "--- a/content/pages/about.md\n+++ b/content/pages/about.md\n" in done.output
    assert "-reviewed: 2026/11/1\n+reviewed: 2026-11-01\n" in done.output
    assert faulty.read_bytes() == before


def test_with_yes_the_difference_is_shown_and_written(faulty: Path, today: date) -> None:
    done = CliRunner().invoke(main, ["check", "--fix", "--yes", "--today", "2026-11-22"])
    assert done.exit_code == 0
    assert "+reviewed: 2026-11-01\n" in done.output
    assert faulty.read_text() == PAGE
    assert check(faulty.parents[1], today).problems == ()
    assert "Nothing to fix." in CliRunner().invoke(main, ["check", "--fix"]).output


def test_paths_limit_what_is_put_right(faulty: Path) -> None:
    done = CliRunner().invoke(main, ["check", "--fix", "--yes", "content/studies", "--today", "2026-11-22"])
    assert "Nothing to fix." in done.output
    assert "2026/11/1" in faulty.read_text()


def test_errors_that_no_fix_mends_are_counted_and_fail(faulty: Path) -> None:
    """Both where something was put right and where nothing could be."""
    faulty.write_text(faulty.read_text().replace("status: published", "status: soon"))
    for expected in ("Fixed: 1 file.", "Nothing to fix."):
        done = CliRunner().invoke(main, ["check", "--fix", "--yes", "--today", "2026-11-22"])
        assert expected in done.output
        assert "1 error left that kb check --fix cannot fix: run kb check." in done.output
        assert done.exit_code == 1


@pytest.mark.parametrize("name", ["studies/pipe.md", "pages/pipe.md", "pipe"])
def test_a_pipe_in_the_content_is_one_problem_and_stops_no_fix(faulty: Path, name: str, today: date) -> None:
    """Nobody waits for its content, and kb check reports it."""
    root = faulty.parents[1]
    os.mkfifo(root / name)
    done = CliRunner().invoke(main, ["check", "--fix", "--yes", "--today", "2026-11-22"])
    assert "Fixed: 1 file." in done.output
    assert faulty.read_text() == PAGE
    assert [(problem.path, problem.code) for problem in check(root, today).problems] == [(f"content/{name}", "KB101")]


def test_a_link_is_not_replaced_by_a_file(faulty: Path) -> None:
    """The file that it leads to is fixed in its place."""
    link = faulty.with_name("again.md")
    link.symlink_to("about.md")
    CliRunner().invoke(main, ["check", "--fix", "--yes", "--today", "2026-11-22"])
    assert link.is_symlink()
    assert faulty.read_text() == PAGE


def test_a_file_that_was_edited_after_the_fix_was_shown_is_left_as_it_is(
    content: Callable[..., Path], today: date
) -> None:
    """Somebody saved it in an editor while kb waited for an answer."""
    path = content() / "pages" / "about.md"
    path.write_text(path.read_text(encoding="utf-8").replace("reviewed: 2026-11-01", "reviewed: 1 November 2026"))
    fixes = find_fixes(path.parents[1], today=today)
    assert fixes
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match=r"about\.md was edited meanwhile, so it was left as it is: run this again"):
        write(fixes)
    assert path.read_text(encoding="utf-8") == "mine"
