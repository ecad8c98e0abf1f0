"""Reference: one work of the bibliography, and all that its record says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field, InstanceOf

from kb.model.fields import Day, Key, Record, Text
from kb.model.vocabulary import Verification


class Person(Record):
    """An author or editor; a group has only a family name."""

    family: Text
    given: str = ""

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Work:
    """What one record of a bibliography says: fields in lower case, without LaTeX."""

    type: str
    key: str
    fields: Mapping[str, str] = field(hash=False)
    authors: tuple[Person, ...] = ()
    editors: tuple[Person, ...] = ()
    more_authors: bool = False
    unread: frozenset[str] = frozenset()
    """The fields that are there but could not be read; each has its own problem, so they are not missing."""


class Listing(Record):
    """An entry of a source's reference list that is this work."""

    study: Key
    """The source, by the key of its own work."""
    number: int
    """The number of the entry in its list."""


class Notice(Record):
    """The notice by which a work was retracted or corrected, or by which its journal doubts it."""

    date: Day
    """When it appeared."""
    doi: str | None = None
    """Its DOI, without https://doi.org/."""
    url: str | None = None
    """Its address, if it has no DOI."""

    @property
    def link(self) -> str | None:
        """Where the notice can be read."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


class Reference(Record):
    """One work, as plain values; ``text`` and ``html`` are its AMA-style citation."""

    key: Key
    """Its key in the bibliography, as citations name it."""
    type: str
    """The BibTeX type, e.g. article or book."""
    authors: tuple[Person, ...] = ()
    more_authors: bool = False
    """Whether the record stops before the last author."""
    title: Text
    """Its title."""
    year: int | None = None
    """Year of publication."""
    container: str | None = None
    """Journal, book or site in which the work appeared."""
    volume: str | None = None
    """Its volume of the journal."""
    issue: str | None = None
    """Its issue of the volume."""
    pages: str | None = None
    """Its pages in the journal or book, e.g. 2272-2281."""
    publisher: str | None = None
    """Who published it."""
    doi: str | None = None
    """Without https://doi.org/."""
    url: str | None = None
    """Its address, if the record has one."""
    verified: Verification
    """How the record was confirmed."""
    verified_at: str | None = None
    """The public address that confirmed the record, if verified is search."""
    listed: tuple[Listing, ...] = ()
    """The entries in reference lists of sources that are this work."""
    note: str | None = None
    """What another reference list says instead."""
    retracted: Notice | None = None
    """The notice of its retraction, if it was retracted."""
    corrected: Notice | None = None
    """The notice of its last correction, if there was one."""
    concern: Notice | None = None
    """The expression of concern about it, if its journal published one."""
    published_online: bool = False
    """Whether it appeared online and has no volume yet."""
    preprint_of: Key | None = None
    """The key of the article that this preprint became, if the record names it."""
    text: str
    """The citation in AMA style, as plain text."""
    html: str
    """The citation in AMA style, as HTML with its link."""
    work: InstanceOf[Work] | None = Field(default=None, exclude=True, repr=False)
    """All that its record says, to be written again; None if it comes from no record."""

    @property
    def link(self) -> str | None:
        """Where to find the work."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url
