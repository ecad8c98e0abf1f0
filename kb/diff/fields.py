"""Fields: two records compared value by value, down to the one figure that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from kb.diff.difference import Change, FindingChange, What
from kb.model import Finding
from kb.model.fields import Record

_NAMES = ("id", "slug", "label", "domain", "property")
"""Fields by which records of a list are told apart, where they are unique in it."""


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
    """The records of a list by what tells them apart; None where it holds none or nothing tells them apart."""
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
    """A value as people read it; None where there is none. A record is its fields by name, the first one without."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int | date):
        return str(value)
    if isinstance(value, Record):
        written = [name for name in type(value).model_fields if name in value.model_fields_set]
        told = [(name, found) for name in written if (found := words(getattr(value, name)))]
        return "; ".join(found if index == 0 else f"{name} {found}" for index, (name, found) in enumerate(told))
    if isinstance(value, tuple) and value:
        parts = [words(item) or "" for item in value]
        return (" | " if any(isinstance(item, Record) for item in value) else ", ").join(parts)
    return None


def finding_changes(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[FindingChange]:
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
