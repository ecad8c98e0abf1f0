"""Workers: processes that serve one snapshot from one socket, and go over to the next at the same moment.

The parent serves nothing itself. A worker starts with the newest artifact. Every later one is offered to all workers;
when each has it ready, a number in memory that they share moves on, and with it what every request takes that starts
from then on, in every worker and on every connection. So once any answer was of a version, no request that is sent
later is answered from an older one.
"""

from __future__ import annotations

import logging
import pickle
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn

from kb.api import make_context
from kb.build import Artifact, Source
from kb.search import open_files
from kb.serve.app import create_app
from kb.serve.connections import GRACE, configure
from kb.serve.health import Served
from kb.serve.log import to_stdout
from kb.serve.publisher import Publisher, Status
from kb.signals import STOP

log = logging.getLogger("kb")

PAUSE = 0.5
"""Seconds between two looks at the content and at the workers."""
PATIENCE = 60
"""Seconds that a worker gets to take over a snapshot."""
_PROCESSES = get_context("fork")


@dataclass(frozen=True)
class Offer:
    """What comes next: a packed artifact, or None where only the status is another."""

    number: int
    artifact: bytes | None
    status: Status


class Snapshots:
    """What a worker serves: snapshots by number, of which the number that all workers share names the one."""

    def __init__(self, first: Offer, number: Any) -> None:
        self._number = number
        self._known = {number.value: _unpack(first)}

    @property
    def served(self) -> Served:
        """The snapshot of this moment."""
        while (found := self._known.get(self._number.value)) is None:
            pass  # the number moved on between the two looks, and what belongs to the old one is gone
        return found

    def take(self, offer: Offer) -> None:
        """Make ready what is offered; it is served once the shared number is its own."""
        now = self.served
        coming = replace(now, status=offer.status) if offer.artifact is None else _unpack(offer)
        self._known = {self._number.value: now, offer.number: coming}


def _unpack(offer: Offer) -> Served:
    artifact: Artifact = pickle.loads(offer.artifact or b"")  # noqa: S301 - packed by our own parent process
    index = open_files(artifact.index, artifact.knowledge)
    index.prepare()
    return Served(artifact, make_context(artifact.knowledge, index), offer.status)


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    connection: Connection


class Pool:
    """The workers of one server. To be used by one thread, the only one of its process, since it forks."""

    def __init__(
        self,
        publisher: Publisher,
        listener: socket.socket,
        count: int,
        watch: bool = True,
        access_log: bool = False,
    ) -> None:
        self._publisher, self._listener, self._count = publisher, listener, count
        self._watch, self._access_log = watch, access_log
        self._number = _PROCESSES.RawValue("Q", 0)
        self._shared = publisher.artifact, publisher.status
        self._workers: list[_Worker] = []

    def fill(self) -> None:
        """Start workers in place of those that are missing."""
        for worker in [worker for worker in self._workers if not worker.process.is_alive()]:
            log.error("A worker ended (status %s), another takes its place", worker.process.exitcode)
            self._dismiss(worker)
        while len(self._workers) < self._count:
            self._workers.append(self._start())

    def share(self) -> None:
        """Have all workers serve the newest artifact, from one moment on."""
        newest = self._publisher.artifact, self._publisher.status
        if newest == self._shared:
            return
        artifact = None if newest[0] is self._shared[0] else newest[0]
        number = self._number.value + 1
        data = pickle.dumps(Offer(number, artifact, newest[1]))
        for worker in self._workers:
            with suppress(OSError):  # it is gone, which is noticed below
                worker.connection.send_bytes(data)
        for worker in list(self._workers):
            if not _is_ready(worker):
                log.error("A worker did not take over the new version and is replaced")
                worker.process.kill()
                self._dismiss(worker)
        self._number.value, self._shared = number, newest

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
        first = Offer(self._number.value, *self._shared)
        # A worker that held the parent's end of a pipe would not notice the parent's death.
        foreign = [ours, *(worker.connection for worker in self._workers)]
        process = _PROCESSES.Process(
            target=_work,
            args=(
                first,
                self._number,
                self._publisher.source,
                theirs,
                self._listener,
                foreign,
                self._watch,
                self._access_log,
            ),
            daemon=True,
        )
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)  # until the worker has handlers of its own
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
        theirs.close()
        return _Worker(process, ours)

    def _dismiss(self, worker: _Worker) -> None:
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)


def serve(
    publisher: Publisher, listener: socket.socket, count: int = 1, watch: bool = True, access_log: bool = False
) -> None:
    """Serve from a listening socket with so many workers, until `kb.signals.stopping` ends it."""
    pool = Pool(publisher, listener, count, watch, access_log)
    try:
        pool.fill()
        while True:
            time.sleep(PAUSE)
            if watch:
                publisher.look()
            pool.share()
            pool.fill()
    finally:
        publisher.stop()
        pool.stop()


def _is_ready(worker: _Worker) -> bool:
    try:
        return worker.connection.poll(PATIENCE) and worker.connection.recv() is not None
    except (EOFError, OSError):
        return False


def _work(
    first: Offer,
    number: Any,
    source: Source,
    connection: Connection,
    listener: socket.socket,
    foreign: list[Connection],
    watch: bool,
    access_log: bool,
) -> None:
    """The life of a worker: it serves until the parent lets go of the connection, or dies."""
    for other in foreign:
        other.close()
    snapshots = Snapshots(first, number)
    app = create_app(lambda: snapshots.served, source, watch, to_stdout if access_log else None)
    server = uvicorn.Server(configure(app))

    def stop(*_: object) -> None:
        server.should_exit = True

    for name in STOP:
        signal.signal(name, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)

    def listen() -> None:
        try:
            while True:
                offer: Offer = connection.recv()
                snapshots.take(offer)
                connection.send(offer.number)
        except (EOFError, OSError):
            stop()
        except Exception:
            log.exception("A new version could not be taken over")
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    server.run(sockets=[listener])


__all__ = ["Offer", "Pool", "Snapshots", "serve"]
