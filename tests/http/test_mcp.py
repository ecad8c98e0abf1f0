"""MCP as real assistants use it: over HTTP from a real server, and over the standard streams of a real process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette

from kb.api import make_context
from kb.check import read
from kb.cli import main
from kb.mcp.endpoint import mcp_route

MODES = ("auto", "legacy")
"""How a client may begin: asking what the server knows, or with the older handshake."""
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
CALL = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "compare_interventions", "arguments": {"driver": "workload"}},
}
Work = Callable[[Client], Awaitable[Any]]


def over_http(base: str, work: Work, mode: str = "auto") -> Any:
    """What a client got that did something with the server at an address."""

    @asynccontextmanager
    async def connected() -> Any:
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=60) as http,
            Client(streamable_http_client(f"{base}/mcp", http_client=http), mode=mode) as client,
        ):
            yield client

    return _run(connected, work)


def over_stdio(folder: Path, work: Work, mode: str = "auto") -> Any:
    """What a client got that started kb mcp in a folder."""
    arguments = ["-m", "kb.cli", "mcp", "--today", "2026-11-22"]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=folder, env=dict(os.environ))

    @asynccontextmanager
    async def connected() -> Any:
        with (folder / "err").open("w") as err:
            async with Client(stdio_client(server, errlog=err), mode=mode) as client:
                yield client

    return _run(connected, work)


def _run(connected: Callable[[], Any], work: Work) -> Any:
    async def run() -> Any:
        async with connected() as client:
            return await work(client)

    # In a thread of its own: that of the tests may have an event loop, from Playwright.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, run).result()


async def everything(client: Client) -> dict[str, Any]:
    """Something of each kind that the server offers."""
    return {
        "tools": {tool.name for tool in (await client.list_tools()).tools},
        "compared": (await client.call_tool("compare_interventions", {"driver": "workload"})).structured_content,
        "found": (await client.call_tool("search", {"query": "quiet"})).structured_content,
        "wrong": await client.call_tool("compare_interventions", {"driver": "worklod"}),
        "pages": {str(resource.uri) for resource in (await client.list_resources()).resources},
        "page": (await client.read_resource("kb://interventions/quiet-hours")).contents[0],
        "prompt": (await client.get_prompt("brief_my_board", {"topic": "quiet"})).messages[0].content,
    }


def check(got: Mapping[str, Any]) -> None:
    """It is the answer of the small content."""
    (option,) = got["compared"]["options"]
    assert option["slug"] == "quiet-hours"
    assert option["certainty"]
    assert "marks" in option
    assert option["statement"]
    assert "quiet-hours" in {hit["slug"] for hit in got["found"]["hits"]}
    assert got["wrong"].is_error
    assert "kb://interventions/quiet-hours" in got["pages"]
    assert "kb://drivers/unfinished" not in got["pages"]
    assert got["page"].text.startswith("# Quiet hours")
    assert "quiet" in got["prompt"].text


@pytest.mark.parametrize("mode", MODES)
def test_an_assistant_asks_over_http(steady: Any, mode: str) -> None:
    """Two workers answer, and no worker needs to know of the other."""
    check(over_http(steady.base, everything, mode))


@pytest.mark.parametrize("mode", MODES)
def test_an_assistant_asks_over_the_standard_streams(content: Callable[..., Path], tmp_path: Path, mode: str) -> None:
    """Nothing but the protocol is on standard output."""
    content()
    check(over_stdio(tmp_path, everything, mode))
    assert "Traceback" not in (tmp_path / "err").read_text(encoding="utf-8")


def test_both_ways_give_the_same(steady: Any, content: Callable[..., Path], tmp_path: Path) -> None:
    content()
    ways = over_http(steady.base, everything), over_stdio(tmp_path, everything)
    assert ways[0]["compared"] == ways[1]["compared"]
    assert ways[0]["page"] == ways[1]["page"]


def test_each_request_stands_alone(steady: Any) -> None:
    """Without a handshake and without a session, so that any worker or replica can answer."""
    with steady.client() as client:
        for _ in range(8):
            answer = client.post("/mcp", json=CALL, headers=HEADERS)
            assert answer.status_code == 200
            assert "mcp-session-id" not in answer.headers
            assert answer.json()["result"]["structuredContent"]["options"]


def test_an_edit_is_seen_at_once(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    root = content()
    server = serve()

    async def title(client: Client) -> str:
        answer = await client.call_tool("compare_interventions", {"driver": "workload"})
        return str(answer.structured_content["options"][0]["title"])

    assert over_http(server.base, title) == "Quiet hours"
    path = root / "interventions" / "quiet-hours.md"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Quiet hours", "title: Calm hours"), "utf-8")
    until(lambda: over_http(server.base, title) == "Calm hours")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8000"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://[::bad"}, 403),
        ({"Origin": "http://localhost:5173"}, 200),
    ],
)
def test_a_page_of_another_site_cannot_ask(steady: Any, headers: dict[str, str], status: int) -> None:
    """Neither by its own name nor by a name that leads to this machine (DNS rebinding)."""
    with steady.client() as client:
        answer = client.post("/mcp", json=CALL, headers=HEADERS | headers)
        assert answer.status_code == status
        assert "access-control-allow-origin" not in answer.headers
        preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        assert client.options("/mcp", headers=preflight).status_code == 403


def test_the_site_itself_may_ask(serve: Callable[..., Any], content: Callable[..., Path]) -> None:
    content()
    server = serve("--site-url", "https://burnout.example.org")
    with server.client() as client:
        names = {"Host": "burnout.example.org", "Origin": "https://burnout.example.org"}
        answer = client.post("/mcp", json=CALL, headers=HEADERS | names)
        assert answer.status_code == 200
        (option,) = answer.json()["result"]["structuredContent"]["options"]
        assert option["address"] == "https://burnout.example.org/interventions/quiet-hours/"
        assert client.post("/mcp", json=CALL, headers=HEADERS | {"Host": "other.example.org"}).status_code == 421


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 50_000, 400),
        (b"null", 400),
        (json.dumps([LIST, LIST]).encode(), 400),
        (json.dumps({"jsonrpc": "2.0", "id": 1}).encode(), 400),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": 3}', 400),
        (json.dumps(LIST | {"params": {"x": "y" * 100_001}}).encode(), 413),
    ],
)
def test_a_body_that_is_no_request_is_refused(steady: Any, body: bytes, status: int) -> None:
    """With a status and without a word of Python; the server goes on."""
    with steady.client() as client:
        answer = client.post("/mcp", content=body, headers=HEADERS)
        assert answer.status_code == status
        assert "Traceback" not in answer.text
        assert client.post("/mcp", json=LIST, headers=HEADERS).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_say_what_the_address_is_for(steady: Any, method: str) -> None:
    """There are no streams and no sessions to end."""
    with steady.client() as client:
        answer = client.request(method, "/mcp")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
        assert method == "HEAD" or "/for-assistants/" in answer.text


def test_without_the_package_the_server_says_how_to_add_it(
    content: Callable[..., Path], serving: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """/mcp answers 501, kb mcp ends with status 1; all else works."""
    root = content()
    context = make_context(read(root))
    monkeypatch.setitem(sys.modules, "mcp", None)
    with serving(Starlette(routes=[mcp_route(lambda: context)])) as base:
        answer = httpx.post(f"{base}/mcp", json=LIST, headers=HEADERS, trust_env=False)
    assert (answer.status_code, ".[mcp]" in answer.text) == (501, True)
    done = CliRunner().invoke(main, ["mcp", "--content", str(root)])
    assert done.exit_code == 1
    assert ".[mcp]" in done.output


def test_a_server_imports_the_package_only_when_it_is_asked(content: Callable[..., Path], tmp_path: Path) -> None:
    """It takes a second and 50 MB, which those who do not use it must not pay."""
    content()
    code = "import sys, kb.serve.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "kb.mcp.endpoint" in imported
    assert not {"mcp", "mcp_types", "httpx2", "opentelemetry"} & imported


def test_content_with_errors_ends_the_process_with_its_problems(content: Callable[..., Path], tmp_path: Path) -> None:
    """On standard error or output, before the first message: an assistant shows it."""
    content({"drivers/workload.md": "no front matter"})
    command = [sys.executable, "-m", "kb.cli", "mcp", "--today", "2026-11-22"]
    done = subprocess.run(command, cwd=tmp_path, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "drivers/workload.md:1" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    shutil.rmtree(tmp_path / "content")
    done = subprocess.run(command, cwd=tmp_path, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no folder" in done.stderr
