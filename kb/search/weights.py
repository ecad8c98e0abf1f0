"""What a match counts, in every engine and in the browser.

All words of an entry are one field, scored by BM25. A word counts once however it is spelled: the best of the word and
its synonyms. So do words that name one thing: the best of their sum and the synonyms of the name.
"""

from __future__ import annotations

import math

PARTS = {"text": 1, "authors": 2}
"""How often the words of each part of `kb.search.documents.Document.parts` but the title are in the field."""
TITLE, TITLES = 15, (3, 6)
"""How often the words of a title are in the field, divided among them, and the bounds: a short title says it all."""
KINDS = {"study": 0.9}
"""What the words of an entry of a kind count: pages that sum up many studies come before each of them."""
SYNONYM = 0.8
"""What a word of another spelling counts at most, compared with the word that was asked for."""
IDENTIFIED = 1000.0
"""What a DOI, a PMID or a registration counts: more than any words."""
# Tuned by benchmarks/search_relevance.py; flat around these values.
K1 = 1.5
"""How soon it stops to matter how often a word is in an entry (BM25)."""
B = 0.5
"""How much a long entry counts against a match, from 0 to 1 (BM25)."""


def rarity(documents: int, count: int) -> float:
    """How much a term says that is in ``count`` of so many documents (the inverse frequency of BM25)."""
    return math.log(max(documents, 1) / (count + 1)) + 1


def of_title(words: int) -> int:
    """How often the words of a title of so many words are in the field."""
    least, most = TITLES
    return min(max(round(TITLE / max(words, 1)), least), most)


def of_synonym(typed: float, other: float) -> float:
    """What a match of another spelling counts, from how rare the words of both are, added up.

    BM25 gives a rarer spelling more than what was typed; the root takes half of that lead away.
    """
    return SYNONYM * min(math.sqrt(typed / other), 1.0)
