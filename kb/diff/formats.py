"""A difference as text for a terminal, as Markdown for a comment on a pull request, and as JSON for programs.

Text and Markdown are two layouts of the same ``sections``; JSON is the Difference itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import NamedTuple

import click

from kb.diff.difference import Change, Difference, DraftGrade, EntryChange, RatingChange, What
from kb.problems import Problem
from kb.text.characters import without_hidden

JSON_FORMAT = 2
LIMIT = 60_000
"""Characters of the Markdown; a comment on GitHub holds 65,536."""
_LONGEST_LINE = {"text": 160, "markdown": 300}
_GAIN = {1: "gained", 0: "changed", -1: "lost"}


class Item(NamedTuple):
    """A line: what it is about, what happened to it, and how deep it is nested."""

    name: str
    text: str = ""
    depth: int = 0


class Section(NamedTuple):
    title: str
    items: tuple[Item, ...]
    folded: bool = False
    """Whether Markdown shows only its title until a reader opens it."""


def as_text(difference: Difference) -> str:
    """The difference for a terminal; click drops the bold type where there is no terminal."""
    lines = [click.style(f"{headline(difference)}.", bold=True), *(f"{line}." for line in warnings(difference))]
    for section in sections(difference):
        lines += ["", click.style(section.title, bold=True)]
        for item in section.items:
            name, text = (_one_line(value, _LONGEST_LINE["text"]) for value in (item.name, item.text))
            lines.append(f"{'  ' * (item.depth + 1)}{name}{f': {text}' if text else ''}")
    return "\n".join(lines)


def as_markdown(difference: Difference) -> str:
    """The difference as nested lists, cut to LIMIT characters with a note of how many lines are missing.

    Every text from the content is in backticks and has none in it: GitHub reads no link, mention, tag or entity there.
    The filter of comment.yml lets through these lines and no others, so change both together.
    """
    text = "\n".join([f"### {headline(difference)}", *(f"\n{line}." for line in warnings(difference))])
    cut = 0
    for title, items, folded in sections(difference):
        start, end = f"\n\n**{title}**\n", ""
        if folded:
            start, end = f"\n\n<details><summary>{title}</summary>\n", "\n\n</details>"
        room = LIMIT - len(text) - len(start) - len(end) - 200  # the note below
        lines = []
        for line in map(_markdown_line, items):
            room -= len(line) + 1
            if room < 0:
                break
            lines.append(line)
        cut += len(items) - len(lines)
        text += "\n".join([start, *lines]) + end if lines else ""
    note = f"\n\n{cut} more lines did not fit here: run `kb diff` on your computer to see them.\n" if cut else "\n"
    return text + note


def _markdown_line(item: Item) -> str:
    return f"{'  ' * item.depth}- {': '.join(filter(None, map(_code, (item.name, item.text))))}"


def _code(text: str) -> str:
    """A text in backticks, in which GitHub finds nothing to act on."""
    inert = _one_line(text, _LONGEST_LINE["markdown"]).replace("->", "→").replace("`", "'").replace("|", "¦")
    return f"`{inert}`" if inert else ""


def _one_line(text: str, longest: int) -> str:
    """A text on one line, without invisible characters and those that would steer a terminal."""
    line = without_hidden(" ".join(text.split()))
    return f"{line[:longest]}…" if len(line) > longest else line


def as_json(difference: Difference) -> str:
    """The difference as JSON for programs. Keys are only ever added; else ``format`` changes.

    ``format``      2
    ``empty``       whether both versions mean the same
    ``entries``, ``references``  ``kind``, ``slug``, ``title``, ``what`` (deleted, unreadable, renamed, added,
                    withdrawn, published, changed or removed), ``note``, ``fields`` (changes)
    ``ratings``     ``slug``, ``title``, ``verdict``, ``certainty`` and ``headline`` (each a change), ``bodies`` and
                    ``estimates`` (changes), ``edited`` the changed files that it rests on, as folder/slug
    ``drivers``     ``slug``, ``title``, ``best`` (a change), ``gain`` (1 stronger, -1 weaker, 0 as strong)
    ``missing``, ``appeared``, ``gone``  problems: ``path``, ``line``, ``code``, ``message``, ``hint``
    ``drafts``      ``path``, ``note``, ``ratings`` as above, ``needs`` (changes), and of an intervention ``rating`` and
                    ``bodies`` (changes): what the drafts that were edited would be graded
    ``errors_before``, ``errors_after``  how many errors each version has

    A change has ``name``, ``before``, ``after`` and, for a body of evidence, ``causes`` (sentences). null is no value,
    and both null a value too long to print.
    """
    content = {"format": JSON_FORMAT, "empty": difference.empty, **asdict(difference)}
    return json.dumps(content, ensure_ascii=False, indent=2)


def headline(difference: Difference) -> str:
    """The whole in one line, of our own words and numbers: what readers would see change, then how much was edited."""
    if difference.empty:
        return "The content means the same in both versions"
    moved = sum(rating.moved for rating in difference.ratings)
    parts = [_count(len(difference.missing), "published page would be lost", "published pages would be lost")]
    parts.append(_count(moved, "rating moves", "ratings move") or "no rating moves")
    for one, many, kinds in (
        ("entry", "entries", Counter(entry.what for entry in difference.entries)),
        ("reference", "references", Counter(reference.what for reference in difference.references)),
    ):
        parts += [_count(kinds[what], f"{one} {what}", f"{many} {what}") for what in What]
    parts.append(_count(len(difference.appeared), "new problem", "new problems"))
    parts.append(_count(len(difference.gone), "problem solved", "problems solved"))
    return ", ".join(filter(None, parts))


def warnings(difference: Difference) -> Iterator[str]:
    """What a reader must know before the rest, in our own words and numbers."""
    for number, which in ((difference.errors_before, "first"), (difference.errors_after, "second")):
        if number:
            found = _count(number, "error", "errors")
            yield f"The {which} version has {found}: it is compared as far as it can be read"


def sections(difference: Difference) -> Iterator[Section]:
    """What changed, in the order of what matters to readers of the site; no section is empty."""
    for title, items, folded in (
        ("Published pages that would be lost", _missing(difference), False),
        ("Ratings", _ratings(difference), False),
        ("Drafts, if they were published", drafts(difference.drafts), False),
        ("Best evidence of drivers", _drivers(difference), False),
        ("New problems", _problems(difference.appeared), False),
        ("Entries", _entries(difference.entries), True),
        ("References", _entries(difference.references), True),
        ("Problems solved", _problems(difference.gone), True),
    ):
        if listed := tuple(items):
            yield Section(title, listed, folded)


def _missing(difference: Difference) -> Iterator[Item]:
    for problem in difference.missing:
        yield Item(problem.path, f"{problem.code} {problem.message}")
        yield Item("hint", problem.hint, 1)


def _ratings(difference: Difference) -> Iterator[Item]:
    for rating in difference.ratings:
        yield Item(rating.slug, f"by an edit of {', '.join(rating.edited) or 'what it rests on'}")
        yield from _moves(rating, 1)


def _moves(rating: RatingChange, depth: int) -> Iterator[Item]:
    yield Item("verdict", _from_to(rating.verdict), depth)
    yield Item("certainty", _from_to(rating.certainty), depth)
    if rating.headline.moved:
        yield Item("headline", _from_to(rating.headline), depth)
    for body in rating.bodies:
        yield Item(body.name, ": ".join(filter(None, (_from_to(body), "; ".join(body.causes)))), depth)
    for estimate in rating.estimates:
        yield Item(f"estimate of {estimate.name}", _from_to(estimate), depth)


def drafts(found: Iterable[DraftGrade]) -> Iterator[Item]:
    """What drafts would be graded, a line each and what is below it."""
    for draft in found:
        yield Item(draft.path, "; ".join(filter(None, (draft.rating, draft.note))))
        needs = {change.name: change.after or "" for change in draft.needs}
        for rating in draft.ratings:
            yield Item(rating.slug, "", 1)
            yield from _moves(rating, 2)
            yield Item("needs", needs[rating.slug], 2)
        for body in draft.bodies:
            yield Item(body.name, body.after or "", 1)
        if draft.rating:
            yield from (Item("needs", text, 1) for text in needs.values())


def _drivers(difference: Difference) -> Iterator[Item]:
    for driver in difference.drivers:
        yield Item(f"{driver.slug} {_GAIN[driver.gain]}", _from_to(driver.best))


def _entries(entries: Iterable[EntryChange]) -> Iterator[Item]:
    for entry in entries:
        note = f" ({entry.note})" if entry.note else ""
        yield Item(f"{entry.what} {entry.kind} {entry.slug}{note}", entry.title)
        for change in entry.fields:
            yield Item(change.name, _from_to(change), 1)


def _problems(problems: Iterable[Problem]) -> Iterator[Item]:
    for problem in problems:
        yield Item(f"{problem.path}:{problem.line}", f"{problem.code} {problem.message}")


def _from_to(change: Change) -> str:
    """What a value was and is, or that it stayed."""
    match change.before, change.after:
        case None, None:
            return "changed"
        case None, after:
            return f"added: {after}"
        case before, None:
            return f"removed: {before}"
        case before, after if before == after:
            return f"{after} as before"
    return f"{change.before} -> {change.after}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
