"""Connections: uvicorn's HTTP protocol with limits on what a client may send, and on how long it may take for it."""

from __future__ import annotations

import asyncio
import math
import re
import resource
import socket
import struct
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any, ClassVar, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

GRACE = 30
"""Seconds that requests under way get to finish when the server stops."""


def _open_files() -> int:
    """How many files a process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


@dataclass(frozen=True)
class Limits:
    """The most of each: sizes in bytes, times in seconds."""

    target: int = 64_000
    """Bytes of the path and query of a request. A GraphQL query of 16,000 characters, each written as %XX, fits."""
    fields: int = 100
    """Headers of a request."""
    headers: int = 32_000
    """Bytes of their names and values together."""
    message: int = 1_200_000
    """Bytes of a request with its body, also of one that was refused already: then the connection is closed."""
    pieces: int = 4_000
    """Packets and chunks in which a request arrives: each costs time, however small it is."""
    pipelined: int = 16
    """Requests that wait for the answer to an earlier one on the same connection."""
    connections: int = field(default_factory=lambda: min(500, _open_files() // 2))
    """Open connections of a worker: 500, or half as many as the system allows it open files."""
    head_time: float = 10
    """From when a connection opens, or a further request begins, until the last of the headers."""
    body_time: float = 20
    """From the last of the headers until the end of the body."""
    idle_time: float = 75
    """Between two requests: longer than a proxy keeps a connection, so that it is the proxy that closes it."""
    send_time: float = 20
    """In which a client must take ``send_least`` bytes of its answer, or the rest of it."""
    send_least: int = 20_000
    linger_time: float = 2
    """In which a client that was refused may still send, so that it gets to read why."""
    tick: float = 0.5
    """Between two looks at a connection."""


class Phase(Enum):
    """What a connection is doing."""

    IDLE = "between two requests"
    HEAD = "reading the head of a request"
    BODY = "reading its body"
    WORK = "working on the answer"
    LINGER = "refused"


_NOTHING_LEFT = struct.pack("ii", 1, 0)
_HOST = re.compile(rb"(?:[\w.~%-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?", re.ASCII)
"""A name or an address, and a port. RFC 9110 (section 7.2) allows more in a name, a comma too, but no name has it."""


class _RefusedError(Exception):
    """Raised in a callback of the parser, which then stops; uvicorn goes on with `send_400_response`."""


class Connection(HttpToolsProtocol):
    """An HTTP connection that ends where its client sends too much, too slowly or unclearly, or takes no answer."""

    limits: ClassVar[Limits] = Limits()
    status = HTTPStatus.BAD_REQUEST
    """What a refusal answers."""
    phase = Phase.IDLE
    since = unsent_since = 0.0
    """When the phase began, and when as much was ``unsent``, by the clock of the event loop."""
    deadline = math.inf
    size = pieces = headers_size = unsent = 0
    """Of the request that arrives; and how many bytes of an answer the client has not taken."""
    timer: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.unanswered: deque[RequestResponseCycle] = deque()
        """Requests whose head was read, the oldest first: the one that is worked on."""

    # What happens to the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        opened = transport.get_extra_info("socket")
        # Else the body of an answer would wait until the client has acknowledged the head, often for 40 ms.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Only Linux has it. For what the system holds of an answer, and the client does not take.
            milliseconds = math.ceil(self.limits.send_time * 1000)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        self._enter(Phase.IDLE, self.limits.head_time)
        self._watch()
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.timer:
            self.timer.cancel()
        super().connection_lost(exc)
        self._give_up()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has sent all that it will still gets the answer it waits for; then the connection ends."""
        if not self.unanswered or self.unanswered[-1].more_body:
            return False
        self.unanswered[-1].keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        self.size += len(data)
        self.pieces += 1
        if self.phase is Phase.IDLE:
            self._enter(Phase.HEAD, self.limits.head_time)
        if self.phase is not Phase.LINGER:
            super().data_received(data)
        too_much = self.size > self.limits.message or self.pieces > self.limits.pieces
        if self.phase is Phase.HEAD and (too_much or self.size > self.limits.target + self.limits.headers):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif too_much:
            self._abort()

    # What the parser finds

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.size = self.pieces = self.headers_size = 0
        self._enter(Phase.HEAD, self.limits.head_time)
        if len(self.unanswered) > self.limits.pipelined:
            self._stop(HTTPStatus.TOO_MANY_REQUESTS)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.limits.target:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.headers_size += len(name) + len(value)
        if len(self.headers) > self.limits.fields or self.headers_size > self.limits.headers:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            self._stop(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if len(hosts) > 1 or (version == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
            self._stop(HTTPStatus.BAD_REQUEST)
        if codings and (version == "1.0" or codings != [b"chunked"]):
            self._stop(HTTPStatus.BAD_REQUEST)
        super().on_headers_complete()
        self.unanswered.append(self.cycle)
        self._enter(Phase.BODY, self.limits.body_time)

    def on_body(self, body: bytes) -> None:
        self.pieces += 1
        if self.pieces > self.limits.pieces:
            self._stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._rest()

    # What becomes of a request

    def on_response_complete(self) -> None:
        self.unanswered.popleft()
        super().on_response_complete()
        if self.phase is Phase.WORK:
            self._rest()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """What uvicorn calls where the parser stops."""
        self._refuse(self.status)

    def _stop(self, status: HTTPStatus) -> None:
        self.status = status
        raise _RefusedError

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer with an error and read nothing more. Earlier requests are answered first, and then nothing else."""
        in_body = self.phase is Phase.BODY
        self._enter(Phase.LINGER, self.limits.linger_time)
        if self.unanswered and not in_body:
            self.unanswered[-1].keep_alive = False
            self.deadline = math.inf
        elif in_body and (len(self.unanswered) != 1 or self.unanswered[0].response_started):
            self._abort()  # another answer than this one is expected, or was had
        else:
            self._give_up()
            body = f"{status.value} {status.phrase}\n".encode()
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
            self.transport.write(f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)
            self.transport.write_eof()

    def _give_up(self) -> None:
        """Tell the app that nobody waits for its answers any more."""
        for cycle in self.unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        self.unanswered.clear()

    def _abort(self) -> None:
        """End the connection at once; what was not sent is forgotten, by the system too."""
        self._give_up()
        self.connections.discard(self)
        with suppress(OSError):  # the client has closed it already
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOTHING_LEFT)
        self.transport.abort()

    # Time

    def _enter(self, phase: Phase, most: float) -> None:
        self.phase, self.since = phase, self.loop.time()
        self.deadline = self.since + most

    def _rest(self) -> None:
        """What comes when a request has arrived, or was answered."""
        if self.unanswered:
            self._enter(Phase.WORK, math.inf)
        else:
            self._enter(Phase.IDLE, self.limits.idle_time)

    def _watch(self) -> None:
        """Look whether the time is up, now and again until the connection ends."""
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or not self.unsent or unsent <= self.unsent - self.limits.send_least:
            self.unsent, self.unsent_since = unsent, now
        self.timer = self.loop.call_later(self.limits.tick, self._watch)
        if self.unsent and now > self.unsent_since + self.limits.send_time:
            self._abort()
        elif now > self.deadline:
            self._expire()

    def _expire(self) -> None:
        if self.phase is Phase.IDLE:
            self.transport.close()
        elif self.phase is Phase.LINGER:
            self._abort()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _make_room(self) -> None:
        """Close the connection that has waited longest for its client; this one, where the server works for all."""
        others = cast(set[Connection], self.connections) - {self}
        waiting = [other for other in others if other.phase is not Phase.WORK or other.unsent]
        min(waiting, key=lambda other: other.since, default=self)._abort()


def options(connection: type[Connection] = Connection) -> dict[str, Any]:
    """How uvicorn is to speak HTTP; another class of connections may have other limits."""
    return {
        "http": connection,
        "log_level": "error",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "lifespan": "off",
        "ws": "none",
        "timeout_keep_alive": math.ceil(connection.limits.idle_time),
        "timeout_graceful_shutdown": GRACE,
    }


def configure(app: ASGIApp, connection: type[Connection] = Connection) -> uvicorn.Config:
    """How a server in this process speaks HTTP."""
    return uvicorn.Config(app, **options(connection))
