"""Entries and works that are most likely the same thing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from kb.check.rule import rule
from kb.model import KINDS, Entry, Instrument, Status, Study
from kb.problems import Problem
from kb.read.bibliography.likeness import Name, Words, alike, name, words
from kb.read.content import Content


@rule(Content, {Entry: ("title", "reviewed"), Study: ("reference",), Instrument: ("abbreviation",)})
def entries_are_no_duplicates(content: Content) -> Iterator[Problem]:
    """No two entries are of the same thing (KB212, a warning): one study a work, one instrument an abbreviation.

    Nor do two of a kind have the same title, or nearly: case, small words and the order of words do not count, one
    number or year less or more tells them apart. Withdrawn entries may stand beside what took their place.
    """
    for kind in KINDS:
        entries = sorted((e for e in content.knowledge.of_kind(kind).values() if e.status in _STANDING), key=_age)
        told: set[str] = set()
        for field in ("reference", "abbreviation"):
            if field in kind.model_fields:
                for entry, first, value in _same(entries, field):
                    told.add(entry.slug)
                    message = f"only one {kind.kind} may have the {field} {value}, {_place(first)} has it too"
                    hint = f"add what is new to {first.slug} and remove this entry, if both are about the same thing"
                    yield content.problem(entry, (field,), "KB212", message, hint)
        for entry, first in _near(entries):
            if entry.slug not in told:
                message = f"the title must differ from other titles, {_place(first)} is called {first.title!r}"
                hint = f"add what is new to {first.slug} and remove this entry, or say in both titles how they differ"
                yield content.problem(entry, ("title",), "KB212", message, hint)


@rule(Content)
def works_are_no_duplicates(content: Content) -> Iterator[Problem]:
    """No work has two records (KB212, a warning): same title and year, unless each record has a DOI of its own.

    Where the title is short, the first author must be the same too.
    """
    seen: dict[tuple[Name, int | None], tuple[str, bool]] = {}
    references = content.knowledge.references.values()
    for reference in sorted(references, key=lambda item: (not item.doi, content.record_line(item.key))):
        named = name(reference.title, reference.authors[0].family if reference.authors else "")
        first, has_doi = seen.setdefault((named, reference.year), (reference.key, bool(reference.doi)))
        if first != reference.key and not (has_doi and reference.doi):
            message = f"a work must have one record, {reference.key} has the title and year of {first}"
            hint = f"keep one record and cite it as {first}, or give each its DOI"
            yield content.record_problem(reference.key, "KB212", message, hint)


_STANDING = (Status.PUBLISHED, Status.DRAFT)


def _age(entry: Entry) -> tuple[bool, bool, date]:
    """Which entry was there first, most likely: a published one, named after its work, reviewed long ago."""
    return entry.status is Status.DRAFT, getattr(entry, "reference", entry.slug) != entry.slug, entry.reviewed


def _same(entries: Iterable[Entry], field: str) -> Iterator[tuple[Entry, Entry, str]]:
    """Entries with the value of an earlier one, and that."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        value: str | None = getattr(entry, field)
        if value:
            first = seen.setdefault(value.casefold(), entry)
            if first is not entry:
                yield entry, first, value


def _near(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Entries whose title is nearly that of an earlier one, and that.

    Compared are those with the same numbers that begin or end alike.
    """
    seen: dict[Words, list[tuple[Words, Entry]]] = defaultdict(list)
    for entry in entries:
        telling = words(entry.title)
        if not telling:
            continue
        numbers = tuple([word for word in telling if not word.isalpha()])
        ends = dict.fromkeys(((f"{telling[0][:4]} ", *numbers), (f" {telling[-1][:4]}", *numbers)))
        first = next((other for end in ends for title, other in seen[end] if alike(telling, title)), None)
        if first:
            yield entry, first
        else:
            for end in ends:
                seen[end].append((telling, entry))


def _place(entry: Entry) -> str:
    return f"{entry.folder}/{entry.slug}.md"
