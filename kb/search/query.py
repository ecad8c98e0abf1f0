"""What was typed, as a Whoosh query: a bag of words and "quoted phrases", with no other syntax.

Stop words count nowhere, so a phrase may have others than the text has.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query
from whoosh.query.terms import Term

from kb.search import synonyms
from kb.search.highlights import Spellings
from kb.search.schema import BOUNDARY, WEIGHTS, terms

MAX_CHARACTERS = 10_000
MAX_WORDS = 32
"""Different words of a query that count; the rest is passed over, so that no query costs much."""
MAX_QUOTED = 24
"""Words that count in all phrases of a query together."""
MAX_ALTERNATIVES = 8
"""Other spellings that are looked for."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', BOUNDARY: " "})
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Question:
    """A query read: the words, any of which may match, and the phrases, all of which must."""

    words: tuple[tuple[str, int], ...]
    """Each with how often it was asked for: who says a thing twice means it."""
    phrases: tuple[tuple[str, ...], ...]
    alternatives: tuple[tuple[str, ...], ...]
    blank: bool
    """Whether nothing was asked; a question of stop words alone is not blank, but finds nothing."""

    @cached_property
    def spellings(self) -> Spellings:
        """All that matches, for highlights."""
        found: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for spelling in (*((word,) for word, _ in self.words), *self.phrases, *self.alternatives):
            found[spelling[0]].append(spelling)
        return {first: tuple(spellings) for first, spellings in found.items()}


def clean(text: str) -> str:
    """The text of a query within its limit, with plain quotes, and without what is no character."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").translate(_QUOTES)


def read(text: str) -> Question:
    """Understand any text as a question. Never raises; a quote that is not closed counts for nothing."""
    text = clean(text)
    sequence = terms(_QUOTED.sub(" ", text))
    counts = dict(islice(Counter(sequence).items(), MAX_WORDS))
    return Question(
        words=tuple(counts.items()),
        phrases=tuple(_phrases(text)),
        alternatives=synonyms.alternatives(sequence[: 2 * MAX_WORDS])[:MAX_ALTERNATIVES],
        blank=not text.strip(),
    )


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    """The different phrases, as far as their words count."""
    left = MAX_QUOTED
    for phrase in dict.fromkeys(tuple(terms(inside)) for inside in _QUOTED.findall(text)):
        if counted := phrase[:left]:
            yield counted
        left -= len(counted)


def compose(question: Question) -> Query | None:
    """The Whoosh query of a question; None where it has no word that the index could hold."""
    weighed: list[tuple[tuple[str, ...], float]] = [((word,), float(count)) for word, count in question.words]
    weighed += [(spelling, synonyms.WEIGHT) for spelling in question.alternatives]
    words = Or([match for spelling, weight in weighed for match in _matches(spelling, weight)]) if weighed else None
    if not question.phrases:
        return words
    phrases = And([Or(_matches(phrase, 1.0)) for phrase in question.phrases])
    return AndMaybe(phrases, words) if words else phrases


def _matches(spelling: Sequence[str], weight: float) -> list[Query]:
    """A word, or words side by side, in each field."""
    if len(spelling) == 1:
        return [Term(field, spelling[0], boost=weight * factor) for field, factor in WEIGHTS.items()]
    return [Phrase(field, list(spelling), boost=weight * factor) for field, factor in WEIGHTS.items()]
