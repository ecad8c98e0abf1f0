"""The page How we grade says what the code does: its numbers, words and orders are compared with the rules."""

import re
from pathlib import Path

import pytest

from kb.grading import bodies, certainty, effects, synthesis, verdict
from kb.model import Certainty, Domain, EffectSize, Verdict

PAGE = (Path(__file__).parents[3] / "content" / "pages" / "how-we-grade.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """The first table below a heading, by its first column."""
    below = "\n" + PAGE.split(f"{heading}\n", 1)[1]
    table = below.split("\n\n|", 1)[1].split("\n\n", 1)[0]
    cells = [line.strip("|").split("|") for line in f"|{table}".splitlines()[2:]]
    return {first.strip(): second.strip() for first, second in cells}


@pytest.mark.parametrize(
    "words",
    [
        f"up to {bodies.SHORT} weeks after the end, over {bodies.SHORT} to {bodies.MEDIUM} weeks",
        f"it is {synthesis.SMALL_G} standard deviations",
        f"{synthesis.SMALL_SHARE:.0f} in 100 people for shares",
        f"an intracluster correlation of {effects.ICC}",
        f"Fewer than {certainty.ENOUGH_PEOPLE} people, or for shares fewer than {certainty.ENOUGH_EVENTS} events",
        f"Fewer than {certainty.ENOUGH_PEOPLE // 4} people, or for shares",
        f"fewer than {certainty.ENOUGH_EVENTS // 4} events",
        f"over {verdict.MOST_WEIGHT:.0%} of the weight",
        f"{verdict.LARGE_STUDY} people or more",
    ],
)
def test_the_numbers_of_the_rules_are_on_the_page(words):
    assert words in PAGE


def test_the_verdicts_are_those_of_the_code():
    assert set(rows("## Verdicts")) == {value.label for value in Verdict}
    order = re.search(r"in the order ([^;]+);", PAGE)[1].split(", ")
    labels = [value.label.lower().removesuffix(" in what we read") for value in Verdict]
    assert order == labels


def test_the_sizes_are_those_of_the_code():
    assert set(rows("## How much an effect matters")) == {value.label for value in EffectSize}


def test_the_words_of_each_certainty_are_on_the_page():
    words = rows("## What each certainty lets us say")
    assert set(words) == {level.label.capitalize() for level in Certainty}


def test_every_domain_that_the_data_can_lower_is_on_the_page():
    steps = " ".join(rows("### Steps that the data force").values())
    forced = set(certainty.DOWN_LIMITS) - {Domain.INDIRECTNESS}
    assert {domain for domain in forced if domain.label.lower() in steps} == forced
