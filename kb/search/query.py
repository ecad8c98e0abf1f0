"""Parsing what was typed into a Whoosh query: words and "quoted phrases", with no other syntax; and correcting it.

Stop words never count, so a phrase may have other stop words than the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from whoosh.query.compound import And, AndMaybe, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query
from whoosh.query.terms import Term
from whoosh.reading import IndexReader

from kb.search import synonyms
from kb.search.schema import BOUNDARY, STOP_WORDS, WEIGHTS, terms

MAX_CHARACTERS = 10_000
MAX_WORDS = 32
"""Different words of a query that count; the rest is ignored, so that no query costs much."""
MAX_QUOTED = 24
"""Words that count in all phrases of a query together."""
MAX_ALTERNATIVES = 8
"""Other spellings that are looked for."""

MAX_CORRECTIONS = 3
"""Most words of a query that are corrected; each costs a pass through the vocabulary."""
_LENGTHS = range(4, 19)
"""Letters of a word that is corrected: shorter ones resemble too many words, longer ones are not words."""
_LETTERS = re.compile(r"[^\W\d_]+")
_SPELLING_FIELD = "spelling"
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', BOUNDARY: " "})
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class ParsedQuery:
    """The words of a query, any of which may match, and its phrases, all of which must."""

    words: tuple[tuple[str, int], ...]
    """Each with how often it was typed: a repeated word weighs more."""
    phrases: tuple[tuple[str, ...], ...]
    alternatives: tuple[tuple[str, ...], ...]
    blank: bool
    """Whether nothing was typed; a query of stop words only is not blank, but finds nothing."""

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """All that matches, for highlights."""
        return (*((word,) for word, _ in self.words), *self.phrases, *self.alternatives)


def clean(text: str) -> str:
    """A query within its limit, with plain quotes and only valid characters."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").translate(_QUOTES)


def parse(text: str) -> ParsedQuery:
    """Parse any text. Never raises; a quote that is not closed is ignored."""
    text = clean(text)
    sequence = terms(_QUOTED.sub(" ", text))
    counts = dict(islice(Counter(sequence).items(), MAX_WORDS))
    return ParsedQuery(
        words=tuple(counts.items()),
        phrases=tuple(_phrases(text)),
        alternatives=synonyms.alternatives(sequence[: 2 * MAX_WORDS])[:MAX_ALTERNATIVES],
        blank=not text.strip(),
    )


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    """The different phrases, up to MAX_QUOTED words."""
    left = MAX_QUOTED
    for phrase in dict.fromkeys(tuple(terms(inside)) for inside in _QUOTED.findall(text)):
        if counted := phrase[:left]:
            yield counted
        left -= len(counted)


def compose(parsed: ParsedQuery) -> Query | None:
    """The Whoosh query; None if no word of it can be in the index."""
    weighed: list[tuple[tuple[str, ...], float]] = [((word,), float(count)) for word, count in parsed.words]
    weighed += [(spelling, synonyms.WEIGHT) for spelling in parsed.alternatives]
    words = Or([match for spelling, weight in weighed for match in _matches(spelling, weight)]) if weighed else None
    if not parsed.phrases:
        return words
    phrases = And([Or(_matches(phrase, 1.0)) for phrase in parsed.phrases])
    return AndMaybe(phrases, words) if words else phrases


def _matches(spelling: Sequence[str], weight: float) -> list[Query]:
    """A word, or words side by side, in each field."""
    if len(spelling) == 1:
        return [Term(field, spelling[0], boost=weight * factor) for field, factor in WEIGHTS.items()]
    return [Phrase(field, list(spelling), boost=weight * factor) for field, factor in WEIGHTS.items()]


def correct(text: str, reader: IndexReader) -> str | None:
    """The query with unknown words corrected, the rest as typed; None if no near word is in the index."""
    corrector = reader.corrector(_SPELLING_FIELD)
    text = clean(text)
    corrections: dict[str, str] = {}
    tried = 0
    for word in dict.fromkeys(match[0] for match in _LETTERS.finditer(text)):
        folded = word.lower()
        if len(word) not in _LENGTHS or folded in STOP_WORDS or reader.doc_frequency(_SPELLING_FIELD, folded):
            continue
        tried += 1
        if tried > MAX_CORRECTIONS:
            break
        for distance in (1, 2) if len(word) > 5 else (1,):
            # People seldom mistake the first letter.
            if near := corrector.suggest(folded, limit=1, maxdist=distance, prefix=1):
                corrections[word] = near[0]
                break
    if not corrections:
        return None
    return _LETTERS.sub(lambda match: corrections.get(match[0], match[0]), text)
