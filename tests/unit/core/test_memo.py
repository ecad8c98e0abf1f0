"""What was read once is not read again: memory keeps what is the same, and never answers for what has changed."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb import memo
from kb.citations import cited_keys
from kb.rules import check


@pytest.fixture
def copy(project, tmp_path) -> Path:
    """A copy of the real content, to edit."""
    return Path(shutil.copytree(project / "content", tmp_path / "content"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_function_of_objects_is_asked_once_for_the_same_objects_and_again_for_equal_ones():
    asked = []

    @memo.by_identity
    def length(values: list[int]) -> int:
        asked.append(values)
        return len(values)

    one, other = [1], [1]
    assert [length(one), length(one), length(other)] == [1, 1, 1]
    assert [found is expected for found, expected in zip(asked, (one, other), strict=True)] == [True, True]


def test_a_tuple_is_the_same_where_its_items_are_and_an_answer_may_be_none():
    asked = []

    @memo.by_identity
    def nothing(values: tuple[object, ...]) -> None:
        asked.append(values)

    item = object()
    for values in ((item,), (item,), (item, item), (object(),)):
        assert nothing(values) is None
    assert len(asked) == 3


def test_memory_does_not_grow_and_an_answer_never_outlives_its_question(monkeypatch):
    monkeypatch.setattr(memo, "SIZE", 3)
    kept = memo.by_identity(lambda value: value[0])
    for number in range(1000):
        # A list made anew may stand where one that was forgotten stood.
        assert kept([number]) == number


def test_after_an_edit_every_other_entry_is_the_same_object(copy, today):
    before = check(copy, today).knowledge
    path = sorted((copy / "interventions").glob("*.md"))[0]
    edit(path, "\n---\n", "\n---\nOne more line.\n")
    after = check(copy, today).knowledge
    changed = [new.slug for old, new in zip(before.entries(), after.entries(), strict=True) if old is not new]
    assert changed == [path.stem]
    assert "One more line." in after.interventions[path.stem].body
    assert all(after.references[key] is reference for key, reference in before.references.items())
    assert [slug for slug, found in after.assessments.items() if found is not before.assessments[slug]] == [path.stem]
    assert after.version != before.version


def test_after_an_edit_of_one_record_every_other_reference_is_the_same_object(copy, today):
    before = check(copy, today).knowledge
    edit(copy / "references.bib", "title = {", "title = {Anew: ")
    after = check(copy, today).knowledge
    changed = [key for key, reference in after.references.items() if reference is not before.references[key]]
    assert len(changed) == 1
    assert after.references[changed[0]].title == f"Anew: {before.references[changed[0]].title}"
    assert all(old is new for old, new in zip(before.entries(), after.entries(), strict=True))


def test_records_that_move_down_are_the_same_references_and_their_problems_move_with_them(content, today):
    root = content()
    path = root / "references.bib"
    before = check(root, today)
    path.write_text("\n\n" + path.read_text(encoding="utf-8") + "\n@book{bad-2020, title = {A}}\n", encoding="utf-8")
    lines = [problem.line for problem in check(root, today).problems]
    path.write_text("\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    after = check(root, today)
    assert [problem.line for problem in after.problems] == [line + 1 for line in lines] != []
    assert all(after.knowledge.references[key] is found for key, found in before.knowledge.references.items())


def test_an_assessment_follows_the_study_and_the_instrument_that_it_rests_on(content, today):
    root = content()
    before = check(root, today).knowledge.assessments["quiet-hours"]
    study = root / "studies/trial-2024.md"
    edit(study, "reading_basis: full-text", "reading_basis: abstract")
    floor = [problem.code for problem in check(root, today).problems]
    assert "KB305" in floor
    edit(study, "reading_basis: abstract", "reading_basis: full-text")
    assert check(root, today).problems == ()
    edit(root / "instruments/pfi.md", "higher_is_worse: true", "higher_is_worse: false")
    turned = check(root, today).knowledge.assessments["quiet-hours"]
    assert turned.bodies[0].direction != before.bodies[0].direction


def rename(root: Path, chosen: random.Random) -> None:
    """Another slug, to which nothing points; what points at the old one is left behind."""
    path = chosen.choice(sorted(root.glob("*/*.md")))
    path.rename(path.with_stem(f"{path.stem}-anew"))


def delete(root: Path, chosen: random.Random) -> None:
    chosen.choice(sorted(root.glob("*/*.md"))).unlink()


def swap(root: Path, chosen: random.Random) -> None:
    """Two files of one folder change names."""
    folder = chosen.choice(["studies", "instruments", "drivers"])
    one, other = chosen.sample(sorted((root / folder).glob("*.md")), 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def rewrite(pattern: str, replacement: str, names: str = "*/*.md") -> Callable[[Path, random.Random], None]:
    """One place of one file that a pattern finds is written anew."""

    def change(root: Path, chosen: random.Random) -> None:
        paths = [path for path in sorted(root.glob(names)) if re.search(pattern, path.read_text(encoding="utf-8"))]
        if paths:
            path = chosen.choice(paths)
            text = path.read_text(encoding="utf-8")
            place = chosen.choice(list(re.finditer(pattern, text)))
            made = place.expand(replacement)
            path.write_text(text[: place.start()] + made + text[place.end() :], encoding="utf-8")

    return change


CHANGES = (
    rename,
    delete,
    swap,
    rewrite(r"\n---\n", "\n---\nOne more line, [@nobody-2020] and [a link](/drivers/none/).\n"),
    rewrite(r"status: published", "status: draft"),
    rewrite(r"status: published", "status: withdrawn\nwithdrawn: {date: 2026-11-01, reason: It was wrong.}"),
    rewrite(r"\ntitle:", "\n title:"),
    rewrite(r"\nsummary: ", "\nsummary: Two. Sentences. "),
    rewrite(r"estimate: -?\d", "estimate: 9", "studies/*.md"),
    rewrite(r"\n  - id: (\S+)", r"\n  - id: \1-anew", "studies/*.md"),
    rewrite(r"reading_basis: \S+", "reading_basis: abstract", "studies/*.md"),
    rewrite(r"interventions: \[[^\]]*\]", "interventions: []", "studies/*.md"),
    rewrite(r"higher_is_worse: \w+", "higher_is_worse: false", "instruments/*.md"),
    rewrite(r"steps: \d", "steps: 0", "interventions/*.md"),
    rewrite(r"relation: \w+", "relation: related", "frameworks/*.md"),
    rewrite(r"@article\{(\S+),", r"@article{\1-anew,", "references.bib"),
    rewrite(r"title = \{", "title = {Anew ", "references.bib"),
    rewrite(r"\n@", "\n\n@", "references.bib"),
    rewrite(r"\},\n", "},\n", "references.bib"),
)


def answers(root: Path, project: Path, seed: int, before: Callable[[], None]) -> Iterator[Any]:
    """What is found after each of a series of edits, the same series for the same seed."""
    chosen = random.Random(seed)
    for _ in range(15):
        shutil.copytree(project / "content", root, dirs_exist_ok=True)
        for change in chosen.sample(CHANGES, chosen.randint(1, 4)):
            change(root, chosen)
        before()
        checked = check(root, date(2026, 11, 22))
        cited = {entry.path: cited_keys(entry) for entry in checked.knowledge.entries()}
        yield checked.knowledge, [(problem, problem.hint) for problem in checked.problems], cited


@pytest.mark.parametrize("seed", range(3))
def test_after_any_series_of_edits_the_answer_is_that_of_a_first_run(project, tmp_path, seed):
    """Files are edited, renamed, deleted, broken and mended in one process, and what rests on them with them."""
    remembering = list(answers(tmp_path / "one" / "content", project, seed, before=lambda: None))
    codes = set()
    for again, first in zip(
        remembering, answers(tmp_path / "other" / "content", project, seed, memo.forget), strict=True
    ):
        assert again == first
        codes |= {problem.code for problem, _ in first[1]}
    assert len(codes) > 5, "the edits break hardly anything"
