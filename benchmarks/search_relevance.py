"""How well the search ranks, beside SQLite FTS5, tantivy and bm25s: on test collections and on judged queries.

    python benchmarks/search_relevance.py [--collections FOLDER] [--only NAME] [--baseline FILE] [--half tune]

FOLDER (by default ../shared/collections) holds test collections, one a folder: docs.jsonl (id, title, text),
queries.jsonl (id, text), qrels.tsv (query, document, grade). The judged queries are in benchmarks/queries/, half of
them never looked at while tuning; "right" means judged 2 or 3. FILE holds the results of another engine for these, to
be compared with: {"q001": ["interventions/inbox-reduction", ...], ...}. tantivy, bm25s and snowballstemmer are used
where they are installed, Node.js runs the search of the browser.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import math
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from kb.check import read as read_content
from kb.model import KINDS, KnowledgeBase
from kb.search import WhooshEngine
from kb.search.documents import Document, documents
from kb.search.embedded.store import index_documents, open_files
from kb.site.finder import search_files

HERE = Path(__file__).parent
DEPTH = 100
RIGHT = 2
"""The grade from which on a judged answer is right."""
Ranked = dict[str, list[str]]
"""The names of the best documents by query, best first."""
Engine = Callable[[Mapping[str, str]], Ranked]
"""Answers queries, given by their ids."""


@dataclass(frozen=True)
class Collection:
    """Documents (name, title, text), queries by id, and grades by query and document."""

    documents: tuple[tuple[str, str, str], ...]
    queries: dict[str, str]
    grades: dict[str, dict[str, float]]
    right: float = 1


def read(folder: Path) -> Collection:
    """A test collection. Quotes in its queries are punctuation; here they ask for the phrase as it is."""
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = float(grade)
    rows = {row["id"]: row["text"].replace('"', " ") for row in _rows(folder / "queries.jsonl")}
    return Collection(
        tuple((row["id"], row["title"], row["text"]) for row in _rows(folder / "docs.jsonl")),
        {key: text for key, text in rows.items() if key in grades},
        dict(grades),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def judged(half: str, entries: Sequence[tuple[str, Document]]) -> Collection:
    """One half of the judged queries, over entries with their names (folder/slug)."""
    names = {name for name, _ in entries}
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in _table(HERE / "queries/judgments.tsv"):
        if row["path"] in names:
            grades[row["qid"]][row["path"]] = float(row["grade"])
    queries = {row["qid"]: row["query"] for row in _table(HERE / "queries/queries.tsv") if row["split"] == half}
    texts = tuple((name, document.title, _text(document)) for name, document in entries)
    return Collection(texts, {key: query for key, query in queries.items() if key in grades}, dict(grades), RIGHT)


def _text(document: Document) -> str:
    return "\n".join(text for texts in document.parts.values() for text in texts if text != document.title)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)


def product(collection: Collection) -> Engine:
    """The embedded engine, over plain documents."""
    found = [Document("study", key, title, body=text) for key, title, text in collection.documents]
    index = WhooshEngine(index_documents(found), version="", drivers={})
    return lambda queries: {
        key: [hit.slug for hit in index.search(query, limit=DEPTH).hits] for key, query in queries.items()
    }


def api(knowledge: KnowledgeBase, entries: Sequence[tuple[str, Document]]) -> Engine:
    """The embedded engine over the content, as the API asks it."""
    index = open_files(index_documents([document for _, document in entries]).files, knowledge)
    names = {(document.kind, document.slug): name for name, document in entries}
    return lambda queries: {
        key: [names[hit.kind, hit.slug] for hit in index.search(query, limit=DEPTH).hits]
        for key, query in queries.items()
    }


_SCRIPT = """
const [words, engine, index, spelling, queries] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const search = new Function(`${words}; ${engine}; return engine;`)()(index);
const found = {};
for (const [key, query] of Object.entries(queries)) {
  const better = search.correct(query, spelling);
  const results = better ? search.find(search.parse(better)) : [];
  found[key] = (results.length ? results : search.find(search.parse(query))).slice(0, 100).map(({ number }) => number);
}
process.stdout.write(JSON.stringify(found));
"""


def browser(knowledge: KnowledgeBase) -> Engine:
    """The scripts of the site over the index of the site, run by Node.js."""
    files = search_files({}, knowledge)
    index, spelling = (json.loads(files[f"search/{name}.json"]) for name in ("index", "spelling"))
    paths = {entry.path: f"{entry.folder}/{entry.slug}" for entry in knowledge.entries()}
    names = [paths[shown["path"]] for shown in index["shown"]]
    scripts = [Path(f"theme/static/{name}.js").read_text(encoding="utf-8") for name in ("words", "engine")]

    def answer(queries: Mapping[str, str]) -> Ranked:
        given = json.dumps([*scripts, index, spelling, queries])
        done = subprocess.run(["node", "-e", _SCRIPT], input=given, capture_output=True, text=True, check=True)
        return {key: [names[number] for number in numbers] for key, numbers in json.loads(done.stdout).items()}

    return answer


def fts5(collection: Collection) -> Engine:
    """SQLite's full-text search with its Porter stemmer; any word may match."""
    base = sqlite3.connect(":memory:")
    base.execute("create virtual table found using fts5(name unindexed, content, tokenize='porter unicode61')")
    rows = ((key, f"{title}\n{text}") for key, title, text in collection.documents)
    base.executemany("insert into found values (?, ?)", rows)
    ask = f"select name from found where found match ? order by bm25(found), name limit {DEPTH}"

    def answer(queries: Mapping[str, str]) -> Ranked:
        asked = {key: " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query)) for key, query in queries.items()}
        return {key: [row[0] for row in base.execute(ask, [words])] if words else [] for key, words in asked.items()}

    return answer


def tantivy(collection: Collection) -> Engine:
    """tantivy with its English stemmer; any word may match."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("name", stored=True, tokenizer_name="raw")
    builder.add_text_field("content", tokenizer_name="en_stem")
    index = library.Index(builder.build())
    writer = index.writer(num_threads=1)
    for key, title, text in collection.documents:
        writer.add_document(library.Document(name=key, content=f"{title}\n{text}"))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def answer(queries: Mapping[str, str]) -> Ranked:
        found: Ranked = {}
        for key, query in queries.items():
            asked = index.parse_query(" ".join(re.findall(r"\w+", query)).lower(), ["content"])
            hits = searcher.search(asked, DEPTH).hits
            found[key] = [searcher.doc(address)["name"][0] for _, address in hits]
        return found

    return answer


def bm25s(collection: Collection) -> Engine:
    """bm25s with English stop words and the Snowball stemmer."""
    import bm25s as library
    import snowballstemmer

    stem = snowballstemmer.stemmer("english").stemWords
    texts = [f"{title}\n{text}" for _, title, text in collection.documents]
    names = [key for key, _, _ in collection.documents]
    index = library.BM25()
    index.index(library.tokenize(texts, stopwords="en", stemmer=stem, show_progress=False), show_progress=False)

    def answer(queries: Mapping[str, str]) -> Ranked:
        asked = library.tokenize(list(queries.values()), stopwords="en", stemmer=stem, show_progress=False)
        found, scores = index.retrieve(asked, k=min(DEPTH, len(names)), show_progress=False)
        pairs = zip(queries, found, scores, strict=True)
        return {
            key: [names[n] for n, score in zip(numbers, of_each, strict=True) if score > 0]
            for key, numbers, of_each in pairs
        }

    return answer


PEERS = {"FTS5": fts5, "tantivy": tantivy, "bm25s": bm25s}


def peers() -> dict[str, Callable[[Collection], Engine]]:
    """The peers that are installed."""
    return {name: made for name, made in PEERS.items() if name == "FTS5" or importlib.util.find_spec(name)}


MEASURES = ("nDCG@10", "MAP@100", "R@100", "1st right", "in first 5")


def measures(found: Sequence[str], grades: Mapping[str, float], right: float) -> tuple[float, ...]:
    """The MEASURES of the answer to one query; nDCG has the grade itself as gain."""

    def gain(values: Sequence[float]) -> float:
        return sum(value / math.log2(rank + 1) for rank, value in enumerate(values[:10], 1))

    given = [grades.get(key, 0.0) for key in found[:DEPTH]]
    good = [rank for rank, grade in enumerate(given, 1) if grade >= right]
    every = sum(grade >= right for grade in grades.values()) or 1
    precision = sum(count / rank for count, rank in enumerate(good, 1)) / min(every, DEPTH)
    ideal = gain(sorted(grades.values(), reverse=True))
    first = good[0] if good else DEPTH + 1
    return gain(given) / ideal, precision, len(good) / every, float(first == 1), float(first <= 5)


def scored(found: Ranked, collection: Collection) -> list[tuple[float, ...]]:
    """The MEASURES of each query, in the order of the queries."""
    return [measures(found.get(key, ()), collection.grades[key], collection.right) for key in collection.queries]


def means(scores: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The mean of each measure."""
    return tuple(map(fmean, zip(*scores, strict=True)))


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """95 % bootstrap interval of a mean, from 4,000 samples of the queries."""
    chance = random.Random(16)
    drawn = sorted(fmean(chance.choices(differences, k=len(differences))) for _ in range(4000))
    return drawn[100], drawn[3899]


def on_collections(folder: Path, only: Sequence[str]) -> None:
    """Print a table of all engines on all collections."""
    chosen = [path.parent for path in sorted(folder.glob("*/qrels.tsv")) if not only or path.parent.name in only]
    if not chosen:
        print(f"skipped: there are no test collections in {folder}")
        return
    print(f"{'collection':<12} {'engine':<14}" + "".join(f"{name:>11}" for name in MEASURES[:3]) + f"{'ms/query':>10}")
    of_each: defaultdict[str, list[float]] = defaultdict(list)
    for path in chosen:
        collection = read(path)
        for name, made in {"this product": product, **peers()}.items():
            engine = made(collection)
            begun = time.process_time()
            found = engine(collection.queries)
            spent = 1000 * (time.process_time() - begun) / len(collection.queries)
            figures = means(scored(found, collection))
            of_each[name].append(figures[0])
            print(f"{path.name:<12} {name:<14}" + "".join(f"{x:>11.3f}" for x in figures[:3]) + f"{spent:>10.2f}")
    for name, values in of_each.items():
        print(f"{'mean':<12} {name:<14}{fmean(values):>11.3f}")


def on_judged(half: str, baseline: Ranked | None) -> None:
    """Print a table of all engines on one half of the judged queries, and what the API differs by."""
    knowledge = read_content(Path("content")).public()
    folders = {kind.kind: kind.folder for kind in KINDS}
    entries = [(f"{folders[document.kind]}/{document.slug}", document) for document in documents(knowledge)]
    collection = judged(half, entries)
    engines = {"API": api(knowledge, entries)}
    if shutil.which("node"):
        engines["browser"] = browser(knowledge)
    engines |= {name: made(collection) for name, made in peers().items()}
    results = {name: engine(collection.queries) for name, engine in engines.items()}
    if baseline is not None:
        results["baseline"] = baseline
    held = {"pages", "frameworks"}
    besides = {
        key: query
        for key, query in collection.queries.items()
        if any(g >= RIGHT and name.split("/")[0] not in held for name, g in collection.grades[key].items())
    }
    for title, queries in (("all", collection.queries), ("not those that pages or frameworks alone answer", besides)):
        some = replace(collection, queries=queries)
        scores = {name: scored(found, some) for name, found in results.items()}
        print(f"\n{len(queries)} judged queries, half {half!r}: {title}")
        print(f"{'engine':<14}" + "".join(f"{name:>11}" for name in MEASURES))
        for name, of_queries in scores.items():
            print(f"{name:<14}" + "".join(f"{value:>11.3f}" for value in means(of_queries)))
        ours = scores.pop("API")
        for name, theirs in scores.items():
            gains = [
                f"{MEASURES[at]} {_gain([x[at] - y[at] for x, y in zip(ours, theirs, strict=True)])}" for at in (0, 3)
            ]
            print(f"API less {name}: " + ", ".join(gains))


def _gain(differences: Sequence[float]) -> str:
    low, high = interval(differences)
    return f"{fmean(differences):+.3f} [{low:+.3f}, {high:+.3f}]"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--collections", type=Path, default=Path("../shared/collections"), help="folder of collections")
    parser.add_argument("--only", action="append", default=[], help="only this collection, or 'judged'")
    parser.add_argument("--half", choices=("tune", "held"), default="held", help="half of the judged queries")
    parser.add_argument("--baseline", type=Path, help="results of another engine for the judged queries")
    asked = parser.parse_args(arguments)
    if asked.only != ["judged"]:
        on_collections(asked.collections, asked.only)
    if not asked.only or "judged" in asked.only:
        on_judged(asked.half, json.loads(asked.baseline.read_text()) if asked.baseline else None)


if __name__ == "__main__":
    main(sys.argv[1:])
