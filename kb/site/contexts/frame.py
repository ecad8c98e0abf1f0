"""What pages of all kinds share: the frame around them, and the small parts they are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from kb.grading import words
from kb.model import Assessment, Certainty, Verdict

VERSION = "@content-version@"
"""Stands in a page and its data for their version, which is a hash of all the rest of them."""


class Link(NamedTuple):
    """A link to a page of this site or elsewhere."""

    title: str
    """The words of the link."""
    href: str
    """Its address; one of this site starts with a slash."""
    note: str = ""
    """What stands after the link in plain text."""


class Source(NamedTuple):
    """A work with the place in it that is meant."""

    label: str
    """Author and year, e.g. Kiser et al 2024."""
    href: str
    """The work in the page's own bibliography, else on the page of all references."""
    place: str
    """Where in the work."""


class Badge(NamedTuple):
    """A verdict, always beside its certainty; both in words, so that nothing depends on color."""

    text: str
    """E.g. Evidence-based."""
    certainty: str
    """E.g. low certainty."""
    verdict: str
    """The verdict's value, for the style sheet."""
    level: int
    """Certainty from 1, very low, to 4, high; 0 where not graded."""


class CertaintyMark(NamedTuple):
    """The certainty of one body of evidence."""

    text: str
    """E.g. Low certainty."""
    level: int
    """From 1, very low, to 4, high; 0 where not graded."""
    meaning: str
    """What that level of certainty means."""


class Review(NamedTuple):
    """When an entry was checked and is due again."""

    reviewed: str
    """The day of the last check."""
    due: str
    """The day of the next."""
    overdue: bool
    """Whether that day has passed."""


class Notice(NamedTuple):
    """The retraction or correction of a work that an entry rests on."""

    text: str
    """What happened to which work, and when."""
    href: str
    """Where the notice can be read; empty where that is not known."""


class Fact(NamedTuple):
    """A label with its text, in a list of facts."""

    label: str
    """What is told."""
    text: str
    """What is known."""
    source: Source | None = None
    """Where it is taken from."""
    explained: str = ""
    """Where the label is explained; empty where it needs no words."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a template is given to write one page, as the variable ``page``."""

    template: ClassVar[str]

    title: str
    """The page's heading."""
    description: str
    """One sentence for search engines and previews."""
    path: str
    """The page's folder below the site's root, e.g. drivers/workload/; empty for the home page."""
    section: str = ""
    """The folder whose place in the navigation is marked as current."""
    canonical: str = ""
    """The path of the page that this one leads to; empty where it stands for itself."""


@dataclass(frozen=True, kw_only=True)
class EntryContext(Context):
    """What the page of every entry has."""

    kind: str
    """The kind of the entry in words."""
    body: Markup
    """The entry's text as sanitized HTML."""
    bibliography: Markup
    """The works cited, as an ordered list with links back; empty where there are none."""
    contents: tuple[Link, ...]
    """The headings of the page."""
    review: Review
    """When it was checked and is due again."""
    notices: tuple[Notice, ...]
    """Retracted or corrected works that it rests on."""


def day(value: date) -> str:
    """``November 22, 2026``."""
    return f"{value:%B} {value.day}, {value.year}"


def badge(assessment: Assessment) -> Badge:
    """The badge of an intervention."""
    verdict: Verdict = assessment.verdict
    level: Certainty | None = assessment.certainty
    return Badge(words.VERDICT[verdict], words.certainty(level), verdict.value, int(level or 0))


def certainty_mark(level: Certainty | None, reason: str = "") -> CertaintyMark:
    """The mark of a body of evidence; ``reason`` says why it is not graded."""
    text = words.certainty(level)
    meaning = words.CERTAINTY_MEANING[level] if level else reason or words.NOT_GRADED_MEANING
    return CertaintyMark(text[0].upper() + text[1:], int(level or 0), meaning)
