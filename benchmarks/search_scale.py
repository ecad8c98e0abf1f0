"""How the search grows: loading, size, memory, an edit and queries at 1,000 to 50,000 documents, beside two peers.

    python benchmarks/search_scale.py [--quick] [--sizes 1000 5000]

The embedded engine, SQLite FTS5 and tantivy (pip install tantivy) hold the same generated documents, each loaded in one
process and asked in another; milliseconds are CPU of the process that answers. The product also counts facets and
corrects words in every query, and answers page 20 from a cursor, with the words of the page before at hand; the peers
do for each kind of query what it names, and SQLite corrects nothing. Requests a second are those of 1, 2 and 4
processes of uvicorn, asked for the words of mixed queries. --quick takes a minute or so. cluster_scale.py measures
OpenSearch in the same way.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from generated_documents import KINDS, Generator
from measuring import apart, cpu, memory, percentile, print_table, size
from search_load import ASKED, PAGE, milliseconds, print_served, served

from kb.search import SearchFilter, WhooshEngine
from kb.search.documents import Document
from kb.search.embedded.store import index_documents, open_storage, update_documents
from kb.search.facets import FACETS

SIZES = (1_000, 5_000, 10_000, 50_000)
QUICK = (200, 1_000)


class Engine(Protocol):
    """What is measured: it is opened where a folder holds what it loaded."""

    def __init__(self, folder: Path) -> None: ...

    @staticmethod
    def load(folder: Path, entries: Iterable[Document]) -> None: ...

    def ask(self, kind: str, words: str) -> Callable[[], object]: ...

    def edit(self, old: Document, new: Document) -> None: ...


class Product:
    """The embedded engine."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self._engine = self._opened()

    def _opened(self) -> WhooshEngine:
        return WhooshEngine(open_storage(self._files), "", {})

    @staticmethod
    def load(folder: Path, entries: Iterable[Document]) -> None:
        for name, data in index_documents(list(entries)).files.items():
            (folder / name).write_bytes(data)

    def ask(self, kind: str, words: str) -> Callable[[], object]:
        if kind == "page 20":
            before = self._engine.search(words, limit=PAGE).hits[-1:]
            after = (before[0].score, f"{before[0].kind}/{before[0].slug}") if before else None
            return lambda: self._engine.search(words, after=after)
        narrow = SearchFilter(kinds=("study",)) if kind == "filter and facets" else SearchFilter()
        text = f'"{words}"' if kind == "a phrase" else words
        return lambda: self._engine.search(text, narrow)

    def edit(self, old: Document, new: Document) -> None:
        storage = open_storage(self._files)
        with storage.open_index().reader() as reader:
            held = [stored["document"] for _, stored in reader.iter_docs()]
        update_documents(storage, [new if document == old else document for document in held])
        self._files = storage.files
        self._engine = self._opened()


class Sqlite:
    """SQLite FTS5 with its stemmer."""

    def __init__(self, folder: Path) -> None:
        self._open = sqlite3.connect(folder / "index.db")

    @staticmethod
    def load(folder: Path, entries: Iterable[Document]) -> None:
        with sqlite3.connect(folder / "index.db") as database:
            database.execute("create virtual table words using fts5(text, tokenize='porter unicode61')")
            database.execute(f"create table entries (slug text unique, {', '.join(FACETS)})")
            for document in entries:
                Sqlite._add(database, document)

    @staticmethod
    def _add(database: sqlite3.Connection, document: Document) -> None:
        values = [" ".join(document.values[field]) for field in FACETS]
        added = database.execute("insert into entries values (?, ?, ?, ?, ?, ?, ?)", [document.slug, *values])
        database.execute("insert into words (rowid, text) values (?, ?)", [added.lastrowid, document.searched])

    def ask(self, kind: str, words: str) -> Callable[[], object]:
        text = f'"{words}"' if kind == "a phrase" else " or ".join(f'"{word}"' for word in words.split()).upper()
        found = "from words where words match ?"
        if kind != "filter and facets":
            offset = PAGE if kind == "page 20" else 0
            sql = f"select rowid {found} order by rank limit 10 offset {offset}"
            return lambda: self._open.execute(sql, [text]).fetchall()
        of_kind = "join entries on entries.rowid = words.rowid where words match ? and kind = 'study'"
        hits = f"select words.rowid from words {of_kind} order by rank limit 10"
        facets = [f"select {field}, count(*) from words {of_kind} group by {field}" for field in FACETS]
        return lambda: [self._open.execute(sql, [text]).fetchall() for sql in (hits, *facets)]

    def edit(self, old: Document, new: Document) -> None:
        with self._open as database:
            row = database.execute("select rowid from entries where slug = ?", [old.slug]).fetchone()
            database.execute("delete from words where rowid = ?", row)
            database.execute("delete from entries where rowid = ?", row)
            self._add(database, new)


class Tantivy:
    """tantivy with its English stemmer, in one thread."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._index = tantivy.Index(self._schema(), path=str(folder))
        self._searcher = self._index.searcher()
        self._study = tantivy.Query.term_query(self._index.schema, "kind", "study")

    @staticmethod
    def _schema() -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem")
        for field in ("slug", *FACETS):
            builder.add_text_field(field, stored=field == "slug", fast=True, tokenizer_name="raw")
        return builder.build()

    @staticmethod
    def _document(document: Document) -> Any:
        import tantivy

        values = {field: list(document.values[field]) for field in FACETS}
        return tantivy.Document(text=document.searched, slug=document.slug, **values)

    @staticmethod
    def load(folder: Path, entries: Iterable[Document]) -> None:
        import tantivy

        writer = tantivy.Index(Tantivy._schema(), path=str(folder)).writer(num_threads=1)
        for document in entries:
            writer.add_document(Tantivy._document(document))
        writer.commit()
        writer.wait_merging_threads()

    def ask(self, kind: str, words: str) -> Callable[[], object]:
        from tantivy import Occur, Query

        fuzzy = {"text": (False, 1, True)} if kind == "misspelt" else {}
        asked = self._index.parse_query(f'"{words}"' if kind == "a phrase" else words, ["text"], fuzzy_fields=fuzzy)
        if kind != "filter and facets":
            offset = PAGE if kind == "page 20" else 0
            return lambda: self._shown(self._searcher.search(asked, 10, offset=offset))
        asked = Query.boolean_query([(Occur.Must, asked), (Occur.Must, self._study)])
        facets = {field: {"terms": {"field": field}} for field in FACETS}
        return lambda: (self._shown(self._searcher.search(asked, 10)), self._searcher.aggregate(asked, facets))

    def _shown(self, found: Any) -> list[object]:
        return [self._searcher.doc(address)["slug"] for _, address in found.hits]

    def edit(self, old: Document, new: Document) -> None:
        writer = self._index.writer(num_threads=1)
        writer.delete_documents_by_term("slug", old.slug)
        writer.add_document(self._document(new))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()


ENGINES: dict[str, type[Engine]] = {"this product": Product, "SQLite FTS5": Sqlite, "tantivy": Tantivy}
Row = list[object]


def loaded(name: str, entries: int, folder: Path) -> tuple[float, float]:
    """CPU seconds to load so many documents, less those to make them; and MB of memory of the process afterwards."""
    made = list(Generator().documents(entries))
    start = cpu()
    ENGINES[name].load(folder, made)
    return cpu() - start, memory()


def asked(name: str, entries: int, folder: Path) -> tuple[Row, Row]:
    """What opening, memory and an edit are; and what queries of each kind take, at the median and at 95 percent."""
    generator = Generator()
    base, start = memory(), cpu()
    engine = ENGINES[name](folder)
    opened = cpu() - start
    times: Row = []
    for kind in KINDS:
        asks = [engine.ask(kind, generator.query(kind, number, entries)) for number in range(ASKED)]
        asks[0]()
        spent = [milliseconds(ask, time.process_time) for ask in asks]
        times += [percentile(spent, 50), percentile(spent, 95)]
    held = memory() - base
    number = entries // 2
    before, edits = generator.document(number), []
    for edit in range(1, 6):
        after = generator.document(number, edit)
        start = cpu()
        engine.edit(before, after)
        edits.append(cpu() - start)
        before = after
    return [opened, held, percentile(edits, 50)], times


def embedded(entries: int, work: Path) -> Path:
    """Print the tables of the embedded engine and its peers; returns the folder of the product's index."""
    building: list[Row] = []
    asking: list[Row] = []
    for name, needs in _needs().items():
        if needs and not find_spec(needs):
            print(f"{name} is not installed: pip install {needs}")
            continue
        folder = work / f"{name}-{entries}"
        folder.mkdir()
        spent, most = apart(loaded, name, entries, folder)
        facts, times = apart(asked, name, entries, folder)
        building.append([name, entries, entries / spent, size(folder), most, *facts])
        asking.append([name, entries, *times])
        print(f"{name} at {entries:,}: done", file=sys.stderr, flush=True)
    columns = ("engine", "documents", "loaded/CPU s", "MB on disk", "MB loading", "open, s", "MB open", "edit, s")
    print_table(columns, building)
    print("\nCPU milliseconds of a query: median and 95th percentile")
    print_table(("engine", "documents", *chain.from_iterable((kind, "95 %") for kind in KINDS)), asking)
    return work / f"this product-{entries}"


def _needs() -> dict[str, str]:
    return {name: "tantivy" if name == "tantivy" else "" for name in ENGINES}


def main() -> None:
    parser = argparse.ArgumentParser(description="How the search grows, beside SQLite FTS5 and tantivy.")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK[0]} and {QUICK[1]} documents")
    parser.add_argument("--sizes", nargs="*", type=int, help="how many documents")
    given = parser.parse_args()
    sizes = given.sizes if given.sizes is not None else QUICK if given.quick else SIZES
    for entries in sizes:  # each is printed when it is known: the next one takes several times as long
        with tempfile.TemporaryDirectory() as name:
            print_served([["this product", entries, *served(str(embedded(entries, Path(name))), entries)]])


if __name__ == "__main__":
    main()
