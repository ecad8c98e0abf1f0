"""graphql/nginx.conf in Debian's nginx, as a real process, with the real server behind it."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

QUERY = '{ content { version } study(slug: "trial-2024") { title } }'
MOST_BYTES = 100_000
SECURITY = (
    *("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"),
    *("permissions-policy", "cross-origin-opener-policy"),
)
MAIN = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/burnout-kb.conf;
}}
"""


@contextmanager
def running(folder: Path, project: Path, ports: Sequence[int], more: Mapping[str, str]) -> Iterator[str]:
    """The address of nginx before these ports, with only the lines that are to be adapted changed in its file."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed on this machine")
    port = free_port()
    text = (project / "graphql" / "nginx.conf").read_text(encoding="utf-8")
    first, second = (f"    server 127.0.0.1:{number} max_fails=0;\n" for number in (8001, 8002))
    adapted = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        first: "".join(first.replace("8001", str(number)) for number in ports),
        second: "",
        "/var/cache/nginx/burnout-kb": f"{folder}/cache",
        "/var/log/nginx/burnout-kb.log": f"{folder}/access.log",
        **more,
    }
    for line, other in adapted.items():
        assert text.count(line) == 1, line
        text = text.replace(line, other)
    (folder / "burnout-kb.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    with subprocess.Popen(command) as process:
        try:
            for _ in range(300):
                with socket.socket() as trying:
                    if trying.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def proxy(steady: Any, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx before the server of the small content, with the folder of its site."""
    root = {"root /srv/burnout-kb/output;": f"root {steady.folder}/output;"}
    with running(tmp_path_factory.mktemp("nginx"), project, [steady.port], root) as address:
        yield address


@pytest.fixture
def client(proxy: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy, trust_env=False, timeout=60) as opened:
        yield opened


def patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """An answer that is not of the limit, which other tests may have used up."""
    for _ in range(50):
        answer = ask()
        if answer.status_code != 429:
            return answer
        time.sleep(0.1)
    pytest.fail("the limit did not end")


def test_files_of_the_site_come_from_nginx_with_the_headers_of_the_server(client: httpx.Client, steady: Any) -> None:
    """Same bytes, same types, same policies; compressed, and only sent again where they changed."""
    with steady.client() as direct:
        for path in (
            "/",
            "/studies/trial-2024/",
            "/embed/studies/trial-2024/",
            "/embed/studies/trial-2024/index.svg",
            "/theme/style.css",
            "/theme/compare.js",
            "/data/v1/index.json",
            "/data/v1/claims.csv",
            "/data/v1/drivers.ttl",
            "/feeds/all.atom",
            "/feeds/reviews-due.ics",
        ):
            own, through = direct.get(path), client.get(path)
            assert (through.status_code, through.content) == (200, own.content), path
            assert "date" in through.headers
            for name in (*SECURITY, "cache-control", "access-control-allow-origin", "content-type"):
                assert through.headers.get(name) == own.headers.get(name), (path, name)
            assert through.headers["server"] == "nginx", "no version of it is told"
            again = client.get(path, headers={"If-None-Match": through.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
    assert client.get("/").headers["content-encoding"] == "gzip"


def test_what_is_no_file_is_asked_of_the_server(client: httpx.Client, steady: Any) -> None:
    """An address without its slash, a page that does not exist, a file in the making, /health, a method too many."""
    moved = client.get("/studies")
    assert moved.status_code == 308
    assert client.get("/studies", follow_redirects=True).url.path == "/studies/"
    with steady.client() as direct:
        for path in ("/no/such/page", "/.hidden", "/search/.index.new/x"):
            missing = client.get(path)
            assert (missing.status_code, missing.text) == (404, direct.get(path).text)
            assert [
                name
                for name in SECURITY[1:]
                if missing.headers.get_list(name) != direct.get(path).headers.get_list(name)
            ] == []
    assert client.get("/health").json()["status"] == "ok"
    assert client.post("/").status_code == 405
    preflight = client.options("/data/v1/index.json", headers={"Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204


def test_queries_are_answered_through_nginx_by_post_and_by_get(client: httpx.Client) -> None:
    """With the headers of the server, each once."""
    posted = patiently(lambda: client.post("/graphql", json={"query": QUERY}))
    assert posted.json()["data"]["study"]["title"] == "A trial"
    got = patiently(lambda: client.get("/graphql", params={"query": QUERY}))
    assert got.json() == posted.json()
    for answer in (posted, got):
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert [name for name in SECURITY if len(answer.headers.get_list(name)) != 1] == []
        assert "server-timing" in answer.headers
    long = "#" * 15_000 + "\n" + QUERY
    assert patiently(lambda: client.get("/graphql", params={"query": long})).json() == posted.json()


def test_an_answer_to_get_is_cached_and_not_sent_twice(client: httpx.Client) -> None:
    """The second is from the cache; who has it gets 304. Another media type is another answer."""
    query = {"query": "query Cached { content { version } }"}
    first = patiently(lambda: client.get("/graphql", params=query))
    assert first.headers["x-cache"] == "MISS"
    second = patiently(lambda: client.get("/graphql", params=query))
    assert (second.headers["x-cache"], second.content) == ("HIT", first.content)
    tag = first.headers["etag"]
    third = patiently(lambda: client.get("/graphql", params=query, headers={"If-None-Match": tag}))
    assert (third.status_code, third.content) == (304, b"")
    strict = {"Accept": "application/graphql-response+json"}
    assert (
        "graphql-response"
        in patiently(lambda: client.get("/graphql", params=query, headers=strict)).headers["content-type"]
    )
    for _ in range(2):
        assert patiently(lambda: client.post("/graphql", json=query)).headers.get("x-cache") != "HIT"


def test_one_address_may_ask_only_so_often(client: httpx.Client) -> None:
    """What is too many gets 429 as a GraphQL error; pages and health are not limited."""

    def ask(_: int) -> httpx.Response:
        return client.post("/graphql", json={"query": "{ content { version } }"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(300)))
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["hint"]
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert {client.get(path).status_code for path in ("/", "/health") for _ in range(50)} == {200}
    assert patiently(lambda: ask(0)).status_code == 200


def test_nginx_refuses_the_bodies_that_the_api_would_refuse(client: httpx.Client, steady: Any) -> None:
    """At the same size to the byte, with the same code."""
    headers = {"Content-Type": "application/json"}

    def sized(number: int) -> bytes:
        return b'{"query": "{ content { version } }"}'.ljust(number)

    fits = patiently(lambda: client.post("/graphql", content=sized(MOST_BYTES), headers=headers))
    assert fits.json()["data"]["content"]["version"]
    large = patiently(lambda: client.post("/graphql", content=sized(MOST_BYTES + 1), headers=headers))
    with steady.client() as direct:
        own = direct.post("/graphql", content=sized(MOST_BYTES + 1), headers=headers)
    for answer in (large, own):
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"
    assert large.json() == own.json()


def test_an_assistant_asks_through_nginx(client: httpx.Client) -> None:
    """The body that the server refuses is refused here, too."""
    headers = {"Accept": "application/json, text/event-stream"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    answer = patiently(lambda: client.post("/mcp", json=asked, headers=headers))
    assert "search" in [tool["name"] for tool in answer.json()["result"]["tools"]]
    large = patiently(lambda: client.post("/mcp", json=asked | {"id": "x" * MOST_BYTES}, headers=headers))
    assert large.status_code == 413


def test_the_log_of_nginx_tells_neither_who_asked_nor_what(
    client: httpx.Client, proxy: str, tmp_path_factory: Any
) -> None:
    """A line of JSON a request."""
    client.get("/?secret=word")
    (log,) = tmp_path_factory.getbasetemp().glob("nginx[0-9]/access.log")
    text = log.read_text(encoding="utf-8")
    assert '"path":"/","status":200' in text
    assert not re.search(r"127\.0\.0\.1|secret", text)


def test_replicas_go_from_one_version_to_the_next_and_lose_one_without_a_failed_request(
    serve: Callable[..., Any],
    content: Callable[..., Path],
    load: Callable[..., Any],
    until: Callable[[Callable[[], bool]], None],
    project: Path,
    tmp_path: Path,
) -> None:
    """One after the other is stopped and started on the new snapshot, as the guide says; then one is killed."""
    study = content() / "studies" / "trial-2024.md"
    text = study.read_text(encoding="utf-8")
    said = {}
    for number in (1, 2):
        study.write_text(text.replace("title: A trial", f"title: A counted trial {number}"), encoding="utf-8")
        made = [sys.executable, "-m", "kb.cli", "snapshot", f"{number}.zip", "--today", "2026-11-22"]
        done = subprocess.run(made, cwd=tmp_path, capture_output=True, text=True, check=True)
        said[number] = re.search(r"content version (\w+)", done.stdout)[1]  # type: ignore[index]
    assert said[1] != said[2]
    (tmp_path / "nginx").mkdir()
    servers = [serve("--snapshot", "1.zip") for _ in range(2)]
    # All requests come from one address, which may ask only so often.
    unlimited = {"rate=20r/s": "rate=100000r/s"}
    with running(tmp_path / "nginx", project, [server.port for server in servers], unlimited) as address:
        asking = load(lambda **options: httpx.Client(base_url=address, trust_env=False, timeout=60, **options))
        for keep_alive in (True, False):
            asking.start(asking.query, keep_alive)
            asking.start(asking.read, keep_alive)

        def answered(version: str) -> None:
            before = len(asking.answers)
            until(lambda: sum(answer.version == version for answer in asking.answers[before:]) >= 20)

        answered(said[1])
        for place, server in enumerate(servers):
            assert server.stop() == 0, server.err
            servers[place] = serve("--snapshot", "2.zip", port=server.port)
            assert servers[place].health()["version"] == said[2]
            answered(said[2])
        servers[0].stop(signal.SIGKILL)
        answered(said[2])
        asking.stop()
    assert asking.failures == []
    assert {(answer.version, answer.title, answer.found) for answer in asking.answers} == {
        (said[number], f"A counted trial {number}", f"A counted trial {number}") for number in (1, 2)
    }
    rolled = asking.answers[-20:]
    assert {answer.version for answer in rolled} == {said[2]}
