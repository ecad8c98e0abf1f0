"""Comparison: two knowledge bases to their difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Lookup
from dataclasses import replace

from kb.check import Checked
from kb.check.rules.lifecycle import missing
from kb.diff.difference import Change, Difference, EntryChange, FindingChange, ReferenceChange, What
from kb.diff.fields import changes, finding_changes
from kb.diff.ratings import driver_moves, rating, rating_moves
from kb.model import KINDS, Entry, Intervention, KnowledgeBase, Reference, Status, Study
from kb.problems import Problem, Severity

BIB = "references.bib"
_MADE = ("key", "text", "html", "work")
"""Fields of a record that say what the others say."""


def compare(
    before: KnowledgeBase,
    after: KnowledgeBase,
    unread_before: frozenset[str] = frozenset(),
    unread_after: frozenset[str] = frozenset(),
) -> Difference:
    """What lies between two versions of the content.

    ``unread_before`` and ``unread_after`` are the paths, as folder/slug or references.bib, of files that are there but
    could not be read whole: what they hold is not taken for new or deleted.
    """
    entries = tuple(_entries(before, after, unread_before, unread_after))
    touched = frozenset(f"{_folder(item.kind)}/{item.slug}" for item in entries)
    former = _former(before.interventions.values(), after.interventions.values())
    return Difference(
        entries=entries,
        ratings=tuple(rating_moves(before, after, former, touched)),
        drivers=tuple(driver_moves(before, after, former)),
        references=tuple(_references(before.references, after.references, BIB in unread_before, BIB in unread_after)),
        missing=tuple(sorted(missing(before, after, unread_after))),
    )


def compare_checked(before: Checked, after: Checked) -> Difference:
    """The same with the problems that came and went; a problem that only moved to another line is neither."""
    found = compare(before.knowledge, after.knowledge, _unread(before), _unread(after))
    olds, news = Counter(map(_identity, before.problems)), Counter(map(_identity, after.problems))
    return replace(
        found,
        appeared=tuple(_more(after.problems, olds)),
        gone=tuple(_more(before.problems, news)),
        errors_before=_errors(before),
        errors_after=_errors(after),
    )


def _more(problems: Iterable[Problem], others: Counter[tuple[str, str, str]]) -> Iterator[Problem]:
    """The problems beyond those that the other version has too."""
    left = others.copy()
    for problem in problems:
        identity = _identity(problem)
        left[identity] -= 1
        if left[identity] < 0:
            yield problem


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.path.partition("/")[2], problem.code, problem.message


def _errors(checked: Checked) -> int:
    return sum(problem.severity is Severity.ERROR for problem in checked.outside_drafts)


def _slug_path(path: str) -> str:
    """The folder/slug of a problem's path."""
    return path.partition("/")[2].removesuffix(".md")


def _unread(checked: Checked) -> frozenset[str]:
    """What errors of form kept from being read; where references.bib has such errors, none of its records is sure."""
    formal = {_slug_path(problem.path) for problem in checked.problems if problem.code.startswith("KB1")}
    read = {f"{entry.folder}/{entry.slug}" for entry in checked.knowledge.entries()}
    return frozenset(formal - read)


def _folder(kind: str) -> str:
    return next(item.folder for item in KINDS if item.kind == kind)


def _former(before: Iterable[Entry], after: Iterable[Entry]) -> dict[str, str]:
    """The slug that each renamed entry had, by its slug now."""
    olds, now = {entry.slug for entry in before}, tuple(after)
    there = {entry.slug for entry in now}
    return {
        entry.slug: slug
        for entry in now
        if entry.slug not in olds
        for slug in entry.formerly
        if slug in olds and slug not in there
    }


def _entries(
    before: KnowledgeBase, after: KnowledgeBase, unread_before: frozenset[str], unread_after: frozenset[str]
) -> Iterator[EntryChange]:
    """The entries that changed, kind by kind, in alphabetical order."""
    for kind in KINDS:
        olds, news = before.of_kind(kind), after.of_kind(kind)
        former = _former(olds.values(), news.values())
        renamed = set(former.values())
        for slug in sorted({*olds, *news}):
            old, new = olds.get(former.get(slug, slug)), news.get(slug)
            path = f"{kind.folder}/{slug}"
            if new is None and old is not None:
                if slug not in renamed:
                    yield _gone(old, path in unread_after)
            elif new is not None and old is None:
                what = What.UNREADABLE if path in unread_before else What.ADDED
                note = "its file could not be read before" if path in unread_before else _told(new, after)
                yield EntryChange(new.kind, slug, new.title, what, note, (), _findings(None, new))
            elif new is not None and old is not None and old != new:
                note = f"formerly {old.slug}" if slug in former else _told(new, after) if _left(old, new) else ""
                fields = tuple(_fields(old, new))
                yield EntryChange(new.kind, slug, new.title, _what(old, new), note, fields, _findings(old, new))


def _gone(old: Entry, unread: bool) -> EntryChange:
    if unread:
        return EntryChange(old.kind, old.slug, old.title, What.UNREADABLE, "its file cannot be read now")
    what = What.REMOVED if old.status is Status.DRAFT else What.DELETED
    return EntryChange(old.kind, old.slug, old.title, what, "it was a draft" if what is What.REMOVED else "")


def _left(old: Entry, new: Entry) -> bool:
    return _what(old, new) is What.WITHDRAWN


def _what(old: Entry, new: Entry) -> What:
    if old.slug != new.slug:
        return What.RENAMED
    if old.status is not new.status:
        known = {Status.WITHDRAWN: What.WITHDRAWN, Status.PUBLISHED: What.PUBLISHED}
        return known.get(new.status, What.CHANGED)
    return What.CHANGED


def _told(entry: Entry, knowledge: KnowledgeBase) -> str:
    """What to say of an entry that is new or withdrawn."""
    if entry.withdrawn:
        return entry.withdrawn.reason
    if entry.status is Status.DRAFT:
        return "a draft"
    return rating(knowledge.assessments[entry.slug]) if isinstance(entry, Intervention) else ""


def _fields(old: Entry, new: Entry) -> Iterator[Change]:
    """The fields that differ, without the findings; the text by its name only."""
    yield from changes(old, new, leave=("slug", "body", "findings"))
    if old.body != new.body:
        yield Change("text")


def _findings(old: Entry | None, new: Entry) -> tuple[FindingChange, ...]:
    if not isinstance(new, Study):
        return ()
    return tuple(finding_changes(old.findings if isinstance(old, Study) else (), new.findings))


def _references(
    olds: Lookup[str, Reference], news: Lookup[str, Reference], unread_before: bool, unread_after: bool
) -> Iterator[ReferenceChange]:
    """The records that changed, by key; a bibliography with errors of form makes no record new or removed."""
    for key in sorted({*olds, *news}):
        old, new = olds.get(key), news.get(key)
        if old and new and old != new:
            if fields := tuple(changes(old, new, leave=_MADE)):
                yield ReferenceChange(key, What.CHANGED, fields)
        elif new and not old and not unread_before:
            yield ReferenceChange(key, What.ADDED, (Change("text", None, new.text),))
        elif old and not new and not unread_after:
            yield ReferenceChange(key, What.REMOVED, (Change("text", old.text, None),))
