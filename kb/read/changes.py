"""The record of changes, changes.jsonl: one line for each move, the oldest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from kb.model import Fact, Move
from kb.problems import Problem

CHANGES = "changes.jsonl"
_KINDS = ("entry", "verdict", "certainty", "estimate", "renamed")


def parse(text: str, shown: str) -> tuple[tuple[Move, ...], list[Problem]]:
    """The moves that can be read, and what is wrong with the other lines (KB218)."""
    found: list[Move] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_move(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            message = "a line must be an object with date, entry, kind, from, to and reason"
            problems.append(Problem(shown, number, "KB218", message, "let kb changes --record write it"))
    return tuple(found), problems


def _move(line: str) -> Move:
    """Raises an error of one of many kinds for a line that is no move."""
    given: Mapping[str, str | None] = json.loads(line)
    fact = Fact(str(given["entry"]), str(given["kind"]), given.get("body"))
    move = Move(date.fromisoformat(str(given["date"])), fact, given["from"], given["to"], str(given["reason"]))
    texts = (fact.body, move.before, move.after)
    known = fact.kind in _KINDS and all(text is None or isinstance(text, str) for text in texts)
    visible = all((text or "").isprintable() for text in (*fact, *texts, move.reason))
    if not (known and visible and fact.entry.count("/") == 1 and move.reason):
        raise ValueError(line)
    return move
