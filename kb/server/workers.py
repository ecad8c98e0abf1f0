"""Workers: processes that serve one snapshot from one socket, and go over to the next at the same moment.

The parent builds and serves nothing itself, so that a build holds up no answer. A worker starts with what the parent
has in memory. Every later snapshot is offered to all workers; when each has it ready, a number in memory that they
share moves on, and with it what every request takes that starts from then on, in every worker and on every connection.
So once any answer was of a version, no request that is sent later is answered from an older one.
"""

from __future__ import annotations

import logging
import pickle
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn

from kb import memo
from kb.api import ApiContext
from kb.model import KnowledgeBase
from kb.server.app import create_app
from kb.server.connections import GRACE, configure
from kb.server.live import Live, Served, Source, Standing, make_snapshot
from kb.server.log import to_stdout

log = logging.getLogger("kb")

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PAUSE = 0.5
"""Seconds between two looks at the content and at the workers."""
MOST_EDITS = 3
"""After so many edits in a row the API follows, even where the content does not come to rest."""
PATIENCE = 60
"""Seconds that a worker gets to take over a snapshot."""
_PROCESSES = get_context("fork")


@dataclass(frozen=True)
class Offer:
    """What comes next. ``knowledge`` is None where only the standing is another."""

    number: int
    knowledge: KnowledgeBase | None
    standing: Standing


class Mirror:
    """What a worker serves: snapshots by number, of which the number that all workers share says the one."""

    def __init__(self, source: Source, served: Served, number: Any) -> None:
        self.source = source
        self._number = number
        self._known = {number.value: served}

    @property
    def served(self) -> Served:
        """The snapshot of this moment."""
        while (found := self._known.get(self._number.value)) is None:
            pass  # the number moved on between the two looks, and what belongs to the old one is gone
        return found

    def take(self, offer: Offer) -> None:
        """Make ready what is offered; it is served once the shared number is its own."""
        now = self.served
        context = now.context
        if offer.knowledge is not None:
            # All objects of the next snapshot are new: what is remembered of earlier ones would only keep them.
            memo.forget()
            context = make_snapshot(self.source, offer.knowledge, _silent)
            _prepare(context)
        self._known = {self._number.value: now, offer.number: Served(context, offer.standing)}


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    connection: Connection


class Crew:
    """The workers of one server. To be used by one thread, the only one of its process, since it forks."""

    def __init__(self, live: Live, listener: socket.socket, count: int, access_log: bool = False) -> None:
        self._live, self._listener, self._count, self._access_log = live, listener, count, access_log
        self._number = _PROCESSES.RawValue("Q", 0)
        self._shared = live.served
        self._workers: list[_Worker] = []

    def fill(self) -> None:
        """Start workers in place of those that are missing."""
        for worker in [worker for worker in self._workers if not worker.process.is_alive()]:
            log.error("A worker ended (status %s), another takes its place", worker.process.exitcode)
            self._dismiss(worker)
        while len(self._workers) < self._count:
            self._workers.append(self._start())

    def share(self) -> None:
        """Have all workers serve what is live now, from one moment on."""
        served, last = self._live.served, self._shared
        if served is last:
            return
        knowledge = None if served.context is last.context else served.context.knowledge
        number = self._number.value + 1
        data = pickle.dumps(Offer(number, knowledge, served.standing))
        for worker in self._workers:
            with suppress(OSError):  # it is gone, which is noticed below
                worker.connection.send_bytes(data)
        for worker in list(self._workers):
            if not _is_ready(worker):
                log.error("A worker did not take over the new version and is replaced")
                worker.process.kill()
                self._dismiss(worker)
        self._number.value, self._shared = number, served

    def stop(self) -> None:
        """Have all workers finish what is under way, and wait for their end."""
        self._listener.close()
        for worker in self._workers:
            worker.connection.close()
        latest = time.monotonic() + GRACE + 5
        for worker in self._workers:
            worker.process.join(max(0, latest - time.monotonic()))
            worker.process.kill()
            worker.process.join()

    def _start(self) -> _Worker:
        ours, theirs = _PROCESSES.Pipe()
        mirror = Mirror(self._live.source, self._shared, self._number)
        # A worker that held the parent's end of a pipe would not notice the parent's death.
        foreign = [ours, *(worker.connection for worker in self._workers)]
        process = _PROCESSES.Process(
            target=_work, args=(mirror, theirs, self._listener, foreign, self._access_log), daemon=True
        )
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the worker has handlers of its own
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        theirs.close()
        return _Worker(process, ours)

    def _dismiss(self, worker: _Worker) -> None:
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)


def serve(live: Live, listener: socket.socket, count: int = 1, watch: bool = True, access_log: bool = False) -> None:
    """Serve from a listening socket with so many workers, until `stopping` ends it."""
    crew = Crew(live, listener, count, access_log)
    edits = 0
    try:
        crew.fill()
        while True:
            time.sleep(PAUSE)
            if watch:
                edits = follow(live, edits)
            crew.share()
            crew.fill()
    finally:
        crew.stop()


@contextmanager
def stopping() -> Iterator[None]:
    """A block that SIGTERM and SIGINT end early and quietly, even where SIGINT was ignored, as it is in the background.

    Further signals do nothing, since the block is ending already.
    """

    def stop(*_: object) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def follow(live: Live, edits: int) -> int:
    """Follow the content, and count the edits since the API did."""
    try:
        if live.refresh() and edits < MOST_EDITS:
            return edits + 1
        live.settle()
    except OSError as error:  # a file vanished while it was looked at
        log.debug("looking again: %s", error)
    return 0


def _is_ready(worker: _Worker) -> bool:
    try:
        return worker.connection.poll(PATIENCE) and worker.connection.recv() is not None
    except (EOFError, OSError):
        return False


def _work(
    mirror: Mirror, connection: Connection, listener: socket.socket, foreign: list[Connection], access_log: bool
) -> None:
    """The life of a worker: it serves until the parent lets go of the connection, or dies."""
    for other in foreign:
        other.close()
    _prepare(mirror.served.context)
    server = uvicorn.Server(configure(create_app(mirror, to_stdout if access_log else None)))

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in SIGNALS:
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def listen() -> None:
        try:
            while True:
                offer: Offer = connection.recv()
                mirror.take(offer)
                connection.send(offer.number)
        except (EOFError, OSError):
            stop()
        except Exception:
            log.exception("A new version could not be taken over")
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    server.run(sockets=[listener])


def _prepare(context: ApiContext) -> None:
    """What the parent, which answers nothing, has no need of."""
    if context.index:
        context.index.prepare()


def _silent(*_: object, **__: object) -> None:
    """A report to nobody: the parent has told it already."""


__all__ = ["Crew", "Mirror", "Offer", "follow", "serve", "stopping"]
