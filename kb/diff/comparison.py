"""Comparing two versions of the content, down to the one figure that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from kb.check import Checked
from kb.check.rules.lifecycle import missing
from kb.diff.difference import Change, Difference, EntryChange, What
from kb.diff.drafts import draft_grades
from kb.diff.ratings import driver_changes, rating, rating_changes
from kb.model import KINDS, Entry, EntryStatus, Intervention, KnowledgeBase
from kb.model.fields import Record
from kb.problems import Problem, Severity

BIB = "references.bib"
_DERIVED = ("key", "text", "html", "work")
"""Fields of a reference that repeat what the others say."""
_NAMES = ("id", "slug", "body", "arm", "label", "domain", "property")
"""Fields that identify the records of a list, where they are unique in it."""


def compare(before: Checked, after: Checked) -> Difference:
    """What differs between two versions of the content, and in their problems.

    Nothing in a file that has errors of form counts as new or deleted. A problem that only moved to another line is
    neither new nor solved.
    """
    unread, unread_now = _unread(before), _unread(after)
    old, new = before.knowledge, after.knowledge
    entries = tuple(_entries(old, new, unread, unread_now))
    folders = {kind.kind: kind.folder for kind in KINDS}
    touched = frozenset(f"{folders[item.kind]}/{item.slug}" for item in entries)
    former = _former(old.interventions.values(), new.interventions.values())
    return Difference(
        entries=entries,
        ratings=tuple(rating_changes(old, new, former, touched)),
        drivers=tuple(driver_changes(old, new, former)),
        references=tuple(_references(old, new, BIB in unread, BIB in unread_now)),
        missing=tuple(sorted(missing(old, new, unread_now))),
        appeared=tuple(_more(after.problems, before.problems)),
        gone=tuple(_more(before.problems, after.problems)),
        drafts=tuple(draft_grades(new, touched | _new_drafts(old, new))),
        errors_before=_errors(before),
        errors_after=_errors(after),
    )


def _new_drafts(before: KnowledgeBase, after: KnowledgeBase) -> frozenset[str]:
    """The drafts that were none before, or lacked something else, as folder/slug."""
    added = set(after.drafts) - set(before.drafts)
    return frozenset(draft.path.partition("/")[2].removesuffix(".md") for draft in added)


def _more(problems: Iterable[Problem], others: Iterable[Problem]) -> Iterator[Problem]:
    """The problems beyond those that the other version has too."""
    left = Counter(map(_identity, others))
    for problem in problems:
        left[_identity(problem)] -= 1
        if left[_identity(problem)] < 0:
            yield problem


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.path.partition("/")[2], problem.code, problem.message


def _errors(checked: Checked) -> int:
    return sum(problem.severity is Severity.ERROR for problem in checked.outside_drafts)


def _unread(checked: Checked) -> frozenset[str]:
    """The files that errors of form (KB1..) kept from being read, as folder/slug or references.bib."""
    formal = [problem.path for problem in checked.problems if problem.code.startswith("KB1")]
    read = {f"{entry.folder}/{entry.slug}" for entry in checked.knowledge.entries()}
    return frozenset(path.partition("/")[2].removesuffix(".md") for path in formal) - read


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
        for slug in sorted({*olds, *news} - set(former.values())):
            old, new = olds.get(former.get(slug, slug)), news.get(slug)
            entry = new or old
            if entry is None or old == new:
                continue
            path = f"{kind.folder}/{slug}"
            if old is None and path in unread_before:
                what, note = What.UNREADABLE, "its file could not be read before"
            elif new is None and path in unread_after:
                what, note = What.UNREADABLE, "its file cannot be read now"
            else:
                what, note = _what(old, new), _note(old, new, after)
            fields = _fields(old, new) if new else ()
            yield EntryChange(entry.kind, slug, entry.title, what, note, fields)


def _what(old: Entry | None, new: Entry | None) -> What:
    if old is None:
        return What.ADDED
    if new is None:
        return What.REMOVED if old.status is EntryStatus.DRAFT else What.DELETED
    if old.slug != new.slug:
        return What.RENAMED
    if old.status is not new.status:
        known = {EntryStatus.WITHDRAWN: What.WITHDRAWN, EntryStatus.PUBLISHED: What.PUBLISHED}
        return known.get(new.status, What.CHANGED)
    return What.CHANGED


def _note(old: Entry | None, new: Entry | None, knowledge: KnowledgeBase) -> str:
    match _what(old, new):
        case What.REMOVED:
            return "it was a draft"
        case What.RENAMED if old:
            return f"formerly {old.slug}"
        case What.ADDED | What.WITHDRAWN if new:
            if new.withdrawn:
                return new.withdrawn.reason
            if new.status is EntryStatus.DRAFT:
                return "a draft"
            return rating(knowledge.assessments[new.slug]) if isinstance(new, Intervention) else ""
    return ""


def _fields(old: Entry | None, new: Entry) -> tuple[Change, ...]:
    """The values that differ; of the text only that it does, and of a new entry its findings."""
    if old is None:
        return tuple(change for change in changes(None, new) if change.name.startswith("findings."))
    text = (Change("text"),) if old.body != new.body else ()
    return (*changes(old, new, leave=("slug", "body")), *text) or (Change("order"),)


def _references(
    before: KnowledgeBase, after: KnowledgeBase, unread_before: bool, unread_after: bool
) -> Iterator[EntryChange]:
    """The references that changed, by key; a bibliography with errors of form makes none new or removed."""
    olds, news = before.references, after.references
    for key in sorted({*olds, *news}):
        old, new = olds.get(key), news.get(key)
        if old and new:
            if fields := changes(old, new, leave=_DERIVED):
                yield EntryChange("reference", key, new.text, What.CHANGED, fields=fields)
        elif new and not unread_before:
            yield EntryChange("reference", key, new.text, What.ADDED)
        elif old and not unread_after:
            yield EntryChange("reference", key, old.text, What.REMOVED)


def changes(before: Record | None, after: Record | None, leave: Collection[str] = ()) -> tuple[Change, ...]:
    """The values that differ between two records, in the model's order, except those of the fields to ``leave`` out."""
    olds, news = (dict(_flat(item, leave)) if item else {} for item in (before, after))
    paths = dict.fromkeys((*news, *olds))
    return tuple(Change(path, olds.get(path), news.get(path)) for path in paths if olds.get(path) != news.get(path))


def _flat(record: Record, leave: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The values of a record in words by their paths, e.g. findings.burnout.estimate; defaults are left out."""
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if name in leave or value == field.default:
            continue
        if isinstance(value, Record):
            yield from ((f"{name}.{path}", text) for path, text in _flat(value))
        elif naming := _naming(value):
            for item in value:
                yield from ((f"{name}.{getattr(item, naming)}.{path}", text) for path, text in _flat(item, (naming,)))
        else:
            yield name, _words(value)


def _naming(value: Any) -> str | None:
    """The field that identifies each record of a list; None where the value is another, or has no such field."""
    if not isinstance(value, tuple) or not all(isinstance(item, Record) for item in value):
        return None
    for name in _NAMES:
        names = {getattr(item, name, None) for item in value}
        if len(names) == len(value) and None not in names:
            return name
    return None


def _words(value: Any) -> str:
    """A value as people read it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case Record():
            return ", ".join(text for _, text in _flat(value))
        case tuple():
            return (" | " if any(isinstance(item, Record) for item in value) else ", ").join(map(_words, value))
    return str(value)
