"""Where a text matches a query: fragments of plain text in parts."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import compress, count

from kb.search.results import Highlight, HighlightPart
from kb.search.schema import WORD, term

FRAGMENT = 240
"""The most characters of a body that a fragment shows, cut between words."""
WHOLE = ("title", "summary")
"""The fields that are shown as a whole where anything in them matches."""

Span = tuple[int, int, str]
"""Where a term stands in a text: start, end, term."""
Spellings = Mapping[str, tuple[tuple[str, ...], ...]]
"""What to look for, each as terms side by side, by the first of them."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a field, with its terms in their order and where each begins and ends: compact, since it is kept."""

    field: str
    text: str
    terms: tuple[str, ...]
    starts: array[int]
    ends: array[int]


def analyzed(field: str, text: str) -> Text:
    """A text with all its terms."""
    found = [(each, *match.span()) for match in WORD.finditer(text) if (each := term(match[0]))]
    terms, starts, ends = zip(*found, strict=True) if found else ((), (), ())
    return Text(field, text, terms, array("I", starts), array("I", ends))


def highlight(texts: tuple[Text, ...], spellings: Spellings) -> tuple[Highlight, ...]:
    """What matches in the texts of an entry; of the body, only the fragment that matches best."""
    found = []
    for text in texts:
        if matched := _matches(text, spellings):
            start, end = (0, len(text.text)) if text.field in WHOLE else _best(text.text, matched)
            found.append(Highlight(text.field, _parts(text.text, start, end, matched)))
    return tuple(found)


def _matches(text: Text, spellings: Spellings) -> list[Span]:
    """The terms that belong to one of the spellings, in order."""
    terms, hit = text.terms, set[int]()
    for start in compress(count(), map(spellings.__contains__, terms)):
        for spelling in spellings[terms[start]]:
            end = start + len(spelling)
            if terms[start:end] == spelling:
                hit.update(range(start, end))
    return [(text.starts[index], text.ends[index], terms[index]) for index in sorted(hit)]


def _best(text: str, matched: list[Span]) -> tuple[int, int]:
    """The fragment with the most different terms, then the most matches, then the first; it stays in one paragraph."""
    best, ends = (0, 0), matched[0][:2]
    inside = Counter[str]()
    stop, paragraph_end = 0, -1
    for index, (first, _, word) in enumerate(matched):
        if first > paragraph_end:
            break_at = text.find("\n", first)
            paragraph_end = break_at if break_at >= 0 else len(text)
        limit = min(first + FRAGMENT, paragraph_end)
        stop = max(stop, index)
        while stop < len(matched) and matched[stop][1] <= limit:
            inside[matched[stop][2]] += 1
            stop += 1
        worth = (len(inside), stop - index)
        if worth > best:
            best, ends = worth, (first, matched[stop - 1][1])
        inside[word] -= 1
        if inside[word] <= 0:  # less than 0 where it alone is longer than a fragment
            del inside[word]
    return _widened(text, *ends)


def _widened(text: str, first: int, last: int) -> tuple[int, int]:
    """The fragment around two places: from the start of its sentence or paragraph where that is near, to its length."""
    paragraph = text.rfind("\n", 0, first) + 1
    room = max(FRAGMENT - (last - first), 0)
    earliest = max(paragraph, first - room // 2)
    sentence = max(text.rfind(mark, earliest, first) for mark in (". ", "? ", "! "))
    if sentence >= 0:
        start = sentence + 2
    elif earliest == paragraph:
        start = paragraph
    else:
        blank = text.find(" ", earliest, first)
        start = blank + 1 if blank >= 0 else first
    break_at = text.find("\n", last)
    paragraph_end = break_at if break_at >= 0 else len(text)
    end = min(start + FRAGMENT, paragraph_end)
    if end < paragraph_end:
        end = max(text.rfind(" ", last, end + 1), last)
    return start, max(end, last)


def _parts(text: str, start: int, end: int, matched: list[Span]) -> tuple[HighlightPart, ...]:
    return tuple(HighlightPart(part, hit) for part, hit in _runs(text, start, end, matched) if part)


def _runs(text: str, start: int, end: int, matched: list[Span]) -> Iterator[tuple[str, bool]]:
    at = start
    for first, last, _ in matched:
        if first >= at and last <= end:
            yield text[at:first], False
            yield text[first:last], True
            at = last
    yield text[at:end], False
