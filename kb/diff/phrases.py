"""Phrases: what the forms for people say alike, without the signs of any form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kb.diff.difference import Change, Difference, RatingMove, What


def headline(difference: Difference) -> str:
    """The whole in a line: what readers would see move, then how much was edited. Own words and numbers only."""
    if difference.empty:
        return "The content means the same in both versions"
    moved = sum(move.moved for move in difference.ratings)
    told = [_count(len(difference.missing), "published page would be lost", "published pages would be lost")]
    told.append(_count(moved, "rating moves", "ratings move") if moved else "no rating moves")
    for one, many, kinds in (
        ("entry", "entries", (entry.what for entry in difference.entries)),
        ("reference", "references", (reference.what for reference in difference.references)),
    ):
        told += [_count(number, f"{one} {what}", f"{many} {what}") for what, number in _counted(kinds)]
    told.append(_count(len(difference.appeared), "new problem", "new problems"))
    told.append(_count(len(difference.gone), "problem solved", "problems solved"))
    return ", ".join(part for part in told if part)


def errors(difference: Difference) -> Iterator[str]:
    """What must be known before the rest is believed. Own words and numbers only."""
    for number, which in ((difference.errors_before, "first"), (difference.errors_after, "second")):
        if number:
            found = _count(number, "error", "errors")
            yield f"The {which} version has {found}: it is compared as far as it can be read"


def _counted(kinds: Iterable[What]) -> Iterator[tuple[str, int]]:
    counted = Counter(kinds)
    return ((what.value, counted[what]) for what in What if counted[what])


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def shift(change: Change) -> str:
    """From what to what; empty where the values are too long to be told."""
    if change.before is None and change.after is None:
        return ""
    if change.before is None:
        return f"added: {change.after}"
    if change.after is None:
        return f"removed: {change.before}"
    return f"{change.before} -> {change.after}"


def same_or_shift(change: Change) -> str:
    """From what to what, or what stayed."""
    return f"{change.after} as before" if change.before == change.after else shift(change)


def why(move: RatingMove) -> str:
    """What was edited that moved a rating."""
    edited = [*(["its own file"] if move.own else []), *move.through]
    return f"by an edit of {', '.join(edited)}" if edited else "by an edit below it"


GAIN = {1: "gained", 0: "changed", -1: "lost"}
"""What happened to the best evidence of a driver."""
