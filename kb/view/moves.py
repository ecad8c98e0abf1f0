"""What moved in the evidence, in words: the record of changes, readings against sources, and works that were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple, Self

from kb.grading import statements
from kb.model import (
    KINDS,
    RENAMED,
    Driver,
    Entry,
    EntryStatus,
    Fact,
    Intervention,
    Move,
    ScreeningDecision,
    Verdict,
    Word,
)
from kb.view import figures
from kb.view.bodies import conditions
from kb.view.catalog import Catalog
from kb.view.fields import View
from kb.view.parts import Link, href, outcome_label


class ChangeKind(Word):
    """What happened to an entry or a work."""

    heading: str
    one: str
    many: str

    # In the order in which it is told: the word, a heading, and how it is counted.
    MOVED = "moved", "Verdicts that moved", "verdict moved", "verdicts moved"
    LEFT = "left", "Withdrawn or renamed", "entry withdrawn or renamed", "entries withdrawn or renamed"
    FINER = "finer", "Certainty and estimates that moved", "figure moved", "figures moved"
    RATED = "rated", "Rated for the first time", "first rating", "first ratings"
    CORRECTED = "corrected", "Corrected after a reading against the source", "entry corrected", "entries corrected"
    FOUND = "found", "Works that were found", "work found", "works found"
    ADDED = "added", "Added", "entry added", "entries added"
    SIGNED = "signed", "Signed by an outside expert", "entry signed by an expert", "entries signed by an expert"
    READ = "read", "Read against the source, nothing to correct", "entry confirmed", "entries confirmed"

    def __new__(cls, value: str, heading: str = "", one: str = "", many: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label, member.meaning = value, heading, f"{heading}."
        member.heading, member.one, member.many = heading, one, many
        return member


class Event(NamedTuple):
    """One thing that happened to one entry, or to a work that is no entry."""

    date: date
    kind: ChangeKind
    path: str
    """folder/slug of the entry; of a work its key."""
    about: Link
    """The entry or work; the note says what kind of entry it is."""
    text: str
    """What happened, to be read after the name of the entry: moved from … to …"""
    why: str = ""
    """The reason, in sentences; empty where none is recorded."""
    bears_on: tuple[str, ...] = ()
    """The entries that it bears on, as folder/slug."""


class ChangeView(View):
    """An event as data."""

    record: Event
    called = "Change"

    @property
    def date(self) -> date:
        """The day."""
        return self.record.date

    @property
    def kind(self) -> ChangeKind:
        """What happened."""
        return self.record.kind

    @property
    def about(self) -> str:
        """The name of the entry or work."""
        return self.record.about.title

    @property
    def text(self) -> str:
        """What happened, to be read after that name: moved from … to …"""
        return self.record.text

    @property
    def why(self) -> str | None:
        """The reason, in sentences; null where none is recorded."""
        return self.record.why or None

    @property
    def entry(self) -> str | None:
        """The entry; null for a work, and for an entry that is not listed any more."""
        return next(iter(self._pages([self.record.path])), None)

    @property
    def reference(self) -> str | None:
        """The work, where it is not an entry."""
        return self.record.path if self.record.path in self.catalog.knowledge.references else None

    @property
    def bears_on(self) -> list[str]:
        """The entries that it bears on."""
        return self._pages(self.record.bears_on)

    def _pages(self, paths: Iterable[str]) -> list[str]:
        """The pages of the entries that are listed among some, named folder/slug."""
        found = (self.catalog.knowledge.at(path) for path in paths)
        return [entry.path for entry in found if entry and entry.path in self.catalog.relations.names]


class Week(NamedTuple):
    """What happened in a week."""

    first: date
    """Its Monday."""
    digest: str
    """How much happened, in a sentence."""
    groups: tuple[tuple[ChangeKind, tuple[Event, ...]], ...]
    """The events by kind, verdicts that moved first."""


def events(catalog: Catalog) -> tuple[Event, ...]:
    """All that happened, the last first; on one day in the order of the kinds, then by name."""
    found = [*_recorded(catalog), *_read(catalog), *_found(catalog)]
    order = list(ChangeKind)
    return tuple(sorted(found, key=lambda e: (-e.date.toordinal(), order.index(e.kind), e.about.title.casefold())))


def of_entry(found: Iterable[Event], entry: Entry) -> tuple[Event, ...]:
    """What happened to one entry."""
    return tuple(event for event in found if event.path == _path(entry))


def between(found: Iterable[Event], after: date, until: date = date.max) -> tuple[Event, ...]:
    """What happened after a day, until the end of another."""
    return tuple(event for event in found if after < event.date <= until)


def bearing_on(catalog: Catalog, driver: Driver) -> tuple[Entry, ...]:
    """The driver, and the entries that address, measure or study it."""
    relations = catalog.relations
    return (
        driver,
        *relations.interventions_of_driver.get(driver.slug, ()),
        *relations.instruments_of_driver.get(driver.slug, ()),
        *relations.studies_of_driver.get(driver.slug, ()),
    )


def of_driver(catalog: Catalog, found: Iterable[Event], driver: Driver) -> tuple[Event, ...]:
    """What happened to a driver, and to what bears on it."""
    paths = {_path(entry) for entry in bearing_on(catalog, driver)}
    return tuple(event for event in found if not paths.isdisjoint(event.bears_on))


def weeks(found: Iterable[Event]) -> tuple[Week, ...]:
    """Events by week, the last first. Readings that confirmed an entry are on its own page only."""
    told = [event for event in found if event.kind is not ChangeKind.READ]
    return tuple(_week(monday, list(group)) for monday, group in groupby(told, lambda event: _monday(event.date)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date, found: Collection[Event]) -> Week:
    groups = tuple(
        (kind, some) for kind in ChangeKind if (some := tuple(event for event in found if event.kind is kind))
    )
    return Week(monday, digest(found), groups)


def digest(found: Collection[Event]) -> str:
    """How much happened, in a sentence: ``2 verdicts moved, 3 entries added.`` Empty where nothing did."""
    numbers: Counter[ChangeKind] = Counter(event.kind for event in found if event.kind is not ChangeKind.READ)
    said = ", ".join(figures.count(numbers[kind], kind.one, kind.many) for kind in ChangeKind if numbers[kind])
    return f"{said}." if said else ""


def newest(found: Iterable[Event]) -> Event | None:
    """The last verdict that moved; None where none did."""
    return next((event for event in found if event.kind is ChangeKind.MOVED), None)


def page_of(driver: Driver | None = None) -> str:
    """The page that tells what moved, of all or of one driver, below the site's root."""
    return f"changes/{driver.slug}/" if driver else "changes/"


def _path(entry: Entry) -> str:
    return f"{entry.folder}/{entry.slug}"


class _Names:
    """What the record calls an entry, as a link to it as it is now."""

    def __init__(self, catalog: Catalog) -> None:
        self._entries = {_path(entry): entry for entry in catalog.knowledge.entries()}
        moves = catalog.knowledge.moves
        self._now = {str(move.before): move.fact.entry for move in moves if move.fact.kind == RENAMED}
        self._words = {kind.folder: kind.kind.capitalize() for kind in KINDS}

    def path(self, path: str) -> str:
        """The path that an entry has now."""
        for _ in self._now:
            path = self._now.get(path, path)
        return path

    def link(self, path: str) -> Link:
        """The page of an entry; no address where it has none any more."""
        folder, _, slug = path.partition("/")
        entry = self._entries.get(path)
        note = self._words.get(folder, "")
        return Link(entry.title, href(entry), note) if entry else Link(slug.replace("-", " "), "", note)


def _recorded(catalog: Catalog) -> Iterator[Event]:
    """What the record of changes holds. A first rating says what the verdict is, not how each figure begins."""
    names = _Names(catalog)
    rated = {move.fact.entry: move.date for move in reversed(catalog.knowledge.moves) if move.fact.kind == "verdict"}
    for move in catalog.knowledge.moves:
        if move.before is None and move.fact.body and rated.get(move.fact.entry) == move.date:
            continue
        told = _told(catalog, move, names)
        if told:
            kind, text, why = told
            path = names.path(move.fact.entry)
            yield Event(move.date, kind, path, names.link(path), text, why, (path,))


def _told(catalog: Catalog, move: Move, names: _Names) -> tuple[ChangeKind, str, str] | None:
    """What a move is, in words, and why; None where another line of the record says it already."""
    before, after, reason = move.before, move.after, move.reason
    match move.fact.kind:
        case "entry" if after == EntryStatus.PUBLISHED:
            return (ChangeKind.ADDED, "added", "") if before is None else (ChangeKind.ADDED, "published again", reason)
        case "entry":
            return ChangeKind.LEFT, after or "removed", reason
        case "renamed":
            return ChangeKind.LEFT, f"was named {names.link(str(before)).title} before", ""
        case "verdict" if before is None:
            return ChangeKind.RATED, f"rated {_verdict(str(after))}", reason
        case "verdict" if after is not None:
            return ChangeKind.MOVED, f"moved from {_verdict(str(before))} to {_verdict(after)}", reason
        case "certainty" | "estimate" if after is not None:
            what = f"{'certainty' if move.fact.kind == 'certainty' else 'estimate'} for {_body(catalog, move.fact)}"
            moved = f"moved from {before} to {after}" if before else f"is {after}, new"
            return (
                ChangeKind.FINER,
                f"{what} {moved.replace('-', '−') if move.fact.kind == 'estimate' else moved}",
                reason,
            )
    return None


def _verdict(value: str) -> str:
    """A verdict of the record as sentences say it, e.g. ``“early signs for exhaustion”``."""
    word, _, outcome = value.partition(" for ")
    try:
        verdict = Verdict(word)
    except ValueError:
        return f"“{value}”"
    label = verdict.label[0].lower() + verdict.label[1:]
    return f"“{label} {statements.preposition(verdict)} {outcome}”" if outcome else f"“{label}”"


def _body(catalog: Catalog, fact: Fact) -> str:
    """A body of evidence in words."""
    slug = fact.entry.partition("/")[2]
    assessment = catalog.knowledge.assessments.get(slug)
    body = assessment.by_key.get(fact.body or "") if assessment else None
    if body is None:
        return str(fact.body).partition("/")[0].replace("-", " ")
    return f"{outcome_label(body.outcome).lower()} ({conditions(catalog, body).lower()})"


def _read(catalog: Catalog) -> Iterator[Event]:
    """Readings against sources, and signatures of experts."""
    for entry in catalog.knowledge.entries():
        path, link = _path(entry), Link(entry.title, href(entry), entry.kind.capitalize())
        for reading in entry.readings:
            against = f"read against the {reading.against.label.lower()}"
            if reading.changed:
                number = figures.count(reading.changed, "figure or statement", "figures or statements")
                yield Event(
                    reading.date, ChangeKind.CORRECTED, path, link, f"{number} corrected, {against}", "", (path,)
                )
            else:
                yield Event(reading.date, ChangeKind.READ, path, link, f"{against}, nothing to correct", "", (path,))
        if entry.signed:
            who = f"signed by {entry.signed.name}, {entry.signed.role}"
            yield Event(entry.signed.date, ChangeKind.SIGNED, path, link, who, "", (path,))


def _found(catalog: Catalog) -> Iterator[Event]:
    """Works of the screening register."""
    for item in catalog.knowledge.screening:
        source = catalog.source(item.key, "")
        reference = catalog.knowledge.references.get(item.key)
        title = f"{source.label}: {reference.title}" if reference else source.label
        decided = "waits to be entered" if item.decision is ScreeningDecision.WAITING else "left out"
        text = f"{decided}: {item.reason.label[0].lower()}{item.reason.label[1:]}"
        about = tuple(f"{Intervention.folder}/{slug}" for slug in item.interventions)
        yield Event(
            item.screened, ChangeKind.FOUND, item.key, Link(title, source.href, item.kind.label), text, "", about
        )
