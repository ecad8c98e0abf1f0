"""The Whoosh schema: how text becomes terms, which fields an entry has in the index, and how matches are weighed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import whoosh
from whoosh.analysis.acore import Token
from whoosh.analysis.tokenizers import Tokenizer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.lang.porter2 import stem
from whoosh.scoring import BM25F
from whoosh.support.charset import accent_map

# Words that a question is made of and that say nothing of its subject.
STOP_WORDS = frozenset(
    """
    a about again all also am an and another any anyone anything are as at be because been between both but by
    can could did do does doing each few find for found from further gave get gets give given gives had has have having
    he her here hers herself him himself his how i if in into is it its itself just like made make many may me might
    more most much must my myself no nor not of on once one ones only or other our ours ourselves own said same say see
    seem several shall she should since so some someone something still such take tell than that the their theirs them
    themselves then there these they this those through thus to too us use used using various very via want wants was
    we well were what when where whether which while who whom whose why will with within without would yet you your
    yours yourself
    """.split()  # noqa: SIM905 (a list of them would fill a screen)
)

BOUNDARY = "\u2029"
"""Stands between the parts of a text as a term of its own, so that no phrase reaches from one part into the next."""

# Well-being is one word: being says nothing, and well is mostly an adverb.
WORD = re.compile(rf"(?i:well-being)|\w+(?:[.'’]?\w+)*|{BOUNDARY}")
LONGEST = 60
"""Characters of a word in a query."""
_FOLDED: dict[Any, Any] = {**accent_map, ord("’"): "'"}


@lru_cache(maxsize=50_000)
def term(word: str) -> str | None:
    """The term that a word is in the index: lower case, no accents, an English stem; None for a stop word."""
    folded = word.lower().translate(_FOLDED)
    return None if folded in STOP_WORDS else stem(folded)


@lru_cache(maxsize=50_000)
def spelled(word: str) -> str | None:
    """A word as the index knows it to spell by; None for a stop word."""
    lower = word.lower()
    return None if lower in STOP_WORDS or lower == BOUNDARY else lower


class _Analyzer(Tokenizer):
    """Gives the terms of a text. A chain of Whoosh's filters would work out each anew, at three times the cost."""

    def __init__(self, known: Callable[[str], str | None]) -> None:
        self._known = known

    def __call__(
        self, value: str, positions: bool = False, chars: bool = False, start_pos: int = 0, **options: Any
    ) -> Iterator[Token]:
        """One and the same token for each term, as Whoosh has it; positions count terms."""
        token = Token(positions, chars, **options)
        token.boost, token.stopped, token.pos = 1.0, False, start_pos - 1
        for match in WORD.finditer(value):
            if found := self._known(match[0]):
                token.text = found
                token.pos += 1
                token.startchar, token.endchar = match.span()
                yield token


ANALYZER = _Analyzer(term)
"""Of the text that is searched."""
SPELLER = _Analyzer(spelled)
"""Of the text by which queries are corrected."""

WEIGHTS = {"text": 1.0, "title": 0.5}
"""What a match in a field counts. The text holds the title too, so that length and rarity are judged over all words."""

# Tuned by benchmarks/search_relevance.py; flat around these values.
WEIGHTING = BM25F(K1=1.5, B=0.7)


def schema() -> Schema:
    """The fields of the index: two to be searched, one to spell by, five to filter and count by, the rest to show."""
    return Schema(
        title=TEXT(analyzer=ANALYZER, stored=True),
        text=TEXT(analyzer=ANALYZER),
        spelling=TEXT(analyzer=SPELLER, phrase=False),
        summary=STORED,
        body=STORED,
        slug=STORED,
        kind=ID(stored=True),
        driver=KEYWORD(stored=True),
        verdict=ID(stored=True),
        certainty=ID(stored=True),
        design=ID(stored=True),
    )


def terms(text: str) -> list[str]:
    """The terms of a query in its order; what is longer than any word is passed over, so that it is not remembered."""
    words = (word for word in WORD.findall(text) if len(word) <= LONGEST)
    return [found for word in words if (found := term(word)) and found != BOUNDARY]


def sources() -> tuple[Path, ...]:
    """The modules that decide what an index holds: an index made by other versions of them is stale."""
    folder = Path(__file__).parent
    return folder / "schema.py", folder / "documents.py"


def whoosh_version() -> str:
    """The version of Whoosh, whichever of its packages is installed."""
    version = whoosh.__version__
    return ".".join(map(str, version)) if isinstance(version, tuple) else str(version)
