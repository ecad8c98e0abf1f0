"""What all tests share: texts kept in files and rewritten on demand, small content folders, and the real content."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
import uvicorn
from hypothesis import HealthCheck, settings
from starlette.types import ASGIApp

from kb.check import Checked, check
from kb.search import SearchEngine, open_index
from kb.serve.connections import Connection, configure

HERE = Path(__file__).parent
BASE = HERE / "bad" / "_base"

# Nothing is timed in a test: a busy machine would fail it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-expected",
        action="store_true",
        help="write the files that hold expected texts anew, instead of comparing with them",
    )


def pytest_configure() -> None:
    sys.addaudithook(_refuse_processes)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs a server, a browser, Node.js, a built site or an index of the whole content.

    Other tests carry the mark themselves.
    """
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        fixtures = getattr(item, "fixturenames", ())
        if (
            folder in ("browser", "cluster", "golden", "http")
            or item.get_closest_marker("node")
            or {"built", "real_index"} & set(fixtures)
        ):
            item.add_marker("slow")


_is_quick = False
"""Whether a test is under way that is not marked as slow."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    global _is_quick
    _is_quick = item.get_closest_marker("slow") is None
    try:
        return (yield)
    finally:
        _is_quick = False


def _refuse_processes(event: str, _arguments: object) -> None:
    """Keep the mark true: a quick test starts no process, which also building a site or asking git does."""
    if _is_quick and event in ("subprocess.Popen", "os.fork"):
        pytest.fail("this test starts a process, so it must be marked with pytest.mark.slow")


@pytest.fixture(scope="session")
def project(request: pytest.FixtureRequest) -> Path:
    """The folder of the checkout."""
    return request.config.rootpath


@pytest.fixture
def today() -> date:
    """The day on which the small content folders of the tests are checked."""
    return date(2026, 11, 22)


@pytest.fixture
def same_as_file(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Asserts that a text is the one kept in a file; with --rewrite-expected it is written there instead."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--rewrite-expected"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run make golden, then read what it wrote"
        assert text == path.read_text(encoding="utf-8"), f"not what {path.name} holds; if it is right, run make golden"

    return compare


@pytest.fixture
def content(tmp_path: Path) -> Callable[..., Path]:
    """Makes a content folder: the small valid one of tests/bad/_base, with some files added or replaced."""

    def make(files: Mapping[str, str | bytes] | None = None, base: bool = True) -> Path:
        root = tmp_path / "content"
        if base:
            shutil.copytree(BASE, root)
        root.mkdir(exist_ok=True)
        for name, text in (files or {}).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return root

    return make


@pytest.fixture
def problems(content: Callable[..., Path], today: date) -> Callable[..., list[str]]:
    """The problems, as printed, of the small valid content folder with some files added or replaced."""

    def run(files: Mapping[str, str | bytes] | None = None, base: bool = True) -> list[str]:
        return [str(problem) for problem in check(content(files, base), today).problems]

    return run


@pytest.fixture(scope="session")
def hostile() -> ModuleType:
    """The module that fills a knowledge base with payloads; loaded by its path, since tests are no package."""
    spec = importlib.util.spec_from_file_location("hostile", HERE / "hostile.py")
    assert spec
    assert spec.loader
    module = sys.modules["hostile"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def real(project: Path) -> Checked:
    """The real content, checked once, on the day its entries were last reviewed."""
    return check(project / "content", date(2026, 11, 22))


@pytest.fixture(scope="session")
def real_index(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """The search index of the real content."""
    return open_index(real.knowledge.public(), tmp_path_factory.mktemp("search") / "index", lambda _message: None)


@contextmanager
def _serving(app: ASGIApp, connection: type[Connection] = Connection) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configure(app, connection))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server ended before it had begun"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Serves an app from a thread while the block lasts, as a worker of ``kb serve`` does, and gives its address.

    A class of connections may be given, with other limits.
    """
    return _serving
