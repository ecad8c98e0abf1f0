"""Builds and opens a new version whenever content, day or theme change, and reports how that went.

Each build runs in a child process, so that one that hangs or needs much memory can be killed.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import uvicorn

from kb.build import Inputs, Report, Source, build
from kb.folders import FolderError, Signature
from kb.problems import ContentError
from kb.serve.app import create_app
from kb.serve.connections import configure
from kb.serve.middleware import to_stdout
from kb.serve.served import Served, open_snapshot
from kb.snapshot import Snapshot

log = logging.getLogger("kb")

INTERVAL = 0.5
"""Seconds between two looks at the content."""
SLOW = float(os.environ.get("KB_SLOW_BUILD", "30"))
"""Seconds after which /health and the log call a build slow; the next edit then kills it and starts a new one."""
LONGEST = 20 * SLOW
"""Seconds after which a build is killed in any case."""
RETRY = 10
"""Seconds until a failed build is tried again: a full disk may have room by then."""
LOOK_AT_OUTPUT = 5
"""Seconds between two checks of the site's files on the disk."""
# Builds are forked from a process that has loaded what they need and has no threads, as the server has.
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(["kb.build", "kb.site.plugin", "kb.serve.publisher"])


@dataclass(frozen=True)
class _Outcome:
    """The result of a build: a snapshot, or why there is none."""

    fault: str = ""
    details: str = ""
    snapshot: Snapshot | None = None
    written: Signature = frozenset()


@dataclass(frozen=True)
class _Build:
    """A running build."""

    inputs: Inputs
    started: float
    process: BaseProcess
    connection: Connection

    def end(self) -> None:
        """Kill its process, and those that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()


class Publisher:
    """Keeps ``served`` up to date with the content."""

    def __init__(self, source: Source, report: Report) -> None:
        """Build the first version in this process; raises what `kb.build.build` raises."""
        self.source = source
        self._tried, self._tried_at = source.inputs(), time.monotonic()
        first = open_snapshot(build(replace(source, today=self._tried.day), report), source.search)
        self._written, self._looked_at = source.written(), time.monotonic()
        self.served = self._watched(first, self._tried)
        """The newest good version."""
        self._running: _Build | None = None

    def follow(self, stop: threading.Event) -> None:
        """Publish changes until ``stop`` is set."""
        try:
            while not stop.wait(INTERVAL):
                self.poll()
        finally:
            self._end()

    def poll(self) -> None:
        """Start, watch and end builds; call it a few times a second, from one thread."""
        now = time.monotonic()
        try:
            inputs = self.source.inputs()
        except OSError as error:
            self._fail(f"the content cannot be read: {error}")
            return
        if self._running:
            self._watch(self._running, inputs, now)
        elif inputs != self._tried or (self.served.fault and now - self._tried_at > RETRY) or self._damaged(now):
            self._start(inputs, now)

    def _watched(self, served: Served, inputs: Inputs) -> Served:
        """The same, which knows whether its content and its files on the disk are still what they were."""
        source, written = self.source, self._written
        return replace(served, is_newest=lambda: source.inputs() == inputs and source.written() == written)

    def _end(self) -> None:
        """Kill a running build."""
        if self._running:
            self._running.end()
            self._running = None

    def _damaged(self, now: float) -> bool:
        """Whether somebody changed or removed the files of the finished site."""
        if now - self._looked_at < LOOK_AT_OUTPUT:
            return False
        self._looked_at = now
        if self.source.written() == self._written:
            return False
        self._fail(f"files in {self.source.output} were changed or removed: they are being written again")
        return True

    def _start(self, inputs: Inputs, now: float) -> None:
        parent_end, build_end = _PROCESSES.Pipe(duplex=False)
        source = replace(self.source, today=inputs.day)
        process = _PROCESSES.Process(target=_run, args=(source, build_end), daemon=True)
        process.start()
        build_end.close()
        self._tried, self._tried_at = inputs, now
        self._running = _Build(inputs, now, process, parent_end)

    def _watch(self, running: _Build, inputs: Inputs, now: float) -> None:
        if running.connection.poll():
            self._take(running)
            return
        age = now - running.started
        if not running.process.is_alive():
            self._fail(f"the build ended without a result (status {running.process.exitcode})")
        elif age > SLOW:
            self._fail(f"a build has been running for more than {SLOW:g} seconds")
            if inputs == running.inputs and age < LONGEST:
                return
            log.error("The slow build was stopped")
        else:
            return
        self._end()

    def _take(self, running: _Build) -> None:
        try:
            outcome: _Outcome = running.connection.recv()
        except (EOFError, OSError):
            outcome = _Outcome("the build ended before it had sent its whole result")
        self._end()
        if outcome.snapshot:
            try:
                coming = open_snapshot(outcome.snapshot, self.source.search)
            except Exception as error:
                reason = f"the new version cannot be opened: {error or type(error).__name__}"
                self._fail(reason, traceback.format_exc())
            else:
                self._written = outcome.written
                self._publish(self._watched(coming, running.inputs))
        else:
            self._fail(outcome.fault, outcome.details)

    def _publish(self, coming: Served) -> None:
        before = self.served
        for draft in coming.context.knowledge.drafts:
            if draft not in before.context.knowledge.drafts:
                log.warning("left out: %s", draft)
        if coming.version == before.version:
            coming = replace(coming, since=before.since)
        if coming.version != before.version or before.fault:
            log.info("Now serving content version %s", coming.version)
        self.served = coming

    def _fail(self, fault: str, details: str = "") -> None:
        """Report a fault, once; the last good version stays in use."""
        if fault != self.served.fault:
            log.error("The last good version stays in use: %s", details or fault)
        self.served = replace(self.served, fault=fault)


def serve_content(publisher: Publisher, listener: socket.socket, watch: bool, access_log: bool) -> None:
    """Serve what a publisher builds, in this process, until SIGTERM or SIGINT; changes are published with ``watch``."""
    if not watch:
        publisher.served = replace(publisher.served, is_newest=None)
    app = create_app(lambda: publisher.served, to_stdout if access_log else None)
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


def _run(source: Source, connection: Connection) -> None:
    """What the child process of a build does."""
    os.setpgid(0, 0)
    log.setLevel(logging.ERROR)  # the server logs what is new
    try:
        snapshot = build(source, lambda *_, **__: None)
        outcome = _Outcome("", "", snapshot, source.written())
    except ContentError as error:
        first = error.problems[0]
        outcome = _Outcome(f"{len(error.problems)} problems in the content, the first: {first}", str(error))
    except FolderError as error:
        outcome = _Outcome(str(error))
    except Exception as error:
        outcome = _Outcome(f"the build failed: {error or type(error).__name__}", traceback.format_exc())
    connection.send(outcome)
