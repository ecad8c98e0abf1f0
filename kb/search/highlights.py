"""Where a text matches a query: fragments of plain text in parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from kb.search.results import Highlight, HighlightPart
from kb.search.words import tokens

FRAGMENT = 240
"""The most characters of a body that a fragment shows."""
_WHOLE = ("title", "summary")
"""The fields that are shown as a whole where anything in them matches; of others, a fragment."""

_REST = rf"[^\n]{{0,{FRAGMENT - 1}}}"
_SENTENCES = rf"[^\n]{{99,{FRAGMENT - 1}}}(?<=[.?!])"
# The rest of a paragraph where it is short enough, else to the end of a sentence, else to the end of a word.
_PIECE = re.compile(rf"\S(?:{_REST}(?=\n|\Z)|{_SENTENCES}(?=\s)|{_REST}(?=\s)|\S*)")


class _Match(NamedTuple):
    start: int
    end: int
    term: str


def highlight(field: str, text: str, spellings: Collection[tuple[str, ...]]) -> Highlight | None:
    """What matches in the text of a field; of a body, the piece with most different terms, then most matches.

    ``spellings`` are what to look for, each as terms side by side.
    """
    matches = _matches(text, spellings)
    if not matches:
        return None
    if field in _WHOLE:
        return Highlight(field, tuple(_parts(text, 0, len(text), matches)))
    pieces = [(piece.start(), piece.end()) for piece in _PIECE.finditer(text)]
    inside = [[match for match in matches if start <= match.start and match.end <= end] for start, end in pieces]
    best = max(range(len(pieces)), key=lambda n: (len({match.term for match in inside[n]}), len(inside[n])))
    return Highlight(field, tuple(_parts(text, *pieces[best], inside[best])))


def _matches(text: str, spellings: Collection[tuple[str, ...]]) -> list[_Match]:
    """The terms that belong to one of the spellings, in order."""
    by_first: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for spelling in spellings:
        by_first[spelling[0]].append(spelling)
    every = list(tokens(text))
    found = [_Match(token.start, token.end, token.term) for token in every if not token.extra]
    terms, hits = tuple(match.term for match in found), set[int]()
    for token in every:
        if token.extra and (token.term,) in by_first.get(token.term, ()):
            hits.update(n for n, match in enumerate(found) if token.start <= match.start and match.end <= token.end)
    for start, term in enumerate(terms):
        for spelling in by_first.get(term, ()):
            if terms[start : start + len(spelling)] == spelling:
                hits.update(range(start, start + len(spelling)))
    return [found[index] for index in sorted(hits)]


def _parts(text: str, start: int, end: int, matches: list[_Match]) -> Iterator[HighlightPart]:
    for match in matches:
        if match.start > start:
            yield HighlightPart(text[start : match.start], False)
        yield HighlightPart(text[match.start : match.end], True)
        start = match.end
    if start < end:
        yield HighlightPart(text[start:end], False)
