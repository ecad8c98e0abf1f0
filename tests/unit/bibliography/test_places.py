"""A fault of a record is reported at the line of its field."""

from __future__ import annotations

import pytest

from kb.read.bibliography import parse

RECORD = """% a comment
@article{moss-2024,
  title = {Quiet, year = {x}, hours},
  journaltitle = "Journal, doi = of Quiet",
  year = {24},
  doi = {10.1000/quiet},
  Journal = {Another},
  verified = {yes},
}
"""


def test_each_fault_is_at_its_field_and_not_at_what_looks_like_one() -> None:
    """Also where the field has another name, or its name is inside of a value."""
    _, _, problems = parse(RECORD, "references.bib")
    found = {(problem.line, problem.code, problem.message.split()[1]) for problem in problems}
    assert found == {(5, "KB109", "field"), (7, "KB107", "field"), (8, "KB109", "record")}


@pytest.mark.parametrize("missing", ["verified", "title"])
def test_a_missing_field_is_reported_at_the_first_line_of_its_record(missing: str) -> None:
    text = "\n".join(
        line
        for line in RECORD.replace("{24}", "{2024}").replace("{yes}", "{seed}").splitlines()
        if not line.strip().startswith((missing, "Journal"))
    )
    _, _, (problem,) = parse(text, "references.bib")
    assert (problem.line, problem.code) == (2, "KB109")
