"""Report: what a check found, how much it read, and where the files lie in their repository."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from kb.problems import Problem, Severity


@dataclass(frozen=True)
class Report:
    """The problems to tell, sorted by place, and the size of what was checked."""

    problems: tuple[Problem, ...]
    elsewhere: int
    """How many problems stand in files that were not asked for."""
    entries: int
    references: int
    folder: str = ""
    """The folder to which the paths of problems are relative, from the root of the repository; empty at the root."""

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    def path(self, problem: Problem) -> str:
        """The file of a problem, relative to the root of the repository."""
        return f"{self.folder}/{problem.path}" if self.folder else problem.path

    def summary(self) -> str:
        """The last line: what was found in how much."""
        found = f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}"
        size = f"{_count(self.entries, 'entry', 'entries')} and {_count(self.references, 'reference')}"
        elsewhere = f"; {_count(self.elsewhere, 'problem')} in other files" if self.elsewhere else ""
        return f"{found} in {size}{elsewhere}"

    def advice(self) -> list[str]:
        """The line above the summary that leads to the explanation of a code; none where there is no problem."""
        return [f"To see what a code means, with an example: kb explain {p.code}" for p in self.problems[:1]]


def make_report(
    problems: Iterable[Problem], only: Collection[str], entries: int, references: int, root: Path
) -> Report:
    """The report of a check of the content folder ``root``.

    ``only`` are files and folders as problems print them; where there are any, other files are counted and not told.
    """
    found = tuple(problems)
    told = tuple(problem for problem in found if not only or any(_within(problem.path, path) for path in only))
    return Report(told, len(found) - len(told), entries, references, _folder(root))


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _folder(root: Path) -> str:
    """The folder that holds the content, relative to the repository around it."""
    for place in root.parents:
        if (place / ".git").exists():
            relative = root.parent.relative_to(place).as_posix()
            return "" if relative == "." else relative
    return ""


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
