"""Documents for the search in any number, made of the words of the real ones; the same each time.

Each has the lengths of a real one and the filtered values of another; words are as frequent as in the real content.
Now and then comes a word of its own, so that the vocabulary grows as that of real texts does.
"""

from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path

from kb.check import read
from kb.search.documents import Document, documents

DAY = date(2026, 11, 22)
NEW_WORDS = 0.004
"""The share of words that no document had before."""
STREAM = 1_000_000
"""Words that are drawn once; texts are pieces of these, so that one is made quickly."""
KINDS = ("one word", "three words", "a phrase", "filter and facets", "misspelt", "page 20")
"""The kinds of queries."""


class Generator:
    """Makes documents and queries from the real content."""

    def __init__(self, content: Path = Path("content")) -> None:
        self._real = documents(read(content, DAY))
        words = Counter(word for document in self._real for word in document.body.split())
        self._words = list(words)
        self._weights = list(accumulate(words.values()))
        self._stream = random.Random(0).choices(self._words, cum_weights=self._weights, k=STREAM)
        names = Counter(word for document in self._real for author in document.authors for word in author.split())
        self._names = list(names) or ["Smith"]

    def documents(self, count: int) -> Iterator[Document]:
        """So many documents."""
        for number in range(count):
            yield self.document(number)

    def document(self, number: int, edit: int = 0) -> Document:
        """A document by its number; with ``edit`` another version of it."""
        chance = random.Random(f"{number}/{edit}")
        model, values = chance.choice(self._real), chance.choice(self._real)
        return replace(
            values,
            slug=f"generated-{number}",
            title=self._text(chance, model.title),
            summary=self._text(chance, model.summary),
            body="\n".join(self._text(chance, line) for line in model.body.split("\n")),
            names=tuple(self._text(chance, name) for name in model.names),
            abbreviation=model.abbreviation and "".join(chance.choices(string.ascii_uppercase, k=3)),
            authors=tuple(" ".join(chance.choices(self._names, k=2)) for _ in model.authors),
            identifiers=tuple(f"10.1000/{number}.{place}" for place, _ in enumerate(model.identifiers)),
        )

    def _text(self, chance: random.Random, model: str) -> str:
        """As many words as a text has."""
        count = len(model.split())
        start = chance.randrange(STREAM - count)
        words = self._stream[start : start + count]
        for place in range(len(words)):
            if chance.random() < NEW_WORDS:
                words[place] = "".join(chance.choices(string.ascii_lowercase, k=chance.randint(4, 12)))
        return " ".join(words)

    def query(self, kind: str, number: int, count: int) -> str:
        """The words of a query of a kind, for ``count`` documents."""
        chance = random.Random(f"{kind}/{number}")
        if kind == "a phrase":
            words = self.document(chance.randrange(count)).body.split()
            begin = chance.randrange(max(len(words) - 1, 1))
            return " ".join("".join(filter(str.isalnum, word)) for word in words[begin : begin + 2])
        chosen: list[str] = []
        while len(chosen) < (1 if kind == "one word" else 3):
            word = chance.choices(self._words, cum_weights=self._weights)[0].lower()
            if word.isascii() and word.isalpha() and len(word) > 5 and word not in chosen:
                chosen.append(word)
        if kind == "misspelt":
            chosen[0] = f"{chosen[0][:3]}{chosen[0][4]}{chosen[0][3]}{chosen[0][5:]}"
        return " ".join(chosen)
