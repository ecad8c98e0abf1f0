"""kb cite and kb new over the network: Crossref's and PubMed's answers, good and bad, served on the loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from kb.check import check
from kb.cli import main

Make = Callable[..., Path]
DOI = "10.1016/S0140-6736(16)31279-X"
TITLE = "Interventions to prevent and reduce physician burnout: a systematic review and meta-analysis"
CROSSREF = {
    "status": "ok",
    "message-type": "work",
    "message-version": "1.0.0",
    "message": {
        "publisher": "Elsevier BV",
        "issue": "10057",
        "DOI": DOI.lower(),
        "type": "journal-article",
        "page": "2272-2281",
        "title": [TITLE],
        "volume": "388",
        "author": [
            {"given": "Colin P", "family": "West", "sequence": "first", "affiliation": []},
            {"given": "Liselotte N", "family": "Dyrbye", "sequence": "additional", "affiliation": []},
        ],
        "container-title": ["The Lancet"],
        "issued": {"date-parts": [[2016, 11]]},
        "published-print": {"date-parts": [[2016, 11]]},
    },
}
PMID = "32338522"
MEDLINE = f"""
PMID- {PMID}
OWN - NLM
STAT- MEDLINE
VI  - 34
IP  - 8
DP  - 2020 Nov
TI  - Interventions to Improve Mental Health, Well-Being, Physical Health, and
      Lifestyle Behaviors in Physicians and Nurses: A Systematic Review.
PG  - 929-941
LID - 10.1177/0890117120920451 [doi]
FAU - Melnyk, Bernadette Mazurek
AU  - Melnyk BM
JT  - American journal of health promotion : AJHP
"""


@dataclass
class Registry:
    """A server that gives one answer to everything, and notes what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes = b""
    silent: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            registry.asked.append((self.path, self.headers["User-Agent"]))
            if registry.silent:
                registry.done.wait(30)
                return
            self.send_response(registry.status)
            self.send_header("Content-Length", str(len(registry.body)))
            self.end_headers()
            self.wfile.write(registry.body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    registry.address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("KB_CROSSREF_URL", registry.address)
    monkeypatch.setenv("KB_PUBMED_URL", f"{registry.address}/entrez/eutils")
    yield registry
    registry.done.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def run(content: Make, tmp_path: Path) -> Callable[..., Result]:
    root = content()

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--content", str(root), "--today", "2026-11-22"])

    return call


def test_a_doi_is_asked_at_crossref_and_the_record_says_so(
    registry: Registry, run: Callable[..., Result], tmp_path: Path
) -> None:
    """The record is verified by the very address that was asked, no more."""
    registry.body = json.dumps(CROSSREF).encode()
    done = run("cite", f"https://doi.org/{DOI}", "--mailto", "nurse@example.org")
    assert done.exit_code == 0, done.output
    reference = check(tmp_path / "content").knowledge.references["west-2016"]
    assert (reference.title, reference.year, reference.doi) == (TITLE, 2016, DOI.lower())
    assert (reference.container, reference.pages, reference.volume) == ("The Lancet", "2272-2281", "388")
    assert [str(author) for author in reference.authors] == ["Colin P. West", "Liselotte N. Dyrbye"]
    assert reference.verified == "search"
    path = "/works/10.1016/s0140-6736%2816%2931279-x"
    assert reference.verified_at == registry.address + path
    [(asked, agent)] = registry.asked
    assert asked == f"{path}?mailto=nurse%40example.org"
    assert agent.startswith("burnout-kb/")
    assert "mailto:nurse@example.org" in agent


def test_a_pmid_is_asked_at_pubmed(registry: Registry, run: Callable[..., Result], tmp_path: Path) -> None:
    """The answer is read as a file of PubMed is; no e-mail address ends up in the bibliography."""
    registry.body = MEDLINE.encode()
    done = run("cite", PMID, "--mailto", "nurse@example.org")
    assert done.exit_code == 0, done.output
    reference = check(tmp_path / "content").knowledge.references["melnyk-2020"]
    assert reference.doi == "10.1177/0890117120920451"
    assert reference.container == "American Journal of Health Promotion"
    assert reference.verified == "search"
    assert reference.verified_at is not None
    assert reference.verified_at.startswith(f"{registry.address}/entrez/eutils/efetch.fcgi?db=pubmed&id={PMID}")
    assert "nurse" not in (tmp_path / "content/references.bib").read_text()
    asked = parse_qs(urlsplit(registry.asked[0][0]).query)
    assert asked["email"] == ["nurse@example.org"]
    assert asked["tool"] == ["burnout-kb"]
    again = run("cite", f"https://pubmed.ncbi.nlm.nih.gov/{PMID}/")
    assert again.exit_code == 1
    assert "already in references.bib as melnyk-2020" in again.output


@pytest.mark.parametrize(
    ("word", "status", "body", "expected"),
    [
        (DOI, 404, b"Resource not found.", "Crossref does not know this DOI"),
        (DOI, 429, b"", "Crossref is too busy to answer (HTTP 429)"),
        (DOI, 503, b"", "Crossref is too busy to answer (HTTP 503)"),
        (DOI, 403, b"", "Crossref refused to answer (HTTP 403)"),
        (DOI, 200, b"<html>Sign in to the hotel's network</html>", "Crossref sent an answer that cannot be read"),
        (DOI, 200, json.dumps(CROSSREF).encode()[:200], "Crossref sent an answer that cannot be read"),
        (DOI, 200, b'{"message": []}', "Crossref sent an answer that cannot be read"),
        (DOI, 200, b"[" * 100_000, "Crossref sent an answer that cannot be read"),
        (DOI, 200, b'{"message": {"DOI": "10.1000/x", "title": []}}', "the work has no title"),
        (PMID, 200, b"\n", f"PubMed has no work with the number {PMID}"),
        (PMID, 200, b"id: 1 Error occurred: cannot get document", f"PubMed has no work with the number {PMID}"),
        (PMID, 400, b"", f"PubMed has no work with the number {PMID}"),
        (PMID, 200, b"<html>Maintenance</html>", "PubMed sent an answer that cannot be read"),
        (PMID, 200, MEDLINE.replace(PMID, "1").encode(), "PubMed sent an answer that cannot be read"),
    ],
    ids=range(14),
)
def test_a_bad_answer_is_told_in_words_and_nothing_is_written(
    registry: Registry,
    run: Callable[..., Result],
    tmp_path: Path,
    word: str,
    status: int,
    body: bytes,
    expected: str,
) -> None:
    """Not found, busy, refused, broken: each has its sentence and a way on."""
    before = (tmp_path / "content/references.bib").read_bytes()
    registry.status, registry.body = status, body
    done = run("cite", word)
    assert done.exit_code == 1
    assert expected in done.output
    assert "hint: " in done.output
    assert "Traceback" not in done.output
    assert (tmp_path / "content/references.bib").read_bytes() == before


def test_a_registry_that_keeps_silent_is_not_waited_for_forever(registry: Registry, run: Callable[..., Result]) -> None:
    """After the time that --timeout says, the curator is told."""
    registry.silent = True
    done = run("cite", DOI, "--timeout", "0.2")
    assert done.exit_code == 1
    assert "Crossref did not answer within 0.2 seconds" in done.output


def test_offline_is_said_in_words(registry: Registry, run: Callable[..., Result]) -> None:
    """A computer without a network gets a sentence and the way by file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run("cite", DOI, "--crossref-url", f"http://127.0.0.1:{port}")
    assert done.exit_code == 1
    assert "Crossref cannot be reached: this computer seems to be offline" in done.output
    assert "give kb cite that file" in done.output


def test_a_base_address_must_be_one(registry: Registry, run: Callable[..., Result]) -> None:
    done = run("cite", DOI, "--crossref-url", "file:///etc")
    assert done.exit_code == 2
    assert "must be a web address" in done.output
    assert registry.asked == []


def test_a_study_is_started_from_its_doi(registry: Registry, run: Callable[..., Result], tmp_path: Path) -> None:
    """Reference and skeleton are written, the slug is the key; a second time nothing is overwritten."""
    registry.body = json.dumps(CROSSREF).encode()
    done = run("new", "study", "--doi", DOI)
    assert done.exit_code == 0, done.output
    path = tmp_path / "content/studies/west-2016.md"
    text = path.read_text(encoding="utf-8")
    assert f"title: '{TITLE}'\n" in text
    assert "reference: west-2016\n" in text
    assert "2016;388(10057)" in text
    bibliography = (tmp_path / "content/references.bib").read_bytes()
    again = run("new", "study", "--doi", DOI)
    assert again.exit_code == 1
    assert "already exists" in again.output
    assert path.read_text(encoding="utf-8") == text
    assert (tmp_path / "content/references.bib").read_bytes() == bibliography


def test_a_study_of_a_standing_work_takes_its_record(
    registry: Registry, run: Callable[..., Result], tmp_path: Path
) -> None:
    """No second record is written for it."""
    registry.body = MEDLINE.encode()
    assert run("cite", PMID).exit_code == 0
    bibliography = (tmp_path / "content/references.bib").read_bytes()
    done = run("new", "study", "resilience-review", "--pmid", PMID)
    assert done.exit_code == 0, done.output
    assert "already in references.bib as melnyk-2020" in done.output
    assert "reference: melnyk-2020\n" in (tmp_path / "content/studies/resilience-review.md").read_text()
    assert (tmp_path / "content/references.bib").read_bytes() == bibliography


def test_no_study_is_written_where_its_work_was_not_found(
    registry: Registry, run: Callable[..., Result], tmp_path: Path
) -> None:
    """Neither half is left behind."""
    registry.status = 404
    done = run("new", "study", "west-2016", "--doi", DOI)
    assert done.exit_code == 1
    assert "Crossref does not know this DOI" in done.output
    assert not (tmp_path / "content/studies/west-2016.md").exists()
