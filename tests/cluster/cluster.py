"""A real OpenSearch cluster of three processes on the loopback, for tests and to try things out.

``python tests/cluster/cluster.py`` starts one, prints its address and stops it at Ctrl+C. It needs a JDK of version 21
or newer and Maven, which fetches the jars named in pom.xml, once, into a folder of the user's cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OLDEST = 21
"""The oldest version of Java that OpenSearch runs on."""
PATIENCE = 300
"""Seconds in which a cluster must be green."""
SMALL = ("-Xms400m", "-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Options of Java for nodes that start soon and hold little."""


class UnavailableError(Exception):
    """Raised where a cluster cannot be started on this machine; says why."""


def java() -> Path:
    """The java of a JDK that is new enough: of JAVA_HOME, of the path, or where distributions put it."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in homes:
        # javac: a runtime without a compiler cannot start a source file.
        if (home / "bin/javac").exists() and _version(home / "bin/java") >= OLDEST:
            return home / "bin/java"
    raise UnavailableError(f"no JDK of version {OLDEST} or newer was found: set JAVA_HOME to one")


def _version(program: Path) -> int:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def jars() -> Path:
    """The folder with the jars of an OpenSearch node, fetched by Maven the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()[:12]
    folder = cache / "burnout-kb" / f"opensearch-{digest}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if not maven:
        raise UnavailableError("there is no Maven (mvn) to fetch OpenSearch with")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as new:
        command = [
            maven,
            "-q",
            "-B",
            "-f",
            HERE / "pom.xml",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={new}/jars",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnavailableError(f"Maven could not fetch OpenSearch:\n{done.stdout[-2000:]}")
        with suppress(OSError):  # another process was faster
            Path(new, "jars").rename(folder)
    return folder


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Node:
    """One node: a process that can be killed, stopped for a while and started again with the data that it has."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port, self._command, self._log = port, command, log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it for a while: it holds its connections, and does not answer."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


class Cluster:
    """Three nodes, each of which may lead and holds data."""

    def __init__(self, folder: Path, options: Sequence[str] = SMALL, count: int = 3) -> None:
        """``options`` are those of Java."""
        program, ports = java(), _free_ports(2 * count)
        classes = f"{jars()}/*"
        names = [f"node-{number}" for number in range(count)]
        seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
        self._folder = folder
        self.nodes = [
            Node(
                [
                    *(str(program), *options, "--enable-native-access=ALL-UNNAMED", "-cp", classes),
                    *(str(HERE / "Node.java"), name, str(folder / name)),
                    *(str(ports[number]), str(ports[count + number]), seeds, ",".join(names)),
                ],
                ports[number],
                folder / f"{name}.log",
            )
            for number, name in enumerate(names)
        ]

    @property
    def url(self) -> str:
        """The addresses of all nodes, as KB_SEARCH_URL takes them."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        self.wait()

    def wait(self, status: str = "green") -> None:
        """Wait until all nodes that run are one cluster, and all shards are where they should be."""
        running = [node for node in self.nodes if node.process]
        asked = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={len(running)}&timeout=5s"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for node in running:
                if node.process and node.process.poll() is not None:
                    raise UnavailableError(f"a node ended by itself:\n{self._logs()}")
            with suppress(OSError, ValueError):
                if all(not self.get(node, asked)["timed_out"] for node in running):
                    return
            time.sleep(0.5)
        raise UnavailableError(f"the cluster was not {status} within {PATIENCE} seconds:\n{self._logs()}")

    def get(self, node: Node, path: str) -> Any:
        """What a node answers to a request of the REST API."""
        with urllib.request.urlopen(node.url + path, timeout=20) as answer:
            return json.load(answer)

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()

    def _logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(self._folder.glob("*.log")))


@contextmanager
def running(folder: Path, options: Sequence[str] = SMALL) -> Iterator[Cluster]:
    """A green cluster with its data in a folder; it ends with the block. Raises UnavailableError."""
    cluster = Cluster(folder, options)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def main() -> None:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            with running(Path(folder)) as cluster:
                print(f"green after {time.monotonic() - begun:.0f} s: KB_SEARCH_URL={cluster.url}", flush=True)
                signal.signal(signal.SIGTERM, signal.default_int_handler)
                signal.pause()
        except UnavailableError as reason:
            sys.exit(str(reason))
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
