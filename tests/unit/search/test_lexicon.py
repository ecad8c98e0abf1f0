"""The words of very many entries: those that are in most have counts, the rest are known."""

from __future__ import annotations

from itertools import islice, product
from string import ascii_lowercase

import pytest

from kb.model import Synonyms
from kb.search.documents import Document
from kb.search.lexicon import COMMON, Gatherer, Lexicon, lexicon
from kb.search.query import correct, parse


@pytest.fixture(scope="module")
def large() -> Lexicon:
    """Of entries with more words than have counts; hudle and zwiebelfisch are in one entry each."""
    gatherer = Gatherer()
    words = "\n".join(map("q".join, islice(product(ascii_lowercase, repeat=4), COMMON + 1000)))
    for number, rare in enumerate(("hudle", "zwiebelfisch", "")):
        body = f"{words if rare else ''}\nhuddle {rare}"
        gatherer.add(Document("study", f"s{number}", "A survey", body=body, identifiers=(f"10.1000/{number}",)))
    return lexicon(gatherer.words, Synonyms(), {})


@pytest.mark.parametrize(
    ("typed", "better"), [("huddel", "huddle"), ("hudle", None), ("huddles", None), ("zwiebelfish", None)]
)
def test_a_word_is_corrected_to_a_common_one_and_never_if_one_entry_has_it(
    large: Lexicon, typed: str, better: str | None
) -> None:
    assert correct(typed, large) == better


def test_words_and_identifiers_of_one_entry_are_known(large: Lexicon) -> None:
    assert large.has("zwiebelfisch")
    assert not large.has("zwiebelfish")
    assert parse("https://doi.org/10.1000/2 10.1000/3", large).identifiers == ("10.1000/2",)
