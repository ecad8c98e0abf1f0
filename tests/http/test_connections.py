"""How the server speaks HTTP with clients that send too much, too slowly or unclearly, or that take no answer."""

from __future__ import annotations

import asyncio
import resource
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from kb.serve.connections import Connection, Limits

LIMITS = Limits()
HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
GET = HEAD + b"\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
QUERY = b'{"query": "{ __typename }"}'
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(QUERY), QUERY)
LENGTH = b"Content-Length: %d\r\n" % len(QUERY)


def ask(port: int, data: bytes, *, half_close: bool = False) -> bytes:
    """All that comes until the server closes the connection, also at once. Raises TimeoutError where it never does."""
    try:
        opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    except ConnectionResetError:
        return b""
    with opened as connection:
        with suppress(ConnectionError):  # the server may refuse before all is sent
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    got = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            got += part
    return got


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer.split()[1])


# What is refused at once


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"", 400),
        (b"Host: localhost\r\n" * 2, 400),
        (b"Host: a\r\nHost: b\r\n", 400),
        (b"Host:\r\n", 400),
        (b"Host: a b\r\n", 400),
        (b"Host: a, b\r\n", 400),
        (b"Host: a/b\r\n", 400),
        (b"Host: user@a\r\n", 400),
        (b"Host: a:b\r\n", 400),
        (b"Host: \xff\r\n", 400),
        (b"Host: a\x00\r\n", 400),
        (b"Host: a\r\n b\r\n", 400),
        (b"Host : a\r\n", 400),
        (b"Host: a_b.example:8000\r\n", 200),
        (b"Host: 127.0.0.1\r\n", 200),
        (b"Host: [::1]:8000\r\n", 200),
    ],
)
def test_a_request_names_one_host(steady: Any, fields: bytes, expected: int) -> None:
    """None, two, or one that cannot be a host are refused, since two readers could take different ones."""
    request = b"GET /health HTTP/1.1\r\n" + fields + b"Connection: close\r\n\r\n"
    assert status(ask(steady.port, request)) == expected


def test_what_follows_a_request_that_was_refused_is_not_answered(steady: Any) -> None:
    """One that came before is; after a body that was refused, nothing more is said."""
    answer = ask(steady.port, GET + b"GET /health HTTP/1.1\r\n\r\n" + GET)
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"HTTP/1.1 200 OK") == 1
    answer = ask(steady.port, GET + b"\x16\x03\x01" + GET)
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"HTTP/1.1 200 OK") == 1
    broken = b"POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    with socket.create_connection(("127.0.0.1", steady.port), timeout=30) as connection:
        connection.sendall(broken)
        answer = b""
        while not answer.endswith(b"only be read.\n"):
            answer += connection.recv(65_536)
        assert status(answer) == 405
        connection.sendall(b"zz\r\n")
        assert rest(connection) == b""


def test_an_older_client_need_not_name_a_host(steady: Any) -> None:
    """HTTP/1.0 has no Host; two are too many there, too."""
    assert status(ask(steady.port, b"GET /health HTTP/1.0\r\n\r\n")) == 200
    assert status(ask(steady.port, b"GET /health HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n")) == 400


UNCLEAR = {
    "a length and chunks": POST + LENGTH + CHUNKED,
    "two lengths": POST + LENGTH + b"Content-Length: 5\r\n\r\n" + QUERY,
    "the same length twice": POST + LENGTH * 2 + b"\r\n" + QUERY,
    "a list of lengths": POST + b"Content-Length: 27, 27\r\n\r\n" + QUERY,
    "a length with a sign": POST + b"Content-Length: +27\r\n\r\n" + QUERY,
    "a length below 0": POST + b"Content-Length: -1\r\n\r\n" + QUERY,
    "a length that is no number": POST + b"Content-Length: 0x1b\r\n\r\n" + QUERY,
    "a length too long for a number": POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + QUERY,
    "a chunk size that is no number": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk size below 0": POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk size with a prefix": POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk size too large": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than its size": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "chunks that end in a line feed": POST + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "another coding": POST + CHUNKED.replace(b"chunked", b"gzip, chunked"),
    "a coding that looks like chunks": POST + CHUNKED.replace(b"chunked", b"xchunked"),
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\n" + CHUNKED,
    "chunks in HTTP/1.0": POST.replace(b"HTTP/1.1", b"HTTP/1.0") + CHUNKED,
    "a space before the colon": POST + CHUNKED.replace(b"Encoding:", b"Encoding :"),
    "a header on two lines": HEAD + b"X: a\r\n b\r\n\r\n",
    "lines that end in a line feed": GET.replace(b"\r\n", b"\n"),
    "a carriage return in a value": HEAD + b"X: a\rb\r\n\r\n",
    "a null character in a value": HEAD + b"X: a\x00b\r\n\r\n",
    "a header without a colon": HEAD + b"Xy\r\n\r\n",
    "a space in the path": GET.replace(b"/health", b"/hea lth"),
    "TLS where there is none": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_what_two_readers_may_understand_in_two_ways_is_refused(steady: Any, name: str) -> None:
    """With 400, once, and nothing that follows on the connection is answered."""
    answer = ask(steady.port, UNCLEAR[name] + GET)
    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer


def test_another_version_of_http_is_refused(steady: Any) -> None:
    """HTTP/2 as text, and requests of the time before there were versions."""
    assert status(ask(steady.port, GET.replace(b"HTTP/1.1", b"HTTP/2.0"))) == 505
    assert status(ask(steady.port, b"GET /health\r\n\r\n")) == 505


SIZES = {
    "a header of 80 MB": (HEAD + b"X: " + b"a" * 80_000_000 + b"\r\n\r\n", 431),
    "a name of 5 MB": (HEAD + b"a" * 5_000_000 + b": x\r\n\r\n", 431),
    "a header too large": (HEAD + b"X: " + b"a" * LIMITS.headers + b"\r\n\r\n", 431),
    "too many headers": (HEAD + b"X: a\r\n" * LIMITS.fields + b"\r\n", 431),
    "a large header": (HEAD + b"X: " + b"a" * (LIMITS.headers - 50) + b"\r\nConnection: close\r\n\r\n", 200),
    "many headers": (HEAD + b"X: a\r\n" * (LIMITS.fields - 2) + b"Connection: close\r\n\r\n", 200),
    "too many trailers": (POST + CHUNKED[:-2] + b"X: a\r\n" * LIMITS.fields + b"\r\n", 431),
    "a path too long": (GET.replace(b"/health", b"/health?" + b"a" * LIMITS.target), 414),
    "a path of 5 MB": (GET.replace(b"/health", b"/health?" + b"a" * 5_000_000), 414),
    "a long path": (
        HEAD.replace(b"/health", b"/health?" + b"a" * (LIMITS.target - 8)) + b"Connection: close\r\n\r\n",
        200,
    ),
    "too many chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * (LIMITS.pieces + 1), 413),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_request_is_only_so_large(steady: Any, name: str) -> None:
    """The sizes of its address, of its headers and trailers, and the number of its headers and chunks are limited."""
    request, expected = SIZES[name]
    assert status(ask(steady.port, request)) == expected


def test_a_body_that_is_refused_is_not_read_to_its_end(steady: Any) -> None:
    """It is answered 413; of what still comes only so much is thrown away, then the connection is closed."""
    with socket.create_connection(("127.0.0.1", steady.port), timeout=30) as connection:
        connection.sendall(POST + b"Content-Length: 1000000000\r\n\r\n")
        sent = 0
        with suppress(ConnectionError):
            while sent < 1_000_000_000:
                sent += connection.send(b"x" * 65_536)
        assert status(rest(connection)) == 413
    assert sent < 100_000_000


def test_requests_may_be_sent_ahead_but_only_so_many(steady: Any) -> None:
    """Those within the limit are answered in their order; then the connection is closed."""
    few = GET * 5 + HEAD + b"Connection: close\r\n\r\n"
    assert ask(steady.port, few).count(b"HTTP/1.1 200 OK") == 6
    answers = ask(steady.port, GET * 1_000)
    assert answers.count(b"HTTP/1.1 200 OK") == answers.count(b"HTTP/1.1 ") == LIMITS.pipelined + 1


def test_a_client_that_will_send_no_more_gets_its_answer(steady: Any) -> None:
    """Then the connection ends, as it does at once where there is nothing to answer."""
    for request in (GET, POST + LENGTH + b"\r\n" + QUERY, GET * 3):
        answer = ask(steady.port, request, half_close=True)
        assert answer.count(b"HTTP/1.1 200 OK") == request.count(b"HTTP/1.1")
    for request in (b"", HEAD, POST + LENGTH + b"\r\n{"):
        assert ask(steady.port, request, half_close=True) == b""


# What ends after a time. The limits here are short, so that nobody waits; docs/operations.md has those of the server.


class Hasty(Connection):
    limits = Limits(
        head_time=0.3, body_time=0.3, idle_time=0.6, send_time=0.3, linger_time=0.2, tick=0.05, connections=8
    )


class Strict(Connection):
    limits = Limits(pieces=20)


class App:
    """Answers with the length of what was sent to /body, with much for /large; /wait waits to be released."""

    released = False
    waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/wait":
            self.waiting += 1
            while not self.released:
                await asyncio.sleep(0.01)
        length = 0
        if scope["path"] == "/body":
            with suppress(ClientDisconnect):
                length = len(await Request(scope, receive).body())
        sizes = {"/large": 20_000_000, "/medium": 300_000}
        body = b"x" * sizes[scope["path"]] if scope["path"] in sizes else str(length).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def port(app: App, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[int]:
    with serving(app, Hasty) as address:
        yield int(address.rpartition(":")[2])


BODY = b"POST /body HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("first", "drip", "expected"),
    [
        (b"", b"", b""),
        (b"", b"\r\n", b"408"),
        (HEAD, b"", b"408"),
        (HEAD, b"x", b"408"),
        (HEAD, b"X: a\r\n", b"408"),
        (BODY + b"Content-Length: 900\r\n\r\n", b"", b"408"),
        (BODY + b"Content-Length: 900\r\n\r\n", b"x", b"408"),
        (BODY + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", b"408"),
        (BODY + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n", b"408"),
        (BODY + b"Content-Length: 900\r\nExpect: 100-continue\r\n\r\n", b"", b"100"),
        (BODY.replace(b"/body", b"/") + b"Content-Length: 900\r\n\r\n", b"x", b"200"),
        (GET, b"", b"200"),
        (GET + HEAD, b"x", b"200"),
    ],
)
def test_a_connection_on_which_a_client_stalls_ends(port: int, first: bytes, drip: bytes, expected: bytes) -> None:
    """Nothing sent, half a head, half a body, a byte now and then, nothing after an answer.

    Who had begun to ask is told why.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(first)
        with suppress(ConnectionError):
            for _ in range(200 if drip else 0):
                connection.sendall(drip)
                time.sleep(0.05)
        answer = rest(connection)
    assert answer[9:12] == expected


@pytest.mark.parametrize(
    ("first", "expected"), [(HEAD + b"X: ", b"431"), (BODY + b"Content-Length: 900\r\n\r\n", b"413")]
)
def test_a_request_may_not_come_in_too_many_pieces(
    app: App, serving: Callable[..., AbstractContextManager[str]], first: bytes, expected: bytes
) -> None:
    """Each packet costs time, however small it is."""
    with serving(app, Strict) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(first)
            with pytest.raises(ConnectionError):
                _drip(connection)
            assert rest(connection)[9:12] == expected


def _drip(connection: socket.socket) -> None:
    for _ in range(800):
        connection.sendall(b"x")
        time.sleep(0.01)


@pytest.mark.parametrize("times", [1, 3])
def test_a_client_that_does_not_take_its_answer_loses_the_connection(port: int, times: int) -> None:
    """It is ended from this side; what was not sent is not kept."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n" * times)
        ended = select.poll()
        ended.register(connection, 0)  # errors and the end are always told
        assert ended.poll(30_000)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs the system's list of connections")
def test_what_the_system_holds_of_an_answer_is_not_held_for_good(
    app: App, serving: Callable[..., AbstractContextManager[str]], until: Callable[[Callable[[], bool]], None]
) -> None:
    """An answer that the server has handed to the system is not taken either."""

    class Patient(Connection):
        limits = Limits(send_time=0.3)

    with serving(app, Patient) as address, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", int(address.rpartition(":")[2])))
        connection.sendall(b"GET /medium HTTP/1.1\r\nHost: localhost\r\n\r\n")
        of_server, of_client = (f":{name[1]:04X} " for name in (connection.getpeername(), connection.getsockname()))

        def is_open() -> bool:
            lines = Path("/proc/net/tcp").read_text().splitlines()
            return any(0 <= line.find(of_server) < line.find(of_client) for line in lines)

        assert is_open()
        until(lambda: not is_open())


def test_a_client_that_takes_a_large_answer_gets_all_of_it(port: int) -> None:
    """However long it takes, since it goes on."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = 0
        while part := connection.recv(1_000_000):
            got += len(part)
            time.sleep(0.02)
    assert got > 20_000_000


def test_where_there_are_too_many_connections_the_one_that_waits_longest_is_closed(port: int) -> None:
    """Whatever it waits for; so there is always room for the next."""
    waits = (b"", HEAD, GET, BODY + b"Content-Length: 900\r\n\r\n")
    opened = []
    try:
        for number in range(5 * Hasty.limits.connections):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=30))
            opened[-1].sendall(waits[number % 4])
            assert status(ask(port, HEAD + b"Connection: close\r\n\r\n")) == 200
    finally:
        for connection in opened:
            connection.close()


def test_a_request_that_is_worked_on_is_not_closed_for_others(
    port: int, app: App, until: Callable[[Callable[[], bool]], None]
) -> None:
    """There is no room for more then; once they are answered, there is."""
    working = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(Hasty.limits.connections)]
    try:
        for connection in working:
            connection.sendall(b"GET /wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        until(lambda: app.waiting == len(working))
        assert ask(port, GET) == b""
        app.released = True
        assert [status(rest(connection)) for connection in working] == [200] * len(working)
    finally:
        for connection in working:
            connection.close()
    assert status(ask(port, GET)) == 200


def test_a_flood_of_connections_leaves_the_server_open_files(
    serve: Callable[..., Any], content: Callable[..., Path], until: Callable[[Callable[[], bool]], None]
) -> None:
    """Where the system allows few; all are given back when the flood is over."""
    content()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
    try:
        server = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    def files() -> int:
        return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    server.health()
    at_rest = files()
    flood = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(300)]
    try:
        for connection in flood:
            with suppress(ConnectionError):
                connection.sendall(HEAD)
        assert server.health()["status"] == "ok"
        with server.client() as client:
            assert client.get("/").status_code == 200
            assert client.post("/graphql", content=QUERY, headers={"content-type": "application/json"}).json() == {
                "data": {"__typename": "Query"}
            }
        assert files() < 100
    finally:
        for connection in flood:
            connection.close()
    until(lambda: files() <= at_rest + 1)
    assert "Traceback" not in server.err
