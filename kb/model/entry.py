"""What every entry has, and the plainest kind, the page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kb.model.fields import Count, Day, Record, Slug, Text
from kb.model.vocabulary import Against, EntryStatus


class Withdrawal(Record):
    """Why and when an entry was withdrawn."""

    date: Day
    """Date of withdrawal."""
    reason: Text
    """Why, in a sentence."""
    replaced_by: Slug | None = None
    """Slug of the entry of the same kind that takes its place."""


class Reading(Record):
    """One independent reading of the entry against its source."""

    date: Day
    """The day."""
    against: Against
    """full-text, abstract or table."""
    changed: Count = 0
    """How many figures or statements it changed."""


class Signature(Record):
    """The signature of an outside expert."""

    name: Text
    """Name of the expert."""
    role: Text
    """What makes them one."""
    date: Day
    """The day."""


class Entry(Record):
    """What every entry has. The file's name is the slug, its folder the kind."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    sections: ClassVar[tuple[str, ...]] = ()

    slug: Slug = Field(json_schema_extra={"from_file": True})
    """The file's name without .md."""
    body: str = Field(json_schema_extra={"from_file": True})
    """The Markdown text after the front matter."""
    title: Text
    """The entry's name, as a heading."""
    summary: Text
    """One plain sentence, at most 200 characters."""
    status: EntryStatus
    """draft, published or withdrawn."""
    reviewed: Day
    """When a curator last checked the whole entry."""
    review_by: Day | None = None
    """When it is due again; 12 months after reviewed if left out."""
    readings: tuple[Reading, ...] = ()
    """Independent readings against the source; read twice is said only where two are recorded."""
    signed: Signature | None = None
    """The outside expert who signs the entry, if any."""
    withdrawn: Withdrawal | None = None
    """Only with status withdrawn."""
    formerly: tuple[Slug, ...] = ()
    """Slugs that it had before; their addresses lead to it, and no other entry uses them."""

    @property
    def path(self) -> str:
        """The page of this entry, relative to the site's root."""
        return f"{self.folder}/{self.slug}/"

    @property
    def former_paths(self) -> tuple[str, ...]:
        """The pages at which it was before, relative to the site's root."""
        return tuple(self.path.removesuffix(f"{self.slug}/") + f"{slug}/" for slug in self.formerly)

    @property
    def due(self) -> date:
        return self.review_by or self.reviewed + timedelta(days=365)

    def stale(self, today: date) -> bool:
        return today > self.due

    @model_validator(mode="after")
    def _withdrawal_matches_status(self) -> Self:
        if (self.status is EntryStatus.WITHDRAWN) != (self.withdrawn is not None):
            raise PydanticCustomError("withdrawal", "status withdrawn and the field withdrawn go together")
        return self


class Page(Entry):
    """A page of prose."""

    kind = "page"
    folder = "pages"

    @property
    def path(self) -> str:
        return f"{self.slug}/"
