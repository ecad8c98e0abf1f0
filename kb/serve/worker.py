"""A worker over a snapshot, as uvicorn starts it."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from pathlib import Path

from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from kb.search import SearchUnavailableError
from kb.search.settings import of_environment
from kb.serve.app import create_app
from kb.serve.middleware import to_stdout
from kb.serve.served import open_snapshot
from kb.serve.server import ACCESS_LOG, SNAPSHOT
from kb.snapshot import SnapshotError, read_snapshot

log = logging.getLogger("kb")


def open_app() -> ASGIApp:
    """The app of a worker, over the snapshot that the environment names."""
    _end_with_parent()
    gc.disable()  # else it looks at all objects again and again while they are made
    try:
        served = open_snapshot(read_snapshot(Path(os.environ[SNAPSHOT])), of_environment(os.environ))
    except (SnapshotError, SearchUnavailableError) as error:
        log.error("%s", error)
        raise SystemExit(STARTUP_FAILURE) from None  # uvicorn then ends, too, and starts no other worker
    gc.freeze()  # all of it stays, so it need not be looked at later either
    gc.enable()
    return create_app(lambda: served, access_log=to_stdout if os.environ.get(ACCESS_LOG) else None)


def _end_with_parent() -> None:
    """Stop this worker where the process that started it was killed; else it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()
