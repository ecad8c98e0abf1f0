"""Queries at a search: what one takes, and how many a second several processes of a server answer."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from urllib.parse import quote

from generated_documents import KINDS, Generator
from measuring import print_table
from servers import Connection, request, running

ASKED = 60
"""Queries of each kind."""
PAGE = 190
"""Hits before page 20."""
PROCESSES = (1, 2, 4)
CLIENTS = 8


def milliseconds(ask: Callable[[], object], clock: Callable[[], float]) -> float:
    """What a query takes by a clock."""
    start = clock()
    ask()
    return 1000 * (clock() - start)


def print_served(rows: Sequence[Sequence[object]]) -> None:
    """Print requests a second: engine, documents, and what `served` gives."""
    print(f"\nRequests a second of {', '.join(map(str, PROCESSES))} processes, {CLIENTS} clients at a time")
    print_table(("engine", "documents", *(f"{number} processes" for number in PROCESSES)), rows)


def served(where: str, entries: int, seconds: float = 5) -> list[float]:
    """Requests a second of so many processes of uvicorn over one index, asked mixed queries by several clients."""
    generator, rates = Generator(), []
    asks = [
        request("GET", f"/?q={quote(generator.query(kind, number, entries))}") for number in range(50) for kind in KINDS
    ]
    random.Random(entries).shuffle(asks)
    application = [sys.executable, str(Path(__file__).parent / "peers" / "search_app.py")]
    for processes in PROCESSES:
        with running(application, where, str(processes)) as server:
            time.sleep(2)
            rates.append(_rate(server.port, asks, seconds))
    return rates


def _rate(port: int, asks: list[bytes], seconds: float) -> float:
    """Requests a second of several clients at a time."""
    end, counts = time.monotonic() + seconds, [0] * CLIENTS

    def client(place: int) -> None:
        connection = Connection(port)
        for number in count(place * 7):
            if time.monotonic() > end:
                return
            status, body = connection.ask(asks[number % len(asks)])
            if status not in (200, 503):
                raise SystemExit(f"the server answered {status}: {body[:200]!r}")
            counts[place] += status == 200

    threads = [threading.Thread(target=client, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
