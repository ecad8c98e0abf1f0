"""A real cluster for the tests of this folder, entries to be found, and both engines over the same entries."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kb.check import Checked
from kb.model import Synonyms
from kb.search import SearchEngine, SearchSettings, WhooshEngine
from kb.search.documents import Document, documents
from kb.search.embedded.store import index_documents
from kb.search.settings import settings

ENGINES = ("embedded", "opensearch")


def _module() -> ModuleType:
    """cluster.py, loaded by its path, since tests are no package."""
    spec = importlib.util.spec_from_file_location("cluster", Path(__file__).parent / "cluster.py")
    assert spec
    assert spec.loader
    module = sys.modules["cluster"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Three nodes; a test that kills one starts it again."""
    pytest.importorskip("opensearchpy", reason="OpenSearch: opensearch-py is not installed")
    module = _module()
    try:
        module.java(), module.jars()
    except module.UnavailableError as reason:
        pytest.skip(f"OpenSearch: {reason}")
    with module.running(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def at(cluster: Any) -> SearchSettings:
    """The settings for the cluster, with more patience than a server has: nothing is timed in a test."""
    return replace(settings(cluster.url, False, {}), timeout=60)


Opening = Callable[..., SearchEngine]


@pytest.fixture(scope="session")
def opening(request: pytest.FixtureRequest) -> Opening:
    """Loads entries into an engine of a name, and opens it; a cluster is started for the first that needs one."""

    def open_(
        name: str, version: str, entries: Sequence[Document], synonyms: Synonyms | None = None, **drivers: str
    ) -> SearchEngine:
        if name == "embedded":
            return WhooshEngine(index_documents(entries), version, drivers, synonyms)
        at = request.getfixturevalue("at")
        from kb.search.opensearch import OpenSearchEngine, load

        load(at, version, entries, len(entries), alias=version)
        return OpenSearchEngine(at, version, drivers, synonyms, alias=version)

    return open_


@pytest.fixture(scope="session")
def entries(real: Checked) -> list[Document]:
    """The entries of the real content."""
    return documents(real.knowledge.public())


@pytest.fixture(scope="session")
def of_real(opening: Opening, real: Checked, entries: list[Document]) -> Callable[[str], SearchEngine]:
    """An engine over the real content, by its name."""
    drivers = {slug: driver.title for slug, driver in real.knowledge.drivers.items()}
    known: dict[str, SearchEngine] = {}

    def engine(name: str) -> SearchEngine:
        if name not in known:
            known[name] = opening(name, "real", entries, real.knowledge.synonyms, **drivers)
        return known[name]

    return engine


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, of_real: Callable[[str], SearchEngine]) -> SearchEngine:
    """Each engine over the real content."""
    return of_real(request.param)


FEW = [
    Document("study", "injury", "A survey", body="Moral injury was common.\nThe injury seemed moral.", year="2016"),
    Document("study", "lines", "Coached surgeons", body="They felt better\nalpha stood alone", authors=("West CP",)),
    Document("study", "virus", "Nurses in covid-19 wards", body="After the U.S. wave, e-mail and well-being fell."),
    Document("study", "letters", "Ärzte und Ärztinnen ﷺ", body="Burn-out 倦怠 and covid19.", identifiers=("10.1/x-y",)),
    Document("driver", "work", "Workload", body="Too much work.", drivers=("work",)),
    *(
        Document("intervention", f"huddle-{n:02}", "Daily huddle", body="A huddle.", drivers=("work",))
        for n in range(20)
    ),
]


@pytest.fixture(scope="session", params=ENGINES)
def few(request: pytest.FixtureRequest, opening: Opening) -> SearchEngine:
    """Each engine over a few entries made for tests."""
    return opening(request.param, "few", FEW, work="Workload")
