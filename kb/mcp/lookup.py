"""One version of the evidence base as assistants ask it: finds entries by name, and says what to ask instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from kb.api import ApiContext
from kb.export.identity import citation_of, citation_of_all
from kb.model import Entry, EntryStatus, KnowledgeBase
from kb.problems import did_you_mean, some_of
from kb.view.catalog import Catalog
from kb.view.parts import day

E = TypeVar("E", bound=Entry)
SCHEME = "kb://"
"""How the address of an entry begins that assistants read: kb://folder/slug."""


class AskError(Exception):
    """Raised for what cannot be answered; the message says why, and what to ask instead."""


@dataclass(frozen=True)
class Base:
    """One version of the content, and the public address of the site; that is empty where it is not known."""

    context: ApiContext
    site_url: str = ""

    @property
    def catalog(self) -> Catalog:
        return self.context.catalog

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.context.knowledge

    def address(self, path: str) -> str:
        """The web address of a page, by its path from the site's root; relative to that where no more is known."""
        return f"{self.site_url}/{path.lstrip('/')}"

    def cite(self, entry: Entry | None = None) -> str:
        """How to cite an entry, or the evidence base as a whole, in AMA style."""
        today, version = self.knowledge.today, f"Content version {self.knowledge.version}"
        if entry is None:
            return citation_of_all(today, version, self.site_url)
        return citation_of(entry, today, version, self.address(entry.path) if self.site_url else "").text

    def find(self, kind: type[E], name: str) -> E:
        """The published entry of a kind by its slug, a former slug, its address or its title. Raises AskError."""
        entries = self.knowledge.of_kind(kind)
        word = name.removeprefix(SCHEME).strip("/ ").removeprefix(f"{kind.folder}/")
        titles = {entry.title.casefold(): entry for entry in entries.values()}
        entry = (
            entries.get(word.lower())
            or self.context.former.get((kind.kind, word))
            or titles.get(name.strip().casefold())
        )
        if not isinstance(entry, kind):
            hint = did_you_mean(word, [*entries, *(item.title for item in entries.values())])
            raise AskError(f"There is no {kind.kind} {word!r}. {sentence(hint or 'search finds it by its words')}")
        if entry.withdrawn:
            instead = f" {entry.withdrawn.replaced_by} takes its place." if entry.withdrawn.replaced_by else ""
            when = day(entry.withdrawn.date)
            raise AskError(f"{entry.title} was withdrawn on {when}: {sentence(entry.withdrawn.reason)}{instead}")
        return entry


def uri(entry: Entry) -> str:
    """The address by which an assistant reads an entry."""
    return f"{SCHEME}{entry.folder}/{entry.slug}"


def published(knowledge: KnowledgeBase) -> list[Entry]:
    """Every published entry, kind by kind."""
    return [entry for entry in knowledge.entries() if entry.status is EntryStatus.PUBLISHED]


def require_one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raise AskError for a value of an argument that is not allowed, with the nearest that is."""
    words = list(allowed)
    if value not in words:
        hint = did_you_mean(value, words)
        raise AskError(
            f"{name} cannot be {value[:200]!r}. {sentence(hint) + ' ' if hint else ''}It is one of: {some_of(words)}."
        )


def sentence(text: str) -> str:
    """A text that starts with a capital letter and ends with a stop."""
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".")
