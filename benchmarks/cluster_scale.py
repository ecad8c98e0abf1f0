"""How the search grows in OpenSearch: loading, size, memory and queries at 1,000 to 1,000,000 documents.

    python benchmarks/cluster_scale.py [--quick] [--sizes 1000 10000]

Three nodes are started (tests/cluster/cluster.py: a JDK of version 21 or newer, and Maven); documents and queries are
those of search_scale.py. To make a document takes about a tenth of what it takes to load it, and is counted with it;
nodes and loader share this machine's processors. Milliseconds are those until the answer is there, from one process
over HTTP; a server gives up those over 2 seconds. Memory is that of the three nodes together, with 2 GB of heap
each, and what the words of the index take in a process that asks. Requests a second are those of 1, 2 and 4 processes
of uvicorn that ask the cluster.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from generated_documents import KINDS, Generator
from measuring import apart, cpu, cpu_of, memory, percentile, print_table
from search_load import ASKED, PAGE, milliseconds, print_served, served

from kb.search import Place, SearchFilter
from kb.search.opensearch import OpenSearchEngine, load
from kb.search.settings import EMBEDDED, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/cluster"))

from cluster import Cluster, UnavailableError, running

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUICK = (1_000, 5_000)
VERSION = "generated"
HEAP = ("-Xms2g", "-Xmx2g")


def main() -> None:
    parser = argparse.ArgumentParser(description="How the search grows in OpenSearch.")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK[0]} and {QUICK[1]} documents")
    parser.add_argument("--sizes", nargs="*", type=int, help="how many documents")
    given = parser.parse_args()
    for entries in given.sizes or (QUICK if given.quick else SIZES):
        with tempfile.TemporaryDirectory() as name:
            try:
                with running(Path(name), HEAP) as cluster:
                    stored = loaded(cluster, entries)
                    words, *times = apart(asked, cluster.url, entries)
                    print_tables(entries, [*stored, words], times, served(cluster.url, entries))
            except UnavailableError as reason:
                raise SystemExit(f"OpenSearch: skipped, {reason}") from None


def print_tables(entries: int, loading: Sequence[object], asking: Sequence[object], serving: Sequence[object]) -> None:
    """Print what one size takes."""
    rates = ("loaded/s", "loaded/CPU s", "by the nodes", "MB on disk", "MB of nodes", "MB of words")
    print_table(("engine", "documents", *rates), [["OpenSearch", entries, *loading]])
    print("\nMilliseconds until the answer of a query: median and 95th percentile")
    columns = ("engine", "documents", *chain.from_iterable((kind, "95 %") for kind in KINDS), "over 2 s")
    print_table(columns, [["OpenSearch", entries, *asking]])
    print_served([["OpenSearch", entries, *serving]])


def loaded(cluster: Cluster, entries: int) -> list[object]:
    """Documents loaded a second, a CPU second of the loader and one of the nodes; MB on the disk, and of all nodes."""
    nodes = [node.process.pid for node in cluster.nodes if node.process]
    made = Generator().documents(entries)

    def clocks() -> tuple[float, float, float]:
        return time.perf_counter(), cpu(), sum(map(cpu_of, nodes))

    begun = clocks()
    load(settings(cluster.url, False, {}), VERSION, made, entries)
    spent = [end - begin for begin, end in zip(begun, clocks(), strict=True)]
    stored = cluster.get(cluster.nodes[0], "/_stats/store")["_all"]["total"]["store"]["size_in_bytes"] / 1e6
    return [*(entries / each for each in spent), stored, sum(map(memory, nodes))]


def asked(url: str, entries: int) -> list[object]:
    """MB that the words of the index take; milliseconds of queries of each kind, and how many a server gives up."""
    patient, generator = replace(settings(url, False, {}), timeout=60), Generator()
    engine = OpenSearchEngine(patient, VERSION, {})
    base = memory()
    engine.learned()
    words = memory() - base
    times: list[object] = []
    late = 0
    for number in range(ASKED):
        engine.search(generator.query("three words", -number, entries))  # so that the nodes have compiled what they run
    for kind in KINDS:
        asks = [_ask(engine, kind, generator.query(kind, number, entries)) for number in range(ASKED)]
        spent = [milliseconds(ask, time.perf_counter) for ask in asks]
        times += [percentile(spent, 50), percentile(spent, 95)]
        late += sum(each > 1000 * EMBEDDED.timeout for each in spent)
    return [words, *times, late]


def _ask(engine: OpenSearchEngine, kind: str, words: str) -> Callable[[], object]:
    if kind == "page 20":
        before = engine.search(words, limit=PAGE).hits[-1:]
        after = Place(before[0].score, f"{before[0].kind}/{before[0].slug}", engine.name) if before else None
        return lambda: engine.search(words, after=after)
    narrow = SearchFilter(kinds=("study",)) if kind == "filter and facets" else SearchFilter()
    text = f'"{words}"' if kind == "a phrase" else words
    return lambda: engine.search(text, narrow)


if __name__ == "__main__":
    main()
