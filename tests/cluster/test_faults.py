"""What a cluster that fails makes of a search: a clear fault, or the embedded engine's answer, never a wrong one."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from kb.api import create_graphql_app, make_context
from kb.check import Checked, check
from kb.search import SearchEngine, SearchSettings, SearchUnavailableError, open_engine
from kb.search.documents import Document, documents
from kb.search.embedded.store import index_documents
from kb.search.settings import settings

pytest.importorskip("opensearchpy", reason="OpenSearch: opensearch-py is not installed")
SECRET = "hush-hush"
Answer = tuple[int, str, bytes]
"""Status, media type and body."""


@contextmanager
def answering(answer: Callable[[str, str, bytes], Answer]) -> Iterator[str]:
    """A server on the loopback that gives these answers to method, path and body; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, media_type, text = answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("content-type", media_type)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_HEAD = do  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def told(status: int, **body: Any) -> Answer:
    return status, "application/json", json.dumps(body).encode()


ELSEWHERE: dict[str, tuple[Answer, str]] = {
    "a web page": ((200, "text/html", b"<p>Welcome"), "does not answer as OpenSearch does"),
    "another API": (told(200, hello="there"), "does not answer as OpenSearch does"),
    "a list": ((200, "application/json", b"[]"), "does not answer as OpenSearch does"),
    "no JSON": ((200, "application/json", b"{"), "does not answer as OpenSearch does"),
    "another product": (told(200, version={"number": "8.1.0"}), "not OpenSearch"),
    "an old version": (told(200, version={"number": "1.3.0", "distribution": "opensearch"}), "not OpenSearch 2"),
    "no user": (told(401, error="who are you"), "refuses the user: set KB_SEARCH_USER"),
    "no right": (told(403, error={"reason": "no permissions for this"}), "no permissions for this"),
    "too busy": (told(429, error={"reason": "rejected execution"}), "rejected execution"),
    "red": (told(503, error={"reason": "no cluster manager"}), "no cluster manager"),
    "nothing there": (told(404, error="no such index"), "does not have"),
}


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_what_is_no_cluster_to_search_is_told_in_words(real: Checked, fault: str) -> None:
    answer, words = ELSEWHERE[fault]
    with answering(lambda *_: answer) as url:
        given = settings(url.replace("//", f"//user:{SECRET}@"), False, {})
        engine = open_engine(real.knowledge, {}, given)
        with pytest.raises(SearchUnavailableError, match=words) as caught:
            engine.search("burnout")
    assert SECRET not in str(caught.value) + repr(given)
    assert caught.value.retry_after > 0


def test_a_cluster_that_cannot_be_reached_or_does_not_answer_is_told(real: Checked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        engine = open_engine(real.knowledge, {}, replace(settings(url, False, {}), timeout=0.2))
        with pytest.raises(SearchUnavailableError, match="did not answer in time"):
            engine.search("burnout")
        with pytest.raises(SearchUnavailableError, match="a moment ago"):
            engine.search("nobody waits a second time")
    engine = open_engine(real.knowledge, {}, settings(url, False, {}))
    with pytest.raises(SearchUnavailableError, match="cannot be reached"):
        engine.search("burnout")


@pytest.mark.parametrize(
    "url", ["search.example.org", "http://", "ftp://a", "http://a/b", "http://a:b", "http://[", "x,y"]
)
def test_what_is_no_address_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="address 1 must be like") as caught:
        settings(url.replace("//", f"//user:{SECRET}@"), False, {})
    assert SECRET not in str(caught.value)


@pytest.fixture
def asked(content: Callable[..., Path], today: date) -> Callable[[SearchSettings, str], httpx.Response]:
    """What the API answers over HTTP to a search, with the engine of some settings."""
    knowledge = check(content(), today).knowledge.public()

    def ask(given: SearchSettings, query: str) -> httpx.Response:
        files = index_documents(documents(knowledge)).files if given.fallback else {}
        app = create_graphql_app(lambda: context)
        context = make_context(knowledge, open_engine(knowledge, files, given))
        client = httpx.Client(transport=_Transport(Starlette(routes=[Route("/graphql", app)])), base_url="http://test")
        return client.post("/graphql", json={"query": query})

    return ask


class _Transport(httpx.BaseTransport):
    """Requests to an ASGI app, one at a time."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import asyncio

        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
                return await client.request(
                    request.method, request.url, content=request.read(), headers=dict(request.headers)
                )

        response = asyncio.run(run())
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)


SEARCH = '{ search(query: "burnout") { totalCount pageInfo { endCursor } } }'


def test_the_api_answers_503_with_a_code_and_when_to_try_again(asked: Any) -> None:
    response = asked(settings("http://127.0.0.1:9", False, {}), SEARCH)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (503, "SEARCH_UNAVAILABLE")
    assert int(response.headers["retry-after"]) == error["extensions"]["retryAfter"] > 0
    assert response.headers["cache-control"] == "no-store"
    assert "127.0.0.1" not in response.text, "where the cluster is, is nobody's business"
    assert asked(settings("http://127.0.0.1:9", False, {}), "{ drivers { slug } }").status_code == 200


def test_the_embedded_engine_answers_where_it_is_asked_to(asked: Any) -> None:
    fallback = asked(settings("http://127.0.0.1:9", True, {}), SEARCH)
    assert fallback.status_code == 200
    assert fallback.json() == asked(replace(settings("", False, {}), fallback=True), SEARCH).json()


FEW = [Document("driver", f"work-{n}", "Workload", body="Too much work.") for n in range(5)]


@pytest.fixture(scope="module")
def loaded(at: SearchSettings) -> SearchSettings:
    from kb.search.opensearch import load

    load(at, "faults", FEW, len(FEW), alias="faults")
    return at


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], Answer], str]] = {
    "some shards": (
        lambda a: told(200, **{**a, "_shards": {"total": 2, "successful": 1, "failed": 1}}),
        "1 of 2 shards",
    ),
    "no shards": (lambda a: told(200, **{**a, "_shards": {"total": 0, "successful": 0, "failed": 0}}), "0 of 0 shards"),
    "stopped in the middle": (lambda a: told(200, **{**a, "timed_out": True}), "answered"),
    "all shards failed": (lambda _: told(503, error={"reason": "all shards failed"}), "all shards failed"),
    "too busy": (lambda _: told(429, error={"reason": "rejected execution"}), "rejected execution"),
    "out of memory": (lambda _: told(500, error={"reason": "Data too large"}), "Data too large"),
    "half an answer": (lambda a: (200, "application/json", json.dumps(a).encode()[:-9]), "does not answer as"),
    "without hits": (lambda a: told(200, **{k: v for k, v in a.items() if k != "hits"}), "does not answer as"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_an_answer_that_is_not_whole_is_a_fault_and_passes(loaded: SearchSettings, fault: str) -> None:
    """A real cluster, whose answers to searches something on the way breaks for a while."""
    from kb.search.opensearch import OpenSearchEngine

    broken, words = BROKEN[fault]
    failing = True

    def relay(method: str, path: str, body: bytes) -> Answer:
        headers = {"content-type": "application/json"}
        if body[:2] == b"\x1f\x8b":
            headers["content-encoding"] = "gzip"
        asked = urllib.request.Request(loaded.nodes[0] + path, body or None, headers, method=method)
        with urllib.request.urlopen(asked) as answer:
            text = answer.read()
        return broken(json.loads(text)) if failing and "/_search" in path else (200, "application/json", text)

    with answering(relay) as url:
        engine: SearchEngine = OpenSearchEngine(replace(loaded, nodes=(url,)), "faults", {}, alias="faults")
        with pytest.raises(SearchUnavailableError, match=words):
            engine.search("workload")
        failing = False
        assert engine.search("workload").total == len(FEW)


def test_the_index_of_another_version_is_never_asked(loaded: SearchSettings) -> None:
    from kb.search.opensearch import OpenSearchEngine

    with pytest.raises(SearchUnavailableError, match="no index of content version other"):
        OpenSearchEngine(loaded, "other", {}, alias="faults").search("workload")
