"""What the guide to the API tells of codes, limits and worked queries is what the code has."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from kb.api import CODES
from kb.api.limits import IN_SCHEMA, LIMITS, PLAIN, WEIGHTS
from kb.api.pages import MOST

GUIDE = Path(__file__).parents[3] / "graphql" / "README.md"


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def _table(guide: str, section: str) -> list[list[str]]:
    """The rows of the table of a section, without its head, each as the text of its cells."""
    part = guide.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", part, re.M)
    return [row.split(" | ") for row in rows[1:]]


def test_every_code_is_told_with_its_meaning_and_what_to_do(guide: str) -> None:
    """In the order of the code, and no other."""
    rows = _table(guide, "Errors")
    assert [(code.strip("`"), meaning) for code, meaning, _ in rows] == list(CODES.items())
    assert [code for code, _, remedy in rows if not remedy.endswith(".")] == []


def test_every_limit_is_told_with_its_number_and_the_code_that_refuses(guide: str) -> None:
    rows = _table(guide, "Limits")
    assert {name.strip("`"): int(number.replace(",", "")) for name, _, number, _ in rows} == asdict(LIMITS)
    assert {code.strip("`") for *_, code in rows} <= set(CODES)


def test_what_fields_and_lists_cost_is_as_told(guide: str) -> None:
    part = guide.partition("\n## Limits\n")[2]
    weights = ", ".join(f"`{name}` {weight}" for name, weight in WEIGHTS.items())
    assert f"A field costs 1, {weights}." in part
    counted = re.sub(r"\s+", " ", part)
    assert f"a list without `first` counts {PLAIN} times" in counted
    assert f"({IN_SCHEMA} times in the schema's own lists)" in counted
    assert f"`first` is at most {MOST}" in counted


def test_every_worked_query_is_listed_with_a_link(guide: str) -> None:
    listed = [re.fullmatch(r"\[(.+)\]\(queries/(.+)\.graphql\)", link) for link, _ in _table(guide, "Worked queries")]
    assert all(link and link[1] == link[2] for link in listed)
    files = sorted((GUIDE.parent / "queries").glob("*.graphql"))
    assert [link[1] for link in listed if link] == [path.stem for path in files]
