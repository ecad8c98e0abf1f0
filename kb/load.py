"""content/ to (KnowledgeBase, problems): every file read once, every fault of form reported at its line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from kb import __version__, bibliography, frontmatter
from kb.frontmatter import FrontMatter
from kb.grading import assess
from kb.model import KINDS, Entry, KnowledgeBase, Reference
from kb.model.fields import SLUG
from kb.problems import Problem, did_you_mean, display_path

MAX_BYTES = 1_000_000
REFERENCES = "references.bib"


@dataclass(frozen=True)
class Content:
    """What was read: the knowledge base of all well-formed entries, their sources, and the faults of form."""

    root: Path
    knowledge: KnowledgeBase
    sources: Mapping[tuple[str, str], FrontMatter]
    """The front matter and body of each well-formed entry, by folder and slug, for the lines of problems."""
    slugs: Mapping[str, frozenset[str]]
    """The slugs of all files by folder, broken ones too, so that one broken file gives no second problem elsewhere."""
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
    for kind in KINDS:
        paths = [path for path in sorted((root / kind.folder).glob("*.md")) if _is_entry(path)]
        slugs[kind.folder] = frozenset(path.stem for path in paths)
        for path in paths:
            shown = display_path(path, root)
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
    shown = display_path(path, root)
    if not path.exists():
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
    """The text of a content file with Unix line ends; a problem where it is too large or not UTF-8."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        message = f"a content file must be at most 1 MB, this one has {size / 1_000_000:.1f} MB"
        return None, [Problem(shown, 1, "KB101", message, "split it, or remove what was pasted by mistake")]
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"the file must be UTF-8 text, found the byte 0x{error.object[error.start]:02x}"
        return None, [Problem(shown, line, "KB101", message, "save the file as UTF-8")]


def _is_entry(path: Path) -> bool:
    """Whether a file is an entry; hidden files are those of editors, and a bad name is a problem of its own."""
    return path.is_file() and bool(SLUG.match(path.stem))


def _misplaced(root: Path) -> Iterator[Problem]:
    """Files that would be passed over in silence: in no kind's folder, not .md, or not named by a slug."""
    folders = {kind.folder for kind in KINDS}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if not path.is_file() or relative.name.startswith(".") or relative.as_posix() == REFERENCES:
            continue
        shown = display_path(path, root)
        folder = relative.parts[0]
        if len(relative.parts) != 2 or folder not in folders:
            hint = did_you_mean(folder, folders, f"move it to one of {', '.join(sorted(folders))}")
            yield Problem(shown, 1, "KB101", "a content file must stand in the folder of its kind", hint)
        elif path.suffix != ".md":
            yield Problem(shown, 1, "KB101", f"an entry must be a .md file, got {path.name}", f"name it {path.stem}.md")
        elif not SLUG.match(path.stem):
            message = f"a file name must be lower-case words joined by hyphens, got {path.name}"
            yield Problem(shown, 1, "KB101", message, "rename it, e.g. quiet-hours.md")
