"""content/ to (KnowledgeBase, problems): every file read once, every fault of form reported at its line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from kb import __version__, bibliography, frontmatter
from kb.frontmatter import FrontMatter
from kb.grading import assess
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
        source = self.sources[entry.folder, entry.slug]
        return Problem(source.path, source.body_line + line - 1, code, message, hint)


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
    problems = list(_misplaced(root))
    entries: dict[str, dict[str, Entry]] = {kind.folder: {} for kind in KINDS}
    sources: dict[tuple[str, str], FrontMatter] = {}
    slugs: dict[str, frozenset[str]] = {}
    strays = _strays(root)
    for kind in KINDS:
        paths = [path for path in sorted((root / kind.folder).glob("*.md")) if _is_entry(path)]
        slugs[kind.folder] = strays.union(path.stem for path in paths)
        for path in paths:
            shown = _shown(path, root)
            text, faults = _text(path, shown)
            problems += faults
            if text is None:
                continue
            digest.update(f"\0{shown}\0{text}".encode())
            front, faults = frontmatter.parse(text, shown)
            problems += faults
            if front is None:
                continue
            entry, faults = frontmatter.build(kind, front, slug=path.stem, body=front.body)
            problems += faults
            if entry is not None:
                entries[kind.folder][path.stem] = entry
                sources[kind.folder, path.stem] = front
    references, lines = _references(root, problems, digest)
    knowledge = KnowledgeBase(today, digest.hexdigest()[:16], references=references, **entries)  # type: ignore[arg-type]
    return Content(root, _assessed(knowledge), sources, slugs, lines, tuple(sorted(problems)))


def _assessed(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The same with the assessment of every intervention."""
    assessments = {
        slug: assess(entry, knowledge.studies, knowledge.instruments) for slug, entry in knowledge.interventions.items()
    }
    return replace(knowledge, assessments=assessments)


def _references(
    root: Path, problems: list[Problem], digest: hashlib._Hash
) -> tuple[dict[str, Reference], dict[str, int] | None]:
    path = root / REFERENCES
    shown = _shown(path, root)
    if not os.path.lexists(path):
        problems.append(Problem(shown, 1, "KB101", "the bibliography is missing", f"create {shown}"))
        return {}, None
    text, faults = _text(path, shown)
    problems += faults
    if text is None:
        return {}, None
    digest.update(f"\0{shown}\0{text}".encode())
    references, lines, faults = bibliography.parse(text, shown)
    problems += faults
    return references, lines


def _text(path: Path, shown: str) -> tuple[str | None, list[Problem]]:
    """The text of a content file with Unix line ends; a problem where it is too large, no text or cannot be read."""
    try:
        if not path.is_file():
            return None, [_irregular(shown)]
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = f"a content file must be at most 1 MB, this one has {size / 1_000_000:.1f} MB"
            return None, [Problem(shown, 1, "KB101", message, "split it, or remove what was pasted by mistake")]
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        message = f"the file must be readable: {error.strerror}"
        return None, [Problem(shown, 1, "KB101", message, "give yourself the right to read it")]
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


def _is_entry(path: Path) -> bool:
    """Whether a file is an entry; hidden files are those of editors, and a bad name is a problem of its own."""
    return path.is_file() and bool(SLUG.fullmatch(path.stem))


def _strays(root: Path) -> frozenset[str]:
    """The slugs that files were most likely meant to have which are no entries by their name, place or nature."""
    folders = {kind.folder for kind in KINDS}
    found = (
        path
        for path in root.rglob("*")
        if not path.name.startswith(".")
        and (path.suffix == ".md" or not path.is_dir())
        and not (
            path.parent.parent == root and path.parent.name in folders and path.suffix == ".md" and _is_entry(path)
        )
    )
    return frozenset(re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") for path in found)


def _misplaced(root: Path) -> Iterator[Problem]:
    """What would be passed over in silence: in no kind's folder, not .md, not named by a slug, or no regular file."""
    folders = {kind.folder for kind in KINDS}
    for path in sorted(root.rglob("*")):
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
        elif not path.is_file():
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
