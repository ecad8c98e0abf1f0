"""A difference as text for a terminal: the headline, then what moved, then what was edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from kb.diff.difference import Change, Difference
from kb.diff.phrases import GAIN, errors, headline, same_or_shift, shift, why
from kb.text.characters import without_hidden

_LONG = 160


def render(difference: Difference) -> str:
    """The whole difference; its colours are dropped by click where there is no terminal."""
    lines = [click.style(f"{headline(difference)}.", bold=True), *(f"{line}." for line in errors(difference))]
    for title, told in (
        ("Published pages that would be lost", _missing(difference)),
        ("Ratings", _ratings(difference)),
        ("Best evidence of drivers", _drivers(difference)),
        ("Entries", _entries(difference)),
        ("References", _references(difference)),
        ("Problems", _problems(difference)),
    ):
        section = list(told)
        if section:
            lines += ["", click.style(title, bold=True), *section]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text of the content on one line, without signs that would steer a terminal."""
    line = without_hidden(" ".join(text.split()))
    return f"{line[:_LONG]}…" if len(line) > _LONG else line


def _missing(difference: Difference) -> Iterator[str]:
    for problem in difference.missing:
        yield click.style(f"  {problem.path}: {problem.code} {_plain(problem.message)}", fg="red")
        yield f"      hint: {problem.hint}"


def _ratings(difference: Difference) -> Iterator[str]:
    for move in difference.ratings:
        yield f"  {move.slug}, {_plain(why(move))}"
        yield f"    verdict: {same_or_shift(move.verdict)}"
        yield f"    certainty: {same_or_shift(move.certainty)}"
        if move.headline.before != move.headline.after:
            yield f"    headline: {shift(move.headline)}"
        for body in move.bodies:
            causes = f": {_plain('; '.join(body.causes))}" if body.causes else ""
            yield f"    {body.id}: {same_or_shift(body.certainty)}{causes}"


def _drivers(difference: Difference) -> Iterator[str]:
    for move in difference.drivers:
        yield f"  {move.slug} {GAIN[move.gain]}: {_plain(shift(move.best))}"


def _entries(difference: Difference) -> Iterator[str]:
    for entry in difference.entries:
        note = f" ({_plain(entry.note)})" if entry.note else ""
        yield f"  {entry.what} {entry.kind} {entry.slug}{note}: {_plain(entry.title)}"
        yield from _changes(entry.fields, "    ")
        for finding in entry.findings:
            yield f"    finding {finding.id} {finding.what}"
            yield from _changes(finding.fields, "      ")


def _changes(fields: Iterable[Change], margin: str) -> Iterator[str]:
    for change in fields:
        told = shift(change)
        yield f"{margin}{change.name}{f': {_plain(told)}' if told else ' changed'}"


def _references(difference: Difference) -> Iterator[str]:
    for reference in difference.references:
        yield f"  {reference.what} {_plain(reference.key)}"
        yield from _changes(reference.fields, "    ")


def _problems(difference: Difference) -> Iterator[str]:
    for sign, problems, color in (("new", difference.appeared, "red"), ("solved", difference.gone, "green")):
        for problem in problems:
            place = f"{problem.path}:{problem.line}: {problem.code} {_plain(problem.message)}"
            yield f"  {click.style(sign, fg=color)} {place}"
