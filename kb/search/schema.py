"""The Whoosh schema: how text becomes terms, which fields an entry has in the index, and how matches are weighed."""

from __future__ import annotations

import re
from pathlib import Path

import whoosh
from whoosh.analysis.filters import CharsetFilter, LowercaseFilter, StopFilter
from whoosh.analysis.morph import StemFilter
from whoosh.analysis.tokenizers import RegexTokenizer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.scoring import BM25F
from whoosh.support.charset import accent_map

from kb.search.documents import Document

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
_WORD = re.compile(rf"(?i:well-being)|\w+(?:[.'’]?\w+)*|{BOUNDARY}")
LONGEST = 60
"""Characters of a word; longer ones are neither indexed nor looked for."""
_TOKENS = RegexTokenizer(_WORD) | LowercaseFilter()
ANALYZER = (
    _TOKENS
    | CharsetFilter({**accent_map, ord("’"): "'"})
    | StopFilter(STOP_WORDS, minsize=1, maxsize=LONGEST)
    | StemFilter()
)
"""Makes terms of text that is searched: lower case, no accents, no stop words, English stems."""
_SPELLER = _TOKENS | StopFilter(STOP_WORDS | {BOUNDARY}, minsize=1, maxsize=LONGEST)

WEIGHTS = {"text": 1.0, "title": 0.5}
"""What a match in a field counts. The text holds the title too, so that length and rarity are judged over all words."""

# Tuned by benchmarks/search_relevance.py; flat around these values.
WEIGHTING = BM25F(K1=1.5, B=0.7)


def schema() -> Schema:
    """The fields of the index: two to be searched, one to spell by, six to filter and count by, the rest to show."""
    return Schema(
        title=TEXT(analyzer=ANALYZER, stored=True),
        text=TEXT(analyzer=ANALYZER),
        spelling=TEXT(analyzer=_SPELLER, phrase=False),
        summary=STORED,
        body=STORED,
        slug=STORED,
        kind=ID(stored=True),
        driver=KEYWORD(stored=True),
        verdict=ID(stored=True),
        outcome=ID(stored=True),
        certainty=ID(stored=True),
        design=ID(stored=True),
    )


def fields(document: Document) -> dict[str, str]:
    """The values of the schema's fields for an entry; a value that it lacks is left out."""
    text = f"\n{BOUNDARY}\n".join(document.parts)
    values = {
        "title": document.title,
        "text": text,
        "spelling": text,
        "summary": document.summary,
        "body": document.body,
        "slug": document.slug,
        "kind": document.kind,
        "driver": " ".join(document.drivers),
        "verdict": document.verdict,
        "outcome": document.outcome,
        "certainty": document.certainty,
        "design": document.design,
    }
    return {field: value for field, value in values.items() if value}


def terms(text: str) -> list[str]:
    """The terms of a query in its order."""
    return [token.text for token in ANALYZER(text) if token.text != BOUNDARY]


def sources() -> tuple[Path, ...]:
    """The modules that decide what an index holds: an index made by other versions of them is stale."""
    folder = Path(__file__).parent
    return folder / "schema.py", folder / "documents.py"


def whoosh_version() -> str:
    """The version of Whoosh, whichever of its packages is installed."""
    version = whoosh.__version__
    return ".".join(map(str, version)) if isinstance(version, tuple) else str(version)
