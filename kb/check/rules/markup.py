"""Markup: what a page would leave out of a text in silence, and what in it would mislead a reader."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from kb.check.rule import rule
from kb.check.rules.text import heading_words, meant
from kb.model import Entry
from kb.problems import Problem
from kb.read.frontmatter import FrontMatter
from kb.text import addresses
from kb.text.characters import suspects
from kb.text.html import ATTRIBUTES, ELEMENTS

_IMAGE = re.compile(r"!\[[^\]]*\][(\[]")
_TAG = re.compile(r"</?([a-z][\w.-]*)(?=[\s/>])([^<>]*)", re.I)
# Instructions, and sections of XML: a page holds nothing of them.
_UNSHOWN = re.compile(r"<\?|<!\[")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?""")
_FENCE = re.compile(r"^(?:`{3,}+|~{3,}+) *+\{", re.M)
_TITLE = re.compile(r"""\]\(\s*+<?[^\s<>()]*+>?\s++["'(]|^ {0,3}\[[^\]\n]++\]:\s*+\S++[ \t]++["'(]""", re.M)
# A link whose words are an address.
_NAMED_LINK = re.compile(
    r"\[((?:https?://|www\.)[^][\s]+|[\w.-]+\.(?:com|edu|gov|int|net|org)(?:/[^][\s]*)?)\]\(\s*<?(https?:[^\s)>]+)"
)
# What an emphasis, a comment or a tag may divide a word with.
_WITHIN_WORDS = re.compile(r"<[^<>]*>|[*_\\]")
_HEADING = re.compile(r"^(#{1,6}) +(\S.*)$", re.M)
_LEVELS = range(2, 5)


@rule(Entry)
def nothing_is_left_out(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A text has no image and no HTML that its page takes out, and its headings go from ## to #### (KB407)."""
    text = meant(entry.body)
    for match in _IMAGE.finditer(text):
        hint = "say in words what it shows; charts are drawn from the findings"
        yield source.body_problem(_line(text, match), "KB407", "a page shows no images", hint)
    told: set[tuple[int, str]] = set()
    for match in _TAG.finditer(text):
        place = _line(text, match), match[1].lower()
        if place not in told and place[1] not in ELEMENTS:
            told.add(place)
            message = f"a page does not show the HTML <{place[1]}>"
            yield source.body_problem(place[0], "KB407", message, "leave it out, or write it in Markdown")
        for name in _ATTRIBUTE.findall(match[2]) if place[1] in ELEMENTS else ():
            if name.lower() not in ATTRIBUTES.get(place[1], ()):
                message = f"a page does not keep {name.lower()} in the HTML <{place[1]}>"
                yield source.body_problem(place[0], "KB407", message, "remove it: the site decides how a page looks")
    for match in _UNSHOWN.finditer(text):
        message = f"a page does not show what follows {match[0]}"
        yield source.body_problem(_line(text, match), "KB407", message, "leave it out, or write it in backticks")
    for match in _FENCE.finditer(entry.body):
        message = "a page does not keep what is in {} above a block of code"
        yield source.body_problem(_line(entry.body, match), "KB407", message, "remove the braces and what is in them")
    for match in _TITLE.finditer(text):
        message = "a page does not show the title of a link"
        yield source.body_problem(_line(text, match), "KB407", message, "write it in the text")
    level = 1
    for match in _HEADING.finditer(text):
        before, level = level, len(match[1])
        words = heading_words(match[2])
        if words in entry.sections:
            level = 2  # KB401 tells of its level
        elif level not in _LEVELS:
            message = f"a heading must have two to four #, found {match[1]}"
            hint = f"write ## {words}" if level < 2 else f"write #### {words}"
            yield source.body_problem(_line(text, match), "KB407", message, hint)
        elif level > before + 1:
            message = f"a heading with {match[1]} must come below one with {match[1][1:]}"
            yield source.body_problem(_line(text, match), "KB407", message, f"write {'#' * (before + 1)} {words}")


@rule(Entry)
def characters_are_what_they_seem(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A text holds no character that misleads, written as it is or as an entity such as &shy; (KB110)."""
    for line, written in enumerate(addresses.PATTERN.sub("", meant(entry.body)).split("\n"), 1):
        for suspect in suspects(_WITHIN_WORDS.sub("", html.unescape(written))):
            message = f"a text must contain only characters that are what they seem, found {suspect.what}"
            yield source.body_problem(line, "KB110", message, suspect.hint)


@rule(Entry)
def addresses_lead_where_they_seem_to(entry: Entry, source: FrontMatter) -> Iterator[Problem]:
    """A web address in the text leads where it seems to, and where the words of its link say (KB403)."""
    text = html.unescape(meant(entry.body))
    for match in addresses.PATTERN.finditer(text):
        if told := addresses.fault(match[0]):
            message = f"an address must lead where it seems to, got {match[0][:80]}: {told}"
            yield source.body_problem(
                _line(text, match), "KB403", message, "write the address as the site itself shows it"
            )
    for match in _NAMED_LINK.finditer(text):
        said, leads = addresses.host_of(match[1]), addresses.host_of(match[2])
        if said != leads:
            message = f"the words of the link name {said}, but it leads to {leads}"
            yield source.body_problem(_line(text, match), "KB403", message, "name the site to which it leads")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
