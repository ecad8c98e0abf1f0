"""How well the search ranks: nDCG@10 of the product's own index and queries against Whoosh out of the box.

    python benchmarks/search_relevance.py [FOLDER] [NAME ...]

FOLDER (by default ../shared/collections) holds test collections, one a folder: docs.jsonl (id, title, text),
queries.jsonl (id, text), qrels.tsv (query, document, grade). NAMEs choose some of them.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser

from kb.search import WhooshEngine
from kb.search.documents import Document
from kb.search.embedded.store import index_documents

DEPTH = 10
Engine = Callable[[str], Sequence[str]]
"""The ids of the best documents for a query, best first."""


@dataclass(frozen=True)
class Collection:
    """Documents (id, title, text), queries by id, and grades by query and document."""

    documents: tuple[tuple[str, str, str], ...]
    queries: dict[str, str]
    grades: dict[str, dict[str, float]]


def read(folder: Path) -> Collection:
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = float(grade)
    return Collection(
        tuple((row["id"], row["title"], row["text"]) for row in _rows(folder / "docs.jsonl")),
        {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl") if row["id"] in grades},
        dict(grades),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@contextmanager
def product(collection: Collection) -> Iterator[Engine]:
    """The product's schema, analyzer, weighting and queries."""
    documents = [Document("study", key, title, body=text) for key, title, text in collection.documents]
    index = WhooshEngine(index_documents(documents), version="", drivers={})
    # Quotes in these queries are punctuation; to the product's users they ask for the phrase as it is.
    yield lambda query: [hit.slug for hit in index.search(query.replace('"', " "), limit=DEPTH).hits]


@contextmanager
def out_of_the_box(collection: Collection) -> Iterator[Engine]:
    """Whoosh as its documentation begins: the default text field, parser (all words must match) and weighting."""
    index = RamStorage().create_index(Schema(id=ID(stored=True), content=TEXT))
    writer = index.writer()
    for key, title, text in collection.documents:
        writer.add_document(id=key, content=f"{title}\n{text}")
    writer.commit()
    parser = QueryParser("content", index.schema)
    with index.searcher() as searcher:
        yield lambda query: [hit["id"] for hit in searcher.search(parser.parse(query), limit=DEPTH)]


def ndcg(found: Sequence[str], grades: dict[str, float]) -> float:
    """Normalized discounted cumulative gain of the first ten, with the grade itself as gain; 1 is a perfect order."""

    def gain(values: Sequence[float]) -> float:
        return sum(value / math.log2(rank + 1) for rank, value in enumerate(values[:DEPTH], 1))

    return gain([grades.get(key, 0.0) for key in found]) / gain(sorted(grades.values(), reverse=True))


def measure(engine: Engine, collection: Collection) -> tuple[float, float]:
    """Mean nDCG@10 over the queries, and milliseconds of CPU a query."""
    begun = time.process_time()
    found = {key: engine(text) for key, text in collection.queries.items()}
    spent = time.process_time() - begun
    scores = [ndcg(found[key], collection.grades[key]) for key in collection.queries]
    return sum(scores) / len(scores), 1000 * spent / len(scores)


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0] if arguments else "../shared/collections")
    chosen = sorted(path.parent for path in folder.glob("*/qrels.tsv"))
    if len(arguments) > 1:
        chosen = [path for path in chosen if path.name in arguments[1:]]
    if not chosen:
        print(f"skipped: there are no test collections in {folder}")
        return
    print(f"{'collection':<12} {'engine':<18} {'nDCG@10':>8} {'ms/query':>9}")
    for path in chosen:
        collection = read(path)
        for name, opened in (("this product", product), ("Whoosh's defaults", out_of_the_box)):
            with opened(collection) as engine:
                score, spent = measure(engine, collection)
            print(f"{path.name:<12} {name:<18} {score:>8.3f} {spent:>9.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
