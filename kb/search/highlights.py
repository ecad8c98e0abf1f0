"""Where a text matches a query: fragments of plain text in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kb.search.results import Highlight, HighlightPart
from kb.search.schema import ANALYZER

FRAGMENT = 240
"""The most characters of a body that a fragment shows, cut between words."""

Span = tuple[int, int, str]
"""Where a term stands in a text: start, end, term."""


def spans(text: str) -> tuple[Span, ...]:
    """All terms of a text with their places."""
    return tuple((token.startchar, token.endchar, token.text) for token in ANALYZER(text, chars=True))


def highlight(
    title: str,
    summary: str,
    body: str,
    spellings: frozenset[tuple[str, ...]],
    spans_of_body: Callable[[], tuple[Span, ...]],
) -> tuple[Highlight, ...]:
    """What matches in an entry: the whole title, the whole summary, and the fragment of the body that matches best.

    ``spellings`` are what to look for, each as terms side by side.
    """
    if not spellings:
        return ()
    found = []
    for field, text in (("title", title), ("summary", summary)):
        matched = _matches(spans(text), spellings)
        if matched:
            found.append(Highlight(field, _parts(text, 0, len(text), matched)))
    matched = _matches(spans_of_body(), spellings)
    if matched:
        start, end = _best(body, matched)
        found.append(Highlight("body", _parts(body, start, end, matched)))
    return tuple(found)


def _matches(found: tuple[Span, ...], spellings: frozenset[tuple[str, ...]]) -> list[Span]:
    """The terms that belong to one of the spellings, in order."""
    sizes = {len(spelling) for spelling in spellings}
    words = tuple(span[2] for span in found)
    hit: set[int] = set()
    for size in sizes:
        for start in range(len(words) - size + 1):
            if words[start : start + size] in spellings:
                hit.update(range(start, start + size))
    return [found[index] for index in sorted(hit)]


def _best(text: str, matched: list[Span]) -> tuple[int, int]:
    """The fragment with the most different terms, then the most matches, then the first; it stays in one paragraph."""
    best: tuple[int, int] = (0, 0)
    ends = (0, 0)
    for index, (first, _, _) in enumerate(matched):
        break_at = text.find("\n", first)
        limit = min(first + FRAGMENT, break_at if break_at >= 0 else len(text))
        inside = []
        for span in matched[index:]:
            if span[1] > limit:
                break
            inside.append(span[2])
        worth = (len(set(inside)), len(inside))
        if worth > best:
            last = matched[index + len(inside) - 1][1]
            best, ends = worth, (first, last)
    return _widened(text, *(ends if best > (0, 0) else matched[0][:2]))


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
