"""Where the server listens, and how uvicorn starts it over a snapshot, in one process or in several."""

from __future__ import annotations

import errno
import os
import socket
import time
from pathlib import Path

import uvicorn

from kb.search.settings import EMBEDDED, SearchSettings
from kb.serve.connections import options

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


def serve_snapshot(
    path: Path, host: str, port: int, workers: int, access_log: bool, search: SearchSettings = EMBEDDED
) -> None:
    """Serve a snapshot until SIGTERM or SIGINT; uvicorn replaces a worker that dies, and logs what it does.

    The process that starts workers opens nothing itself: it stays small.
    """
    os.environ |= {SNAPSHOT: str(path), ACCESS_LOG: "1" if access_log else "", **search.environment}
    given = {**options(), "log_level": "info", "factory": True}
    uvicorn.run("kb.serve.worker:open_app", host=host, port=port, workers=workers, **given)
