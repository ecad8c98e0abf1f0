"""Correcting words: one that neither the content nor English has becomes the nearest word of the content."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

MAX_CORRECTIONS = 3
"""Most words of a query that are corrected; each costs a pass through the vocabulary."""
_LENGTHS = range(4, 19)
"""Letters of a word that is corrected: shorter ones resemble too many words, longer ones are not words."""
_TWICE = 6
"""Letters from which on a word may have two faults."""


@cache
def english() -> frozenset[str]:
    """63,000 English words of 4 to 18 small letters, from SCOWL by way of Debian's wamerican."""
    data = files("kb.search").joinpath("english/words.txt.gz").read_bytes()
    return frozenset(gzip.decompress(data).decode().split())


class Speller:
    """The words of the content, by length, with the letters that each has and how often it is used."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """``counts`` is in how many entries each folded word is."""
        self.counts = counts
        self._by_length: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for word in counts:
            if word.isalpha():
                self._by_length[len(word)].append((_letters(word), word))

    def correct(self, word: str, known: Callable[[str], bool]) -> str | None:
        """The nearest word of the content to a folded word; None if that is right, or nothing is near.

        ``known`` says whether a word that the content does not have is right nevertheless.
        """
        if len(word) not in _LENGTHS or not word.isalpha() or word in self.counts or known(word) or word in english():
            return None
        most = 2 if len(word) >= _TWICE else 1
        letters = _letters(word)
        best: tuple[float, int, str] | None = None
        for size in range(len(word) - most, len(word) + most + 1):
            for others, other in self._by_length.get(size, ()):
                # One fault changes at most two of the letters that two words do not share.
                if (letters ^ others).bit_count() > 2 * most:
                    continue
                faults = distance(word, other, most)
                if faults <= most:
                    # People seldom mistake the first letter.
                    rank = (faults + (word[0] != other[0]), -self.counts[other], other)
                    best = min(best, rank) if best else rank
        return best[2] if best and best[0] <= most else None


def _letters(word: str) -> int:
    """The set of the letters of a word, as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def distance(first: str, second: str, most: int) -> int:
    """How many letters to add, leave out, replace or swap with the next; ``most + 1`` where it is more than that."""
    before, row = [], list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
