"""Builds a new artifact whenever content, day, theme or commit change, and reports how that went.

Each build runs in a child process, so that one that hangs or needs much memory can be killed.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from kb.build import Inputs, Report, Source, build
from kb.folders import FolderError, Signature
from kb.problems import ContentError

log = logging.getLogger("kb")

SLOW = float(os.environ.get("KB_SLOW_BUILD", "30"))
"""Seconds after which /health and the log call a build slow; the next edit then kills it and starts a new one."""
LONGEST = 20 * SLOW
"""Seconds after which a build is killed in any case."""
RETRY = 10
"""Seconds until a failed build is tried again: a full disk may have room by then."""
LOOK_AT_OUTPUT = 5
"""Seconds between two checks of the site's files on the disk."""
_PROCESSES = get_context("fork")


@dataclass(frozen=True)
class Status:
    """Since when the current version is served, and whether the newest content could be published."""

    since: datetime
    """When this version was first served, in UTC."""
    fault: str | None = None
    """Why the newest content is not served; None if it is."""


@dataclass(frozen=True)
class _Outcome:
    """The result of a build: a pickled artifact, or why there is none."""

    fault: str = ""
    details: str = ""
    artifact: bytes = b""
    version: str = ""
    written: Signature = frozenset()
    drafts: tuple[str, ...] = ()


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
    """Keeps ``artifact`` up to date with the content. Use it only in a process with one thread, since it forks."""

    def __init__(self, source: Source, report: Report) -> None:
        """Build the first artifact in this process; raises what `kb.build.build` raises."""
        self.source = source
        first = build(source, report)
        self.version = first.knowledge.version
        self.artifact = pickle.dumps(first)
        """The newest good artifact, pickled for the workers."""
        self.status = Status(datetime.now(UTC))
        self._tried, self._tried_at = first.inputs, time.monotonic()
        self._written, self._looked_at = first.written, time.monotonic()
        self._drafts = tuple(map(str, first.knowledge.drafts))
        self._running: _Build | None = None
        gc.freeze()  # so that children do not copy these objects when they collect garbage

    def poll(self) -> None:
        """Start, watch and end builds; call it a few times a second."""
        now = time.monotonic()
        try:
            inputs = self.source.inputs()
        except OSError as error:
            self._fail(f"the content cannot be read: {error}")
            return
        if self._running:
            self._follow(self._running, inputs, now)
        elif inputs != self._tried or (self.status.fault and now - self._tried_at > RETRY) or self._damaged(now):
            self._start(inputs, now)

    def stop(self) -> None:
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
        process = _PROCESSES.Process(target=_run, args=(self.source, build_end, parent_end), daemon=True)
        process.start()
        build_end.close()
        self._tried, self._tried_at = inputs, now
        self._running = _Build(inputs, now, process, parent_end)

    def _follow(self, running: _Build, inputs: Inputs, now: float) -> None:
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
        self.stop()

    def _take(self, running: _Build) -> None:
        try:
            outcome: _Outcome = running.connection.recv()
        except (EOFError, OSError):
            outcome = _Outcome("the build ended before it had sent its whole result")
        self.stop()
        if outcome.fault:
            self._fail(outcome.fault, outcome.details)
            return
        for draft in outcome.drafts:
            if draft not in self._drafts:
                log.warning("left out: %s", draft)
        self._drafts = outcome.drafts
        since = self.status.since if outcome.version == self.version else datetime.now(UTC)
        if outcome.version != self.version or self.status.fault:
            log.info("Now serving content version %s", outcome.version)
        self.artifact, self._written = outcome.artifact, outcome.written
        self.version, self.status = outcome.version, Status(since)

    def _fail(self, fault: str, details: str = "") -> None:
        """Report a fault, once; the last good version stays in use."""
        if fault != self.status.fault:
            log.error("The last good version stays in use: %s", details or fault)
        self.status = Status(self.status.since, fault)


def _run(source: Source, connection: Connection, other_end: Connection) -> None:
    """What the child process of a build does."""
    other_end.close()
    os.setpgid(0, 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    log.setLevel(logging.ERROR)  # the parent logs what is new
    try:
        artifact = build(source, lambda *_, **__: None)
    except ContentError as error:
        first = error.problems[0]
        connection.send(_Outcome(f"{len(error.problems)} problems in the content, the first: {first}", str(error)))
    except FolderError as error:
        connection.send(_Outcome(str(error)))
    except Exception as error:
        connection.send(_Outcome(f"the build failed: {error or type(error).__name__}", traceback.format_exc()))
    else:
        knowledge = artifact.knowledge
        drafts = tuple(map(str, knowledge.drafts))
        connection.send(_Outcome("", "", pickle.dumps(artifact), knowledge.version, artifact.written, drafts))
