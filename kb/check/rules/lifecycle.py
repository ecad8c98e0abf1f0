"""The life of entries and works: dates, former names, retractions, duplicates, and what may not disappear."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import partial

from kb.check.rule import rule
from kb.check.rules.bodies import BODIES
from kb.check.rules.references import cited, fields
from kb.grading import bodies_of
from kb.model import (
    KINDS,
    Entry,
    EntryStatus,
    Instrument,
    Intervention,
    KnowledgeBase,
    Notice,
    Reference,
    Study,
    Verification,
    Withdrawal,
)
from kb.problems import Problem
from kb.read import citations
from kb.read.bibliography.likeness import Name, Words, alike, name, words
from kb.read.content import REFERENCES, Content
from kb.read.frontmatter import Loc, Needs
from kb.read.retractions import said_in_title

FIRST_YEAR = 1900
_GRADED: Needs = {**BODIES, Study: ("reference", *BODIES[Study])}
_YEAR = re.compile(r"\b(1[5-9]\d\d|2\d\d\d)\b")
_AHEAD = timedelta(days=1)
"""The day of a build is in UTC, when it is tomorrow in some places already."""


@rule(Content, {Entry: ("reviewed", "withdrawn"), Withdrawal: ("date",), Study: ("dates",)})
def dates_have_come(content: Content) -> Iterator[Problem]:
    """Nothing that has happened is dated in the future (KB405, a warning): reviews, withdrawals, notices, works, data.

    A day may be one ahead of that of the build, for time zones, and a work one year, as journals print ahead. The day
    of the build is given from outside, and may be an old one on purpose: so this is no error.
    """
    latest = content.knowledge.today + _AHEAD
    for entry in content.knowledge.entries():
        for loc, day in _days(entry):
            if day > latest:
                yield content.problem(entry, loc, "KB405", *_of_the_future(loc, day, latest))
        for year in _years(entry) if isinstance(entry, Study) else ():
            if year > latest.year:
                message = _future("the data", year, latest)
                yield content.problem(entry, ("dates",), "KB405", message, "write when the data were collected")
    for reference in content.knowledge.references.values():
        if reference.year is not None and reference.year > latest.year + 1:
            message = _future(f"the year of {reference.key}", reference.year, latest)
            yield content.record_problem(reference.key, "KB405", message, "check it against the work")
        for notice, kind in _notices(reference):
            if notice.date > latest:
                message = _future(f"{kind} of {reference.key}", notice.date, latest)
                yield content.record_problem(reference.key, "KB405", message, "write the day of the notice")


def _days(entry: Entry) -> Iterator[tuple[Loc, date]]:
    """The days of an entry that have come, each with its place: all but that on which it is due again."""
    return ((loc, day) for _, loc, day in fields(entry) if isinstance(day, date) and loc[-1] != "review_by")


def _of_the_future(loc: Loc, day: date, latest: date) -> tuple[str, str]:
    names = [part for part in loc if isinstance(part, str)]
    what = names[0] if len(names) == 1 else f"the {names[-1]} of {names[0]}"
    if names == ["withdrawn", "date"]:
        return _future("the withdrawal", day, latest), "write the day of the withdrawal"
    hint = "write the day of the last check" if names == ["reviewed"] else "write the day on which it was done"
    return _future(what, day, latest), hint


def _future(what: str, when: date | int, latest: date) -> str:
    return f"{what} must not be in the future, got {when}; today is {latest - _AHEAD}"


@rule(Content, {Study: ("reference", "dates")})
def years_follow_each_other(content: Content) -> Iterator[Problem]:
    """A study appeared in 1900 or later, and its data were collected from then until it appeared (KB406)."""
    for study in content.knowledge.studies.values():
        reference = content.knowledge.references.get(study.reference)
        appeared = reference.year if reference else None
        if appeared is not None and appeared < FIRST_YEAR:
            message = f"a study must have appeared in {FIRST_YEAR} or later, {study.reference} is from {appeared}"
            hint = f"check year: of {study.reference} in {REFERENCES}"
            yield content.problem(study, ("reference",), "KB406", message, hint)
            continue
        for year in _years(study):
            if year < FIRST_YEAR or (appeared is not None and year > appeared):
                until = f" to {appeared}, when {study.reference} appeared" if appeared else " on"
                message = f"the data must be from {FIRST_YEAR}{until}, got {year}"
                yield content.problem(study, ("dates",), "KB406", message, "check dates:, and the year of the work")


def _years(study: Study) -> tuple[int, ...]:
    """The years in the dates of a study."""
    return tuple(map(int, _YEAR.findall(study.dates or "")))


def _notices(reference: Reference) -> Iterator[tuple[Notice, str]]:
    if reference.retracted:
        yield reference.retracted, "retracted"
    if reference.corrected:
        yield reference.corrected, "corrected"
    if reference.concern:
        yield reference.concern, "doubted by its journal"


@rule(Content, {Entry: ("formerly",)})
def former_slugs_lead_to_one(content: Content) -> Iterator[Problem]:
    """A former slug leads to the entry that had it, and to no other (KB211): no entry has it or claims it too."""
    for kind in KINDS:
        owners: dict[str, Entry] = {}
        for entry in content.knowledge.of_kind(kind).values():
            for index, slug in enumerate(entry.formerly):
                loc = ("formerly", index)
                if slug == entry.slug:
                    message = f"a former slug must differ from the one now, {slug}"
                    yield content.problem(entry, loc, "KB211", message, "remove it from formerly:")
                elif slug in content.slugs[kind.folder]:
                    message = f"the former slug {slug} must lead here, but {kind.folder}/{slug}.md uses it again"
                    hint = "give that file another name, or remove the slug from formerly:"
                    yield content.problem(entry, loc, "KB211", message, hint)
                elif slug in owners and owners[slug] is not entry:
                    message = f"the former slug {slug} must lead to one entry, {owners[slug].slug} claims it too"
                    yield content.problem(entry, loc, "KB211", message, "keep it in the entry that has its content now")
                owners.setdefault(slug, entry)


@rule(Content, _GRADED)
def grades_rely_on_no_retracted_work(content: Content) -> Iterator[Problem]:
    """No body of evidence of a published intervention uses a finding of a retracted study (KB214)."""
    knowledge = content.knowledge
    graded = _graded(content)
    for slug, interventions in graded.items():
        reference = knowledge.references.get(knowledge.studies[slug].reference)
        if reference and reference.retracted:
            see = f", see {reference.retracted.link}" if reference.retracted.link else ""
            when = f"{slug} was retracted on {reference.retracted.date}{see}"
            message = f"a grade must not rely on a retracted study, {when}"
            hint = f"set status: withdrawn, and grade again: {', '.join(interventions)}"
            yield content.problem(knowledge.studies[slug], ("reference",), "KB214", message, hint)


def _graded(content: Content) -> dict[str, list[str]]:
    """The studies with a finding in a body of evidence, each with the published interventions that it tests."""
    found: dict[str, list[str]] = defaultdict(list)
    interventions = {
        slug: item for slug, item in content.knowledge.interventions.items() if item.status is EntryStatus.PUBLISHED
    }
    bodies = bodies_of(interventions, content.knowledge.studies.values(), content.knowledge.instruments)
    for slug, of_slug in bodies.items():
        for study in sorted({result.study.slug for results in of_slug.values() for result in results}):
            found[study].append(slug)
    return found


@rule(Content, {Entry: ("reviewed",), **_GRADED})
def entries_answer_notices(content: Content) -> Iterator[Problem]:
    """An entry that relies on a retracted work, or on one corrected since its review, is reviewed again (KB215).

    To rely on a work is to cite it, in a field or in the text, or to have a body of evidence with its study. KB215 is a
    warning; where a grade relies on a retracted work, KB214 is the only problem.
    """
    studies, references = content.knowledge.studies, content.knowledge.references
    graded: dict[str, list[str]] = defaultdict(list)
    for study, slugs in _graded(content).items():
        for slug in slugs:
            graded[slug].append(studies[study].reference)
    retracted = {studies[slug].reference for slug in _graded(content)}
    for entry in content.knowledge.entries():
        if entry.status is EntryStatus.WITHDRAWN:
            continue
        source = content.sources[entry.folder, entry.slug]
        places = list(cited(entry, source))
        if isinstance(entry, Intervention):
            places += [(key, partial(source.problem, ())) for key in graded[entry.slug]]
        for key, problem in dict(reversed(places)).items():  # the first place of each work
            reported = key in retracted and key in references and references[key].retracted is not None
            own = isinstance(entry, Study) and entry.reference == key
            if key in references and not (reported and (own or key in graded.get(entry.slug, ()))):
                remark = _remark(entry, references[key])
                if remark is None:
                    continue
                yield problem("KB215", *remark)


@rule(Content)
def notices_are_noticed(content: Content) -> Iterator[Problem]:
    """A work whose title says that it was retracted has its notice, and one with a notice was looked up (KB215)."""
    for key, item in content.knowledge.references.items():
        if not item.retracted and said_in_title(item.title) == "retracted":
            message = f"the title of {key} says that it was retracted, but its record does not"
            hint = "write retracted = {day, DOI of the notice}; kb retractions may know it"
            yield content.record_problem(key, "KB215", message, hint)
        elif item.verified is Verification.UNVERIFIED:
            for notice, what in _notices(item):
                message = f"{key} was {what} on {notice.date}, and nobody has looked it up yet"
                see = notice.link or "the notice"
                hint = f"read {see}, compare the record, then write verified = {{search: its address}}"
                yield content.record_problem(key, "KB215", message, hint)


@rule(Content)
def works_were_looked_up(content: Content) -> Iterator[Problem]:
    """Somebody has looked up each work that a published entry relies on (KB216, a warning)."""
    unsure = {key for key, item in content.knowledge.references.items() if item.verified is Verification.UNVERIFIED}
    seen: set[str] = set()
    for entry in content.knowledge.entries():
        for key in citations.cited_keys(entry) if entry.status is EntryStatus.PUBLISHED else ():
            if key in unsure and key not in seen:
                seen.add(key)
                message = f"{key} must be looked up, since {entry.path.rstrip('/')} relies on it"
                hint = "open the page of the work, compare, and write verified = {search: its address}"
                yield content.record_problem(key, "KB216", message, hint)


def _remark(entry: Entry, reference: Reference) -> tuple[str, str] | None:
    """The message and hint for an entry that relies on a retracted or corrected work; None where it is settled."""
    if reference.retracted:
        message = f"the {entry.kind} relies on {reference.key}, which was retracted on {reference.retracted.date}"
        own = isinstance(entry, Study) and entry.reference == reference.key
        remedy = "set status: withdrawn" if own else "cite another work instead"
        return message, f"see {reference.retracted.link or 'the notice'}; {remedy}"
    if reference.concern and entry.reviewed <= reference.concern.date:
        day = reference.concern.date
        message = f"the {entry.kind} relies on {reference.key}, about which a concern was expressed on {day}"
        see = reference.concern.link or "the notice"
        return message, f"read {see}, say in the text what is doubted, then set reviewed: to today"
    if reference.corrected and entry.reviewed <= reference.corrected.date:
        message = f"the {entry.kind} relies on {reference.key}, which was corrected on {reference.corrected.date}"
        notice = reference.corrected.link or "the correction"
        return message, f"read {notice}, correct the entry, then set reviewed: to today"
    return None


def missing(before: KnowledgeBase, after: KnowledgeBase, unread: Collection[str] = ()) -> Iterator[Problem]:
    """A page that was published stays (KB210): its entry is withdrawn and not deleted, and says if it was renamed.

    ``before`` and ``after`` are two versions of the content; ``unread`` are the entries, as folder/slug, that are there
    after, but have errors. It holds for withdrawn entries and former slugs too, as others link to their addresses.
    """
    drafts = {draft.path.partition("/")[2] for draft in after.drafts}
    for kind in KINDS:
        there = {slug: entry for slug, entry in after.of_kind(kind).items() if entry.status is not EntryStatus.DRAFT}
        former = {slug for entry in there.values() for slug in entry.formerly}
        for slug, entry in before.of_kind(kind).items():
            path = f"content/{kind.folder}/{slug}.md"
            if entry.status is EntryStatus.DRAFT:
                continue
            if f"{kind.folder}/{slug}.md" in drafts or (slug in after.of_kind(kind) and slug not in there):
                message = f"the {kind.kind} {slug} was published and must not be a draft again"
                yield Problem(path, 1, "KB210", message, "write status: withdrawn and why, or leave it published")
            elif f"{kind.folder}/{slug}" in unread:
                continue
            elif slug not in there and slug not in former:
                message = f"the {kind.kind} {slug} was published and must not be deleted"
                hint = (
                    "restore the file and write status: withdrawn, and below withdrawn: its date and reason; "
                    f"if it was renamed, write formerly: [{slug}] in the new file"
                )
                yield Problem(path, 1, "KB210", message, hint)
            for old in entry.formerly:
                if old not in former and old not in after.of_kind(kind):
                    message = f"the former slug {old} of {slug} must still lead to a page"
                    yield Problem(path, 1, "KB210", message, f"write formerly: [{old}] again, where its content is now")


@rule(Content, {Entry: ("title", "reviewed"), Study: ("reference",), Instrument: ("abbreviation",)})
def entries_are_no_duplicates(content: Content) -> Iterator[Problem]:
    """No two entries are of the same thing (KB212, a warning): one study a work, one instrument an abbreviation.

    Nor do two of a kind have the same title, or nearly: case, small words and the order of words do not count, one
    number or year less or more makes them different. A withdrawn entry may be like what took its place.
    """
    for kind in KINDS:
        entries = sorted((e for e in content.knowledge.of_kind(kind).values() if e.status in _PRESENT), key=_age)
        reported: set[str] = set()
        for field in ("reference", "abbreviation"):
            if field in kind.model_fields:
                for entry, first, value in _same(entries, field):
                    reported.add(entry.slug)
                    message = f"only one {kind.kind} may have the {field} {value}, {_place(first)} has it too"
                    hint = f"add what is new to {first.slug} and remove this entry, if both are about the same thing"
                    yield content.problem(entry, (field,), "KB212", message, hint)
        for entry, first in _near(entries):
            if entry.slug not in reported:
                message = f"the title must differ from other titles, {_place(first)} is called {first.title!r}"
                hint = f"add what is new to {first.slug} and remove this entry, or say in both titles how they differ"
                yield content.problem(entry, ("title",), "KB212", message, hint)


@rule(Content)
def works_are_no_duplicates(content: Content) -> Iterator[Problem]:
    """No work has two records (KB212, a warning): same title and year, unless each record has a DOI of its own.

    Where the title is short, the first author must be the same too.
    """
    seen: dict[tuple[Name, int | None], tuple[str, bool]] = {}
    references = content.knowledge.references
    for reference in sorted(references.values(), key=lambda item: (not item.doi, content.record_line(item.key))):
        named = name(reference.title, reference.authors[0].family if reference.authors else "")
        first, has_doi = seen.setdefault((named, reference.year), (reference.key, bool(reference.doi)))
        preprint = first == reference.preprint_of or references[first].preprint_of == reference.key
        if first != reference.key and not (has_doi and reference.doi) and not preprint:
            message = f"a work must have one record, {reference.key} has the title and year of {first}"
            hint = f"keep one record and cite it as {first}, or give each its DOI"
            yield content.record_problem(reference.key, "KB212", message, hint)


_PRESENT = (EntryStatus.PUBLISHED, EntryStatus.DRAFT)


def _age(entry: Entry) -> tuple[bool, bool, date]:
    """Which entry was there first, most likely: a published one, named after its work, reviewed long ago."""
    return entry.status is EntryStatus.DRAFT, getattr(entry, "reference", entry.slug) != entry.slug, entry.reviewed


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
