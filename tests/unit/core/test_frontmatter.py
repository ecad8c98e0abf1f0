"""Front matter to values with line numbers, without YAML's surprises."""

from datetime import date
from decimal import Decimal

import pytest

from kb.model import Page, Study
from kb.read.frontmatter import build, parse

PAGE = "title: About\nsummary: What this is.\nstatus: draft\nreviewed: 2026-11-01\n"


def values(yaml):
    """The values of some front matter; it must have no fault."""
    front, problems = parse(f"---\n{yaml}\n---\n", "a.md")
    assert problems == []
    return front.values


def test_every_field_has_its_line_however_deep():
    text = """---
title: A trial
findings:
  - id: fell
    ci:
      - -1.27
      - -0.32
  - id: rose
    arms:
      - {label: Coaching, n: 52}
      - label: Control
        n: 71
---
The text.
"""
    front, problems = parse(text, "a.md")
    assert problems == []
    assert front.line(("title",)) == 2
    assert front.line(("findings",)) == 3
    assert front.line(("findings", 0, "id")) == 4
    assert front.line(("findings", 0, "ci", 1)) == 7
    assert front.line(("findings", 1)) == 8
    assert front.line(("findings", 1, "arms", 0, "n")) == 10
    assert front.line(("findings", 1, "arms", 1, "n")) == 12
    assert front.body == "The text."
    assert front.body_line == 14


def test_a_missing_field_points_at_the_field_around_it():
    front, _ = parse("---\ntitle: A\nfindings:\n  - id: fell\n  - id: rose\n---\n", "a.md")
    assert front.line(("findings", 1, "comparison")) == 5
    assert front.line(("design",)) == front.line(())


@pytest.mark.parametrize("written", ["no", "No", "NO", "yes", "on", "off", "y", "n"])
def test_words_that_yaml_takes_for_true_or_false_stay_words(written):
    assert values(f"country: {written}") == {"country": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("12", 12),
        ("-3", -3),
        ("1:30", "1:30"),
        ("017", "017"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("-0.60", Decimal("-0.60")),
        (".046", Decimal(".046")),
        ("2026-11-22", date(2026, 11, 22)),
        ("2026-13-45", "2026-13-45"),
        ("2026-11-22 10:00:00", "2026-11-22 10:00:00"),
        ("", None),
        ("~", None),
        ("'12'", "12"),
        ("'2026-11-22'", "2026-11-22"),
        (".inf", ".inf"),
        ("<.001", "<.001"),
    ],
)
def test_a_scalar_is_what_a_curator_means_by_it(written, value):
    found = values(f"field: {written}")["field"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("written", ["-0.60", "0.00", "10.0", "1.230"])
def test_digits_are_kept_as_written(written):
    assert str(values(f"estimate: {written}")["estimate"]) == written


def test_text_after_the_front_matter_may_hold_lines_of_hyphens():
    front, problems = parse(f"---\n{PAGE}---\n\nOne.\n\n---\n\nTwo.\n", "a.md")
    assert problems == []
    assert front.body == "One.\n\n---\n\nTwo."


def test_front_matter_without_text_is_read():
    front, problems = parse(f"---\n{PAGE}---", "a.md")
    assert (problems, front.body) == ([], "")


@pytest.mark.parametrize("blank", ["", "\n", "\n\n\n"])
def test_lines_of_the_text_are_counted_from_the_files_first(content, today, blank):
    from kb.check import check

    text = f"---\n{PAGE}---\n{blank}It fell [@nobody-2024].\n"
    (problem,) = (found for found in check(content({"pages/a.md": text}), today).problems if found.code == "KB202")
    assert text.splitlines()[problem.line - 1] == "It fell [@nobody-2024]."


@pytest.mark.parametrize(
    ("yaml", "line", "code"),
    [
        ("title: !!str About", 2, "KB106"),
        ("title: About\nsummary: !local x", 3, "KB106"),
        ("a: {b: &x {}}", 2, "KB106"),
        ("title: About\n\tsummary: x", 3, "KB102"),
        ("title: [a", 2, "KB102"),
        ("title: 'a", 2, "KB102"),
        ("- title", 2, "KB102"),
        ("", 2, "KB102"),
        ("title: a\x00b", 2, "KB102"),
        ("title: a\ntitle: b", 3, "KB107"),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_line(yaml, line, code):
    _, problems = parse(f"---\n{yaml}\n---\n", "a.md")
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]


@pytest.mark.parametrize("depth", [11, 12, 13, 2000])
def test_fields_nest_twelve_levels_at_most(depth):
    # The front matter itself is the first level.
    _, problems = parse(f"---\na: {'[' * (depth - 1)}{']' * (depth - 1)}\n---\n", "a.md")
    assert [problem.code for problem in problems] == ([] if depth <= 12 else ["KB106"])


def test_an_alias_bomb_is_refused_before_it_is_built():
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40))
    front, problems = parse(f"---\na0: &a0 [x]\n{levels}\n---\n", "a.md")
    assert {problem.code for problem in problems} == {"KB106"}
    assert front is None or len(repr(front.values)) < 10_000


def test_a_number_of_thousands_of_digits_is_a_problem_and_no_exception():
    front, problems = parse(f"---\n{PAGE}---\n".replace("About", "9" * 5000), "a.md")
    if front is not None:
        _, problems = build(Page, front, slug="a", body="")
    assert problems


def test_all_faults_of_an_entry_come_at_once():
    front, _ = parse("---\ntitle: 12\nsummary: A.\nstatus: draf\nreviewed: soon\nextra: x\n---\n", "a.md")
    model, problems = build(Page, front, slug="a", body="")
    assert model is None
    assert [(problem.line, problem.code) for problem in problems] == [
        (2, "KB103"),
        (4, "KB103"),
        (5, "KB103"),
        (6, "KB104"),
    ]


def test_an_unknown_field_is_answered_with_the_nearest_known_one():
    front, _ = parse(f"---\n{PAGE}sumary: A.\n---\n", "a.md")
    _, (problem,) = build(Page, front, slug="a", body="")
    assert "'summary'" in problem.hint


def test_a_list_whose_items_are_all_wrong_is_not_called_empty_too():
    yaml = PAGE + "category: workflow\nlevel: team\ndrivers:\n  - {driver: workload, basis: stated, source: a}\n"
    front, _ = parse(f"---\n{yaml}---\n", "a.md")
    from kb.model import Intervention

    _, problems = build(Intervention, front, slug="a", body="")
    assert [problem.message for problem in problems] == ["the field place of drivers 1 is missing"]


def test_hints_are_written_cleanly():
    finding = "{id: a, outcome: burnout, comparison: randomized, measure: mean, place: Table 1, ci: [1]}"
    yaml = f"{PAGE}reference: a\ndesign: rct\nreading_basis: abstract\nfindings: [{finding}]\n"
    front, _ = parse(f"---\n{yaml}---\n", "a.md")
    _, (problem,) = build(Study, front, slug="a", body="")
    assert problem.hint == problem.hint.strip()
    assert "[-1.27, -0.32]" in problem.hint
