"""The Whoosh schema: which fields an entry has in the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import whoosh
from whoosh.analysis.acore import Composable, Token
from whoosh.fields import KEYWORD, STORED, TEXT, Schema

from kb.search import words
from kb.search.documents import Document
from kb.text import stop_words


class _Analyzer(Composable):
    """The tokens of `kb.search.words` as Whoosh takes them, each line of a text a part of its own."""

    is_morph = True

    def __init__(self, stemmed: bool) -> None:
        self._stemmed = stemmed

    def __call__(self, value: str, start_pos: int = 0, mode: str = "", **_options: Any) -> Iterator[Token]:
        token = Token(True, False, mode=mode)
        for term, place in words.places(value, self._stemmed):
            token.text, token.pos, token.boost, token.stopped = term, start_pos + place, 1.0, False
            yield token


def schema() -> Schema:
    """The fields of the index: those to be searched, one to spell by, and the document itself."""
    analyzer = _Analyzer(stemmed=True)
    return Schema(
        text=TEXT(analyzer=analyzer),
        authors=TEXT(analyzer=analyzer),
        spelling=TEXT(analyzer=_Analyzer(stemmed=False), phrase=False),
        identifier=KEYWORD,
        document=STORED,
    )


def fields(document: Document) -> dict[str, Any]:
    """The values of the schema's fields for an entry."""
    return {
        "text": document.searched,
        "authors": "\n".join(document.parts["authors"]),
        "spelling": "\n".join(text for texts in document.parts.values() for text in texts),
        "identifier": " ".join(document.identifiers),
        "document": document,
    }


def sources() -> tuple[Path, ...]:
    """The modules that decide what an index holds: an index made by other versions of them is stale."""
    folder = Path(__file__).parent
    own = (folder / "schema.py", folder / "counts.py")
    return (
        *own,
        Path(stop_words.__file__),
        *(folder.parent / f"{name}.py" for name in ("documents", "weights", "words")),
    )


def whoosh_version() -> str:
    """The version of Whoosh, whichever of its packages is installed."""
    version = whoosh.__version__
    return ".".join(map(str, version)) if isinstance(version, tuple) else str(version)
