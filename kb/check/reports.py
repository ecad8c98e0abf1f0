"""Reports: the problems of a check as text, and in the forms that GitHub Actions, programs and code scanning read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from kb import __version__
from kb.check.explain import link
from kb.problems import CODES, Problem, Severity

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@dataclass(frozen=True)
class Report:
    """The problems to show, sorted by place, and how much was checked."""

    problems: tuple[Problem, ...]
    elsewhere: int
    """How many problems are in files that were not asked for."""
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
        """The last line: how many problems in how much content."""
        found = f"{_count(self.errors, 'error')}, {_count(self.warnings, 'warning')}"
        size = f"{_count(self.entries, 'entry', 'entries')} and {_count(self.references, 'reference')}"
        elsewhere = f"; {_count(self.elsewhere, 'problem')} in other files" if self.elsewhere else ""
        return f"{found} in {size}{elsewhere}"

    def advice(self) -> list[str]:
        """The line above the summary: where codes are explained; none where there is no problem."""
        return [f"To see what a code means, with an example: kb explain {p.code}" for p in self.problems[:1]]


def make_report(
    problems: Iterable[Problem], only: Collection[str], entries: int, references: int, root: Path
) -> Report:
    """The report of a check of the content folder ``root``.

    ``only`` are files and folders as problems show them; where there are any, problems of other files are only counted.
    """
    found = tuple(problems)
    shown = tuple(p for p in found if not only or any(f"{p.path}/".startswith(f"{path}/") for path in only))
    return Report(shown, len(found) - len(shown), entries, references, _folder(root))


def _folder(root: Path) -> str:
    """The folder that holds the content, relative to the repository around it."""
    for place in root.parents:
        if (place / ".git").exists():
            relative = root.parent.relative_to(place).as_posix()
            return "" if relative == "." else relative
    return ""


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


# For a terminal; click drops the colors elsewhere


def as_text(report: Report) -> str:
    """The whole report."""
    color = "red" if report.errors else "yellow" if report.warnings else "green"
    summary = click.style(report.summary(), fg=color, bold=True)
    return "\n".join([*_shown(report.problems), *report.advice(), summary])


_ALIKE = 20
"""Problems of one code in one file that are shown; of more, how many there are."""


def _shown(problems: Sequence[Problem]) -> Iterator[str]:
    """Each problem; of very many of one code in one file only the first, and a line that counts the others."""
    counts = Counter((problem.path, problem.code) for problem in problems)
    seen: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        alike = problem.path, problem.code
        seen[alike] += 1
        if counts[alike] <= _ALIKE or seen[alike] < _ALIKE:
            yield _colored(problem)
        elif seen[alike] == _ALIKE:
            more = counts[alike] - _ALIKE + 1
            yield f"{problem.path}: {problem.code} {more:,} more of these: fix the first ones, then check again"


def first_look(report: Report, time: str) -> str:
    """What kb check --watch shows first."""
    return f"{_title(time, 'watching, Ctrl+C stops')}\n{as_text(report)}"


def changes(before: Report, after: Report, time: str) -> str:
    """What kb check --watch shows after an edit: by place, each problem that went (-), came (+) or stays.

    A problem that only moved to another line stays.
    """
    gone = _without(before.problems, after.problems)
    new = set(_without(after.problems, before.problems))
    marked = [*((problem, "-") for problem in gone), *((p, "+" if p in new else " ") for p in after.problems)]
    lines = [_marked(problem, mark) for problem, mark in sorted(marked, key=lambda pair: (pair[0], pair[1]))]
    return "\n".join([_title(time, f"{len(new)} new, {len(gone)} gone"), *lines, after.summary()])


def _colored(problem: Problem) -> str:
    """One problem as ``str()`` gives it, with colors."""
    place = f"{problem.path}:{problem.line}:"
    code = f"{problem.code}{' warning:' if problem.severity is Severity.WARNING else ''}"
    shown = f"{click.style(place, bold=True)} {click.style(code, fg=_COLORS[problem.severity])} {problem.message}"
    return f"{shown}\n{click.style(f'    hint: {problem.hint}', dim=True)}" if problem.hint else shown


def _title(time: str, words: str) -> str:
    return click.style(f"-- {time}: {words} ".ljust(72, "-"), bold=True)


def _without(problems: Sequence[Problem], others: Sequence[Problem]) -> list[Problem]:
    left = Counter((other.path, other.code, other.message) for other in others)
    found = []
    for problem in problems:
        same = problem.path, problem.code, problem.message
        if not left[same]:
            found.append(problem)
        left[same] -= bool(left[same])
    return found


def _marked(problem: Problem, mark: str) -> str:
    if mark == "-":
        return click.style(f"- {replace(problem, hint='')}", fg="green", strikethrough=True)
    return f"{click.style(mark, fg='red')} {_colored(problem).replace(chr(10), chr(10) + '  ')}"


# For programs


def as_github(report: Report) -> str:
    """One workflow command for each problem, then plain lines of the log: where to read on, and the summary."""
    return "\n".join([*(_command(report, problem) for problem in report.problems), *report.advice(), report.summary()])


def _command(report: Report, problem: Problem) -> str:
    properties = {"file": report.path(problem), "line": str(problem.line), "title": problem.code}
    escaped = {name: _escaped(value).replace(":", "%3A").replace(",", "%2C") for name, value in properties.items()}
    given = ",".join(f"{name}={value}" for name, value in escaped.items())
    return f"::{problem.severity} {given}::{_escaped(_with_hint(problem))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _with_hint(problem: Problem) -> str:
    return f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message


_VERSION = 1
"""Rises when a field changes its meaning or goes; new fields may come without it."""


def as_json(report: Report) -> str:
    """An object with ``version``, ``counts`` and ``problems``; every problem has every field."""
    counts = {name: getattr(report, name) for name in ("errors", "warnings", "elsewhere", "entries", "references")}
    problems = [
        {
            "path": report.path(problem),
            "line": problem.line,
            "code": problem.code,
            "severity": str(problem.severity),
            "message": problem.message,
            "hint": problem.hint,
            "help": link(problem.code),
        }
        for problem in report.problems
    ]
    return json.dumps({"version": _VERSION, "counts": counts, "problems": problems}, ensure_ascii=False, indent=2)


_ROOT = "REPOSITORY"


def as_sarif(report: Report) -> str:
    """A log of one run, with every code as a rule."""
    driver = {"name": "kb check", "version": __version__, "rules": [_rule(code) for code in CODES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(report, problem) for problem in report.problems],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    meaning, place = CODES[code].meaning, link(code)
    return {
        "id": code,
        "shortDescription": {"text": meaning},
        "help": {"text": f"{meaning} A wrong and a right example: {place}", "markdown": f"[{meaning}]({place})"},
        "defaultConfiguration": {"level": str(CODES[code].severity)},
    }


def _result(report: Report, problem: Problem) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(report.path(problem)), "uriBaseId": _ROOT},
        "region": {"startLine": problem.line},
    }
    # Without the line, so that code scanning knows a problem again that moved.
    same = sha256(f"{problem.path}\0{problem.code}\0{problem.message}".encode()).hexdigest()[:32]
    return {
        "ruleId": problem.code,
        "ruleIndex": list(CODES).index(problem.code),
        "level": str(problem.severity),
        "message": {"text": _with_hint(problem)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"problem/v1": same},
    }


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "github": as_github,
    "json": as_json,
    "sarif": as_sarif,
}
