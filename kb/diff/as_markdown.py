"""A difference as Markdown for a comment on a pull request: the headline, then tables, the long ones folded.

Every text of the content stands between backticks and holds none, nor a bar that would end its cell: there GitHub reads
no link, mention, reference, tag or entity, whatever was written. The whole stays below what a comment may hold.
The filter of comment.yml lets through these lines and no others: change both together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.diff.difference import Change, Difference
from kb.diff.phrases import GAIN, errors, headline, same_or_shift, shift, why
from kb.problems import Problem
from kb.text.characters import without_hidden

LIMIT = 60_000
"""Characters; a comment on GitHub holds 65,536."""
_LONG = 300


@dataclass(frozen=True)
class _Table:
    """A section: its rows of cells that are Markdown already."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = True


def render(difference: Difference) -> str:
    """The whole difference, cut to LIMIT characters with a note of how many lines are missing."""
    text = "\n".join([f"### {headline(difference)}", *(f"\n{line}." for line in errors(difference))])
    cut = 0
    for table in _tables(difference):
        if not table.rows:
            continue
        start, end = _frame(table)
        rows = [f"| {' | '.join(row)} |" for row in table.rows]
        room = LIMIT - len(text) - len(start) - len(end) - 200  # the note below
        kept = _fitting(rows, room)
        cut += len(rows) - len(kept)
        if kept:
            text += "\n".join([start, *kept, end])
    note = f"\n\n{cut} more lines did not fit here: run `kb diff` on your computer to see them.\n" if cut else "\n"
    return text + note


def _frame(table: _Table) -> tuple[str, str]:
    head = f"| {' | '.join(table.columns)} |\n|{'---|' * len(table.columns)}"
    if table.folded:
        return f"\n\n<details><summary>{table.title}</summary>\n\n{head}", "\n</details>"
    return f"\n\n**{table.title}**\n\n{head}", ""


def _fitting(rows: list[str], room: int) -> list[str]:
    """The first rows that fit into so many characters."""
    kept = []
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            break
        kept.append(row)
    return kept


def _code(text: str) -> str:
    """A text of the content, in code and inert."""
    line = without_hidden(" ".join(text.split()))
    line = f"{line[:_LONG]}…" if len(line) > _LONG else line
    inert = line.replace("->", "→").replace("`", "'").replace("|", "¦")
    return f"`{inert}`" if inert else ""


def _tables(difference: Difference) -> Iterator[_Table]:
    yield _Table(
        "Published pages that would be lost",
        ("file", "problem", "instead"),
        tuple((_code(p.path), _code(p.message), _code(p.hint)) for p in difference.missing),
        folded=False,
    )
    yield _Table("Ratings", ("intervention", "verdict", "certainty", "by"), tuple(_ratings(difference)), folded=False)
    yield _Table("Bodies of evidence", ("body", "certainty", "why"), tuple(_bodies(difference)), folded=False)
    yield _Table(
        "Best evidence of drivers",
        ("driver", "it", "intervention"),
        tuple((_code(d.slug), GAIN[d.gain], _code(shift(d.best))) for d in difference.drivers),
        folded=False,
    )
    yield _Table("New problems", ("place", "problem"), tuple(_problems(difference.appeared)), folded=False)
    yield _Table("Entries", ("", "kind", "entry", "field", "change"), tuple(_entries(difference)))
    yield _Table("References", ("", "key", "field", "change"), tuple(_references(difference)))
    yield _Table("Problems solved", ("place", "problem"), tuple(_problems(difference.gone)))


def _ratings(difference: Difference) -> Iterator[tuple[str, ...]]:
    for move in difference.ratings:
        told = (_code(same_or_shift(change)) for change in (move.verdict, move.certainty))
        yield _code(move.slug), *told, _code(why(move).removeprefix("by "))


def _bodies(difference: Difference) -> Iterator[tuple[str, ...]]:
    for move in difference.ratings:
        for body in move.bodies:
            name = f"{move.slug}: {body.id}"
            yield _code(name), _code(same_or_shift(body.certainty)), _code("; ".join(body.causes))


def _entries(difference: Difference) -> Iterator[tuple[str, ...]]:
    for entry in difference.entries:
        yield str(entry.what), entry.kind, _code(entry.slug), "", _code(entry.note or entry.title)
        for name, told in _changes(entry.fields):
            yield "", "", _code(entry.slug), name, told
        for finding in entry.findings:
            yield "", f"finding {finding.what}", _code(f"{entry.slug}/{finding.id}"), "", ""
            for name, told in _changes(finding.fields):
                yield "", "", _code(f"{entry.slug}/{finding.id}"), name, told


def _changes(fields: Iterable[Change]) -> Iterator[tuple[str, str]]:
    for change in fields:
        yield _code(change.name), _code(shift(change)) or "changed"


def _references(difference: Difference) -> Iterator[tuple[str, ...]]:
    for reference in difference.references:
        for name, told in _changes(reference.fields):
            yield str(reference.what), _code(reference.key), name, told


def _problems(problems: Iterable[Problem]) -> Iterator[tuple[str, ...]]:
    for problem in problems:
        place, _, said = str(problem).partition("\n")[0].partition(" ")
        yield _code(place), _code(said)
