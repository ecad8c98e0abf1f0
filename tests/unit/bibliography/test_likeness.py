"""Likeness: titles of one work in two spellings are alike, those of two works are not."""

from __future__ import annotations

import pytest

from kb.read.bibliography.likeness import alike, name, same_work, words


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Well-being of physicians", "Wellbeing of physicians"),
        ("A randomised program for physician behaviour", "Randomized programs for physician behavior"),
        ("Stress in the emergency department", "Emergency departments and stress"),
        ("Burnout and Régime", "Burnout and regime"),
    ],
)
def test_spelling_order_and_small_words_do_not_tell_titles_apart(one: str, two: str) -> None:
    assert alike(words(one), words(two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Burnout of men who work in hospitals at night", "Burnout of women who work in hospitals at night"),
        ("Burnout of nurses in intensive care, part 1", "Burnout of nurses in intensive care, part 2"),
        ("Coaching of physicians by their peers", "Coaching of young physicians by their peers"),
        ("Center for Professional Health", "Legal protection from harassment"),
    ],
)
def test_a_word_or_a_number_tells_titles_apart(one: str, two: str) -> None:
    assert not alike(words(one), words(two))


def test_a_short_title_tells_a_work_with_its_author_alone() -> None:
    """A long one does so whoever is named first, as records leave authors out."""
    assert not same_work(name("Burnout", "Moss"), name("Burnout", "Reed"))
    assert same_work(name("Burnout", "Moss"), name("Burn-out", "MOSS"))
    assert same_work(
        name("Quiet hours in intensive care units", "Moss"), name("Quiet hours in intensive care units", "")
    )
