"""kb retractions asks Crossref, here answers of its shape served on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from kb.cli import main

NOTICE = {
    "updated": {"date-parts": [[2025, 3, 4]], "timestamp": 1741046400000},
    "DOI": "10.1000/notice",
    "type": "retraction",
    "source": "retraction-watch",
    "label": "Retraction",
}


class Crossref(HTTPServer):
    """Answers a list of works, and keeps what was asked."""

    status = 200
    items: list[dict[str, Any]] = []  # noqa: RUF012
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append(self.path)
        body = json.dumps({"status": "ok", "message-type": "work-list", "message": {"items": server.items}}).encode()
        self.send_response(server.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def crossref() -> Iterator[Crossref]:
    server = Crossref(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(crossref: Crossref, root: Path) -> Result:
    address = f"http://127.0.0.1:{crossref.server_port}"
    return CliRunner().invoke(main, ["retractions", "--crossref-url", address, "--content", str(root)])


def test_a_notice_that_is_not_recorded_is_told_with_the_line_to_write(
    crossref: Crossref, content: Callable[..., Path]
) -> None:
    """Works are asked for many at once, and new versions are no notices."""
    version = {**NOTICE, "type": "new_version"}
    crossref.items = [
        {"DOI": "10.1000/QUIET-2024", "updated-by": [NOTICE, version]},
        {"DOI": "10.1000/quiet"},
        {"DOI": "10.1000/never-asked-for", "updated-by": [NOTICE]},
    ]
    result = run(crossref, content())
    assert result.exit_code == 1
    assert "moss-2024: Crossref lists a retraction of 2025-03-04, https://doi.org/10.1000/notice" in result.output
    assert "write retracted = {2025-03-04, 10.1000/notice}" in result.output
    assert "1 notice to record" in result.output
    (asked,) = crossref.asked
    assert "doi:10.1000/quiet-2024" in parse_qs(urlsplit(asked).query)["filter"][0].split(",")


def test_a_notice_that_is_recorded_is_settled(crossref: Crossref, content: Callable[..., Path]) -> None:
    """What the hint says to write is what settles it."""
    crossref.items = [{"DOI": "10.1000/quiet-2024", "updated-by": [NOTICE]}]
    root = content()
    bib = root / "references.bib"
    line = "  doi = {10.1000/quiet-2024},\n"
    bib.write_text(bib.read_text().replace(line, f"{line}  retracted = {{2025-03-04, 10.1000/notice}},\n"))
    result = run(crossref, root)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("0 notices to record")


def test_no_answer_is_no_good_news(crossref: Crossref, content: Callable[..., Path]) -> None:
    """A registry that is busy fails the check and is not taken for silence."""
    crossref.status = 503
    result = run(crossref, content())
    assert result.exit_code == 1
    assert "too busy" in result.output
