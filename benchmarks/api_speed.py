"""What an answer of about 10 KB costs, here and elsewhere, in one run: CPU a request and requests a second.

    python benchmarks/api_speed.py [--seconds 3]
    python benchmarks/api_speed.py --attacks          CPU of each attack; nothing is remembered from one to the next
    python benchmarks/api_speed.py --costly           CPU of the costliest queries that the limits let pass
    python benchmarks/api_speed.py --memory [--million]   memory over mixed requests, hardly two of them the same

Every server is a process of its own, asked over connections that are kept, eight at a time so that it is always busy;
CPU is that of the server alone. Peers resolve the same data from plain objects. What is not installed is left out.
Python peers are looked for by the Python named in KB_PEERS_PYTHON (pip install strawberry-graphql ariadne uvicorn),
Node's in the folder KB_PEERS_NODE (npm install graphql@16 fastify mercurius).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from attacks import ATTACKS, FLOODS, Flood
from measuring import print_table
from servers import Connection, Server, post, request, running

PEERS = Path(__file__).parent / "peers"
FIELDS = (
    "totalCount nodes { slug title summary design country sampleSize drivers { slug title }"
    " findings { outcome measure estimate ciLow ciHigh place } }"
)
QUERY = f"query Studies($first: Int) {{ studies(first: $first) {{ {FIELDS} }} }}"
FIRST = 9
"""Studies in the answer: so many give about 10 KB."""
CLIENTS = 8
"""How many ask at a time."""
ROUNDS = 5
"""Each server is asked so often, in turns."""


@dataclass(frozen=True)
class Peer:
    """A server to measure; ``needs`` are the packages without which it is left out."""

    name: str
    file: str
    needs: tuple[str, ...] = ()
    same: bool = False
    """Whether the very same request comes again and again, so that an answer that was kept may be used."""


SERVERS = (
    Peer("this server, executed", "ours.py"),
    Peer("this server, from the cache", "ours.py", same=True),
    Peer("plain graphene", "plain_graphene.py"),
    Peer("Strawberry", "by_strawberry.py", ("strawberry", "uvicorn")),
    Peer("Ariadne", "by_ariadne.py", ("ariadne", "uvicorn")),
    Peer("graphql-js", "graphql_js.cjs", ("graphql",)),
    Peer("Mercurius, compiled", "mercurius.cjs", ("fastify", "mercurius")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="What an answer costs, here and elsewhere.")
    parser.add_argument("--seconds", type=float, default=3, help="how long to ask each server, in all")
    parser.add_argument("--attacks", action="store_true", help="CPU of each attack instead")
    parser.add_argument("--costly", action="store_true", help="CPU of the costliest queries instead")
    parser.add_argument("--memory", action="store_true", help="memory over 20,000 mixed requests instead")
    parser.add_argument("--million", action="store_true", help="with --memory: over a million")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "studies.json"
        if given.attacks:
            attacks(data)
        elif given.costly:
            from costly_queries import report

            report(data.parent)
        elif given.memory:
            memory(data, 1_000_000 if given.million else 20_000)
        else:
            speed(data, given.seconds)


def speed(data: Path, seconds: float) -> None:
    """The table of all servers; the first writes the data of the others."""
    with running([sys.executable, str(PEERS / "ours.py")], data) as server:
        status, body = Connection(server.port).ask(post(QUERY, {"first": 100}))
    data.write_text(json.dumps(json.loads(body)["data"]["studies"]["nodes"]), encoding="utf-8")
    expected = json.loads(body)["data"]["studies"]["nodes"][:FIRST]
    with ExitStack() as stack:
        servers: dict[Peer, Server] = {}
        for peer in SERVERS:
            command, environment = _command(peer)
            if not command:
                continue
            servers[peer] = stack.enter_context(running(command, data, environment=environment))
            status, body = Connection(servers[peer].port).ask(post(QUERY, {"first": FIRST}))
            if status != 200 or json.loads(body)["data"]["studies"]["nodes"] != expected:
                raise SystemExit(f"{peer.name} gives another answer: {body[:300]!r}")
        numbers = itertools.count()
        measured: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in servers}
        for _ in range(ROUNDS + 1):
            for peer, server in servers.items():
                count, cpu, passed = server.measure(_requests(peer.same, seconds / ROUNDS, numbers), CLIENTS)
                measured[peer.name].append((cpu / count * 1000, count / passed))
    # In turns and by the median, since the machine is not equally fast at all times; the first round only warms up.
    rows = {name: tuple(map(median, zip(*rounds[1:], strict=True))) for name, rounds in measured.items()}
    plain = rows["plain graphene"][0]
    print(f"an answer of {len(body):,} bytes")
    table = [[label, cpu, rate, cpu / plain] for label, (cpu, rate) in rows.items()]
    print_table(("server", "CPU ms", "requests/s", "of plain graphene"), table)


def _requests(same: bool, seconds: float, numbers: Iterator[int]) -> Iterator[bytes]:
    """Requests for so long; an unused variable with a new number each time makes them differ."""
    end = time.monotonic() + seconds
    only = post(QUERY, {"first": FIRST})
    for number in numbers:
        if time.monotonic() > end:
            return
        yield only if same else post(QUERY, {"first": FIRST, "number": number})


def _command(peer: Peer) -> tuple[list[str], dict[str, str]]:
    """How to start a peer, and in which environment; empty, with a note, where it is not installed."""
    path = str(PEERS / peer.file)
    if peer.file.endswith(".cjs"):
        node, folder = shutil.which("node"), os.environ.get("KB_PEERS_NODE", ".")
        modules = Path(folder) / "node_modules"
        if node and all((modules / name).exists() for name in peer.needs):
            return [node, path], {"NODE_PATH": str(modules.resolve())}
        print(f"left out: {peer.name} (KB_PEERS_NODE names a folder after npm install {' '.join(peer.needs)})")
        return [], {}
    python = os.environ.get("KB_PEERS_PYTHON", sys.executable) if peer.needs else sys.executable
    check = "".join(f"import {name};" for name in peer.needs)
    if subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0:
        return [python, path], {}
    print(f"left out: {peer.name} (KB_PEERS_PYTHON names a Python after pip install {' '.join(peer.needs)})")
    return [], {}


def attacks(data: Path, rounds: int = 10) -> None:
    """The least CPU of each attack in a server that keeps nothing, and how it answers."""
    with running([sys.executable, str(PEERS / "ours.py")], data, "uncached") as server:
        server.measure([post("{ __typename }", {})] * 50)
        print(f"{'attack':<42}{'CPU ms':>8}  {'status':<8}code")
        worst = 0.0
        for name, attack in ATTACKS.items():
            asked = request(attack.method, attack.path, attack.body or b"", attack.headers)
            status, body = Connection(server.port).ask(asked)
            least = min(_cost(server, asked) for _ in range(rounds))
            worst = max(worst, least)
            codes = {error["extensions"]["code"] for error in json.loads(body).get("errors", [])}
            print(f"{name:<42}{least:>8.1f}  {status:<8}{', '.join(codes) or 'answered'}")
        for name, flood in FLOODS.items():
            least, status = min(_flooded(server, flood) for _ in range(rounds))
            worst = max(worst, least)
            note = "" if status == flood.status else f"not {flood.status}"
            print(f"{name:<42}{least:>8.1f}  {status:<8}{note}")
        print(f"{'the worst':<42}{worst:>8.1f}")


def _cost(server: Server, asked: bytes) -> float:
    """CPU milliseconds of one request on a connection of its own."""
    return server.measure([asked])[1] * 1000


def _flooded(server: Server, flood: Flood) -> tuple[float, int]:
    """CPU milliseconds of a connection until it is closed, and the status of the first answer; 0 where none came."""
    cpu, answer = server.cpu, b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionError):
            connection.sendall(flood.first)
            for _ in range(flood.times):
                connection.sendall(flood.piece)
            connection.sendall(flood.end)
        with suppress(ConnectionError):
            while len(answer) < 12 and (part := connection.recv(12)):
                answer += part
    return (server.cpu - cpu) * 1000, int(answer[9:12] or 0)


def memory(data: Path, count: int) -> None:
    """Memory at ten points of a run of requests of all kinds."""
    with running([sys.executable, str(PEERS / "ours.py")], data) as server:
        connection = Connection(server.port)
        print(f"{'requests':>10}{'MB':>8}")
        for number in range(count + 1):
            if number % (count // 10) == 0:
                print(f"{number:>10,}{server.memory:>8.0f}", flush=True)
            connection.ask(_mixed(number))


def _mixed(number: int) -> bytes:
    """Known queries with new variables, new documents, refusals, failures and attacks."""
    match number % 8:
        case 0 | 1 | 2:
            return post(QUERY, {"first": 1 + number % 4, "number": number})
        case 3:
            return post(QUERY, {"first": 3})
        case 4:
            return post(f"query Q{number} {{ content {{ version }} drivers {{ slug title }} }}", {})
        case 5:
            return post(f"{{ unknown{number} }}", {})
        case 6:
            return post("query ($s: String!) { study(slug: $s) { title } }", {"s": f"none-{number}"})
    return request("GET", f"/graphql?query=%7Bnode(id:%22{number}%22)%7Bid%7D%7D")


if __name__ == "__main__":
    main()
