"""What all tests share: texts kept in files and rewritten on demand, small content folders, and the real content."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
import uvicorn
from starlette.types import ASGIApp

from kb.check import Checked, check
from kb.serve.connections import Connection, configure

BASE = Path(__file__).parent / "bad" / "_base"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-expected",
        action="store_true",
        help="write the files that hold expected texts anew, instead of comparing with them",
    )


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
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).parent / "hostile.py")
    assert spec
    assert spec.loader
    module = sys.modules["hostile"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def real(project: Path) -> Checked:
    """The real content, checked once, on the day its entries were last reviewed."""
    return check(project / "content", date(2026, 11, 22))


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
