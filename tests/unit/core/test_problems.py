"""How a problem is told, and the nearest spelling."""

import pytest

from kb.problems import CODES, Problem, Severity, did_you_mean, has_errors, nearest


def test_a_problem_prints_its_place_its_code_what_must_hold_and_a_hint():
    problem = Problem("content/a.md", 8, "KB103", "sample_size must be a whole number, got 'many'", "write digits")
    assert str(problem) == (
        "content/a.md:8: KB103 sample_size must be a whole number, got 'many'\n    hint: write digits"
    )


def test_a_warning_says_so_and_is_no_error():
    warning, error = Problem("a.md", 1, "KB404", "it was due"), Problem("a.md", 1, "KB101", "it is large")
    assert str(warning) == "a.md:1: KB404 warning: it was due"
    assert not has_errors([warning])
    assert has_errors([warning, error])


def test_problems_sort_by_file_and_line_as_a_number():
    late, early = Problem("a.md", 10, "KB101", ""), Problem("a.md", 9, "KB999", "")
    assert sorted([Problem("b.md", 1, "KB101", ""), late, early])[:2] == [early, late]


@pytest.mark.parametrize(("word", "found"), [("work-load", "workload"), ("wrkload", "workload"), ("zebra", None)])
def test_the_nearest_known_spelling_is_found(word, found):
    assert nearest(word, ["workload", "autonomy-control"]) == found
    assert did_you_mean(word, ["workload"], "add it") == (f"did you mean {found!r}?" if found else "add it")


def test_only_what_may_be_right_after_all_is_a_warning():
    assert [code for code, meaning in CODES.items() if meaning.severity is Severity.WARNING] == [
        *("KB212", "KB215", "KB216", "KB318", "KB328", "KB330", "KB331", "KB332"),
        *("KB404", "KB405", "KB408"),
    ]
