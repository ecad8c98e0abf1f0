"""kb serve as an operator meets it: health, log, headers, other sites, files, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kb.serve.middleware import PAGE_POLICY

QUERY = {"query": "query Asked { content { version } }"}
SECURITY = (
    *("x-content-type-options", "referrer-policy", "x-frame-options", "permissions-policy"),
    "cross-origin-opener-policy",
)


def test_health_says_what_is_served(steady: Any) -> None:
    """Version, counts by kind, and the state of the index; HEAD is answered, too."""
    health = steady.health()
    version = health["version"]
    assert health["status"] == "ok"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", health["since"])
    assert health["entries"] == {
        "intervention": 1,
        "instrument": 1,
        "study": 5,
        "driver": 2,
        "question": 1,
        "framework": 1,
        "page": 1,
    }
    assert health["index"] == {"version": version, "documents": 11}
    assert health["drafts"] == ["content/drivers/unfinished.md"]
    assert "fault" not in health
    with steady.client() as client:
        head = client.head("/health")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["cache-control"] == "no-store"


def test_a_broken_change_is_told_at_health_and_in_the_log_while_the_last_version_is_served_on(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    """The answer is 503, since newer content is not served; mending the change clears the fault."""
    page = content() / "pages" / "about.md"
    good = page.read_text(encoding="utf-8")
    server = serve()
    version = server.health()["version"]
    page.write_text(good.replace("reviewed: 2026-11-01", "reviewed: soon"), encoding="utf-8")
    until(lambda: server.health()["status"] == "stale")
    for _ in range(8):
        with server.client() as client:
            answer = client.get("/health")
            assert (answer.status_code, answer.json()["version"]) == (503, version)
            assert "about.md:5: KB103" in answer.json()["fault"]
    assert "The last good version stays in use" in server.err
    page.write_text(good, encoding="utf-8")
    until(lambda: server.health()["status"] == "ok")
    assert server.health()["version"] == version


def test_each_request_is_a_line_of_json_that_does_not_say_who_asked_or_what(
    steady: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    """Queries have their operation, cost and errors; neither texts nor variables nor addresses are written."""
    before = len(steady.out.splitlines())
    with steady.client() as client:
        client.get("/studies/trial-2024/?secret=word")
        client.post("/graphql", json={"query": 'query Asked { study(slug: "unspoken") { title } }'})
        client.get("/graphql", params={"query": "query Wrong { secret }"})
        client.get("/no/such/page")
        client.request("DELETE", "/")
    until(lambda: len(steady.out.splitlines()) == before + 5)
    printed = steady.out.splitlines()[before:]
    lines = [json.loads(line) for line in printed]
    page, asked, wrong, missing, deletion = sorted(lines, key=lambda line: line["time"])
    assert set(page) == {"time", "method", "path", "status", "bytes", "ms"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", page["time"])
    assert (page["method"], page["path"], page["status"]) == ("GET", "/studies/trial-2024/", 200)
    assert page["bytes"] > 0
    assert page["ms"] >= 0
    assert (asked["operation"], asked["errors"], asked["cached"]) == ("Asked", 0, False)
    assert asked["cost"] > 0
    assert wrong["errors"] == 1
    assert (missing["status"], deletion["status"]) == (404, 405)
    assert not re.search(r"127\.0\.0\.1|secret|unspoken|word", "".join(printed))


def test_without_being_asked_for_no_request_is_logged(serve: Callable[..., Any], content: Callable[..., Path]) -> None:
    """Whoever writes content reads problems in the terminal, not requests."""
    content()
    server = serve()
    server.health()
    assert server.stop() == 0
    assert len(server.out.splitlines()) == 5
    assert server.err.count("GET") == 0


def test_every_answer_has_the_security_headers(steady: Any) -> None:
    """Pages, data, the API, refusals; pages have the policy of their meta tag as a header, and scripts none."""
    with steady.client() as client:
        answers = [
            *(
                client.get(path)
                for path in ("/", "/studies", "/no/such", "/health", "/theme/search.js", "/data/v1/claims.csv")
            ),
            *(client.post(path, json=QUERY) for path in ("/graphql", "/")),
            client.put("/graphql"),
        ]
        for answer in answers:
            assert [name for name in SECURITY if name not in answer.headers] == [], answer.url
        home = answers[0]
        assert home.headers["content-security-policy"] == PAGE_POLICY
        (meta,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', home.text)
        assert f"{meta}; frame-ancestors 'none'" == PAGE_POLICY
        assert client.get("/health").headers["content-security-policy"].startswith("default-src 'none'")
        assert "content-security-policy" not in client.get("/theme/search.js").headers


def test_any_site_may_read_the_api_and_the_data_without_credentials(steady: Any) -> None:
    """Preflight requests are answered for them, and for nothing else."""
    origin = {"Origin": "https://reader.example"}
    asking = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    with steady.client() as client:
        preflight = client.options("/graphql", headers=asking)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert "POST" in preflight.headers["access-control-allow-methods"]
        assert preflight.headers["access-control-allow-headers"] == "*"
        assert int(preflight.headers["access-control-max-age"]) > 0
        assert (
            "POST" not in client.options("/data/v1/index.json", headers=asking).headers["access-control-allow-methods"]
        )
        shared = (
            client.post("/graphql", json=QUERY, headers=origin),
            *map(client.get, ("/data/v1/index.json", "/feeds/all.atom")),
        )
        for answer in shared:
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
        assert client.post("/graphql", content=b"{").headers["access-control-allow-origin"] == "*", "errors, too"
        assert "access-control-allow-origin" not in client.get("/", headers=origin).headers
        assert client.options("/", headers=asking).status_code == 405


def test_answers_of_the_api_say_how_long_they_took(steady: Any) -> None:
    """As Server-Timing, which browsers show."""
    with steady.client() as client:
        assert re.match(r"total;dur=[\d.]+", client.post("/graphql", json=QUERY).headers["server-timing"])
        assert "server-timing" not in client.get("/").headers


def test_files_are_asked_for_again_only_where_they_changed(
    serve: Callable[..., Any], content: Callable[..., Path]
) -> None:
    """Each has an etag, the same after a new start of the server, gzipped or not."""
    content()
    tags = []
    for _ in range(2):
        server = serve()
        with server.client() as client:
            for path in ("/", "/theme/style.css", "/data/v1/index.json"):
                answer = client.get(path)
                assert answer.headers["cache-control"] == "no-cache"
                tag = answer.headers["etag"]
                plain = client.get(path, headers={"Accept-Encoding": "identity"})
                assert plain.headers["etag"] == tag
                again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
                assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
                assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
                tags.append(tag)
        assert server.stop() == 0
    assert tags[:3] == tags[3:]


FILES = (
    "/",
    "/no/such",
    "/theme/style.css",
    "/data/v1/index.json",
    "/feeds/all.atom",
    "/graphiql/",
    "/graphiql/start.js",
)


@pytest.mark.parametrize("path", FILES)
def test_what_a_client_says_of_encodings_decides(steady: Any, path: str) -> None:
    """Gzip only for those who prefer it; each answer says that it depends on that, those without a body too."""
    with steady.client() as client:
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        for refusing in ("gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=0.5, identity", "identity;q=0", "br"):
            answer = client.get(path, headers={"Accept-Encoding": refusing})
            assert "content-encoding" not in answer.headers, refusing
            assert answer.content == plain.content
        for taking in ("gzip", "br;q=1.0, gzip;q=0.2", "*", "identity;q=0, gzip"):
            answer = client.get(path, headers={"Accept-Encoding": taking})
            assert answer.headers.get("content-encoding", "") == ("gzip" if len(plain.content) >= 500 else "")
            assert answer.content == plain.content
        two_lines = [("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")]
        assert client.get(path, headers=two_lines).headers.get("content-encoding") == answer.headers.get(
            "content-encoding"
        )
        for each in (plain, answer):
            assert each.headers.get_list("vary") == ["Accept-Encoding"]


@pytest.mark.parametrize("path", [*FILES, "/health", "/graphql?query=%7B__typename%7D"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_is_get_without_its_body_and_304_has_the_headers_of_200(steady: Any, path: str, encoding: str) -> None:
    """But for those of the body, and what differs from request to request."""

    def said(answer: httpx.Response, *but: str) -> dict[str, str]:
        return {key: text for key, text in answer.headers.items() if key not in ("date", "server-timing", *but)}

    with steady.client(headers={"Accept-Encoding": encoding}) as client:
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert said(head) == said(whole)
        if "etag" not in whole.headers:
            return
        for method in ("GET", "HEAD"):
            same = client.request(method, path, headers={"If-None-Match": whole.headers["etag"]})
            assert (same.status_code, same.content) == (304, b"")
            body = ("content-type", "content-length", "content-encoding", "content-security-policy", "graphql-cost")
            assert said(same, *body) == said(whole, *body)


@pytest.mark.parametrize(
    "given", ["bytes=0-9", "bytes=-5", "bytes=9-1", "bytes=0-1,2-3,4-5" + ",0-1" * 500, "lines=1-2"]
)
def test_a_part_of_a_file_is_not_sent(steady: Any, given: str) -> None:
    """A server may send the whole file for any range, and this one does: files are small."""
    with steady.client() as client:
        whole = client.get("/theme/style.css")
        part = client.get("/theme/style.css", headers={"Range": given})
    assert (part.status_code, part.content) == (200, whole.content)
    assert "content-range" not in part.headers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_under_way_is_finished_before_the_server_ends(
    serve: Callable[..., Any],
    content: Callable[..., Path],
    until: Callable[[Callable[[], bool]], None],
    number: int,
    workers: str,
) -> None:
    """The API waited for its body when the signal came. No new connection is accepted, and the exit status is 0."""
    content()
    server = serve("--workers", workers)
    body = json.dumps(QUERY).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {server.base.removeprefix('http://')}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 "), "the body is waited for"
        server.process.send_signal(number)
        until(lambda: server.err.count("Shutting down") == 2 if workers == "2" else not _accepts(server))
        assert server.process.poll() is None, "it must wait for the request"
        connection.sendall(body)
        answer = b"".join(iter(lambda: connection.recv(10_000), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"version"' in answer
    assert server.process.wait(60) == 0
    assert "Traceback" not in server.err


def test_a_server_in_the_background_ends_by_sigint_too(content: Callable[..., Path], tmp_path: Path) -> None:
    """A shell has background jobs ignore it, so that Ctrl+C is for the job in front; who sends it by name means it."""
    content()
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--today", "2026-11-22"]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_a_signal_while_the_site_is_being_built_ends_it_quietly(content: Callable[..., Path], tmp_path: Path) -> None:
    """Nothing is served yet, and nothing half done is left."""
    content()
    command = [sys.executable, "-m", "kb.cli", "serve", "--port", "0", "--today", "2026-11-22"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "Reading" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    assert {path.name for path in tmp_path.iterdir()} <= {"content", "output", ".kb"}


def test_a_server_that_was_killed_leaves_nothing_in_the_way_of_the_next(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    """Its workers notice and let go of the port; the next server takes the same one at once."""
    content()
    killed = serve("--workers", "2")
    until(lambda: len(killed.workers()) == 2)
    workers = killed.workers()
    assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
    server = serve(port=killed.port)
    assert server.port == killed.port
    assert server.health()["status"] == "ok"
    until(lambda: not any(_runs(number) for number in workers))


def test_a_worker_that_dies_is_replaced_and_the_others_go_on(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    """All serve one version, whatever the content is meanwhile."""
    page = content() / "pages" / "about.md"
    server = serve("--workers", "2")
    first = server.health()["version"]
    page.write_text(page.read_text(encoding="utf-8").replace("Words.", "Other words."), encoding="utf-8")
    before = server.workers()
    assert len(before) == 2
    until(lambda: server.err.count("Started server process") == 2)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(server.workers()) == 2 and before[0] not in server.workers())
    assert before[1] in server.workers()
    until(lambda: server.err.count("Started server process") == 3)
    assert {server.health()["version"] for _ in range(8)} == {first}
    assert "died" in server.err


def test_workers_end_with_their_server(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    """None is left behind."""
    content()
    server = serve("--workers", "3")
    until(lambda: len(server.workers()) == 3)
    workers = server.workers()
    assert server.stop() == 0
    until(lambda: not any(_runs(number) for number in workers))


def _accepts(server: Any) -> bool:
    try:
        server.health()
    except httpx.TransportError:
        return False
    return True


def _runs(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
