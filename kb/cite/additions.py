"""Adding works to references.bib: which are new, which complete a record, and the one step that writes the file."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kb import folders
from kb.check import check
from kb.cite.completion import Completion, completed
from kb.cite.duplicates import Match, WorkIndex, is_preprint
from kb.cite.incoming import Fault, Incoming, Place
from kb.cite.keys import new_key
from kb.model import Work
from kb.problems import ContentError, Problem, display_path
from kb.read import bibliography
from kb.read.bibliography.ama import format_reference
from kb.read.bibliography.bibtex import as_record, closing, field_span, read, written_fields
from kb.read.content import REFERENCES, unix_text
from kb.read.retractions import said_in_title

_BLANK = "\ufeff \t\r\n"


@dataclass(frozen=True)
class Addition:
    """A new work and its record."""

    incoming: Incoming
    work: Work
    """With its key."""
    line: int
    """Of the record in the new references.bib."""
    remarks: tuple[str, ...] = ()
    """What a curator must know about it."""

    @property
    def citation(self) -> str:
        return format_reference(self.work)[0]


@dataclass(frozen=True)
class Duplicate:
    """A work that has a record already."""

    incoming: Incoming
    match: Match
    place: str
    """Of that record, as path:line."""
    completion: Completion
    """What the work has that the record lacks, and where the two differ."""


@dataclass(frozen=True)
class Change:
    """What changes in a record of references.bib: the fields as they are written before and after."""

    key: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What adding works would do; nothing is written yet."""

    path: Path
    before: str
    """The text of references.bib now."""
    text: str
    """The new one."""
    added: tuple[Addition, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    """The records that are completed, or related to a new one."""
    alike: bool = False
    """Whether a work may be added although its title is like that of a record."""


class RefusedError(Exception):
    """Raised where adding the works would cause new problems; holds them, each with the place it comes from."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def plan(root: Path, works: Iterable[Incoming], *, alike: bool = False, update: bool = False) -> Plan:
    """What adding works to the references.bib of a content folder would do; one that comes twice is added once.

    ``alike`` adds works too whose titles alone are like those of records; ``update`` completes the records of works
    that are there. Raises ContentError where references.bib has faults of its own.
    """
    path = root / REFERENCES
    shown = display_path(path, root)
    text = _current_text(path, shown)
    index = WorkIndex()
    places: dict[str, str] = {}
    journals: dict[str, str] = {}
    standing: dict[str, Work] = {}
    for record in read(text, shown)[0] if text.strip() else ():
        index.add(record.work.key, record.work)
        standing[record.work.key] = record.work
        places[record.work.key] = f"{shown}:{record.line}"
        if name := record.work.fields.get("journal"):
            journals.setdefault(_plain(name), name)
    changed = dict(standing)
    added: dict[str, tuple[Incoming, Work, list[str]]] = {}
    duplicates: list[Duplicate] = []
    faults: list[Fault] = []
    for one in works:
        work = _with_known_journal(one.work, journals)
        all_compared = index.pairs > 0
        if match := index.find(work, titles=not alike):
            completion = completed(index.works[match.key], work)
            duplicates.append(Duplicate(one, match, places[match.key], completion))
            if update and match.key in changed and match.sure:
                completion = completed(changed[match.key], work)
                if fault := _fault(completion.work, one.place):
                    faults.append(fault)
                else:
                    changed[match.key] = completion.work
            continue
        if not work.fields.get("title"):
            faults.append(Fault(one.place, "the work has no title, so it was not added", "add its title in the source"))
            continue
        work = replace(work, key=new_key(work, index.works))
        if fault := _fault(work, one.place):
            faults.append(fault)
            continue
        remarks = list(one.remarks)
        for key, preprint, article in _versions(one, work, index):
            of = {**changed, **{name: item for name, (_, item, _) in added.items()}, work.key: work}
            if preprint and not of[preprint].fields.get("preprint-of"):
                related = replace(of[preprint], fields={**of[preprint].fields, "preprint-of": article})
                if preprint == work.key:
                    work = related
                elif preprint in added:
                    added[preprint] = (added[preprint][0], related, added[preprint][2])
                else:
                    changed[preprint] = related
                remarks.append(f"{preprint} is recorded as the preprint of {article} ({places.get(key, key)})")
            elif not preprint:
                remarks.append(_of_the_same_title(work, key, places[key]))
        if all_compared and index.pairs <= 0:
            message = "there are too many works to compare all titles: from here on only identical ones were found"
            hint = "look for works that were added although references.bib has them under a similar title"
            faults.append(Fault(one.place, message, hint, note=True))
        index.add(work.key, work)
        places[work.key] = f"{one.place}, just added"
        added[work.key] = (one, work, remarks)
    changes = [(standing[key], work) for key, work in changed.items() if work is not standing[key]]
    after = text
    for old, new in changes:
        after = _rewritten(after, old, new)
    after = _inserted(after, (work for _, work, _ in added.values())) if added else after
    lines = {record.work.key: record.line for record in read(after, shown)[0]} if added else {}
    additions = tuple(
        Addition(one, work, lines.get(work.key, 1), tuple(remarks)) for one, work, remarks in added.values()
    )
    shown_changes = tuple(Change(old.key, *_differing(old, new)) for old, new in changes)
    return Plan(path, text, after, additions, tuple(duplicates), tuple(faults), shown_changes, alike)


def _versions(one: Incoming, work: Work, index: WorkIndex) -> Iterator[tuple[str, str, str]]:
    """The records of other versions of a work: its key, and those of preprint and article, empty where it is none."""
    if article := index.by_doi.get(one.preprint_of):
        yield article, work.key, article
    preprint = index.by_doi.get(one.preprint, "")
    # What PubMed says a Cochrane review updates is its edition before, no preprint.
    if preprint and is_preprint(index.works[preprint]):
        yield preprint, preprint, work.key
    for key in index.versions(work):
        if key in (article, preprint):
            continue
        early = [is_preprint(item) for item in (work, index.works[key])]
        if early[0] == early[1]:
            yield key, "", ""
        else:
            yield key, *((work.key, key) if early[0] else (key, work.key))


def _of_the_same_title(work: Work, key: str, place: str) -> str:
    doi = work.fields.get("doi", "")
    if said_in_title(work.fields["title"]) == "notice":
        return f"it seems to be a notice about {key} ({place}): write its day and its DOI, {doi}, in that record"
    return f"{key} ({place}) has the same title and another DOI: if both are one work, keep one record"


def _differing(old: Work, new: Work) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of two records of one work that differ."""
    lines = [as_record(work).split("\n") for work in (old, new)]
    one, two = (tuple(line.strip() for line in lines[i] if line not in lines[1 - i]) for i in (0, 1))
    return one, two


def _rewritten(text: str, old: Work, new: Work) -> str:
    """The text with the fields of a record that differ between two works; all other bytes stay."""
    end = "\r\n" if "\r\n" in text else "\n"
    start = _offset(text, next(record.line for record in read(text, REFERENCES)[0] if record.work.key == old.key))
    opened = text.index("{", text.index("@", start)) + 1
    stop = (closing(text, opened) or len(text)) - 1
    head, body = text[start:opened], text[opened:stop]
    before, after = dict(written_fields(old)), dict(written_fields(new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        line = f"{name} = {{{after[name]}}}," if name in after else ""
        span = field_span(body, name)
        if span and line:
            body = body[: span[0]] + line + body[span[1] :]
        elif span:
            from_line = body.rfind("\n", 0, span[0]) + 1
            rest = body[span[1] :].lstrip(" \t")
            cut = from_line if rest.startswith(("\r\n", "\n")) and not body[from_line : span[0]].strip() else span[0]
            body = body[:cut] + (rest.removeprefix("\r").removeprefix("\n") if cut == from_line else rest)
        else:
            bare = body.rstrip()
            body = bare + ("" if bare.endswith(",") else ",") + f"{end}  {line}{end}"
    if old.type != new.type:
        head = re.sub(r"@\s*\w+", f"@{new.type}", head, count=1)
    return text[:start] + head + body + text[stop:]


def apply(plan: Plan, root: Path, today: date | None = None) -> None:
    """Write the new references.bib.

    Raises RefusedError and writes nothing where kb check would find a problem that it does not find now. A notice about
    a work (KB215) is no such problem, nor are works that look alike (KB212) where the plan allows them.
    """
    if not plan.added and not plan.changes:
        return
    shown = display_path(plan.path, root)
    before = {_identity(problem, shown) for problem in check(root, today).problems}
    text = plan.text.encode()
    new = [p for p in check(root, today, {plan.path: text}).problems if _identity(p, shown) not in before]
    new = [problem for problem in new if problem.code not in {"KB214", "KB215", "KB212" if plan.alike else ""}]
    if new:
        raise RefusedError(_at_source(plan, problem, shown) for problem in new)
    folders.write(plan.path, text, plan.before.encode())


def _current_text(path: Path, shown: str) -> str:
    """The text of references.bib to the last byte, empty where there is no file. Raises ContentError for its faults."""
    if not path.exists():
        return ""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ContentError([Problem(shown, 1, "KB101", "the file must be UTF-8 text", "save it as UTF-8")]) from None
    if text.strip(_BLANK):
        problems = bibliography.parse(unix_text(text), shown)[2]
        if problems:
            raise ContentError(problems)
    return text


def _with_known_journal(work: Work, journals: Mapping[str, str]) -> Work:
    """The work with its journal spelled as in the records of references.bib."""
    name = journals.get(_plain(work.fields.get("journal", "")))
    return replace(work, fields={**work.fields, "journal": name}) if name else work


def _plain(journal: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"^the ", "", journal.casefold().replace("&", "and"))).strip()


def _fault(work: Work, place: Place) -> Fault | None:
    """Why a work cannot be a record of references.bib: a problem of its record, or a value that BibTeX cannot hold."""
    record = as_record(work)
    references, _, problems = bibliography.parse(record, REFERENCES)
    if problems:
        return Fault(place, f"the work was not added as {work.key}: {problems[0].message}", problems[0].hint)
    records = read(record, REFERENCES)[0]
    if work.key not in references or len(records) != 1 or _values(records[0].work) != _values(work):
        hint = f"add the record to content/{REFERENCES} by hand, with plain letters in place of commands"
        return Fault(place, "the work has characters that BibTeX cannot hold, so it was not added", hint)
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


def _identity(problem: Problem, references: str) -> tuple[str, int, str, str]:
    """What is the same in a problem before and after; lines of references.bib shift."""
    line = 0 if problem.path == references else problem.line
    return problem.path, line, problem.code, problem.message


def _at_source(plan: Plan, problem: Problem, shown: str) -> Fault:
    """A problem at the place in the source that its record comes from."""
    before = [one for one in plan.added if one.line <= problem.line and problem.path == shown]
    place = max(before, key=lambda one: one.line).incoming.place if before else Place(problem.path, problem.line)
    return Fault(place, f"{problem.code} {problem.message}", problem.hint)
