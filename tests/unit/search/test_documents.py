"""Markdown as plain words."""

from __future__ import annotations

import pytest

from kb.search.documents import plain


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
