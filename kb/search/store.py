"""The files of the index: written with a manifest of their hashes, and opened only if every byte matches it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import RamStorage

from kb import folders
from kb.model import KnowledgeBase
from kb.search.documents import Document, documents
from kb.search.index import SearchIndex
from kb.search.schema import schema, sources, whoosh_version

MANIFEST = "manifest.json"
HOLDS = "a search index"
"""What the folder of the index holds."""
Progress = Callable[[int, int], None]
Files = Mapping[str, bytes]


class UnusableIndexError(Exception):
    """Raised for an index that must not be served; the message completes the sentence "search index ..."."""


def build_index(knowledge: KnowledgeBase, folder: Path, progress: Progress | None = None) -> Files:
    """Write the index of a knowledge base into a folder, and return its files.

    ``progress`` is called after each entry with the number done and the number of all. Raises FolderError for a folder
    that must not be written to.
    """
    folders.require_ours(folder, HOLDS)
    files = index_documents(documents(knowledge), progress).files
    text = json.dumps({**_expected(knowledge), "files": _hashes(files)}, indent=2, sort_keys=True)
    folders.publish({**files, MANIFEST: f"{text}\n".encode()}, folder, HOLDS)
    return files


def current_files(
    knowledge: KnowledgeBase, folder: Path, report: Callable[[str], None], progress: Progress | None = None
) -> Files:
    """The files of the index of a knowledge base; a missing, stale or damaged index is rebuilt."""
    try:
        return _read(knowledge, folder)
    except UnusableIndexError as reason:
        report(f"search index {reason}: building a new one in {folder}")
        return build_index(knowledge, folder, progress)


def open_index(
    knowledge: KnowledgeBase, folder: Path, report: Callable[[str], None], progress: Progress | None = None
) -> SearchIndex:
    """Open the index of a knowledge base; see `current_files`."""
    return open_files(current_files(knowledge, folder, report, progress), knowledge)


def open_files(files: Files, knowledge: KnowledgeBase) -> SearchIndex:
    """Open the index that these files hold, which must be ours: they are unpickled."""
    storage = RamStorage()
    storage.files.update(files)
    titles = {slug: driver.title for slug, driver in knowledge.drivers.items()}
    return SearchIndex(storage, knowledge.version, titles)


def index_documents(found: Sequence[Document], progress: Progress | None = None) -> RamStorage:
    """An index of documents in memory, in their order."""
    storage = RamStorage()
    writer = storage.create_index(schema()).writer()
    for number, document in enumerate(found, 1):
        writer.add_document(**document.fields)
        if progress:
            progress(number, len(found))
    writer.commit()
    return storage


def _read(knowledge: KnowledgeBase, folder: Path) -> Files:
    """The files of a complete and current index, each read once, so that what was checked is what is opened.

    Raises UnusableIndexError otherwise. Index files hold pickles, so Whoosh must not see them before this check.
    """
    if not folder.is_dir():
        raise UnusableIndexError("is missing")
    manifest = _manifest(folder)
    expected = _expected(knowledge)
    for name, meaning in (("content", "other content"), ("schema", "another schema"), ("whoosh", "another Whoosh")):
        if manifest.get(name) != expected[name]:
            raise UnusableIndexError(f"is stale (made from {meaning})")
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise UnusableIndexError("is damaged (its manifest lists no files)")
    present = {path.name for path in folder.iterdir()}
    if missing := sorted(listed.keys() - present):
        raise UnusableIndexError(f"is damaged ({missing[0]} is missing)")
    try:
        files = {name: (folder / name).read_bytes() for name in listed}
    except OSError as error:
        raise UnusableIndexError(f"is damaged ({error.strerror})") from error
    for name, digest in _hashes(files).items():
        if digest != listed[name]:
            raise UnusableIndexError(f"is damaged ({name} was changed)")
    return files


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UnusableIndexError("is damaged (it has no manifest)") from None
    except (OSError, ValueError, RecursionError):
        raise UnusableIndexError("is damaged (its manifest cannot be read)") from None
    if not isinstance(manifest, dict):
        raise UnusableIndexError("is damaged (its manifest cannot be read)")
    return manifest


def _expected(knowledge: KnowledgeBase) -> dict[str, str]:
    """What the manifest of a current index says."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources())).hexdigest()
    return {"content": knowledge.version, "schema": digest, "whoosh": whoosh_version()}


def _hashes(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
