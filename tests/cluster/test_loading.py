"""Loading into a real cluster: nothing lost or doubled when nodes die, no mixed version, old versions removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.search import Results, SearchEngine, SearchSettings, SearchUnavailableError
from kb.search.documents import Document

pytest.importorskip("opensearchpy", reason="OpenSearch: opensearch-py is not installed")
WORDS = "workload coaching sleep inbox staffing huddle scribe leader".split()  # noqa: SIM905
MANY = 2_000


def entries(count: int, mark: str = "first") -> list[Document]:
    """Entries of one version, each with two of the words and the version's mark."""
    return [
        Document("study", f"{mark}-{n:05}", f"{WORDS[n % 8]} of {mark}", body=f"{WORDS[n // 8 % 8]} {mark} number{n}")
        for n in range(count)
    ]


def load(at: SearchSettings, version: str, documents: list[Document], alias: str, **options: Any) -> None:
    from kb.search.opensearch import load

    load(at, version, documents, len(documents), alias=alias, **options)


def opened(at: SearchSettings, version: str, alias: str) -> SearchEngine:
    from kb.search.opensearch import OpenSearchEngine

    return OpenSearchEngine(at, version, {}, alias=alias)


def keys(engine: SearchEngine) -> list[str]:
    """The entries of all pages."""
    seen: list[str] = []
    after = None
    while True:
        page = engine.search("", limit=500, after=after)
        seen += [hit.place.key for hit in page.hits]
        if not page.has_next:
            return seen
        after = page.hits[-1].place


def indexes(cluster: Any, alias: str) -> dict[str, Any]:
    node = next(node for node in cluster.nodes if node.process)
    found: dict[str, Any] = cluster.get(node, f"/{alias}-*/_alias")
    return found


class Load:
    """Threads that ask without a pause. What is not the right answer must be a clear fault."""

    def __init__(self, engine: SearchEngine) -> None:
        self.queries = [*WORDS, "sleep -inbox", '"inbox of first"', "kind:study scribe"]
        self.right = {query: self._seen(engine.search(query)) for query in self.queries}
        self.answers, self.faults, self.wrong = 0, Counter[str](), list[str]()
        self._engine = engine

    @staticmethod
    def _seen(results: Results) -> tuple[object, ...]:
        return results.total, [hit.place.key for hit in results.hits], results.facets, results.has_next

    @contextmanager
    def asked(self, threads: int = 4) -> Iterator[None]:
        end = threading.Event()

        def ask() -> None:
            while not end.is_set():
                for query in self.queries:
                    try:
                        found = self._seen(self._engine.search(query))
                    except SearchUnavailableError as reason:
                        self.faults[str(reason).rpartition(") ")[2]] += 1
                        end.wait(0.2)
                    else:
                        self.answers += 1
                        if found != self.right[query]:
                            self.wrong.append(query)

        with ThreadPoolExecutor(threads) as pool:
            running = [pool.submit(ask) for _ in range(threads)]
            try:
                yield
            finally:
                end.set()
        for each in running:
            each.result()

    def wait(self, answers: int) -> None:
        """Wait for so many more right answers."""
        until = self.answers + answers
        while self.answers < until:
            threading.Event().wait(0.1)


def test_a_node_killed_during_loading_loses_and_doubles_nothing(cluster: Any, at: SearchSettings) -> None:
    documents, killed = entries(MANY), threading.Event()

    def kill(done: int, _: int) -> None:
        if done >= MANY // 3 and not killed.is_set():
            killed.set()
            leader = cluster.get(cluster.nodes[0], "/_cat/cluster_manager?format=json")[0]["node"]
            cluster.nodes[int(leader.removeprefix("node-"))].kill()

    try:
        load(at, "one", documents, "killed", progress=kill)
        assert killed.is_set()
        assert keys(opened(at, "one", "killed")) == [document.key for document in documents]
    finally:
        _all_back(cluster)
    assert keys(opened(at, "one", "killed")) == [document.key for document in documents]


def test_a_node_killed_during_queries_makes_no_answer_wrong(cluster: Any, at: SearchSettings) -> None:
    load(at, "one", entries(500), "queried")
    load_ = Load(opened(at, "one", "queried"))
    try:
        with load_.asked():
            load_.wait(20)
            _node_with(cluster, "queried").kill()
            load_.wait(100)
            _all_back(cluster)
            load_.wait(50)
    finally:
        _all_back(cluster)
    print(f"{load_.answers} right answers, faults: {dict(load_.faults)}")
    assert not load_.wrong


def test_a_version_is_switched_under_load_without_an_error_or_a_mix(cluster: Any, at: SearchSettings) -> None:
    """Servers of the old version go on with theirs; what asks for the current one sees one or the other."""
    load(at, "one", entries(300), "switched")
    old = Load(opened(at, "one", "switched"))
    seen, end, marks = set[frozenset[str]](), threading.Event(), []

    def watch() -> None:
        while not end.is_set():
            body = json.dumps({"size": 0, "aggs": {"at": {"terms": {"field": "_index"}}}}).encode()
            asked = urllib.request.Request(
                f"{cluster.nodes[0].url}/switched/_search", body, {"content-type": "application/json"}
            )
            with urllib.request.urlopen(asked) as answer:
                buckets = json.load(answer)["aggregations"]["at"]["buckets"]
            seen.add(frozenset(bucket["key"] for bucket in buckets))

    with old.asked(2), ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            old.wait(20)
            load(at, "two", entries(310, "second"), "switched")
            assert opened(at, "two", "switched").search("second").total == 310
            old.wait(20)
            marks = [frozenset({index}) for index in indexes(cluster, "switched")]
        finally:
            end.set()
        watching.result()
    assert not old.wrong
    assert not old.faults
    assert seen == set(marks)
    assert len(seen) == 2


def test_the_version_before_the_last_is_removed_and_says_so(at: SearchSettings, cluster: Any) -> None:
    engines = {}
    for number, version in enumerate(("one", "two", "three"), 1):
        load(at, version, entries(number), "pruned")
        engines[version] = opened(at, version, "pruned")
        assert engines[version].search("first").total == number
    with pytest.raises(SearchUnavailableError):
        engines["one"].search("first")
    assert engines["two"].search("first").total == 2
    load(at, "two", entries(2), "pruned")  # back to the one before
    assert [engines[version].search("first").total for version in ("two", "three")] == [2, 3]
    assert len(indexes(cluster, "pruned")) == 2


def test_a_load_that_fails_shows_nothing_of_it(at: SearchSettings, cluster: Any) -> None:
    load(at, "one", entries(3), "failed")

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(at, "two", entries(400, "second"), "failed", progress=stop)
    with pytest.raises(SearchUnavailableError, match="no index of content version two"):
        opened(at, "two", "failed").search("second")
    assert opened(at, "one", "failed").search("first").total == 3
    load(at, "two", entries(400, "second"), "failed")
    assert opened(at, "two", "failed").search("second").total == 400


def test_no_entry_at_all_is_a_version_too(at: SearchSettings) -> None:
    load(at, "none", [], "none")
    assert opened(at, "none", "none").search("").total == 0
    assert opened(at, "none", "none").search("burnout").total == 0


def test_one_setting_moves_the_search_to_the_cluster(
    at: SearchSettings, content: Callable[..., Path], tmp_path: Path, today: date
) -> None:
    folders = ["--output", str(tmp_path / "output"), "--index", str(tmp_path / "index")]
    common = ["--content", str(content()), "--today", str(today)]

    def kb(*arguments: str, url: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "KB_SEARCH_URL": url, "NO_COLOR": "1"}
        command = [sys.executable, "-m", "kb.cli", *arguments, *common]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    failed = kb("build", *folders, url="http://user:hush@127.0.0.1:9")
    assert failed.returncode == 1
    assert "cannot be reached" in failed.stderr
    assert "hush" not in failed.stderr
    assert not (tmp_path / "output").exists()
    built = kb("build", *folders, url=",".join(at.nodes))
    assert built.returncode == 0, built.stderr
    assert not (tmp_path / "index").exists()
    found = kb("search", "paperwork", *folders[2:], url=",".join(at.nodes))
    assert found.returncode == 0, found.stderr
    assert not found.stdout.startswith("0 results")


@pytest.mark.world
@pytest.mark.parametrize("end", ["killed", "frozen"])
def test_the_world_may_end_again_and_again(cluster: Any, at: SearchSettings, end: str) -> None:
    """Each node in turn, three times over, while queries and loads go on."""
    documents = entries(MANY)
    load(at, "one", entries(500), f"world-{end}")
    load_ = Load(opened(at, "one", f"world-{end}"))
    try:
        with load_.asked():
            for number in range(9):
                node = cluster.nodes[number % 3]
                with ThreadPoolExecutor(1) as pool:
                    loading = pool.submit(load, at, f"v{number}", documents, f"world-{end}-loads")
                    load_.wait(20)
                    if end == "killed":
                        node.kill()
                        loading.result()
                    else:
                        with node.frozen():
                            threading.Event().wait(10)
                        loading.result()
                _all_back(cluster)
                assert keys(opened(at, f"v{number}", f"world-{end}-loads")) == [each.key for each in documents]
                load_.wait(20)
                print(f"{end} {number + 1}: {load_.answers} right answers, faults: {dict(load_.faults)}", flush=True)
    finally:
        _all_back(cluster)
    assert not load_.wrong


def _node_with(cluster: Any, alias: str) -> Any:
    """The node that holds the first copy of an index."""
    shards = cluster.get(cluster.nodes[0], f"/_cat/shards/{alias}?format=json")
    name = next(shard["node"] for shard in shards if shard["prirep"] == "p")
    return cluster.nodes[int(name.removeprefix("node-"))]


def _all_back(cluster: Any) -> None:
    """Start again what was killed, and wait until every copy is in its place."""
    for node in cluster.nodes:
        if not node.process:
            node.start()
    cluster.wait()
