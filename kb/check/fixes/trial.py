"""Trial: every fix is tried, and kept where nothing changes its meaning and no problem comes of it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kb import folders
from kb.check import check
from kb.check.fixes import steps
from kb.check.fixes.edits import Accepts, Step, mended, tries
from kb.check.fixes.order import order
from kb.model import KINDS, Entry
from kb.problems import Problem, Severity, display_path
from kb.read import bibliography, frontmatter
from kb.read.content import REFERENCES, unix_text

_PASSES = 100


@dataclass(frozen=True)
class Fix:
    """A file with what stands in it and what should."""

    path: Path
    shown: str
    before: str
    after: str

    def diff(self) -> str:
        """The difference, as in a patch. Line ends that differ are told in words, since no one would see them."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        if any(line.endswith("\r\n") for line in before):
            told = f"{self.shown}: Windows line ends become Unix line ends\n"
            before = [line.replace("\r\n", "\n") for line in before]
        else:
            told = ""
        lines = difflib.unified_diff(before, after, f"a/{self.shown}", f"b/{self.shown}")
        return told + "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def find_fixes(root: Path, only: Collection[str] = (), today: date | None = None) -> tuple[Fix, ...]:
    """What can be put right in the files of a content folder, or in those ``only`` names as problems print them."""
    fixes = [fix for fix in _proposed(root) if not only or _asked(fix.shown, only)]
    before = _errors(check(root, today).problems)
    while fixes:
        after = check(root, today, {fix.path: fix.after.encode() for fix in fixes}).problems
        worse = {path for path, *_ in _errors(after) - before}
        kept = [_careful(fix) if fix.shown in worse else fix for fix in fixes] if worse else fixes
        kept = [fix for fix in kept if fix.after != fix.before]
        if kept == fixes:
            # What came up stands in files that were not touched, or cannot be helped by less: leave those out.
            return tuple(fix for fix in fixes if fix.shown not in worse)
        fixes = kept
    return ()


def write(fixes: Iterable[Fix]) -> None:
    """Write the files as they should be."""
    for fix in fixes:
        folders.write(fix.path, fix.after.encode(), fix.before.encode())


def _asked(shown: str, only: Collection[str]) -> bool:
    return any(shown == place or shown.startswith(f"{place}/") for place in only)


def _proposed(root: Path) -> Iterator[Fix]:
    for kind in KINDS:
        for path in sorted((root / kind.folder).glob("*.md")):
            yield from _fix(root, path, _steps(kind), _entry_accepts(kind))
    yield from _fix(root, root / REFERENCES, (steps.line_ends, steps.records, steps.dois), _records_accept)


def _fix(root: Path, path: Path, steps: Sequence[Step], accepts: Accepts) -> Iterator[Fix]:
    if path.is_symlink() or not path.is_file():
        return
    try:
        before = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return
    after = before
    for step in steps:
        for _ in range(min(_PASSES, tries(after))):
            following = mended(after, step, accepts)
            if following == after:
                break
            after = following
    if after != before:
        yield Fix(path, display_path(path, root), before, after)


def _careful(fix: Fix) -> Fix:
    """Only what leaves a readable entry the same: a value that is put right can bring up what it had hidden."""
    kind = next((kind for kind in KINDS if kind.folder == fix.path.parent.name), None)
    if kind is None:
        return replace(fix, after=fix.before)
    after = fix.before
    for step in (steps.line_ends, steps.fields, order(kind)):
        for _ in range(min(_PASSES, tries(after))):
            following = mended(after, step, _same_values)
            if following == after:
                break
            after = following
    return replace(fix, after=after)


def _steps(kind: type[Entry]) -> tuple[Step, ...]:
    return (
        *(steps.line_ends, steps.tabs, steps.unreadable, steps.fields),
        *(steps.mistyped(kind), order(kind)),
    )


def _entry_accepts(kind: type[Entry]) -> Accepts:
    """Accepts a text that is the same entry, or where there was none, has fewer problems or the same values."""

    def accepts(before: str, after: str) -> bool:
        old, old_problems = _read(kind, before)
        new, new_problems = _read(kind, after)
        if old is not None:
            # Decimals that are equal can have other digits; their repr shows them.
            return repr(old) == repr(new)
        return _same_values(before, after) or (not new_problems - old_problems and bool(old_problems - new_problems))

    return accepts


def _same_values(before: str, after: str) -> bool:
    """Whether two texts have the same values and body, and can be read."""
    old = _values(before)
    return old is not None and old == _values(after)


def _values(text: str) -> tuple[str, str] | None:
    front, problems = frontmatter.parse(unix_text(text), "")
    return None if front is None or problems else (repr(_sorted(front.values)), front.body)


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return [(name, _sorted(value[name])) for name in sorted(value)]
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _read(kind: type[Entry], text: str) -> tuple[Entry | None, Counter[tuple[str, str]]]:
    front, problems = frontmatter.parse(unix_text(text), "")
    entry = None
    if front is not None:
        entry, more = frontmatter.build(kind, front, slug="slug", body=front.body)
        problems = [*problems, *more]
    return None if problems else entry, Counter((problem.code, problem.message) for problem in problems)


def _records_accept(before: str, after: str) -> bool:
    """Accepts the same references, but for the case of DOIs; or where there were faults, fewer."""
    old, _, old_problems = bibliography.parse(unix_text(before), REFERENCES)
    new, _, new_problems = bibliography.parse(unix_text(after), REFERENCES)
    faults = Counter((p.code, p.message) for p in new_problems) - Counter((p.code, p.message) for p in old_problems)
    return not faults and all(
        key in new and repr(new[key]).lower() == repr(reference).lower() for key, reference in old.items()
    )


def _errors(problems: Iterable[Problem]) -> Counter[tuple[str, str, str]]:
    """The errors, whatever their lines. A warning that a fix brings to light is told by the next check."""
    return Counter((p.path, p.code, p.message) for p in problems if p.severity is Severity.ERROR)
