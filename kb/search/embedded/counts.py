"""In how many documents each term is: what scores and corrections go by, whatever became of edited documents."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from whoosh.filedb.filestore import RamStorage
from whoosh.reading import IndexReader
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from kb.search import weights

_FILE = "counts.json"


@dataclass(frozen=True)
class Counts:
    """What an index holds, without the documents that were deleted from it.

    Whoosh counts deleted documents until their segment is merged, and an inexact length of those that were merged, so
    that scores would depend on what an index was before.
    """

    documents: int
    lengths: Counter[str]
    """Words in each field of all documents."""
    terms: dict[str, Counter[str]]
    """In how many documents each term of each field is."""

    @classmethod
    def read(cls, storage: RamStorage) -> Counts:
        """The counts that were written beside the files of an index."""
        found = json.loads(storage.files[_FILE])
        terms = {field: Counter(counted) for field, counted in found["terms"].items()}
        return cls(found["documents"], Counter(found["lengths"]), terms)

    @classmethod
    def count(cls, reader: IndexReader) -> Counts:
        """The counts of an index of one segment without deleted documents."""
        terms: dict[str, Counter[str]] = {}
        for (field, term), info in reader:
            terms.setdefault(field, Counter())[term.decode()] = info.doc_frequency()
        return cls(reader.doc_count(), Counter({field: reader.field_length(field) for field in terms}), terms)

    def write(self, storage: RamStorage) -> None:
        """Write them beside the files of an index."""
        found = {"documents": self.documents, "lengths": self.lengths, "terms": self.terms}
        storage.files[_FILE] = json.dumps(found, ensure_ascii=False).encode()

    def of(self, field: str) -> Counter[str]:
        """In how many documents each term of a field is."""
        return self.terms.get(field, Counter())

    def __sub__(self, other: Counts) -> Counts:
        return self._with(other, -1)

    def __add__(self, other: Counts) -> Counts:
        return self._with(other, 1)

    def _with(self, other: Counts, sign: int) -> Counts:
        lengths, terms = self.lengths.copy(), {field: found.copy() for field, found in self.terms.items()}
        for field, length in other.lengths.items():
            lengths[field] += sign * length
        for field, found in other.terms.items():
            of_field = terms.setdefault(field, Counter())
            for term, count in found.items():
                of_field[term] += sign * count
                if not of_field[term]:
                    del of_field[term]
        return Counts(self.documents + sign * other.documents, lengths, terms)


class _Weighting(BM25F):
    def __init__(self, counts: Counts) -> None:
        super().__init__(K1=weights.K1, B=weights.B)
        self.counts = counts

    def idf(self, _searcher: Searcher, fieldname: str, text: bytes | str) -> float:
        term = text.decode() if isinstance(text, bytes) else text
        return weights.rarity(self.counts.documents, self.counts.of(fieldname)[term])

    def mean_length(self, field: str) -> float:
        """Words of a field in a document, on average."""
        return self.counts.lengths[field] / max(self.counts.documents, 1)


class _Searcher(Searcher):
    def avg_field_length(self, fieldname: str, _default: Any = None) -> float:
        return cast(_Weighting, self.weighting).mean_length(fieldname)


def searcher(reader: IndexReader, counts: Counts) -> Any:
    """A searcher whose scores go by these counts."""
    return _Searcher(reader, weighting=_Weighting(counts))
