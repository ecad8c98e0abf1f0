"""Markup: what a page would leave out of a text in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.frontmatter import FrontMatter
from kb.model import Entry
from kb.problems import Problem
from kb.rules.text import heading_words, meant

_IMAGE = re.compile(r"!\[[^\]]*\][(\[]")
_TAG = re.compile(r"</?([a-z][a-z0-9]*)(?=[\s/>])", re.I)
_HEADING = re.compile(r"(#(?<=^#)#{0,5}) +(\S.*)$", re.M)
_LEVELS = range(2, 5)
SHOWN = frozenset(
    (
        *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dfn", "div", "dl", "dt", "em"),
        *("figcaption", "figure", "h2", "h3", "h4", "hr", "i", "kbd", "li", "mark", "ol", "p", "pre", "q", "s"),
        *("small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
"""The HTML that kb.render leaves in a page; named here too, since importing that takes as long as a whole check."""


def nothing_is_left_out(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A text has no image and no HTML that its page takes out, and its headings go from ## to #### (KB407)."""
    text = meant(entry.body)
    for match in _IMAGE.finditer(text):
        hint = "say in words what it shows; charts are drawn from the findings"
        yield source.body_problem(_line(text, match), "KB407", "a page shows no images", hint)
    told: set[tuple[int, str]] = set()
    for match in _TAG.finditer(text):
        place = _line(text, match), match[1].lower()
        if place not in told and place[1] not in SHOWN:
            told.add(place)
            message = f"a page does not show the HTML <{place[1]}>"
            yield source.body_problem(place[0], "KB407", message, "leave it out, or write it in Markdown")
    level = 1
    for match in _HEADING.finditer(text):
        before, level = level, len(match[1])
        words = heading_words(match[2])
        if words in entry.sections:
            level = 2  # KB401 tells of its level
        elif level not in _LEVELS:
            message = f"a heading must have two to four signs, found {match[1]}"
            hint = f"write ## {words}" if level < 2 else f"write #### {words}"
            yield source.body_problem(_line(text, match), "KB407", message, hint)
        elif level > before + 1:
            message = f"a heading with {match[1]} must stand below one with {match[1][1:]}"
            yield source.body_problem(_line(text, match), "KB407", message, f"write {'#' * (before + 1)} {words}")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


OF_ONE_ENTRY = ((Entry, nothing_is_left_out),)
