"""The index of OpenSearch: its settings, its fields, and an entry as one of its documents.

Texts become terms here, by `kb.search.words`, as they do for the embedded engine: OpenSearch is given ready terms, one
a line, which it only takes apart. What stands at one place of a text (covid and covid19 of covid-19) is in one line.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.search import documents, lexicon, weights, words
from kb.search.documents import Document
from kb.text import stop_words

ALIAS = "burnout-kb"
"""The name of the index of the content that was published last, for tools; indexes of versions begin with it."""
KEY = "key"
"""The field with kind/slug."""
TEXTS = ("text", "authors")
_SAME_PLACE = "\t"
_NEXT_PLACE = "\n"


def version_alias(version: str, alias: str = ALIAS) -> str:
    """The name under which the whole index of a version of the content is found; no other index ever has it.

    It also says which form of the index it is, so that a newer release of this program makes its own.
    """
    modules = (documents, lexicon, stop_words, weights, words)
    sources = (Path(__file__), *(Path(module.__file__ or "") for module in modules))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    return f"{alias}-{version}-{digest}"


def index_body() -> dict[str, Any]:
    """Settings and mappings of an index."""
    keyword = {"type": "keyword"}
    text = {"type": "text", "analyzer": "places", "position_increment_gap": 100}
    return {
        "settings": {
            "index": {
                # One shard holds some millions of entries; a copy on another node, where there is one.
                "number_of_shards": 1,
                "auto_expand_replicas": "0-1",
                "similarity": {
                    "default": {"type": "BM25", "k1": weights.K1, "b": weights.B, "discount_overlaps": False}
                },
                "analysis": {
                    "tokenizer": {"places": {"type": "char_group", "tokenize_on_chars": [_NEXT_PLACE]}},
                    "filter": {
                        "terms": {
                            "type": "pattern_capture",
                            "preserve_original": False,
                            "patterns": [f"([^{_SAME_PLACE}]+)"],
                        }
                    },
                    "analyzer": {"places": {"type": "custom", "tokenizer": "places", "filter": ["terms"]}},
                },
            }
        },
        "mappings": {
            "dynamic": "strict",
            # Terms are kept once, as the index has them.
            "_source": {"excludes": list(TEXTS)},
            "properties": {
                KEY: keyword,
                **dict.fromkeys(TEXTS, text),
                **dict.fromkeys(("identifier", *lexicon.VALUED), keyword),
                "shown": {"type": "object", "enabled": False},
                "words": {"type": "binary"},
            },
        },
    }


def source(document: Document) -> dict[str, Any]:
    """An entry as a document of the index."""
    texts = {"text": document.searched, "authors": "\n".join(document.parts["authors"])}
    return {
        KEY: document.key,
        **{field: _lines(texts[field]) for field in TEXTS},
        **{field: list(values) for field, values in document.values.items()},
        "identifier": list(document.identifiers),
        "shown": document.shown,
    }


def _lines(text: str) -> list[str]:
    """The terms of each line of a text, one place a line, so that no phrase reaches over the end of a line."""
    return list(filter(None, map(_line, text.split("\n"))))


@lru_cache(100)
def _line(line: str) -> str:
    """See `_lines`. A title is in a text several times."""
    found = [(_SAME_PLACE if extra else _NEXT_PLACE) + words.stem(word) for word, extra in words.indexed(line)]
    return "".join(found).removeprefix(_NEXT_PLACE)


def phrase(spelling: tuple[str, ...]) -> str:
    """Terms side by side, as a text of the index."""
    return _NEXT_PLACE.join(spelling)
