"""Snapshot: one version of the content with its site and its search index, and the file that holds one.

A file is a zip file: ``manifest.json``, ``knowledge.pickle``, the site below ``site/`` and the search index below
``index/``. Its comment is the seal: the number of the format, and a digest of all bytes before it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import pickle
import platform
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kb import __version__
from kb.folders import short, write
from kb.model import KnowledgeBase

FORMAT = 1
KEY = "KB_SNAPSHOT_KEY"
"""The environment variable that may hold a key: then snapshots are signed with it, and others are refused."""
_SEAL = re.compile(rb"burnout-kb snapshot (\d{1,9}) ((?:hmac-)?sha256) ([0-9a-f]{64})\Z")
_LONGEST_SEAL = 128


class SnapshotError(Exception):
    """Raised for a file that cannot be served or must not be overwritten; says why and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """One version of the content, built."""

    knowledge: KnowledgeBase
    site: Mapping[str, bytes]
    """The site's files, by path below its root."""
    index: Mapping[str, bytes]
    """The embedded search index's files, by name; none where a cluster alone answers."""
    site_url: str = ""
    """The address at which the site will be; empty where that is not known."""


def default_name(snapshot: Snapshot) -> str:
    """The name of its file, which tells the version of the content."""
    return f"burnout-kb-{snapshot.knowledge.version}.zip"


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot to a file in one step; a reader sees all of it or nothing.

    Raises SnapshotError where the file is there and does not hold the same version of the content.
    """
    content = snapshot.knowledge.version
    if os.path.lexists(path) and (found := _version_in(path)) != content:
        what = f"content version {found}" if found else "something else than a snapshot"
        raise SnapshotError(f"{short(path)} holds {what} and was left as it is: name another file, or remove that one")
    try:
        write(path, _pack(snapshot))
    except OSError as error:
        reason = error.strerror or error
        raise SnapshotError(f"{short(path)} could not be written ({reason}): fix that, then run this again") from error


def check_snapshot(path: Path) -> str:
    """The version of the content in a file. Nothing is unpickled; raises SnapshotError where it cannot be served."""
    with _open(path) as parts:
        return _checked(parts, path)


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a file; raises SnapshotError where it cannot be served.

    A snapshot is trusted like code: it holds pickles, which could run anything. They are read only after the seal and
    the versions were checked; a seal without a key tells damage, not who made the file.
    """
    with _open(path) as parts:
        _checked(parts, path)
        files = {name: parts.read(name) for name in parts.namelist()}
    knowledge: KnowledgeBase = pickle.loads(files["knowledge.pickle"])  # noqa: S301 - sealed, of this very version
    site_url = json.loads(files["manifest.json"])["site_url"]
    return Snapshot(knowledge, _below("site/", files), _below("index/", files), site_url)


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(folder): data for name, data in files.items() if name.startswith(folder)}


def _pack(snapshot: Snapshot) -> bytes:
    manifest = {"content": snapshot.knowledge.version, "site_url": snapshot.site_url, **_made_with()}
    files = {
        "manifest.json": json.dumps(manifest, indent=1).encode(),
        "knowledge.pickle": pickle.dumps(snapshot.knowledge, pickle.HIGHEST_PROTOCOL),
        **{f"site/{name}": data for name, data in snapshot.site.items()},
        **{f"index/{name}": data for name, data in snapshot.index.items()},
    }
    kind, digest = _digest(os.environ.get(KEY, ""))
    seal = f"burnout-kb snapshot {FORMAT} {kind} ".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, data in files.items():
            parts.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # without a time: it says nothing
        parts.comment = seal + b"0" * 64
    sealed = packed.getvalue()[:-64]
    return sealed + digest(sealed).encode()


def _digest(key: str) -> tuple[str, Callable[[bytes], str]]:
    """The name of the digest that seals a file, and the function that makes it."""
    if key:
        return "hmac-sha256", lambda data: hmac.new(key.encode(), data, hashlib.sha256).hexdigest()
    return "sha256", lambda data: hashlib.sha256(data).hexdigest()


def _open(path: Path) -> zipfile.ZipFile:
    """The file, which was read once, so that what was checked is what is opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotError(
            f"{short(path)} cannot be read ({error.strerror}): name a file that kb snapshot wrote"
        ) from None
    seal = _SEAL.search(data[-_LONGEST_SEAL:])
    if not seal:
        raise _refusal(path, "is not a snapshot, or only a part of one", "copy or make it again")
    if int(seal[1]) != FORMAT:
        raise _refusal(path, f"has format {int(seal[1])}, and this kb reads format {FORMAT}", "make it with this kb")
    kind, digest = _digest(os.environ.get(KEY, ""))
    if seal[2].decode() != kind:
        if kind == "sha256":
            raise _refusal(path, "is signed, and there is no key to check that", f"set {KEY}")
        raise _refusal(path, f"is not signed, and {KEY} is set", "make it with the same key")
    if not hmac.compare_digest(digest(data[:-64]).encode(), seal[3]):
        other = "damaged, or signed with another key" if kind == "hmac-sha256" else "damaged"
        raise _refusal(path, f"is {other}", "copy or make it again")
    return zipfile.ZipFile(io.BytesIO(data))


def _checked(parts: zipfile.ZipFile, path: Path) -> str:
    manifest = json.loads(parts.read("manifest.json"))
    for name, here in _made_with().items():
        if (found := manifest.get(name)) != here:
            raise _refusal(path, f"was made with {name} {found}, and this is {name} {here}", "make it with this kb")
    return str(manifest["content"])


def _version_in(path: Path) -> str | None:
    """The version of the content in a file, also of one that cannot be served here; None where there is none."""
    try:
        with _open(path) as parts:
            return str(json.loads(parts.read("manifest.json"))["content"])
    except SnapshotError:
        return None


def _refusal(path: Path, what: str, remedy: str) -> SnapshotError:
    return SnapshotError(f"{short(path)} {what}: {remedy}, or serve another one")


def _made_with() -> dict[str, str]:
    """What must be the same where a snapshot is made and where it is opened: pickles fit only what made them."""
    return {
        "kb": f"{__version__} (code {_code()})",
        "Python": platform.python_version().rpartition(".")[0],
        **{name: version(name) for name in ("pydantic", "pydantic-core", "whoosh3")},
    }


def _code() -> str:
    """A digest of the package, since code may change without its version."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
