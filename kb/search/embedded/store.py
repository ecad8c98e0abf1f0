"""The files of the index: written with a manifest of their hashes, and opened only if every byte matches it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import RamStorage
from whoosh.writing import OPTIMIZE, SegmentWriter

from kb import folders
from kb.model import KnowledgeBase
from kb.search.documents import Document, documents
from kb.search.embedded.counts import Counts
from kb.search.embedded.index import WhooshEngine
from kb.search.embedded.schema import fields, schema, sources, whoosh_version

HOLDS = "a search index"
"""What the folder of the index holds."""
_MANIFEST = "manifest.json"
_FEW = 4
"""How many times as large as all smaller segments together a segment is."""
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
    return _publish(index_documents(documents(knowledge), progress).files, knowledge, folder)


def current_files(
    knowledge: KnowledgeBase, folder: Path, report: Callable[[str], None], progress: Progress | None = None
) -> Files:
    """The files of the index of a knowledge base.

    In an index of other content, the entries that differ are replaced; a missing or damaged one is built anew.
    """
    try:
        version, files = _read(folder)
    except UnusableIndexError as reason:
        report(f"search index {reason}: building a new one in {folder}")
        return build_index(knowledge, folder, progress)
    if version == knowledge.version:
        return files
    storage = open_storage(files)
    changed = update_documents(storage, documents(knowledge), progress)
    stale = "search index is stale (made from another version of the content)"
    report(f"{stale}: {changed} of its entries brought up to date in {folder}")
    return _publish(storage.files, knowledge, folder)


def open_index(
    knowledge: KnowledgeBase, folder: Path, report: Callable[[str], None], progress: Progress | None = None
) -> WhooshEngine:
    """Open the index of a knowledge base; see `current_files`."""
    return open_files(current_files(knowledge, folder, report, progress), knowledge)


def open_files(files: Files, knowledge: KnowledgeBase) -> WhooshEngine:
    """Open the index that these files hold, which must be from `build_index`: they are unpickled."""
    titles = {slug: driver.title for slug, driver in knowledge.drivers.items()}
    return WhooshEngine(open_storage(files), knowledge.version, titles, knowledge.synonyms)


def index_documents(entries: Sequence[Document], progress: Progress | None = None) -> RamStorage:
    """An index of documents in memory."""
    storage = _index(entries, progress)
    _count(storage).write(storage)
    return storage


def update_documents(storage: RamStorage, entries: Sequence[Document], progress: Progress | None = None) -> int:
    """Make an index hold these documents, of which only those that it does not hold yet are read word by word.

    Returns how many were added, replaced or removed. Searches then find and score as in an index made from nothing.
    """
    index = storage.open_index(schema=schema())
    with index.reader() as reader:
        held = {stored["document"]: number for number, stored in reader.iter_docs()}
    gone = held.keys() - set(entries)
    new = [document for document in entries if document not in held]
    old, fresh = _index(list(gone)), _index(new, progress)
    (Counts.read(storage) - _count(old) + _count(fresh)).write(storage)
    with index.writer() as writer, fresh.open_index().reader() as reader:
        for document in gone:
            writer.delete_document(held[document])
        if new:
            writer.add_reader(reader)
        writer.mergetype = _merge
    return len({document.key for document in (*gone, *new)})


def _index(entries: Sequence[Document], progress: Progress | None = None) -> RamStorage:
    """An index of one segment, without its counts."""
    storage = RamStorage()
    with storage.create_index(schema()).writer() as writer:
        for number, document in enumerate(entries, 1):
            writer.add_document(**fields(document))
            if progress:
                progress(number, len(entries))
    return storage


def _count(storage: RamStorage) -> Counts:
    with storage.open_index().reader() as reader:
        return Counts.count(reader)


def _merge(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    """Merge what has become small, or mostly deleted, into the segment that is written; returns the rest.

    Each segment that stays is more than four times as large as all smaller ones together, so that there are few, and an
    entry is seldom copied.
    """
    size, merged, kept = writer.doc_count(), [], []
    for segment in sorted(segments, key=Segment.doc_count):
        if segment.doc_count() > max(_FEW * size, segment.deleted_count()):
            kept.append(segment)
        else:
            merged.append(segment)
        size += segment.doc_count()
    OPTIMIZE(writer, merged)
    return kept


def open_storage(files: Files) -> RamStorage:
    """Files of an index as Whoosh takes them."""
    storage = RamStorage()
    storage.files.update(files)
    return storage


def _publish(files: Files, knowledge: KnowledgeBase, folder: Path) -> Files:
    manifest = {**_expected(), "the content": knowledge.version, "files": _hashes(files)}
    text = json.dumps(manifest, indent=2, sort_keys=True)
    folders.publish({**files, _MANIFEST: f"{text}\n".encode()}, folder, HOLDS)
    return files


def _read(folder: Path) -> tuple[str, Files]:
    """The version of the content of a complete index that is of this program, and its files.

    Each is read once, so that what was checked is what is opened. Raises UnusableIndexError otherwise. Index files hold
    pickles, so Whoosh must not see them before this check.
    """
    if not folder.is_dir():
        raise UnusableIndexError("is missing")
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        version, listed = str(manifest["the content"]), dict(manifest["files"])
    except (OSError, ValueError, RecursionError, TypeError, KeyError):
        raise UnusableIndexError("is damaged (its manifest cannot be read)") from None
    for name, value in _expected().items():
        if manifest.get(name) != value:
            raise UnusableIndexError(f"is stale (made from another version of {name})")
    try:
        files = {name: (folder / name).read_bytes() for name in listed}
    except OSError as error:
        raise UnusableIndexError(f"is damaged ({error.filename}: {error.strerror})") from error
    for name, digest in _hashes(files).items():
        if digest != listed[name]:
            raise UnusableIndexError(f"is damaged ({name} was changed)")
    return version, files


def _expected() -> dict[str, str]:
    """What the manifest of an index of this program says, whatever its content."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources())).hexdigest()
    return {"the schema": digest, "Whoosh": whoosh_version()}


def _hashes(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
