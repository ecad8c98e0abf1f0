"""What a query for some words also looks for: the groups and everyday words of content/synonyms.yml, as terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kb.model import Synonyms
from kb.search.words import fold, terms

Spelling = tuple[str, ...]
"""Terms side by side."""


class Thesaurus:
    """The synonyms by what was typed."""

    def __init__(self, synonyms: Synonyms) -> None:
        self.misspellings: Mapping[str, str] = synonyms.misspellings
        self._others: defaultdict[Spelling, dict[Spelling, None]] = defaultdict(dict)
        for group in synonyms.groups:
            for spelling in group:
                self._add(spelling, group)
        for short, longer in synonyms.abbreviations.items():
            self._add(short, longer)
            for spelling in longer:
                self._add(spelling, (short,))
        for word, spellings in synonyms.everyday.items():
            self._add(word, spellings)
        self.capitals: Mapping[str, tuple[Spelling, ...]] = {
            fold(short): tuple(found for spelling in spellings if (found := tuple(terms(spelling))))
            for short, spellings in synonyms.capitals.items()
        }
        """What words find where they are typed in capitals."""
        self._longest = max(map(len, self._others), default=0)

    def _add(self, word: str, spellings: Sequence[str]) -> None:
        found = tuple(terms(word))
        if found:
            others = (tuple(terms(spelling)) for spelling in spellings)
            self._others[found].update(dict.fromkeys(other for other in others if other and other != found))

    @property
    def table(self) -> Mapping[Spelling, tuple[Spelling, ...]]:
        """The other spellings by the terms that find them."""
        return {words: tuple(others) for words, others in self._others.items() if others}

    def knows(self, word: str) -> bool:
        """Whether a word is one of those that find others."""
        return tuple(terms(word)) in self._others

    def alternatives(self, words: Sequence[str]) -> dict[Spelling, tuple[Spelling, ...]]:
        """Other spellings of what ``words`` (terms in the query's order) name, by that, the longest first."""
        found: dict[Spelling, tuple[Spelling, ...]] = {}
        for size in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                typed = tuple(words[start : start + size])
                others = tuple(other for other in self._others.get(typed, ()) if not contains(words, other))
                if others:
                    found[typed] = others
        return found


def contains(words: Sequence[str], spelling: Spelling) -> bool:
    """Whether terms have others side by side."""
    size = len(spelling)
    return any(tuple(words[start : start + size]) == spelling for start in range(len(words) - size + 1))
