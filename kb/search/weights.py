"""What a match counts, in every engine and in the browser."""

from __future__ import annotations

FIELDS = {"text": 1.0, "title": 0.5, "names": 0.5, "authors": 2.0, "year": 1.0}
"""What a match in a field counts. The text holds title and names too, so that length and rarity are judged over all."""
PHRASES = ("text", "title", "names", "authors")
"""The fields in which words side by side are found."""
OF_SYNONYMS = ("text", "title", "names")
"""The fields in which other spellings are looked for."""
SYNONYM = 0.4
"""What a match of another spelling counts, compared with the word that was asked for."""
IDENTIFIED = 50.0
"""What a DOI, a PMID or a registration counts: more than any words."""
# Tuned by benchmarks/search_relevance.py; flat around these values.
K1 = 1.5
"""How soon it stops to matter how often a word is in a field (BM25)."""
B = 0.7
"""How much a long field counts against a match, from 0 to 1 (BM25)."""
