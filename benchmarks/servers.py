"""Servers as processes of their own, and the CPU and memory that they take, by /proc."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measuring import memory


@dataclass
class Connection:
    """A connection that is kept, and asks as cheaply as Python can."""

    port: int

    def __post_init__(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of an answer with its length in a header."""
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        """Ask without waiting for the answer, which `receive` gives."""
        self._socket.sendall(request)

    def receive(self) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._part()
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._part()
        if b"connection: close" in lines:
            self.__post_init__()
        return int(lines[0].split()[1]), body

    def _part(self) -> bytes:
        part = self._socket.recv(1_000_000)
        if not part:
            raise ConnectionError("the server hung up")
        return part


def request(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a request."""
    fields = {"host": "127.0.0.1", "content-length": str(len(body)), **(headers or {})}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def post(query: str, variables: Mapping[str, object]) -> bytes:
    """A query as a request."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    return request("POST", "/graphql", body, {"content-type": "application/json"})


@dataclass
class Server:
    """A server that runs; CPU is that of all its threads, in seconds."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def cpu(self) -> float:
        spent = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    @property
    def memory(self) -> float:
        """What it holds of memory, in MB."""
        return memory(self.process.pid)

    def measure(self, requests: Iterable[bytes], clients: int = 1) -> tuple[int, float, float]:
        """Ask so many at a time: how many in all, CPU seconds of the server, seconds that passed.

        A server that a single client asks falls asleep after each answer. To be woken costs it .05 to .3 ms, as the
        machine pleases, which is more than a short answer; so what these cost can only be measured on one that is busy.
        """
        connections, remaining, count = [Connection(self.port) for _ in range(clients)], iter(requests), 0
        cpu, start = self.cpu, time.perf_counter()
        while batch := list(zip(connections, remaining, strict=False)):
            for connection, request in batch:
                connection.send(request)
            for connection, _ in batch:
                connection.receive()
            count += len(batch)
        return count, self.cpu - cpu, time.perf_counter() - start


@contextmanager
def running(
    command: list[str], data: Path | str, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server at a free port, wait until it answers, and end it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*command, str(port), str(data), *options], env={**os.environ, **(environment or {})})
    try:
        for _ in range(600):
            try:
                Connection(port)
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{command[-1]} ended with status {process.returncode}") from None
                time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(30)
