"""Skeletons of kb new: all fields explained, nothing that could be taken for a fact, and valid once filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.check import Checked, check
from kb.cli import main
from kb.export import as_ris
from kb.model import KINDS, Comparison, Domain, Entry, Finding, StudyDesign
from kb.model.fields import meaning
from kb.new import KIND_NAMES, create, skeleton
from kb.read import frontmatter

Make = Callable[..., Path]
TODAY = date(2026, 11, 22)
SUMMARY = "A summary in one plain sentence."
COMMON = {"title": "Some title", "summary": SUMMARY, "reviewed": "2026-11-22"}
FILLED: dict[str, dict[str, str]] = {
    "intervention": {
        "category": "workflow",
        "level": "team",
        "driver": "workload",
        "basis": "stated",
        "source": "trial-2024",
        "place": "Box 1",
    },
    "instrument": {"constructs": "burnout", "source": "trial-2024", "place": "Page 1"},
    "study": {"reference": "trial-2024", "design": "rct", "reading_basis": "abstract"},
    "driver": {"kind": "driver", "scope_note": "What it covers"},
    "framework": {"version": "'2024'", "source": "trial-2024", "slug": "a-term", "label": "A term"},
    "question": {"interventions": "quiet-hours"},
    "page": {},
}
"""What a curator writes for each TODO of a fresh skeleton."""


def problems_of(kind: type[Entry], text: str) -> list[str]:
    front, problems = frontmatter.parse(text, "x.md")
    assert front is not None, problems
    _, more = frontmatter.build(kind, front, slug="x", body=front.body)
    return [str(problem).splitlines()[0] for problem in (*problems, *more)]


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
def test_a_fresh_skeleton_has_one_error_for_each_todo_at_its_line(content: Make, kind: type[Entry]) -> None:
    """kb check is the list of what is left to do, and finds nothing else."""
    root = content()
    path = create(kind.kind, "quiet-rooms", root)
    lines = path.read_text(encoding="utf-8").splitlines()
    left = [number for number, line in enumerate(lines, 1) if re.match(r"[^#]*TODO", line)]
    problems = check(root, TODAY).problems
    assert [problem.line for problem in problems] == left
    assert {problem.code for problem in problems} == {"KB105"}
    assert all("is still to be filled in" in problem.message for problem in problems)
    assert all(problem.hint.startswith("replace TODO. ") for problem in problems)


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
def test_a_skeleton_is_valid_once_every_todo_is_replaced(content: Make, kind: type[Entry]) -> None:
    """As the skeleton itself says."""
    root = content()
    path = create(kind.kind, "quiet-rooms", root)
    text = path.read_text(encoding="utf-8")
    for name, value in (COMMON | FILLED[kind.kind]).items():
        text, count = re.subn(rf"^([ -]*{name}: \[?)TODO", rf"\g<1>{value}", text, count=1, flags=re.M)
        assert count == 1, name
    if kind.kind == "study":
        reason = "no_findings_reason: The abstract reports no figure."
        text = text.replace("#no_findings_reason: TODO", reason)
    path.write_text(text, encoding="utf-8")
    checked = check(root, TODAY)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.knowledge.of_kind(kind)["quiet-rooms"].status == "draft"


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
def test_every_optional_field_works_once_its_sign_is_taken_off(kind: type[Entry]) -> None:
    """Taking off # wherever it is before a field, to the innermost, leaves nothing but what is to fill in."""
    text = skeleton(kind)
    for _ in range(5):
        text = re.sub(r"^([ ]*)#(?! )", r"\1", re.sub(r"^([ ]*)#(  +)", r"\1\2", text, flags=re.M), flags=re.M)
    assert not re.search(r"^ *#(?! )", text, re.M)
    problems = problems_of(kind, text)
    assert len(problems) >= len(re.findall(r"^[^#\n]*TODO", text, re.M))
    assert [problem for problem in problems if "is still to be filled in" not in problem] == []


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
def test_every_field_is_explained_by_the_model(kind: type[Entry]) -> None:
    """The description is above the field, and no line is too long to read."""
    text = skeleton(kind)
    words = " ".join(re.sub(r"^[ #-]*", "", line) for line in text.splitlines())
    for name, info in kind.model_fields.items():
        if name not in ("slug", "body"):
            assert re.search(rf"^#?{info.alias or name}:", text, re.M)
            assert meaning(kind, name) in words
    assert max(map(len, text.splitlines())) <= 110


def test_nested_fields_are_explained_with_the_words_they_may_hold() -> None:
    """A curator need not look elsewhere to write a finding, an arm, a judgment or a step."""
    study, intervention = (skeleton(kind) for kind in KINDS if kind.kind in ("study", "intervention"))
    plainly = " ".join(re.sub(r"^[ #-]*", "", line) for line in f"{study}\n{intervention}".splitlines())
    for name in Finding.model_fields:
        assert meaning(Finding, name) in plainly
    for words in (StudyDesign, Comparison, Domain):
        assert f"One of: {', '.join(words)}." in plainly
    for field in ("arms", "down", "up", "overrides", "withdrawn", "discrepancies", "appraisals", "pooled"):
        assert f"{field}:" in study + intervention


@pytest.mark.parametrize(
    "text",
    ["summary: TODO", "summary: 'TODO: ask Ann'", "population: TODO", "instruments: [TODO]", "sample_size: TODO"],
)
def test_a_forgotten_placeholder_is_refused_wherever_it_is(content: Make, text: str) -> None:
    """A published entry with one is no entry."""
    root = content()
    path = root / "studies/trial-2024.md"
    lines = path.read_text().replace("summary: A study of quiet hours.\n", "" if "summary" in text else "\\g<0>")
    lines = lines.replace("\\g<0>", "summary: A study of quiet hours.\n")
    path.write_text(lines.replace("design: rct", f"design: rct\n{text}"))
    output = [problem for problem in check(root, TODAY).problems if problem.path.endswith("trial-2024.md")]
    assert [problem.code for problem in output] == ["KB105"]
    assert f"the field {text.partition(':')[0]} is still to be filled in" in output[0].message


def test_a_text_that_only_speaks_of_todo_is_none(content: Make) -> None:
    """The placeholder is at the start, in capitals."""
    root = content()
    path = root / "studies/trial-2024.md"
    path.write_text(path.read_text().replace("A study of quiet hours.", "Todo lists, and a TODO."))
    assert check(root, TODAY).ok


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--today", "2026-11-22"])


def test_a_study_is_filled_from_a_file_with_its_work(content: Make, tmp_path: Path, real: Checked) -> None:
    """Title, key and citation come from the work; what is left is what must be read in it."""
    root, file = content(), tmp_path / "work.ris"
    reference = real.knowledge.references["west-2014"]
    file.write_text(as_ris.as_record(reference), encoding="utf-8")
    done = run("new", "study", "--bib", str(file), "--content", str(root))
    assert done.exit_code == 0, done.output
    text = (root / "studies/west-2014.md").read_text(encoding="utf-8")
    assert f"title: '{reference.title}'" in text
    assert "reference: west-2014" in text
    assert "# The work: West CP, " in text
    assert "2014;174(4):527-533" in " ".join(text.split())
    left = {problem.message for problem in check(root, TODAY).problems}
    fields = ("summary", "reviewed", "design", "reading_basis")
    assert left == {f"the field {field} is still to be filled in" for field in fields}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["study"], "the SLUG is missing"),
        (["study", "trial-2024"], "already exists"),
        (["study", "x" * 81], "at most 80 characters"),
        (["study", "UPPER"], "lower-case words joined by hyphens"),
        (["study", "ends-in-line\n"], "lower-case words joined by hyphens"),
        (["study", "../../outside"], "lower-case words joined by hyphens"),
        (["instrument", "x", "--doi", "10.1000/x"], "--doi works only for a study"),
        (["study", "--doi", "10.1000/x", "--pmid", "1"], "give only one of --doi and --pmid"),
        (["study", "--doi", "ten"], "is not a DOI"),
        (["study", "--pmid", "PMC12"], "is not a PMID"),
        (["study", "--bib", "nowhere.ris"], "is not a file"),
    ],
    ids=range(11),
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(content: Make, words: list[str], expected: str) -> None:
    root = content()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = run("new", *words, "--content", str(root))
    assert done.exit_code != 0
    assert expected in " ".join(done.output.split())
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_study_named_by_a_standing_key_is_filled_from_its_record(content: Make) -> None:
    """So that several works can be added first, and their studies written one after the other."""
    root = content()
    assert run("new", "study", "moss-2019", "--content", str(root)).exit_code == 0
    text = (root / "studies/moss-2019.md").read_text(encoding="utf-8")
    assert "reference: moss-2019\n" in text
    assert "title: 'Quiet hours in 2019'\n" in text
    other = run("new", "driver", "moss-2021", "--content", str(root))
    assert other.exit_code == 0
    assert "title: TODO" in (root / "drivers/moss-2021.md").read_text(encoding="utf-8")


def test_a_study_is_filled_from_one_work_only(content: Make, tmp_path: Path) -> None:
    """A file with several says how to go on."""
    root, file = content(), tmp_path / "two.ris"
    file.write_text("TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n")
    done = run("new", "study", "--bib", str(file), "--content", str(root))
    assert done.exit_code == 1
    assert "has 2 works, a study is filled from one" in " ".join(done.output.split())
