"""The files of the index: written with a manifest of their hashes, and opened only if every byte matches it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from whoosh.filedb.filestore import RamStorage

from kb import folders
from kb.model import KnowledgeBase
from kb.search.documents import Document, documents
from kb.search.embedded.index import WhooshEngine
from kb.search.embedded.schema import fields, schema, sources, whoosh_version

HOLDS = "a search index"
"""What the folder of the index holds."""
_MANIFEST = "manifest.json"
Progress = Callable[[int, int], None]
Files = Mapping[str, bytes]


class UnusableIndexError(Exception):
    """Raised for an index that must not be served; the message completes the sentence "search index ..."."""


def build_index(knowledge: KnowledgeBase, folder: Path, progress: Progress | None = None) -> Files:
    """Write the index of a knowledge base into a folder, and return its files.

    ``progress`` is called after each entry with the number done and the number of all. Raises FolderError for a folder
    that must not be written to.
    """
    folders.require_owned(folder, HOLDS)
    files = index_documents(documents(knowledge), progress).files
    text = json.dumps({**_expected(knowledge), "files": _hashes(files)}, indent=2, sort_keys=True)
    folders.publish({**files, _MANIFEST: f"{text}\n".encode()}, folder, HOLDS)
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
) -> WhooshEngine:
    """Open the index of a knowledge base; see `current_files`."""
    return open_files(current_files(knowledge, folder, report, progress), knowledge)


def open_files(files: Files, knowledge: KnowledgeBase) -> WhooshEngine:
    """Open the index that these files hold, which must be from `build_index`: they are unpickled."""
    storage = RamStorage()
    storage.files.update(files)
    titles = {slug: driver.title for slug, driver in knowledge.drivers.items()}
    return WhooshEngine(storage, knowledge.version, titles, knowledge.synonyms)


def index_documents(entries: Sequence[Document], progress: Progress | None = None) -> RamStorage:
    """An index of documents in memory, in their order."""
    storage = RamStorage()
    writer = storage.create_index(schema()).writer()
    for number, document in enumerate(entries, 1):
        writer.add_document(**fields(document))
        if progress:
            progress(number, len(entries))
    writer.commit()
    return storage


def _read(knowledge: KnowledgeBase, folder: Path) -> Files:
    """The files of a complete and current index, each read once, so that what was checked is what is opened.

    Raises UnusableIndexError otherwise. Index files hold pickles, so Whoosh must not see them before this check.
    """
    if not folder.is_dir():
        raise UnusableIndexError("is missing")
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        listed = dict(manifest["files"])
    except (OSError, ValueError, RecursionError, TypeError, KeyError):
        raise UnusableIndexError("is damaged (its manifest cannot be read)") from None
    for name, value in _expected(knowledge).items():
        if manifest.get(name) != value:
            raise UnusableIndexError(f"is stale (made from another version of {name})")
    try:
        files = {name: (folder / name).read_bytes() for name in listed}
    except OSError as error:
        raise UnusableIndexError(f"is damaged ({error.filename}: {error.strerror})") from error
    for name, digest in _hashes(files).items():
        if digest != listed[name]:
            raise UnusableIndexError(f"is damaged ({name} was changed)")
    return files


def _expected(knowledge: KnowledgeBase) -> dict[str, str]:
    """What the manifest of a current index says it was made from."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources())).hexdigest()
    return {"the content": knowledge.version, "the schema": digest, "Whoosh": whoosh_version()}


def _hashes(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
