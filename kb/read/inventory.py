"""Which files of a content folder are entries, and which would be ignored without a word."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kb.model import KINDS
from kb.model.fields import SLUG
from kb.problems import Problem, did_you_mean, display_path
from kb.text.characters import as_latin, like

REFERENCES = "references.bib"
BESIDE = frozenset({REFERENCES, "screening.csv", "changes.jsonl", "releases.jsonl", "synonyms.yml"})
"""Files that lie beside the folders of entries."""


_NO_TEXT = frozenset({".doc", ".docx", ".odt", ".rtf", ".pdf", ".pages", ".html", ".htm", ".xlsx"})
"""Ends of the names of files that no other name makes text."""


def irregular(shown: str) -> Problem:
    return Problem(shown, 1, "KB101", "this must be a regular file", "replace the link, folder or device with a file")


def shown_path(path: Path, root: Path) -> str:
    """A path as problems print it, on one line, whatever bytes its name has."""
    return _printable(display_path(path, root))


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]


def survey(root: Path) -> tuple[dict[str, list[str]], list[Path]]:
    """The file names of the entries of each folder, and everything else below the root, both in order.

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
    """What was found, and everything in its folders except those that are ``closed`` or hidden, as .git is."""
    for entry in found:
        yield Path(entry)
        if not (entry.name in closed or entry.name.startswith(".")) and entry.is_dir(follow_symlinks=False):
            yield from _tree(_scan(entry))


def _scan(folder: os.PathLike[str]) -> list[os.DirEntry[str]]:
    """The entries of a folder; none if it is not a folder or cannot be opened."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _is_entry(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether a file in the folder of a kind is an entry; a bad name is a problem of its own."""
    if entry.is_symlink() and not within(Path(entry), root):
        return False
    named = entry.name.endswith(".md") and bool(SLUG.fullmatch(entry.name.removesuffix(".md")))
    return named and (entry.is_file(follow_symlinks=False) or Path(entry).is_file())


def within(link: Path, root: Path) -> bool:
    """Whether a link leads to a place in the content folder, also if that is a linked folder itself."""
    leads_to = Path(os.path.realpath(link))  # which a loop of links cannot stop
    return leads_to.is_relative_to(root.resolve()) or leads_to.parent == link.parent.resolve()


def strays(others: Iterable[Path]) -> frozenset[str]:
    """The slugs that were most likely meant for files that are not entries because of their name or place."""
    named = (path for path in others if not path.name.startswith(".") and path.name not in BESIDE)
    found = (path for path in named if path.suffix == ".md" or not path.is_dir())
    return frozenset(re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") for path in found)


def misplaced(root: Path, others: Iterable[Path]) -> Iterator[Problem]:
    """What would be ignored without a word: in no kind's folder, not .md, not named by a slug, or no regular file."""
    folders = {kind.folder for kind in KINDS}
    for path in others:
        relative = path.relative_to(root)
        plain_folder = path.is_dir() and not path.is_symlink() and path.suffix != ".md"
        if plain_folder or relative.name.startswith(".") or relative.as_posix() in BESIDE:
            continue
        shown = shown_path(path, root)
        folder = relative.parts[0]
        if relative.parts in {(name,) for name in folders}:
            if not path.is_dir():
                yield Problem(
                    shown, 1, "KB101", f"{folder} must be a folder", "put its entries in a folder of that name"
                )
        elif not path.is_file() or (path.is_symlink() and not within(path, root)):
            yield irregular(shown)
        elif len(relative.parts) != 2 or folder not in folders:
            hint = did_you_mean(folder, folders, f"move it to one of {', '.join(sorted(folders))}")
            if folder in folders:
                hint = f"move it to content/{folder}/"
            yield Problem(shown, 1, "KB101", "a content file must be in the folder of its kind", hint)
        elif path.suffix != ".md":
            message = f"an entry must be a .md file, got {_printable(path.name)}"
            hint = f"name it {_printable(path.stem).removesuffix('.md')}.md"
            if path.suffix.lower() in _NO_TEXT:
                hint = (
                    f"copy its words into a file of plain text, {_printable(path.stem)}.md, e.g. one that kb new writes"
                )
            yield Problem(shown, 1, "KB101", message, hint)
        elif not SLUG.fullmatch(path.stem):
            message = f"a file name must be lower-case words joined by hyphens, got {_printable(path.name)}"
            if looks := like(path.name):
                message += f": {looks}"
            slug = re.sub(r"[^a-z0-9]+", "-", as_latin(path.stem).lower()).strip("-") or "quiet-hours"
            yield Problem(shown, 1, "KB101", message, f"rename it, e.g. {slug}.md")
