"""content/ to (KnowledgeBase, problems): every file read once, every fault of form reported at its line."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from kb import __version__
from kb.limits import FILE_BYTES
from kb.model import KINDS, Entry, KnowledgeBase, Reference, Status
from kb.problems import Problem
from kb.read import bibliography, frontmatter
from kb.read.frontmatter import FrontMatter, Needs, lacks
from kb.read.inventory import REFERENCES as REFERENCES
from kb.read.inventory import irregular, misplaced, shown_path, strays, survey, within
from kb.text import characters

MOST_KEPT = 100_000
"""Bytes of a file that is kept as it was read, for as long as its bytes are the same."""
MOST_HIDDEN = 20
"""Problems with hidden characters that are reported of one file."""
NOTHING: Mapping[Path, bytes] = MappingProxyType({})


@dataclass(frozen=True)
class Content:
    """What was read: the knowledge base of all well-formed entries, their sources, and the faults of form."""

    root: Path
    knowledge: KnowledgeBase
    sources: Mapping[tuple[str, str], FrontMatter]
    """The front matter and body of each entry that could be read, by folder and slug, for the lines of problems."""
    slugs: Mapping[str, frozenset[str]]
    """The slugs of all files by folder, broken and misplaced ones too.

    So one broken file gives no second problem elsewhere.
    """
    reference_lines: Mapping[str, int] | None
    """The line of each record of references.bib, by key, broken ones too; None where it could not be read."""
    problems: tuple[Problem, ...]
    salvaged: tuple[Entry, ...] = ()
    """What is left of the entries that are wrong in part: for the rules, never for the knowledge base."""

    @cached_property
    def drafts(self) -> frozenset[tuple[str, str]]:
        """The folder and slug of each entry whose status is draft, whatever else of it can be read."""
        sources = self.sources.items()
        return frozenset(
            place
            for place, source in sources
            if source.values.get("status") == Status.DRAFT and ("status",) not in source.unread
        )

    def with_salvaged(self, needs: Needs) -> Content:
        """The same with what is left of entries wrong in part, of those that have all fields needed."""
        added = [entry for entry in self.salvaged if not lacks(entry, needs)]
        if not added:
            return self
        entries: dict[str, dict[str, Entry]] = {}
        for kind in {type(entry) for entry in added}:
            left = {entry.slug: entry for entry in added if type(entry) is kind}
            entries[kind.folder] = dict(sorted({**self.knowledge.of_kind(kind), **left}.items()))
        return replace(self, knowledge=replace(self.knowledge, **entries))  # type: ignore[arg-type]

    def problem(self, entry: Entry, loc: frontmatter.Loc, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a field of an entry."""
        return self.sources[entry.folder, entry.slug].problem(loc, code, message, hint)

    def body_problem(self, entry: Entry, line: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem in the body of an entry, ``line`` counted from the body's first."""
        return self.sources[entry.folder, entry.slug].body_problem(line, code, message, hint)

    def record_problem(self, key: str, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a record of references.bib."""
        return Problem(shown_path(self.root / REFERENCES, self.root), self.record_line(key), code, message, hint)

    def record_line(self, key: str) -> int:
        """The line on which a record of references.bib starts."""
        return (self.reference_lines or {}).get(key, 1)


def default_today() -> date:
    """The day of a build that names none: SOURCE_DATE_EPOCH, else the clock, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()


def load(root: Path, today: date | None = None, instead: Mapping[Path, bytes] = NOTHING) -> Content:
    """Read a content folder. Never raises for what a curator can get wrong; each fault is a problem.

    ``instead`` is what files are taken to hold, whatever stands in them. Raises FileNotFoundError where ``root`` is no
    folder.
    """
    if not root.is_dir():
        raise FileNotFoundError(f"there is no content folder at {root}: name it with --content")
    today = today or default_today()
    digest = hashlib.sha256(f"{__version__} {today}".encode())
    given = {str(path): data for path, data in instead.items()}
    names, others = survey(root)
    passed_over = strays(others)
    problems = list(misplaced(root, others))
    entries: dict[str, dict[str, Entry]] = {kind.folder: {} for kind in KINDS}
    sources: dict[tuple[str, str], FrontMatter] = {}
    salvaged: list[Entry] = []
    for kind in KINDS:
        folder, place = kind.folder, root / kind.folder
        shown_place = shown_path(place, root)
        for name in names[folder]:
            shown = f"{shown_place}/{name}"
            data, faults = _bytes(f"{place}/{name}", shown, given)
            problems += faults
            if data is None:
                continue
            slug = name.removesuffix(".md")
            # What is larger than entries are is not kept: a file may be made to fill memory.
            make = _read if len(data) < MOST_KEPT else _read.__wrapped__
            read = make(kind, slug, shown, data)
            problems += read.problems
            digest.update(read.text)
            if read.front:
                sources[folder, slug] = read.front
            if read.entry:
                entries[folder][slug] = read.entry
            if read.salvaged:
                salvaged.append(read.salvaged)
    references, lines = _references(root, given, problems, digest)
    knowledge = KnowledgeBase(today, digest.hexdigest()[:16], references=references, **entries)  # type: ignore[arg-type]
    slugs = {folder: passed_over.union(name.removesuffix(".md") for name in names[folder]) for folder in names}
    return Content(root, knowledge, sources, slugs, lines, tuple(sorted(problems)), tuple(salvaged))


@dataclass(frozen=True)
class _Read:
    """What one file gives: its path and text as hashed, and the entry where the text is well-formed."""

    problems: tuple[Problem, ...]
    text: bytes = b""
    front: FrontMatter | None = None
    entry: Entry | None = None
    salvaged: Entry | None = None
    """What is left of the entry, where it is wrong in part."""


@lru_cache(4_096)
def _read(kind: type[Entry], slug: str, shown: str, data: bytes) -> _Read:
    """Read the bytes of an entry; the same entry again while they are the same."""
    text, problems = _text(data, shown)
    if text is None:
        return _Read(tuple(problems))
    hashed = _hashed(text, shown)
    front, faults = frontmatter.parse(text, shown)
    problems += faults
    if front is None:
        return _Read(tuple(problems), hashed)
    if right := _meant(kind, front):
        message = f"the fields are those of a {right.kind}, so the file must be in {right.folder}/"
        problems.append(Problem(shown, 1, "KB101", message, f"move it to content/{right.folder}/{slug}.md"))
        return _Read(tuple(problems), hashed)
    entry, faults = frontmatter.build(kind, front, slug=slug, body=front.body)
    left = None if entry else frontmatter.salvage(kind, front, slug=slug, body=front.body)
    return _Read((*problems, *faults), hashed, front, entry, left)


def _meant(kind: type[Entry], front: FrontMatter) -> type[Entry] | None:
    """The kind that an entry has by its fields, where most of what tells it from others is that of another kind."""
    strange = front.values.keys() - frontmatter.field_names(kind)
    if len(strange) < 3:
        return None
    known = {other: len(strange.intersection(frontmatter.field_names(other))) for other in KINDS}
    right = max(known, key=lambda other: known[other])
    return right if known[right] >= 3 and 2 * known[right] > len(strange) else None


def _hashed(text: str, shown: str) -> bytes:
    """What a file adds to the hash of all content."""
    return f"\0{shown}\0{text}".encode()


def _references(
    root: Path, given: Mapping[str, bytes], problems: list[Problem], digest: hashlib._Hash
) -> tuple[Mapping[str, Reference], Mapping[str, int] | None]:
    path = root / REFERENCES
    shown = shown_path(path, root)
    if not os.path.lexists(path) and str(path) not in given:
        problems.append(Problem(shown, 1, "KB101", "the bibliography is missing", f"create {shown}"))
        return {}, None
    if path.is_symlink() and not within(path, root):
        problems.append(irregular(shown))
        return {}, None
    data, faults = _bytes(str(path), shown, given)
    problems += faults
    if data is None:
        return {}, None
    text, faults = _text(data, shown)
    problems += faults
    if text is None:
        return {}, None
    digest.update(_hashed(text, shown))
    references, lines, found = bibliography.parse(text, shown)
    problems += found
    return references, lines


def _bytes(path: str, shown: str, given: Mapping[str, bytes]) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a content file; a problem where it is too large, no regular file or cannot be read."""
    try:
        data = given.get(path)
        # A Path would make the reading of a small file three times as dear.
        status = os.stat(path) if data is None else None  # noqa: PTH116
        if status and not stat.S_ISREG(status.st_mode):
            return None, [irregular(shown)]
        size = status.st_size if status else len(data or b"")
        if size > FILE_BYTES:
            message = f"a content file must be at most 1 MB, this one has {size / 1_000_000:.1f} MB"
            return None, [Problem(shown, 1, "KB101", message, "split it, or remove what was pasted by mistake")]
        if data is not None:
            return data, []
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read(), []
    except (FileNotFoundError, NotADirectoryError):
        return None, [irregular(shown)]
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None, [irregular(shown)]
        message = f"the file must be readable: {error.strerror}"
        return None, [Problem(shown, 1, "KB101", message, "give yourself the right to read it")]


def as_read(text: str) -> str:
    """A text as its problems and values are told: without a byte order mark, and with Unix line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _text(data: bytes, shown: str) -> tuple[str | None, list[Problem]]:
    """The text of a content file with Unix line ends; a problem where it is no text, and for what it hides."""
    try:
        text = as_read(data.decode())
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start : error.start + 1]
        sign = byte.decode("cp1252", "ignore")
        message = f"the file must be UTF-8 text, found the byte 0x{byte.hex()}"
        hint = (
            f"save the file as UTF-8; in that of Windows the byte is {sign}"
            if sign.isalpha()
            else "save the file as UTF-8"
        )
        return None, [Problem(shown, line, "KB101", message, hint)]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        message, hint = "lines must end in LF or CR LF, found a CR alone", "save the file with Unix line ends"
        return None, [Problem(shown, line, "KB101", message, hint)]
    # It is read on without them, so that their problems come with all others.
    return characters.without_hidden(text), list(islice(_hidden(text, shown), MOST_HIDDEN))


def _hidden(text: str, shown: str) -> Iterator[Problem]:
    """A problem for each hidden character of each line (KB110)."""
    line, end, seen = 1, 0, set[str]()
    for suspect in characters.hidden(text):
        if lines := text.count("\n", end, suspect.start):
            line += lines
            seen.clear()
        end = suspect.start
        if suspect.what not in seen:
            seen.add(suspect.what)
            message = f"a file must contain only characters that a reader can see, found {suspect.what}"
            yield Problem(shown, line, "KB110", message, suspect.hint)
