"""Comparing two versions of the content, down to the one figure that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Lookup
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kb.check import Checked
from kb.check.rules.lifecycle import missing
from kb.diff.difference import Change, Difference, EntryChange, FindingChange, ReferenceChange, What
from kb.diff.ratings import driver_changes, rating, rating_changes
from kb.model import KINDS, Entry, Finding, Intervention, KnowledgeBase, Reference, Status, Study
from kb.model.fields import Record
from kb.problems import Problem, Severity

BIB = "references.bib"
_DERIVED = ("key", "text", "html", "work")
"""Fields of a reference that repeat what the others say."""
_NAMES = ("id", "slug", "label", "domain", "property")
"""Fields that identify the records of a list, where they are unique in it."""


def compare(
    before: KnowledgeBase,
    after: KnowledgeBase,
    unread_before: frozenset[str] = frozenset(),
    unread_after: frozenset[str] = frozenset(),
) -> Difference:
    """What differs between two versions of the content.

    ``unread_before`` and ``unread_after`` are the paths, as folder/slug or references.bib, of files that are there but
    could not be read whole: nothing in them counts as new or deleted.
    """
    entries = tuple(_entries(before, after, unread_before, unread_after))
    touched = frozenset(f"{_folder(item.kind)}/{item.slug}" for item in entries)
    former = _former(before.interventions.values(), after.interventions.values())
    return Difference(
        entries=entries,
        ratings=tuple(rating_changes(before, after, former, touched)),
        drivers=tuple(driver_changes(before, after, former)),
        references=tuple(_references(before.references, after.references, BIB in unread_before, BIB in unread_after)),
        missing=tuple(sorted(missing(before, after, unread_after))),
    )


def compare_checked(before: Checked, after: Checked) -> Difference:
    """The same, with the problems that are new or solved; one that only moved to another line is neither."""
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
    """The files that errors of form (KB1..) kept from being read; references.bib counts as unread with any of them."""
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
                note = "its file could not be read before" if path in unread_before else _note(new, after)
                yield EntryChange(new.kind, slug, new.title, what, note, (), _findings(None, new))
            elif new is not None and old is not None and old != new:
                note = f"formerly {old.slug}" if slug in former else _note(new, after) if _left(old, new) else ""
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


def _note(entry: Entry, knowledge: KnowledgeBase) -> str:
    """The note on an entry that is new or withdrawn."""
    if entry.withdrawn:
        return entry.withdrawn.reason
    if entry.status is Status.DRAFT:
        return "a draft"
    return rating(knowledge.assessments[entry.slug]) if isinstance(entry, Intervention) else ""


def _fields(old: Entry, new: Entry) -> Iterator[Change]:
    """The fields that differ, without findings; of the text only that it differs."""
    yield from changes(old, new, leave=("slug", "body", "findings"))
    if old.body != new.body:
        yield Change("text")


def _findings(old: Entry | None, new: Entry) -> tuple[FindingChange, ...]:
    if not isinstance(new, Study):
        return ()
    return tuple(_finding_changes(old.findings if isinstance(old, Study) else (), new.findings))


def _references(
    olds: Lookup[str, Reference], news: Lookup[str, Reference], unread_before: bool, unread_after: bool
) -> Iterator[ReferenceChange]:
    """The records that changed, by key; a bibliography with errors of form makes no record new or removed."""
    for key in sorted({*olds, *news}):
        old, new = olds.get(key), news.get(key)
        if old and new and old != new:
            if fields := tuple(changes(old, new, leave=_DERIVED)):
                yield ReferenceChange(key, What.CHANGED, fields)
        elif new and not old and not unread_before:
            yield ReferenceChange(key, What.ADDED, (Change("text", None, new.text),))
        elif old and not new and not unread_after:
            yield ReferenceChange(key, What.REMOVED, (Change("text", old.text, None),))


def changes(before: Record, after: Record, leave: Collection[str] = (), prefix: str = "") -> Iterator[Change]:
    """The fields that differ between two records of one kind, in the model's order, except those to ``leave`` out."""
    for name in type(after).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if name not in leave and old != new:
            yield from _changes(prefix + name, old, new)


def _changes(name: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, Record) and isinstance(new, Record):
        yield from changes(old, new, prefix=f"{name}.")
        return
    olds, news = _by_name(old), _by_name(new)
    if olds is None or news is None:
        yield Change(name, words(old), words(new))
        return
    for key in dict.fromkeys((*olds, *news)):
        if olds.get(key) != news.get(key):
            if key in olds and key in news:
                yield from changes(olds[key], news[key], prefix=f"{name}.{key}.")
            else:
                yield Change(f"{name}.{key}", words(olds.get(key)), words(news.get(key)))
    if olds.keys() == news.keys() and list(olds) != list(news):
        yield Change(f"{name} (order)", ", ".join(olds), ", ".join(news))


def _by_name(value: Any) -> dict[str, Record] | None:
    """The records of a list by the field that identifies them; None if it has no records or no such field."""
    if not isinstance(value, tuple) or not all(isinstance(item, Record) for item in value):
        return None
    if not value:
        return {}
    for name in _NAMES:
        found = {str(getattr(item, name, "")): item for item in value}
        if len(found) == len(value) and "" not in found:
            return found
    return None


def words(value: Any) -> str | None:
    """A value as people read it; None if there is none. A record is its fields by name, the first one without."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int | date):
        return str(value)
    if isinstance(value, Record):
        written = [name for name in type(value).model_fields if name in value.model_fields_set]
        filled = [(name, found) for name in written if (found := words(getattr(value, name)))]
        return "; ".join(found if index == 0 else f"{name} {found}" for index, (name, found) in enumerate(filled))
    if isinstance(value, tuple) and value:
        parts = [words(item) or "" for item in value]
        return (" | " if any(isinstance(item, Record) for item in value) else ", ").join(parts)
    return None


def _finding_changes(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[FindingChange]:
    """The findings that were added, changed or removed, in the order of the study; new ones with all their figures."""
    olds, news = {item.id: item for item in before}, {item.id: item for item in after}
    for id in dict.fromkeys((*news, *olds)):
        old, new = olds.get(id), news.get(id)
        if old and new and old != new:
            yield FindingChange(id, What.CHANGED, tuple(changes(old, new)))
        elif new and not old:
            yield FindingChange(id, What.ADDED, tuple(_recorded(new, gone=False)))
        elif old and not new:
            yield FindingChange(id, What.REMOVED, tuple(_recorded(old, gone=True)))


def _recorded(finding: Finding, gone: bool) -> Iterator[Change]:
    """What a finding records, field by field in the model's order."""
    for name in type(finding).model_fields:
        if name == "id" or name not in finding.model_fields_set:
            continue
        if (value := words(getattr(finding, name))) is not None:
            yield Change(name, value if gone else None, None if gone else value)
