"""Corrected queries: unknown words replaced by the nearest words of the index, as they are spelled there."""

from __future__ import annotations

import re

from whoosh.reading import IndexReader

from kb.search.query import clean
from kb.search.schema import STOP_WORDS

FIELD = "spelling"
MAX_CORRECTIONS = 3
"""Words of a query that are corrected at most; each costs a walk through the vocabulary."""
_LENGTHS = range(4, 19)
"""Shorter words are near to too many others, longer ones are no words."""
_WORD = re.compile(r"[^\W\d_]+")


def correct(text: str, reader: IndexReader) -> str | None:
    """The query with its unknown words corrected, the rest as it was typed; None where nothing near is known."""
    corrector = reader.corrector(FIELD)
    text = clean(text)
    corrections: dict[str, str] = {}
    tried = 0
    for word in dict.fromkeys(match[0] for match in _WORD.finditer(text)):
        folded = word.lower()
        if len(word) not in _LENGTHS or folded in STOP_WORDS or reader.doc_frequency(FIELD, folded):
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
    return _WORD.sub(lambda match: corrections.get(match[0], match[0]), text)
