"""What a match counts, in every engine and in the browser.

All words of an entry are one field, scored by BM25. A word counts once however it is spelled: the best of the word and
its synonyms.
"""

from __future__ import annotations

from collections.abc import Sequence

PARTS = {"title": 3, "text": 1, "authors": 2}
"""How often the words of each part of an entry are in the field (`kb.search.documents.Document.parts`)."""
KINDS = {"study": 0.9}
"""What the words of an entry of a kind count: pages that sum up many studies come before each of them."""
SYNONYM = 0.8
"""What a word of another spelling counts, compared with the word that was asked for."""
IDENTIFIED = 1000.0
"""What a DOI, a PMID or a registration counts: more than any words."""
LEAST = 0.5
"""The least part of that, for words of a long spelling of a short one."""
# Tuned by benchmarks/search_relevance.py; flat around these values.
K1 = 1.5
"""How soon it stops to matter how often a word is in an entry (BM25)."""
B = 0.5
"""How much a long entry counts against a match, from 0 to 1 (BM25)."""


def of_synonym(typed: Sequence[str], other: Sequence[str]) -> float:
    """What a match of another spelling counts: many words that stand for few count less each, down to the half."""
    return SYNONYM * max(len(typed) / len(other), LEAST)
