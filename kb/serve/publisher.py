"""Publisher: builds a new artifact whenever content, day, theme or commit change, and says how that goes.

Each build runs in a process of its own, so that one that hangs, or takes much memory, can be ended.
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

from kb.build import Artifact, Inputs, Report, Source, build
from kb.folders import FolderError, Signature
from kb.problems import ContentError

log = logging.getLogger("kb")

SLOW = float(os.environ.get("KB_SLOW_BUILD", "30"))
"""Seconds after which a build is called slow, at /health and in the log; a later edit then ends it and starts anew."""
LONGEST = 20 * SLOW
"""Seconds after which a build is ended in any case."""
RETRY = 10
"""Seconds after which what failed is tried again: a full disk may have room by then."""
LOOK_AT_OUTPUT = 5
"""Seconds between two looks at whether the site's files on the disk are still there."""
_PROCESSES = get_context("fork")


@dataclass(frozen=True)
class Status:
    """How things stand with what is served."""

    since: datetime
    """When this version was first served, in UTC."""
    fault: str | None = None
    """Why the newest content is not being served, where it is not."""


@dataclass(frozen=True)
class _Outcome:
    """What a build says when it ends; the packed artifact follows where there is no fault."""

    fault: str = ""
    details: str = ""
    version: str = ""
    written: Signature = frozenset()
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Build:
    """A build that is running."""

    inputs: Inputs
    started: float
    process: BaseProcess
    connection: Connection

    def end(self) -> None:
        """End its process, and those that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()


class Publisher:
    """Keeps ``artifact`` in step with the content. To be used by one thread, the only one of its process: it forks."""

    def __init__(self, source: Source, report: Report) -> None:
        """Make the first artifact in this process; raises what `kb.build.build` raises."""
        self.source = source
        first = build(source, report)
        self.version = first.knowledge.version
        self.artifact = pickle.dumps(first)
        """The newest good artifact, packed for the workers."""
        self.status = Status(_now())
        self._tried, self._tried_at = first.inputs, time.monotonic()
        self._written, self._looked_at = first.written, time.monotonic()
        self._drafts = tuple(map(str, first.knowledge.drafts))
        self._running: _Build | None = None
        gc.freeze()  # what builds start with need not be searched for garbage, which would copy it

    def look(self) -> None:
        """Start, watch and end builds; to be called a few times a second."""
        now = time.monotonic()
        try:
            inputs = self.source.inputs()
        except OSError as error:
            self._fail(f"the content cannot be looked at: {error}")
            return
        if self._running:
            self._follow(self._running, inputs, now)
        elif inputs != self._tried or (self.status.fault and now - self._tried_at > RETRY) or self._damaged(now):
            self._start(inputs, now)

    def stop(self) -> None:
        """End a build that is running."""
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
        ours, theirs = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_run, args=(self.source, theirs, ours), daemon=True)
        process.start()
        theirs.close()
        self._tried, self._tried_at = inputs, now
        self._running = _Build(inputs, now, process, ours)

    def _follow(self, running: _Build, inputs: Inputs, now: float) -> None:
        if running.connection.poll():
            self._take(running)
            return
        age = now - running.started
        if not running.process.is_alive():
            self._fail(f"the build ended without a word (status {running.process.exitcode})")
        elif age > SLOW:
            self._fail(f"a build has been running for more than {SLOW:g} seconds")
            if inputs == running.inputs and age < LONGEST:
                return
            log.error("The slow build is ended")
        else:
            return
        self.stop()

    def _take(self, running: _Build) -> None:
        try:
            outcome: _Outcome = running.connection.recv()
            data = b"" if outcome.fault else running.connection.recv_bytes()
        except (EOFError, OSError):
            outcome = _Outcome("the build ended in the middle of its result")
        self.stop()
        if outcome.fault:
            self._fail(outcome.fault, outcome.details)
            return
        for draft in outcome.drafts:
            if draft not in self._drafts:
                log.warning("left out: %s", draft)
        self._drafts = outcome.drafts
        since = self.status.since if outcome.version == self.version else _now()
        if outcome.version != self.version or self.status.fault:
            log.info("Now serving content version %s", outcome.version)
        self.artifact, self._written = data, outcome.written
        self.version, self.status = outcome.version, Status(since)

    def _fail(self, fault: str, details: str = "") -> None:
        """Say what is wrong, once; the last good version stays in use."""
        if fault != self.status.fault:
            log.error("The last good version stays in use: %s", details or fault)
        self.status = Status(self.status.since, fault)


def _run(source: Source, connection: Connection, other_end: Connection) -> None:
    """The life of a build's process."""
    other_end.close()
    os.setpgid(0, 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    log.setLevel(logging.ERROR)  # the parent says what is new
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
        connection.send(_Outcome(version=knowledge.version, written=artifact.written, drafts=drafts))
        connection.send_bytes(pickle.dumps(artifact))


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["Artifact", "Publisher", "Source", "Status"]
