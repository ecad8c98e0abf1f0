"""The index for the search in the browser, which ``theme/static/search.js`` reads: the words of `kb.search` in JSON.

Numbers are characters (`_coded`), so that most take a byte. Terms are in order; for each there are how many documents
have it and, for each of these, how much further on it is, how often the term is in it, and how far apart. The parts of
a document follow each other in its places, so that one list serves them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from kb.model import Synonyms
from kb.search import weights
from kb.search.documents import Document
from kb.search.spelling import english
from kb.search.synonyms import Spelling, Thesaurus
from kb.search.words import places, spellings
from kb.text.stop_words import STOP_WORDS


def index_file(entries: Sequence[Document], synonyms: Synonyms) -> dict[str, Any]:
    """What the script needs to find entries and to rank them as the API does."""
    postings: defaultdict[str, list[tuple[int, list[int]]]] = defaultdict(list)
    sizes: list[int] = []
    for number, document in enumerate(entries):
        found: defaultdict[str, list[int]] = defaultdict(list)
        start = 0
        for texts in document.parts.values():
            end = start
            for term, place in places("\n".join(texts)):
                found[term].append(start + place)
                end = start + place + 2
            sizes.append(end - start)
            start = end
        for term, at in found.items():
            postings[term].append((number, at))
    terms = sorted(postings)
    thesaurus = Thesaurus(synonyms)
    return {
        "terms": " ".join(terms),
        "postings": _coded(_numbers(postings[term] for term in terms)),
        "sizes": _coded(sizes),
        "titles": _coded(document.title_counts for document in entries),
        "years": _coded(int(document.year or 0) for document in entries),
        "identifiers": {name: number for number, document in enumerate(entries) for name in document.identifiers},
        "synonyms": {" ".join(words): _joined(others) for words, others in thesaurus.table.items()},
        "capitals": {word: _joined(others) for word, others in thesaurus.capitals.items()},
        "misspellings": thesaurus.misspellings,
        "stop": " ".join(sorted(STOP_WORDS)),
        "weights": {
            **weights.PARTS,
            "kinds": weights.KINDS,
            "identifier": weights.IDENTIFIED,
            "synonym": weights.SYNONYM,
            "k1": weights.K1,
            "b": weights.B,
        },
    }


def spelling_file(entries: Sequence[Document]) -> dict[str, Any]:
    """What the script loads to correct a word: those of the content, how many entries have each, and English ones."""
    counts = Counter(
        word
        for document in entries
        for word in {token.term for texts in document.parts.values() for text in texts for token in spellings(text)}
    )
    words = sorted(word for word in counts if word.isalpha())
    return {
        "words": " ".join(words),
        "counts": _coded(counts[word] for word in words),
        "english": " ".join(sorted(english() - counts.keys())),
    }


def _joined(others: Iterable[Spelling]) -> list[str]:
    return [" ".join(other) for other in others]


def _numbers(lists: Iterable[Sequence[tuple[int, list[int]]]]) -> Iterable[int]:
    for found in lists:
        yield len(found)
        before = 0
        for number, places_ in found:
            yield number - before
            yield len(places_)
            before = number
            yield from _steps(places_)


def _steps(numbers: Sequence[int]) -> Iterable[int]:
    """The first number, and how much larger each is than the one before."""
    before = 0
    for number in numbers:
        yield number - before
        before = number


def _coded(numbers: Iterable[int]) -> str:
    """Numbers as characters from # on, without the backslash and what is no character by itself."""
    return "".join(map(_character, numbers))


def _character(number: int) -> str:
    code = number + 35
    code += code >= 92
    return chr(code + 2048 if code >= 0xD800 else code)
