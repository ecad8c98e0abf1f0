"""content/ to (KnowledgeBase, problems): every file read once, every fault of form reported at its line."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from kb import __version__, bibliography, frontmatter
from kb.frontmatter import FrontMatter
from kb.grading import assess_all
from kb.memo import by_value
from kb.model import KINDS, Entry, KnowledgeBase, Reference
from kb.model.fields import INVISIBLE, SLUG
from kb.problems import Problem, did_you_mean, display_path

MAX_BYTES = 1_000_000
REFERENCES = "references.bib"
# Signs that no one sees and that some tools take for line ends, so that they would hide text or shift lines.
_INVISIBLE = re.compile(INVISIBLE)


@dataclass(frozen=True)
class Content:
    """What was read: the knowledge base of all well-formed entries, their sources, and the faults of form."""

    root: Path
    knowledge: KnowledgeBase
    sources: Mapping[tuple[str, str], FrontMatter]
    """The front matter and body of each well-formed entry, by folder and slug, for the lines of problems."""
    slugs: Mapping[str, frozenset[str]]
    """The slugs of all files by folder, broken and misplaced ones too.

    So one broken file gives no second problem elsewhere.
    """
    reference_lines: Mapping[str, int] | None
    """The line of each record of references.bib, by key, broken ones too; None where it could not be read."""
    problems: tuple[Problem, ...]

    def problem(self, entry: Entry, loc: frontmatter.Loc, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a field of an entry."""
        return self.sources[entry.folder, entry.slug].problem(loc, code, message, hint)

    def body_problem(self, entry: Entry, line: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem in the body of an entry, ``line`` counted from the body's first."""
        return self.sources[entry.folder, entry.slug].body_problem(line, code, message, hint)


def default_today() -> date:
    """The day of a build that names none: SOURCE_DATE_EPOCH, else the clock, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date()


def load(root: Path, today: date | None = None) -> Content:
    """Read a content folder. Never raises for what a curator can get wrong; each fault is a problem.

    Raises FileNotFoundError where ``root`` is no folder.
    """
    if not root.is_dir():
        raise FileNotFoundError(f"there is no content folder at {root}: name it with --content")
    today = today or default_today()
    digest = hashlib.sha256(f"{__version__} {today}".encode())
    names, others = _survey(root)
    strays = _strays(others)
    problems = list(_misplaced(root, others))
    entries: dict[str, dict[str, Entry]] = {kind.folder: {} for kind in KINDS}
    sources: dict[tuple[str, str], FrontMatter] = {}
    for kind in KINDS:
        folder, place = kind.folder, root / kind.folder
        shown_place = _shown(place, root)
        for name in names[folder]:
            shown = f"{shown_place}/{name}"
            data, faults = _bytes(f"{place}/{name}", shown)
            problems += faults
            if data is None:
                continue
            read = _read(kind, name.removesuffix(".md"), shown, data)
            problems += read.problems
            digest.update(read.text)
            if read.entry and read.front:
                entries[folder][read.entry.slug] = read.entry
                sources[folder, read.entry.slug] = read.front
    references, lines = _references(root, problems, digest)
    knowledge = KnowledgeBase(today, digest.hexdigest()[:16], references=references, **entries)  # type: ignore[arg-type]
    assessments = assess_all(knowledge.interventions, knowledge.studies, knowledge.instruments)
    slugs = {folder: strays.union(name.removesuffix(".md") for name in names[folder]) for folder in names}
    knowledge = replace(knowledge, assessments=assessments)
    return Content(root, knowledge, sources, slugs, lines, tuple(sorted(problems)))


@dataclass(frozen=True)
class _Read:
    """What one file gives: its path and text as hashed, and the entry where the text is well-formed."""

    problems: tuple[Problem, ...]
    text: bytes = b""
    front: FrontMatter | None = None
    entry: Entry | None = None


@by_value
def _read(kind: type[Entry], slug: str, shown: str, data: bytes) -> _Read:
    """Read the bytes of an entry; the same entry again while they are the same."""
    text, problems = _text(data, shown)
    if text is None:
        return _Read(tuple(problems))
    hashed = _hashed(text, shown)
    front, problems = frontmatter.parse(text, shown)
    if front is None:
        return _Read(tuple(problems), hashed)
    entry, faults = frontmatter.build(kind, front, slug=slug, body=front.body)
    return _Read((*problems, *faults), hashed, front, entry)


def _hashed(text: str, shown: str) -> bytes:
    """What a file adds to the hash of all content."""
    return f"\0{shown}\0{text}".encode()


def _references(
    root: Path, problems: list[Problem], digest: hashlib._Hash
) -> tuple[Mapping[str, Reference], Mapping[str, int] | None]:
    path = root / REFERENCES
    shown = _shown(path, root)
    if not os.path.lexists(path):
        problems.append(Problem(shown, 1, "KB101", "the bibliography is missing", f"create {shown}"))
        return {}, None
    if path.is_symlink() and not _within(path, root):
        problems.append(_irregular(shown))
        return {}, None
    data, faults = _bytes(str(path), shown)
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


def _bytes(path: str, shown: str) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a content file; a problem where it is too large, no regular file or cannot be read."""
    try:
        # A Path would make the reading of a small file three times as dear.
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            return None, [_irregular(shown)]
        if status.st_size > MAX_BYTES:
            message = f"a content file must be at most 1 MB, this one has {status.st_size / 1_000_000:.1f} MB"
            return None, [Problem(shown, 1, "KB101", message, "split it, or remove what was pasted by mistake")]
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read(), []
    except (FileNotFoundError, NotADirectoryError):
        return None, [_irregular(shown)]
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None, [_irregular(shown)]
        message = f"the file must be readable: {error.strerror}"
        return None, [Problem(shown, 1, "KB101", message, "give yourself the right to read it")]


def _text(data: bytes, shown: str) -> tuple[str | None, list[Problem]]:
    """The text of a content file with Unix line ends; a problem where it is no text or hides something."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"the file must be UTF-8 text, found the byte 0x{error.object[error.start]:02x}"
        return None, [Problem(shown, line, "KB101", message, "save the file as UTF-8")]
    found = _INVISIBLE.search(text)
    if not found:
        return text, []
    line = text.count("\n", 0, found.start()) + 1
    if found[0] == "\r":
        message, hint = "lines must end in LF or CR LF, found a CR alone", "save the file with Unix line ends"
    elif found[0] == "\ufeff" and found.start() == 0:
        message, hint = (
            "the file must start with one byte order mark at most, found two",
            "save it as UTF-8 without one",
        )
    else:
        message = f"the file must hold no invisible control character, found U+{ord(found[0]):04X}"
        hint = "delete it; it was most likely pasted"
    return None, [Problem(shown, line, "KB101", message, hint)]


def _irregular(shown: str) -> Problem:
    return Problem(shown, 1, "KB101", "this must be a regular file", "replace the link, folder or device with a file")


def _shown(path: Path, root: Path) -> str:
    """A path as problems print it, on one line, whatever bytes its name has."""
    return _printable(display_path(path, root))


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]


def _survey(root: Path) -> tuple[dict[str, list[str]], list[Path]]:
    """The file names of the entries of each folder, and all else that lies below the root, both in order.

    An entry is a file whose name is a slug in the folder of a kind. Linked folders other than these are not entered.
    """
    names: dict[str, list[str]] = {}
    others: list[Path] = []
    for kind in KINDS:
        folder = root / kind.folder
        found = _scan(folder)
        names[kind.folder] = sorted(entry.name for entry in found if _is_entry(entry, root))
        if not folder.is_symlink():
            entries = set(names[kind.folder])
            others += _tree(entry for entry in found if entry.name not in entries)
    others += _tree(_scan(root), closed=names.keys())
    return names, sorted(others)


def _tree(found: Iterable[os.DirEntry[str]], closed: Collection[str] = ()) -> Iterator[Path]:
    """What was found, and all that lies in its folders except those that are ``closed``."""
    for entry in found:
        yield Path(entry)
        if entry.name not in closed and entry.is_dir(follow_symlinks=False):
            yield from _tree(_scan(entry))


def _scan(folder: os.PathLike[str]) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing where it is no folder or closed."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _is_entry(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether a file in the folder of a kind is an entry; a bad name is a problem of its own."""
    if entry.is_symlink() and not _within(Path(entry), root):
        return False
    named = entry.name.endswith(".md") and bool(SLUG.fullmatch(entry.name.removesuffix(".md")))
    return named and (entry.is_file(follow_symlinks=False) or Path(entry).is_file())


def _within(link: Path, root: Path) -> bool:
    """Whether a link leads to a place in the content folder, also where that is a linked folder itself."""
    return link.resolve().is_relative_to(root.resolve()) or link.resolve().parent == link.parent.resolve()


def _strays(others: Iterable[Path]) -> frozenset[str]:
    """The slugs that files were most likely meant to have which are no entries by their name, place or nature."""
    found = (path for path in others if not path.name.startswith(".") and (path.suffix == ".md" or not path.is_dir()))
    return frozenset(re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") for path in found)


def _misplaced(root: Path, others: Iterable[Path]) -> Iterator[Problem]:
    """What would be passed over in silence: in no kind's folder, not .md, not named by a slug, or no regular file."""
    folders = {kind.folder for kind in KINDS}
    for path in others:
        relative = path.relative_to(root)
        plain_folder = path.is_dir() and not path.is_symlink() and path.suffix != ".md"
        if plain_folder or relative.name.startswith(".") or relative.as_posix() == REFERENCES:
            continue
        shown = _shown(path, root)
        folder = relative.parts[0]
        if relative.parts in {(name,) for name in folders}:
            if not path.is_dir():
                yield Problem(
                    shown, 1, "KB101", f"{folder} must be a folder", "put its entries in a folder of that name"
                )
        elif not path.is_file() or (path.is_symlink() and not _within(path, root)):
            yield _irregular(shown)
        elif len(relative.parts) != 2 or folder not in folders:
            hint = did_you_mean(folder, folders, f"move it to one of {', '.join(sorted(folders))}")
            if folder in folders:
                hint = f"move it to content/{folder}/"
            yield Problem(shown, 1, "KB101", "a content file must stand in the folder of its kind", hint)
        elif path.suffix != ".md":
            message = f"an entry must be a .md file, got {_printable(path.name)}"
            yield Problem(shown, 1, "KB101", message, f"name it {_printable(path.stem)}.md")
        elif not SLUG.fullmatch(path.stem):
            message = f"a file name must be lower-case words joined by hyphens, got {_printable(path.name)}"
            yield Problem(shown, 1, "KB101", message, "rename it, e.g. quiet-hours.md")
