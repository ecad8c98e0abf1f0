"""Markdown as plain words."""

from __future__ import annotations

import pytest

from kb.search.documents import plain
from kb.search.synonyms import GROUPS, alternatives, terms


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("It **works** _well_ [@a-2020, Table 1; @b].", "It works well."),
        ('See [the page](/drivers/workload/) and ![a chart](x.png "t").', "See the page and a chart."),
        ("one\ntwo\n\n- three\n- four\n  five\n\n1. six", "one two\nthree\nfour five\nsix"),
        ("## Kept\ntext\n### Left out\nmore", "Kept\ntext\nmore"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b\n1 2"),
        ("p <.001 and n > 3 in <em>all</em> &amp; `code_like_this`", "p <.001 and n > 3 in all & code_like_this"),
        (r"5 \* 3 snake_case_name 2*3*4", "5 * 3 snake_case_name 2*3*4"),
        ("```\ncode\n```", "code"),
        ("> quoted", "quoted"),
        ("", ""),
    ],
)
def test_markup_and_citations_are_removed_and_words_are_kept(markdown: str, words: str) -> None:
    assert plain(markdown, ("Left out",)) == words


def test_every_spelling_of_a_group_leads_to_the_others() -> None:
    for group in GROUPS:
        spellings = {tuple(terms(spelling)) for spelling in group}
        assert () not in spellings, f"a spelling of {group} has only stop words"
        for spelling in spellings:
            others = {other for other in spellings if not _within(other, spelling)}
            assert others <= set(alternatives(spelling)), group


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))


def test_words_that_do_not_stand_side_by_side_name_nothing() -> None:
    assert alternatives(terms("health of electronic sheep on record")) == ()
