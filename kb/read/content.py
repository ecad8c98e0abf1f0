"""content/ to (KnowledgeBase, problems): every file read once, every fault of form reported at its line."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from kb import __version__
from kb.limits import FILE_BYTES
from kb.model import KINDS, Entry, EntryStatus, KnowledgeBase, Move, Reference, Release, Screening, Synonyms
from kb.problems import Problem
from kb.read import bibliography, changes, frontmatter, releases, screening, synonyms
from kb.read.changes import CHANGES
from kb.read.frontmatter import FrontMatter, Needs, lacks
from kb.read.inventory import REFERENCES as REFERENCES
from kb.read.inventory import irregular, misplaced, shown_path, strays, survey, within
from kb.read.releases import RELEASES
from kb.read.screening import SCREENING
from kb.read.synonyms import SYNONYMS
from kb.text import characters
from kb.text.encoding import not_text

_MOST_HIDDEN = 20
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
    screening_lines: tuple[int, ...]
    """The line of each work of the screening register, in its order."""
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
            if source.values.get("status") == EntryStatus.DRAFT and ("status",) not in source.unread
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

    ``instead`` gives the bytes of files that are read in place of what is on the disk. Raises FileNotFoundError if
    ``root`` is not a folder.
    """
    if not root.is_dir():
        raise FileNotFoundError(f"there is no content folder at {root}: name it with --content")
    today = today or default_today()
    digest = hashlib.sha256(f"{__version__} {today}".encode())
    texts: dict[str, str] = {}
    names, others = survey(root)
    problems = list(misplaced(root, others))
    entries: dict[str, dict[str, Entry]] = {kind.folder: {} for kind in KINDS}
    sources: dict[tuple[str, str], FrontMatter] = {}
    salvaged: list[Entry] = []

    def read(path: Path) -> str | None:
        shown = shown_path(path, root)
        text, faults = _text(path, shown, instead.get(path))
        problems.extend(faults)
        if text is not None:
            digest.update(f"\0{shown}\0{text}".encode())
            texts[path.relative_to(root).as_posix()] = text
        return text

    for kind in KINDS:
        for name in names[kind.folder]:
            path = root / kind.folder / name
            text = read(path)
            if text is None:
                continue
            slug = name.removesuffix(".md")
            front, faults = frontmatter.parse(text, shown_path(path, root))
            problems += faults
            if front is None:
                continue
            if right := _meant(kind, front):
                message = f"the fields are those of a {right.kind}, so the file must be in {right.folder}/"
                problems.append(Problem(front.path, 1, "KB101", message, f"move it to content/{right.folder}/{name}"))
                continue
            sources[kind.folder, slug] = front
            entry, faults = frontmatter.build(kind, front, slug=slug, body=front.body)
            problems += faults
            if entry:
                entries[kind.folder][slug] = entry
            else:
                salvaged.append(frontmatter.salvage(kind, front, slug=slug, body=front.body))
    path = root / REFERENCES
    shown = shown_path(path, root)
    references: Mapping[str, Reference] = {}
    lines: Mapping[str, int] | None = None
    if not os.path.lexists(path) and path not in instead:
        problems.append(Problem(shown, 1, "KB101", "the bibliography is missing", f"create {shown}"))
    elif path.is_symlink() and not within(path, root):
        problems.append(irregular(shown))
    elif (text := read(path)) is not None:
        references, lines, found = bibliography.parse(text, shown)
        problems += found

    def beside(name: str) -> str | None:
        """The text of a file that need not be there; None where there is none to read."""
        path = root / name
        if not os.path.lexists(path) and path not in instead:
            return None
        if path.is_symlink() and not within(path, root):
            problems.append(irregular(shown_path(path, root)))
            return None
        return read(path)

    register: tuple[Screening, ...] = ()
    register_lines: tuple[int, ...] = ()
    if (text := beside(SCREENING)) is not None:
        register, register_lines, faulty = screening.parse(text, shown_path(root / SCREENING, root))
        problems += faulty
    moves: tuple[Move, ...] = ()
    if (text := beside(CHANGES)) is not None:
        moves, faulty = changes.parse(text, shown_path(root / CHANGES, root))
        problems += faulty
    words = Synonyms()
    if (text := beside(SYNONYMS)) is not None:
        words, faulty = synonyms.parse(text, shown_path(root / SYNONYMS, root))
        problems += faulty
    kept = releases.digest(texts)
    published: tuple[Release, ...] = ()
    if (text := beside(RELEASES)) is not None:
        published, faulty = releases.parse(text, shown_path(root / RELEASES, root))
        problems += faulty
    version = digest.hexdigest()[:16]
    whole = {"references": references, "screening": register, "moves": moves, "synonyms": words, "releases": published}
    knowledge = KnowledgeBase(today, version, digest=kept, **whole, **entries)  # type: ignore[arg-type]
    passed_over = strays(others)
    slugs = {folder: passed_over.union(name.removesuffix(".md") for name in names[folder]) for folder in names}
    return Content(root, knowledge, sources, slugs, register_lines, lines, tuple(sorted(problems)), tuple(salvaged))


def _meant(kind: type[Entry], front: FrontMatter) -> type[Entry] | None:
    """The kind that an entry has by its fields, if most of those that its own kind does not have are of another one."""
    strange = front.values.keys() - frontmatter.field_names(kind)
    if len(strange) < 3:
        return None
    known = {other: len(strange.intersection(frontmatter.field_names(other))) for other in KINDS}
    right = max(known, key=lambda other: known[other])
    return right if known[right] >= 3 and 2 * known[right] > len(strange) else None


def _text(path: Path, shown: str, data: bytes | None) -> tuple[str | None, list[Problem]]:
    """The text of a content file with Unix line ends, from ``data`` or the disk; None and a problem if it has none.

    Hidden characters are left out, each with a problem, so that what is written around them is checked too.
    """
    try:
        status = path.stat() if data is None else None
        if status and not stat.S_ISREG(status.st_mode):
            return None, [irregular(shown)]
        size = status.st_size if status else len(data or b"")
        if size > FILE_BYTES:
            message = f"a content file must be at most 1 MB, this one has {size / 1_000_000:.1f} MB"
            return None, [Problem(shown, 1, "KB101", message, "split it, or remove what was pasted by mistake")]
        if data is None:
            data = path.read_bytes()
        if fault := not_text(data):
            message = f"the file must be UTF-8 text, {fault.what}"
            return None, [Problem(shown, fault.line, "KB101", message, fault.hint)]
        text = unix_text(data.decode())
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError) or error.errno == errno.ELOOP:
            return None, [irregular(shown)]
        message = f"the file must be readable: {error.strerror}"
        return None, [Problem(shown, 1, "KB101", message, "give yourself the right to read it")]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        message, hint = "lines must end in LF or CR LF, found a CR alone", "save the file with Unix line ends"
        return None, [Problem(shown, line, "KB101", message, hint)]
    return characters.without_hidden(text), list(islice(_hidden(text, shown), _MOST_HIDDEN))


def unix_text(text: str) -> str:
    """A text as it is read, and as problems count its lines: without a byte order mark, and with Unix line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _hidden(text: str, shown: str) -> Iterator[Problem]:
    """A problem for each hidden character of each line (KB110)."""
    for number, line in enumerate(text.split("\n"), 1):
        for what, hint in dict.fromkeys((suspect.what, suspect.hint) for suspect in characters.hidden(line)):
            message = f"a file must not contain hidden characters, found {what}"
            yield Problem(shown, number, "KB110", message, hint)
