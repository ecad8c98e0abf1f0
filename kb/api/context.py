"""ApiContext: one snapshot of everything that resolvers read, the same for the whole of a request."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from kb.api.parts import FrameworkTerm
from kb.model import Entry, KnowledgeBase
from kb.search import SearchIndex
from kb.view.relations import Relations, relate
from kb.view.render import Renderer


class Pages:
    """The HTML of entries, rendered when first asked for; safe for use by several threads."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._html: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def html(self, entry: Entry) -> str:
        """Body and bibliography of an entry."""
        key = (entry.folder, entry.slug)
        if key not in self._html:
            with self._lock:
                rendered = self._renderer.render(entry)
                self._html[key] = rendered.html + rendered.bibliography_html
        return self._html[key]


@dataclass(frozen=True)
class ApiContext:
    """A public knowledge base with what is derived from it; ``index`` is None where search is not available."""

    knowledge: KnowledgeBase
    relations: Relations
    terms: Mapping[str, FrameworkTerm]
    """By framework-slug/term-slug, in the order of the frameworks."""
    pages: Pages
    index: SearchIndex | None
    former: Mapping[tuple[str, str], Entry]
    """Entries that were renamed, by their kind and each of their former slugs."""

    def entry(self, kind: type[Entry], slug: str) -> Entry | None:
        """The entry of a kind that has a slug, or had it."""
        return self.knowledge.of_kind(kind).get(slug) or self.former.get((kind.kind, slug))


def make_context(knowledge: KnowledgeBase, index: SearchIndex | None = None) -> ApiContext:
    """The context of a knowledge base; its drafts are left out."""
    public = knowledge.public()
    terms = [FrameworkTerm(framework, term) for framework in public.frameworks.values() for term in framework.terms]
    return ApiContext(
        knowledge=public,
        relations=relate(public),
        terms={term.path: term for term in terms},
        pages=Pages(Renderer(public.references)),
        index=index,
        former={(entry.kind, slug): entry for entry in public.entries() for slug in entry.formerly},
    )
