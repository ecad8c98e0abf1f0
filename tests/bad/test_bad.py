"""Content that must fail, each case with the exact problems that are printed.

A case is one file, ``<code>-<kind>-<slug>.md``: an entry of that kind, added to the small valid content of ``_base/``.
``<code>-references-<name>.bib`` is a bibliography by itself. Where a case needs several files it is a folder,
``<code>-<name>/``, laid out like content/ and laid over ``_base/``. The file ``.expected`` beside each case holds what
is printed; ``make golden`` writes these files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.model import KINDS
from kb.problems import CODES

HERE = Path(__file__).parent
FOLDERS = {kind.kind: kind.folder for kind in KINDS}
BETWEEN_VERSIONS = {"KB210"}
"""Codes of what happened between two versions of the content: tests/unit/rules/test_lifecycle.py has their cases."""
CASES = sorted(path for path in HERE.iterdir() if path.name.startswith("KB") and path.suffix != ".expected")


def _files(case: Path) -> dict[str, bytes]:
    """The files of a case, by their path in the content folder."""
    if case.is_dir():
        found = sorted(path for path in case.rglob("*") if path.is_file())
        return {path.relative_to(case).as_posix(): path.read_bytes() for path in found}
    if case.suffix == ".bib":
        return {"references.bib": case.read_bytes()}
    _, kind, slug = case.stem.split("-", 2)
    return {f"{FOLDERS[kind]}/{slug}.md": case.read_bytes()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_content_prints_exactly_its_expected_problems(
    case: Path, content: Callable[..., Path], today: date, same_as_file: Callable[[Path, str], None]
) -> None:
    checked = check(content(_files(case), base=case.suffix != ".bib"), today)
    code = case.name[:5]
    assert code in {problem.code for problem in checked.problems}
    assert checked.ok == all(problem.severity == "warning" for problem in checked.problems)
    same_as_file(case.with_suffix(".expected"), "".join(f"{problem}\n" for problem in checked.problems))


def test_the_valid_content_that_the_cases_are_added_to_has_no_problems(problems: Callable[..., list[str]]) -> None:
    assert problems() == []


def test_every_problem_code_has_a_case() -> None:
    assert sorted(CODES.keys() - BETWEEN_VERSIONS) == sorted({case.name[:5] for case in CASES})


def test_every_expected_text_belongs_to_a_case() -> None:
    assert {path.stem for path in HERE.glob("*.expected")} == {case.stem for case in CASES}


def test_all_problems_of_all_files_come_in_one_run_sorted_by_place() -> None:
    text = (HERE / "KB301-wrong-in-many-files.expected").read_text(encoding="utf-8")
    places = [line.split(" KB")[0].split(":")[:2] for line in text.splitlines() if not line.startswith(" ")]
    order = [(path, int(line)) for path, line in places]
    assert order == sorted(order)
    assert len({path for path, _ in order}) == 4
    assert len({line.split(": ")[1][:5] for line in text.splitlines() if not line.startswith(" ")}) >= 10


def test_a_file_over_one_megabyte_is_refused_unread(problems: Callable[..., list[str]]) -> None:
    assert problems({"pages/everything.md": "---\n" + "title: [unclosed\n" * 80_000}) == [
        "content/pages/everything.md:1: KB101 a content file must be at most 1 MB, this one has 1.4 MB\n"
        "    hint: split it, or remove what was pasted by mistake"
    ]


def test_a_file_in_another_encoding_is_reported_with_the_line_and_the_sign(problems: Callable[..., list[str]]) -> None:
    (problem,) = problems({"pages/cafe.md": "---\ntitle: Café\n---\n".encode("latin-1")})
    assert problem.startswith(
        "content/pages/cafe.md:2: KB101 the file must be UTF-8 text, found the byte 0xe9: that is é"
    )


def test_a_warning_does_not_stop_the_build(content: Callable[..., Path], today: date) -> None:
    case = HERE / "KB404-study-past-its-review.md"
    checked = check(content(_files(case)), today)
    assert [problem.code for problem in checked.problems] == ["KB404"]
    assert checked.ok
