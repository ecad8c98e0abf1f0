"""The record of changes, content/changes.jsonl: moves of verdicts, certainty and estimates, entries that came or went.

It has a line for each move, the oldest first. The recorded state is what the lines say last of each fact; a line that
does not begin where the last one ended is a gap. The first run records the state of that day, with the reason "begins".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kb.diff.ratings import estimate, verdict
from kb.grading import explained
from kb.grading.statements import certainty
from kb.model import RENAMED, BodyAssessment, Entry, EntryStatus, Fact, Intervention, KnowledgeBase, Move, Study

BEGINS = "begins"
"""The reason of the lines that record the state from which all else moves."""


class State(NamedTuple):
    """What a fact is now, and why."""

    value: str
    reason: str


class RecordError(Exception):
    """The record has a gap; the message begins with the line."""


def state(knowledge: KnowledgeBase) -> dict[Fact, State]:
    """What is true now of every entry that is no draft."""
    found: dict[Fact, State] = {}
    for entry in knowledge.entries():
        if entry.status is not EntryStatus.DRAFT:
            found |= _facts(entry, knowledge)
    return found


def _facts(entry: Entry, knowledge: KnowledgeBase) -> Iterator[tuple[Fact, State]]:
    path = f"{entry.folder}/{entry.slug}"
    why = entry.withdrawn.reason if entry.withdrawn else entry.title
    yield Fact(path, "entry"), State(entry.status.value, why)
    if not isinstance(entry, Intervention) or entry.status is not EntryStatus.PUBLISHED:
        return
    assessment = knowledge.assessments[entry.slug]
    headline = assessment.headline
    why = _rests_on(headline) if headline else "No body of evidence has a result that can be used."
    yield Fact(path, "verdict"), State(verdict(assessment), why)
    for body in assessment.bodies:
        if body.certainty is not None:
            yield Fact(path, "certainty", str(body.key)), State(body.certainty.label, explained(body))
        if (made := body.synthesis) and (value := estimate(body)):
            behind = ", ".join(part.study.slug for part in made.contributions)
            yield Fact(path, "estimate", str(body.key)), State(value, f"Over {behind}.")


def _rests_on(headline: BodyAssessment) -> str:
    """What a verdict rests on, in words that a leader reads without the page beside them."""
    studies = f"{headline.studies} {'study' if headline.studies == 1 else 'studies'}"
    people = f" with {headline.people:,} people" if headline.people else ""
    return f"It rests on {studies}{people} on {headline.outcome.label}, {certainty(headline.certainty)}."


def recorded(moves: Iterable[Move]) -> dict[Fact, str]:
    """The state that a record leads to. Raises RecordError at a gap."""
    known: dict[Fact, str] = {}
    last = date.min
    for number, move in enumerate(moves, 1):
        if move.date < last:
            raise RecordError(f"line {number}: {move.date} comes after {last}: lines stand in the order of their days")
        last = move.date
        if move.fact.kind == RENAMED:
            known = _renamed(known, str(move.before), move.fact.entry)
            continue
        if known.get(move.fact) != move.before:
            begin, end = _shown(move.before), _shown(known.get(move.fact))
            raise RecordError(f"line {number}: a line is missing: it begins with {begin}, the last ended with {end}")
        if move.after is None:
            known.pop(move.fact, None)
        else:
            known[move.fact] = move.after
    return known


def _renamed(known: Mapping[Fact, str], old: str, new: str) -> dict[Fact, str]:
    """A state with the facts of an entry under its new name."""
    return {fact._replace(entry=new) if fact.entry == old else fact: value for fact, value in known.items()}


def _shown(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def unrecorded(knowledge: KnowledgeBase, moves: Iterable[Move], reason: str = "") -> list[Move]:
    """The moves from the recorded state to that of now; ``reason`` takes the place of what is computed."""
    known, now = recorded(moves), state(knowledge)
    begins = "" if known else BEGINS
    found = list(_renames(knowledge, known))
    for move in found:
        known = _renamed(known, str(move.before), move.fact.entry)
    for fact in dict.fromkeys((*now, *known)):
        before, after = known.get(fact), now.get(fact)
        if before != (after.value if after else None):
            why = reason or begins or (after.reason if after else "It is not there any more.")
            if not reason and before and fact.kind == "verdict" and (new := _new_studies(knowledge, fact, known)):
                why = f"New: {'; '.join(new)}. {why}"
            found.append(Move(knowledge.today, fact, before, after.value if after else None, why))
    return found


def _new_studies(knowledge: KnowledgeBase, fact: Fact, known: Mapping[Fact, str]) -> list[str]:
    """The titles of the studies behind a verdict that the record does not know yet."""
    assessment = knowledge.assessments.get(fact.entry.partition("/")[2])
    behind = assessment.studies if assessment else ()
    new = [slug for slug in behind if Fact(f"{Study.folder}/{slug}", "entry") not in known]
    return [knowledge.studies[slug].title.rstrip(".") for slug in new]


def _renames(knowledge: KnowledgeBase, known: Mapping[Fact, str]) -> Iterator[Move]:
    """The entries that the record knows by a name that they had."""
    for entry in knowledge.entries():
        new = f"{entry.folder}/{entry.slug}"
        for slug in entry.formerly:
            old = f"{entry.folder}/{slug}"
            if Fact(old, "entry") in known and Fact(new, "entry") not in known:
                yield Move(knowledge.today, Fact(new, RENAMED), old, new, "The entry has a new name.")
                break


def render(moves: Iterable[Move]) -> str:
    """The lines of some moves."""
    return "".join(f"{json.dumps(_line(move), ensure_ascii=False)}\n" for move in moves)


def _line(move: Move) -> dict[str, str | None]:
    body = {"body": move.fact.body} if move.fact.body else {}
    return {
        "date": move.date.isoformat(),
        "entry": move.fact.entry,
        "kind": move.fact.kind,
        **body,
        "from": move.before,
        "to": move.after,
        "reason": move.reason,
    }
