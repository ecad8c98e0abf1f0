"""New works in references.bib: what would be added, what stands already, and the one step that writes it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kb import folders
from kb.check import check
from kb.cite.found import Fault, Found, Place
from kb.cite.keys import house_key
from kb.cite.shelf import Shelf
from kb.model import Work
from kb.problems import ContentError, Problem, display_path
from kb.read import bibliography
from kb.read.bibliography.ama import format_reference
from kb.read.bibliography.bibtex import closing, read
from kb.read.bibliography.writing import as_record
from kb.read.content import REFERENCES, as_read

_BLANK = "\ufeff \t\r\n"


@dataclass(frozen=True)
class Addition:
    """A work that is new, with the record that is written for it."""

    found: Found
    work: Work
    """With its key."""
    line: int
    """Of the record in the new references.bib."""

    @property
    def citation(self) -> str:
        return format_reference(self.work)[0]


@dataclass(frozen=True)
class Standing:
    """A work that stands already, and where."""

    found: Found
    key: str
    place: str
    why: str
    by_title: bool
    """Whether only its title says so, which may err."""


@dataclass(frozen=True)
class Plan:
    """What adding works would do; nothing is written yet."""

    path: Path
    before: str
    """The references.bib that was read."""
    text: str
    """The new one."""
    added: tuple[Addition, ...] = ()
    standing: tuple[Standing, ...] = ()
    faults: tuple[Fault, ...] = ()
    alike: bool = False
    """Whether works may be added that look like one that stands."""


class RefusedError(Exception):
    """Raised where the new references.bib would bring problems; carries them, each with the place it comes from."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def plan(root: Path, found: Iterable[Found], *, alike: bool = False) -> Plan:
    """What adding works to the references.bib of a content folder would do; one that comes twice is added once.

    ``alike`` lets in works of which only the title says that they stand already. Raises ContentError where
    references.bib has faults of its own.
    """
    path = root / REFERENCES
    shown = display_path(path, root)
    text = _standing_text(path, shown)
    shelf = Shelf()
    places: dict[str, str] = {}
    journals: dict[str, str] = {}
    keys: set[str] = set()
    for record in read(text, shown)[0] if text.strip() else ():
        shelf.add(record.work.key, record.work)
        keys.add(record.work.key)
        places[record.work.key] = f"{shown}:{record.line}"
        if name := record.work.fields.get("journal"):
            journals.setdefault(_plain(name), name)
    added: list[tuple[Found, Work]] = []
    standing: list[Standing] = []
    faults: list[Fault] = []
    for one in found:
        work = _as_others(one.work, journals)
        all_compared = shelf.pairs > 0
        if known := shelf.same(work, titles=not alike):
            by_title = not known[1].startswith(("the same DOI", "the same PMID"))
            standing.append(Standing(one, known[0], places[known[0]], known[1], by_title))
            continue
        if not work.fields.get("title"):
            faults.append(Fault(one.place, "the work has no title, so it was not added", "add its title to the source"))
            continue
        work = replace(work, key=house_key(work, keys))
        if fault := _unfit(work, one.place):
            faults.append(fault)
            continue
        if all_compared and shelf.pairs <= 0:
            message = "there are so many works that from here on only equal titles were compared"
            hint = "look whether a work was added that stands already under nearly the same title"
            faults.append(Fault(one.place, message, hint, note=True))
        shelf.add(work.key, work)
        keys.add(work.key)
        places[work.key] = f"{one.place}, added just now"
        added.append((one, work))
    after = _inserted(text, (work for _, work in added)) if added else text
    lines = {record.work.key: record.line for record in read(after, shown)[0]} if added else {}
    additions = tuple(Addition(one, work, lines.get(work.key, 1)) for one, work in added)
    return Plan(path, text, after, additions, tuple(standing), tuple(faults), alike)


def apply(plan: Plan, root: Path, today: date | None = None) -> None:
    """Write the new references.bib, unless kb check would find a problem that is not there now.

    Raises RefusedError then, and nothing is written. That two works look alike is no reason where the plan lets it be.
    """
    if not plan.added:
        return
    shown = display_path(plan.path, root)
    before = {_told(problem, shown) for problem in check(root, today).problems}
    text = plan.text.encode()
    new = [p for p in check(root, today, {plan.path: text}).problems if _told(p, shown) not in before]
    if plan.alike:
        new = [problem for problem in new if problem.code != "KB212"]
    if new:
        raise RefusedError(_at_source(plan, problem, shown) for problem in new)
    folders.write(plan.path, text, plan.before.encode())


def _standing_text(path: Path, shown: str) -> str:
    """The text of references.bib to the last byte; none where there is none. Raises ContentError for its faults."""
    if not path.exists():
        return ""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ContentError([Problem(shown, 1, "KB101", "the file must be UTF-8 text", "save it as UTF-8")]) from None
    if text.strip(_BLANK):
        problems = bibliography.parse(as_read(text), shown)[2]
        if problems:
            raise ContentError(problems)
    return text


def _as_others(work: Work, journals: Mapping[str, str]) -> Work:
    """The work with its journal spelled as in the records that stand."""
    name = journals.get(_plain(work.fields.get("journal", "")))
    return replace(work, fields={**work.fields, "journal": name}) if name else work


def _plain(journal: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"^the ", "", journal.casefold().replace("&", "and"))).strip()


def _unfit(work: Work, place: Place) -> Fault | None:
    """Why a work cannot be a record of references.bib: a fault of its record, or a value that cannot be written."""
    record = as_record(work)
    references, _, problems = bibliography.parse(record, REFERENCES)
    if problems:
        told = problems[0].message.replace(f"the record {work.key}", "a record").replace(work.key, "a record")
        return Fault(place, f"the work was not added: {told}", problems[0].hint)
    records = read(record, REFERENCES)[0]
    if work.key not in references or len(records) != 1 or _values(records[0].work) != _values(work):
        hint = f"add the record to content/{REFERENCES} by hand, and write its letters directly"
        return Fault(place, "the work holds signs that BibTeX cannot keep, so it was not added", hint)
    return None


def _values(work: Work) -> Any:
    return work.type, work.key, dict(work.fields), work.authors, work.editors, work.more_authors


def _inserted(text: str, works: Iterable[Work]) -> str:
    """The text with each record after the last one whose key comes before its own; all other bytes stay.

    A file that is not in the order of its keys gets the records at its end.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    records = read(text, REFERENCES)[0] if text.strip(_BLANK) else []
    keys = [one.work.key for one in records]
    in_order = keys == sorted(keys)
    places: dict[int, list[str]] = {}
    for work in sorted(works, key=lambda work: work.key):
        place = bisect_left(keys, work.key) if in_order else len(keys)
        places.setdefault(place, []).append(as_record(work).replace("\n", end))
    # From the end on, so that what comes before keeps its place.
    for place, new in sorted(places.items(), reverse=True):
        block = f"{end}{end}".join(new)
        if not records:
            before = text if not text.strip("\ufeff") or text.endswith("\n") else text + end
            text = f"{before}{block}{end}"
        elif place == 0:
            start = _offset(text, records[0].line)
            text = f"{text[:start]}{block}{end}{end}{text[start:]}"
        else:
            start = text.index("{", text.index("@", _offset(text, records[place - 1].line)))
            position = closing(text, start + 1) or len(text)
            rest = text[position:]
            text = f"{text[:position]}{end}{end}{block}{rest if rest.strip(' ') else end}"
    return text


def _offset(text: str, line: int) -> int:
    """Where a line starts, counted from 1."""
    position = 0
    for _ in range(line - 1):
        position = text.index("\n", position) + 1
    return position + text.startswith("\ufeff", position)


def _told(problem: Problem, references: str) -> tuple[str, int, str, str]:
    """What makes a problem the same before and after; the lines of references.bib shift."""
    line = 0 if problem.path == references else problem.line
    return problem.path, line, problem.code, problem.message


def _at_source(plan: Plan, problem: Problem, shown: str) -> Fault:
    """A problem at the place that its record was read from."""
    before = [one for one in plan.added if one.line <= problem.line and problem.path == shown]
    place = max(before, key=lambda one: one.line).found.place if before else Place(problem.path, problem.line)
    return Fault(place, f"{problem.code} {problem.message}", problem.hint)
