"""The Whoosh schema: which fields an entry has in the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import whoosh
from whoosh.analysis.acore import Composable, Token
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.scoring import BM25F

from kb.search import weights, words
from kb.search.documents import Document


class _Analyzer(Composable):
    """The tokens of `kb.search.words` as Whoosh takes them, each line of a text a part of its own."""

    is_morph = True

    def __init__(self, stemmed: bool) -> None:
        self._stemmed = stemmed

    def __call__(self, value: str, start_pos: int = 0, mode: str = "", **_options: Any) -> Iterator[Token]:
        token = Token(True, False, mode=mode)
        for term, place in words.places(value) if self._stemmed else words.places(value, words.spellings):
            token.text, token.pos, token.boost, token.stopped = term, start_pos + place, 1.0, False
            yield token


WEIGHTING = BM25F(K1=weights.K1, B=weights.B)


def schema() -> Schema:
    """The fields of the index: those to be searched, one to spell by, those to filter and count by, those to show."""
    analyzer = _Analyzer(stemmed=True)
    return Schema(
        title=TEXT(analyzer=analyzer, stored=True),
        text=TEXT(analyzer=analyzer),
        names=TEXT(analyzer=analyzer, stored=True),
        authors=TEXT(analyzer=analyzer, stored=True),
        spelling=TEXT(analyzer=_Analyzer(stemmed=False), phrase=False),
        identifier=KEYWORD,
        summary=STORED,
        body=STORED,
        slug=STORED,
        year=ID(stored=True),
        kind=ID(stored=True),
        driver=KEYWORD(stored=True),
        verdict=ID(stored=True),
        outcome=ID(stored=True),
        certainty=ID(stored=True),
        design=ID(stored=True),
    )


def fields(document: Document) -> dict[str, str]:
    """The values of the schema's fields for an entry; a value that it lacks is left out."""
    text = "\n".join(document.parts)
    values = {
        **document.shown,
        **{field: " ".join(values) for field, values in document.values.items()},
        "text": text,
        "spelling": "\n".join((text, *document.authors)),
        "identifier": " ".join(document.identifiers),
        "slug": document.slug,
    }
    return {field: value for field, value in values.items() if value}


def sources() -> tuple[Path, ...]:
    """The modules that decide what an index holds: an index made by other versions of them is stale."""
    folder = Path(__file__).parent
    return folder / "schema.py", folder.parent / "documents.py", folder.parent / "words.py"


def whoosh_version() -> str:
    """The version of Whoosh, whichever of its packages is installed."""
    version = whoosh.__version__
    return ".".join(map(str, version)) if isinstance(version, tuple) else str(version)
