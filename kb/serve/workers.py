"""Worker processes that serve one snapshot from one socket, and switch to the next one at the same moment.

The parent serves nothing itself. A worker starts with the newest artifact. Every later one is sent to all workers; when
each has loaded it, a number in shared memory changes, and with it what every new request reads, in every worker and on
every connection. So once any answer came from a version, no later request is answered from an older one.
"""

from __future__ import annotations

import errno
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
from kb.build import Artifact
from kb.search import EMBEDDED, SearchSettings, open_engine
from kb.serve.app import Served, create_app
from kb.serve.connections import GRACE, configure
from kb.serve.middleware import to_stdout
from kb.serve.publisher import Publisher, Status
from kb.signals import STOP

log = logging.getLogger("kb")

INTERVAL = 0.5
"""Seconds between two checks of the content and of the workers."""
TIMEOUT = 60
"""Seconds that a worker has to load an update."""
_BIND_TRIES = 10
_BIND_PAUSE = 0.2
_PROCESSES = get_context("fork")


class AddressError(Exception):
    """Raised for an address that cannot be used; says why and what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to an address, not listening yet; port 0 takes a free one. Raises AddressError.

    An address in use is tried again for two seconds: the workers of a killed server release it within a moment.
    """
    for _ in range(_BIND_TRIES):
        # Only with IPPROTO_TCP does asyncio turn off Nagle's algorithm. Without that, a response body would wait until
        # the client has acknowledged the head, often for 40 ms.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            last = error
            if error.errno != errno.EADDRINUSE:
                break
            time.sleep(_BIND_PAUSE)
        else:
            return listener
    reason = last.strerror or str(last)
    raise AddressError(f"{host}:{port} cannot be used ({reason}): try --port 8001")


@dataclass(frozen=True)
class Update:
    """What the parent sends to workers: a pickled artifact, or None if only the status changed."""

    number: int
    artifact: bytes | None
    status: Status


class Snapshots:
    """The snapshots of a worker by number; the number that all workers share says which one is served."""

    def __init__(self, first: Update, number: Any, search: SearchSettings = EMBEDDED) -> None:
        self._number, self._search = number, search
        self._known = {number.value: _unpack(first, search)}

    @property
    def served(self) -> Served:
        """The snapshot that is served now."""
        while (found := self._known.get(self._number.value)) is None:
            pass  # the number changed between the two reads, and the old snapshot is gone
        return found

    def prepare(self, update: Update) -> None:
        """Load an update; it is served once the shared number is its number."""
        now = self.served
        coming = replace(now, status=update.status) if update.artifact is None else _unpack(update, self._search)
        self._known = {self._number.value: now, update.number: coming}


def _unpack(update: Update, search: SearchSettings) -> Served:
    artifact: Artifact = pickle.loads(update.artifact or b"")  # noqa: S301 - packed by our own parent process
    index = open_engine(artifact.knowledge, artifact.index, search)
    return Served(artifact, make_context(artifact.knowledge, index), update.status)


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    connection: Connection

    def is_ready(self) -> bool:
        """Wait for it to load an update; False where it does not."""
        try:
            return self.connection.poll(TIMEOUT) and self.connection.recv() is not None
        except (EOFError, OSError):
            return False


class Pool:
    """Workers that serve from a listening socket what the publisher makes.

    To be used by one thread, the only one of its process, since it forks.
    """

    def __init__(
        self, publisher: Publisher, listener: socket.socket, count: int, watch: bool = True, access_log: bool = False
    ) -> None:
        self._publisher, self._listener, self._count = publisher, listener, count
        self._watch, self._access_log = watch, access_log
        self._number = _PROCESSES.RawValue("Q", 0)
        self._shared = publisher.artifact, publisher.status
        self._workers: list[_Worker] = []

    def serve(self) -> None:
        """Serve until `kb.signals.stopping` ends it; then workers finish the requests in progress."""
        try:
            self._start_missing()
            while True:
                time.sleep(INTERVAL)
                if self._watch:
                    self._publisher.poll()
                self._publish()
                self._start_missing()
        finally:
            self._publisher.stop()
            self._stop()

    def _start_missing(self) -> None:
        """Start workers until there are enough."""
        for worker in [worker for worker in self._workers if not worker.process.is_alive()]:
            log.error("A worker ended (status %s) and is replaced", worker.process.exitcode)
            self._dismiss(worker)
        while len(self._workers) < self._count:
            self._workers.append(self._start())

    def _publish(self) -> None:
        """Let all workers switch to the newest artifact at one moment."""
        newest = self._publisher.artifact, self._publisher.status
        if newest == self._shared:
            return
        artifact = None if newest[0] is self._shared[0] else newest[0]
        number = self._number.value + 1
        data = pickle.dumps(Update(number, artifact, newest[1]))
        for worker in self._workers:
            with suppress(OSError):  # it is gone, which is noticed below
                worker.connection.send_bytes(data)
        for worker in list(self._workers):
            if not worker.is_ready():
                log.error("A worker did not load the new version and is replaced")
                worker.process.kill()
                self._dismiss(worker)
        self._number.value, self._shared = number, newest

    def _stop(self) -> None:
        self._listener.close()
        for worker in self._workers:
            worker.connection.close()
        latest = time.monotonic() + GRACE + 5
        for worker in self._workers:
            worker.process.join(max(0, latest - time.monotonic()))
            worker.process.kill()
            worker.process.join()

    def _start(self) -> _Worker:
        parent_end, worker_end = _PROCESSES.Pipe()
        process = _PROCESSES.Process(target=self._work, args=(worker_end, parent_end), daemon=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)  # until the worker has handlers of its own
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
        worker_end.close()
        return _Worker(process, parent_end)

    def _work(self, connection: Connection, parent_end: Connection) -> None:
        """The life of a worker, in its own process: it serves until the parent lets go of the connection, or dies."""
        # A worker that held the parent's end of a pipe would not notice the parent's death.
        for other in (parent_end, *(worker.connection for worker in self._workers)):
            other.close()
        snapshots = Snapshots(Update(self._number.value, *self._shared), self._number, self._publisher.source.search)
        log_line = to_stdout if self._access_log else None
        app = create_app(lambda: snapshots.served, self._publisher.source, self._watch, log_line)
        server = uvicorn.Server(configure(app))

        def stop(*_: object) -> None:
            server.should_exit = True

        for name in STOP:
            signal.signal(name, stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)

        def listen() -> None:
            try:
                while True:
                    update: Update = connection.recv()
                    snapshots.prepare(update)
                    connection.send(update.number)
            except (EOFError, OSError):
                stop()
            except Exception:
                log.exception("A new version could not be loaded")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        server.run(sockets=[self._listener])

    def _dismiss(self, worker: _Worker) -> None:
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)
