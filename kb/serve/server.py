"""The server as an operator starts it: in one process over the content, or in several over a snapshot."""

from __future__ import annotations

import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from kb.serve.app import create_app
from kb.serve.connections import configure, options
from kb.serve.middleware import Write, to_stdout
from kb.serve.served import open_snapshot
from kb.snapshot import SnapshotError, read_snapshot

if TYPE_CHECKING:
    from kb.serve.publisher import Publisher

log = logging.getLogger("kb")

SNAPSHOT, ACCESS_LOG = "KB_SNAPSHOT", "KB_ACCESS_LOG"
"""Environment variables by which workers learn the file that they serve, and whether they log requests."""
_BIND_TRIES = 10
_BIND_PAUSE = 0.2


class AddressError(Exception):
    """Raised for an address that cannot be used; says why and what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to an address, not listening yet; port 0 takes a free one. Raises AddressError.

    An address in use is tried again for two seconds: the workers of a killed server release it within a moment.
    """
    for _ in range(_BIND_TRIES):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
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


def serve_content(publisher: Publisher, listener: socket.socket, watch: bool, access_log: bool) -> None:
    """Serve what a publisher builds, in this process, until SIGTERM or SIGINT; changes are published with ``watch``."""
    is_newest = publisher.is_newest if watch else None
    app = create_app(lambda: publisher.served, is_newest, _log_line(access_log))
    stop = threading.Event()
    follower = threading.Thread(target=publisher.follow, args=(stop,))
    if watch:
        follower.start()
    try:
        uvicorn.Server(configure(app)).run(sockets=[listener])
    finally:
        stop.set()
        if watch:
            follower.join()


def serve_snapshot(path: Path, host: str, port: int, workers: int, access_log: bool) -> None:
    """Serve a snapshot, in this process or in several, until SIGTERM or SIGINT. A worker that dies is replaced."""
    os.environ |= {SNAPSHOT: str(path), ACCESS_LOG: "1" if access_log else ""}
    uvicorn.run(f"{__name__}:open_app", factory=True, host=host, port=port, workers=workers, **options())


def open_app() -> ASGIApp:
    """The app of a worker, over the snapshot that the environment names."""
    _end_with_parent()
    try:
        served = open_snapshot(read_snapshot(Path(os.environ[SNAPSHOT])))
    except SnapshotError as error:
        log.error("%s", error)
        raise SystemExit(STARTUP_FAILURE) from None  # uvicorn then ends, too, and starts no other worker
    gc.freeze()  # all of it stays: the garbage collector need not look at it again
    return create_app(lambda: served, None, _log_line(bool(os.environ.get(ACCESS_LOG))))


def _log_line(wanted: bool) -> Write | None:
    return to_stdout if wanted else None


def _end_with_parent() -> None:
    """Stop this worker where the process that started it was killed; else it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()
