"""Front matter that is no YAML is reported in a curator's words, at the line to mend, and the rest is read on."""

from __future__ import annotations

from datetime import date

import pytest

from kb.read.frontmatter import parse
from kb.read.frontmatter.remedies import is_full_date, read_days, read_interval, read_numbers, read_p


@pytest.mark.parametrize(
    ("yaml", "line", "message", "hint"),
    [
        ('a: "one\nb: two', 2, 'the opening quote "', 'write a: "one"'),
        ("a: 'one\nb: two", 2, "the opening quote '", "write a: 'one'"),
        ("b: 1\na: 'it's so'", 3, "nothing may follow the closing quote", 'write a: "it\'s so"'),
        ("a: one: two", 2, "a value with a colon", "write a: 'one: two'"),
        ("a: one\n  two: it\nb: 1", 3, "two must not be indented further than a", "remove the spaces"),
        ("a:\n  - b: 1\n    c: 2\n   d: 3", 5, "d must be indented like those beside it", "4 spaces"),
        ("a:\n  - b: [1, 2\n    c: 2", 3, "the opening bracket [", "write b: [1, 2]"),
        ("a: [1, 2]]\nb: 1", 2, "there is a ] more", "remove it"),
        ("a: @home", 2, "starts with @", "write a: '@home'"),
        ("a:one\nb: 2", 2, "there must be a space after the colon of a", "write a: one"),
        ("a:\n  - one\n  two\nb: 1", 4, "a line must be a field", "- two"),
        ("a: 1\nsome words\nb: 2", 3, "a line must be a field", "write name: value"),
        ("a:\n\tb: 1", 3, "found a tab", "two spaces"),
        ("a: - one\nb: 1", 2, "each item of a must be on a line of its own", "write a: and below it"),
        ("a: *b*\nc: 1", 2, "starts with *", "write a: '*b*'"),
    ],
)
def test_a_fault_is_reported_at_the_line_to_mend_with_its_remedy(yaml: str, line: int, message: str, hint: str) -> None:
    front, (problem,) = parse(f"---\n{yaml}\n---\nWords.\n", "a.md")
    assert (problem.line, problem.code) == (line, "KB102")
    assert message in problem.message
    assert hint in problem.hint
    assert front is not None
    assert front.body == "Words."


def test_all_faults_come_at_once_and_the_rest_is_read() -> None:
    front, problems = parse("---\na: 'one\nb: [1\nc: x: y\nd: 5\n---\n", "a.md")
    assert [problem.line for problem in problems] == [2, 3, 4]
    assert front is not None
    assert front.values["d"] == 5
    assert front.unread == {("a",), ("b",), ("c",)}


@pytest.mark.parametrize(
    "yaml",
    [
        'a: "one\n  two"\nb: 1',
        "a: |\n  one: two\n  'x\nb: 1",
        "a: [1,\n  2]\nb: 1",
        "a: one\n  two\nb: 1",
        "a: {b: 1, c: 'x: y'}",
        "a:\n- one\n- two\nb: 1",
    ],
)
def test_yaml_in_its_other_forms_is_left_alone_beside_a_fault(yaml: str) -> None:
    """A fault in one field is not looked for in another."""
    assert parse(f"---\n{yaml}\n---\n", "a.md")[1] == []
    _, (problem,) = parse(f"---\n{yaml}\nz: x: y\n---\n", "a.md")
    assert problem.line == 3 + yaml.count("\n")


@pytest.mark.parametrize(
    ("written", "whole", "numbers"),
    [
        ("-0,6", False, (("-0.6",),)),
        ("−0.60", False, (("-0.60",),)),
        ("1,575", True, (("1575",),)),
        ("1,575", False, (("1575", "1.575"),)),
        ("1 575", True, (("1575",),)),
        ("1.575,5", False, (("1575.5",),)),
        ("45%", False, (("45",),)),
        ("12,5", True, ((),)),
        ("many", False, ()),
        ("0.45–0.72", False, (("0.45",), ("0.72",))),
    ],
)
def test_numbers_are_read_as_journals_print_them(written: str, whole: bool, numbers: tuple[object, ...]) -> None:
    assert read_numbers(written, whole) == numbers


@pytest.mark.parametrize(
    "written", ["-1,27 to -0,32", "[-1,27, -0,32]", "−1.27 to −0.32", "[-1,27,-0,32]", "-1.27; -0.32"]
)
def test_an_interval_is_read_in_its_other_forms(written: str) -> None:
    assert read_interval(written) == ("-1.27", "-0.32")


def test_a_p_value_is_read_in_its_other_forms() -> None:
    assert [read_p(text) for text in ("p<0,05", "P = .046", "< .001", "ns")] == ["<0.05", ".046", "<.001", None]


def test_a_day_is_read_in_its_other_forms() -> None:
    assert read_days("22.11.2026") == read_days("11/22/2026") == read_days("Nov 22, 2026") == [date(2026, 11, 22)]
    assert read_days("03/04/2027") == [date(2027, 4, 3), date(2027, 3, 4)]
    for impossible in ("2026-02-30", "30.02.2026", "2026-13-01"):
        assert read_days(impossible) == []
        assert is_full_date(impossible)
    assert read_days("soon") == []
    assert not is_full_date("soon")
