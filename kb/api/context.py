"""What resolvers read: one snapshot for the whole of a request; records by their names and by their global ids."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kb.api.errors import fault
from kb.model import KINDS as ENTRY_KINDS
from kb.model import Entry, EntryStatus, KnowledgeBase
from kb.search import SearchEngine
from kb.view import moves
from kb.view.catalog import Catalog
from kb.view.fields import (
    VIEWS,
    EntryView,
    FindingView,
    InterventionView,
    ReferenceView,
    StudyView,
    TermView,
    View,
    entry_view,
    name_of,
)
from kb.view.relations import Relations

_FOLDERS: dict[type[View], str] = {view: kind.folder for kind, view in VIEWS.items()}


@dataclass(frozen=True)
class ApiContext:
    """A public knowledge base with what is derived from it; ``index`` is None where search is not available."""

    catalog: Catalog
    terms: Mapping[str, TermView]
    """By framework-slug/term-slug, in the order of the frameworks."""
    index: SearchEngine | None
    former: Mapping[tuple[str, str], Entry]
    """Entries that were renamed, by their kind and each of their former slugs."""

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.catalog.knowledge

    @property
    def relations(self) -> Relations:
        return self.catalog.relations

    @cached_property
    def changes(self) -> tuple[moves.ChangeView, ...]:
        """All that happened to entries and works, the last first."""
        return tuple(moves.ChangeView(self.catalog, event) for event in moves.events(self.catalog))

    @cached_property
    def history(self) -> Mapping[str, list[moves.ChangeView]]:
        """What happened to each entry, by folder/slug, the last first."""
        found: dict[str, list[moves.ChangeView]] = {}
        for change in self.changes:
            found.setdefault(change.record.path, []).append(change)
        return found

    @cached_property
    def _pages(self) -> Mapping[str, Entry]:
        """Entries by the paths of their pages."""
        return {entry.path: entry for entry in self.knowledge.entries()}

    def views(self, entries: Iterable[Entry]) -> list[EntryView]:
        return [entry_view(self.catalog, entry) for entry in entries]

    def entry(self, kind: type[Entry], slug: str) -> EntryView | None:
        """The entry of a kind that has a slug, or had it."""
        entry = self.knowledge.of_kind(kind).get(slug) or self.former.get((kind.kind, slug))
        return entry_view(self.catalog, entry) if entry else None

    def named(self, kind: type[View], name: str | None) -> View | None:
        """What the value of a field names: an entry by its slug, or a page by its path, a work, a finding, a term."""
        name = name or ""
        if kind is TermView:
            return self.terms.get(name)
        if kind is ReferenceView:
            work = self.knowledge.references.get(name)
            return ReferenceView(self.catalog, work) if work else None
        if kind is FindingView:
            found = self.knowledge.evidence(name)
            return FindingView(self.catalog, found[1], found[0]) if found else None
        of_kind = self._pages if kind is EntryView else getattr(self.knowledge, _FOLDERS[kind])
        entry: Entry | None = of_kind.get(name)
        return entry_view(self.catalog, entry) if entry else None

    def all_named(self, kind: type[View], names: Iterable[str]) -> list[View]:
        """What the values of a list name, each once, without what is not there and entries that lists do not show."""
        found = (self.named(kind, name) for name in dict.fromkeys(names))
        return [
            view
            for view in found
            if view and (not isinstance(view, EntryView) or view.record.status is EntryStatus.PUBLISHED)
        ]


def make_context(knowledge: KnowledgeBase, index: SearchEngine | None = None) -> ApiContext:
    """The context of a knowledge base; its drafts are left out."""
    catalog = Catalog(knowledge.public())
    frameworks = catalog.knowledge.frameworks.values()
    terms = [TermView(catalog, term, framework) for framework in frameworks for term in framework.terms]
    former = {(entry.kind, slug): entry for entry in catalog.knowledge.entries() for slug in entry.formerly}
    return ApiContext(catalog, {term.path: term for term in terms}, index, former)


KINDS = {kind.__name__: kind for kind in ENTRY_KINDS}
_NAMED: dict[str, type[View]] = {"Term": TermView, "Reference": ReferenceView}
_HINT = "use an id that the API gave, as it is; to look up a slug, ask for e.g. study(slug: …)"


def encode(kind: str, name: str) -> str:
    """The global id of what has a name among the objects of one kind."""
    return urlsafe_b64encode(f"{kind}:{name}".encode()).decode()


def decode(identity: str) -> tuple[str, str]:
    """Kind and name of a global id. Raises BAD_ID where it is none."""
    try:
        text = urlsafe_b64decode(identity.encode("ascii")).decode()
    except (ValueError, binascii.Error):
        raise fault("BAD_ID", "this is not an id of this API", _HINT) from None
    kind, colon, name = text.partition(":")
    if not colon or encode(kind, name) != identity:  # the decoder passes over what is no letter of its alphabet
        raise fault("BAD_ID", "this is not an id of this API", _HINT)
    return kind, name


def global_id(view: View) -> str:
    """The id by which `find_object` finds a view again."""
    return encode(name_of(type(view)), view.identity())


def find_object(identity: str, context: ApiContext) -> View | None:
    """The object with a global id, or None where there is none (any more).

    Ids hold slugs, so those of an entry that was renamed are also found by its former ones.
    """
    kind, path = decode(identity)
    if kind in KINDS:
        return context.entry(KINDS[kind], path)
    if kind in _NAMED:
        return context.named(_NAMED[kind], path)
    slug, _, part = path.partition("/")
    if kind == "Finding" and isinstance(study := context.entry(KINDS["Study"], slug), StudyView):
        return next((finding for finding in study.findings if finding.record.id == part), None)
    if kind == "EvidenceBody" and isinstance(entry := context.entry(KINDS["Intervention"], slug), InterventionView):
        return next((body for body in entry.evidence if body.key == part), None)
    return None
