"""What resolvers read: one snapshot for the whole of a request, parts of entries with what holds them, global ids."""

from __future__ import annotations

import binascii
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.api.errors import fault
from kb.model import (
    FINDABLE,
    Assessment,
    BodyAssessment,
    Entry,
    Finding,
    Framework,
    Intervention,
    KnowledgeBase,
    Study,
    Term,
)
from kb.model import Mapping as TermMapping
from kb.search import SearchIndex
from kb.view.relations import Relations, relate
from kb.view.render import Renderer


@dataclass(frozen=True)
class StudyFinding:
    """A finding of a study."""

    study: Study
    part: Finding


@dataclass(frozen=True)
class InterventionBody:
    """A body of evidence of an intervention, as assessed."""

    intervention: Intervention
    assessment: BodyAssessment
    headline: bool

    @property
    def part(self) -> Any:
        return self.assessment.body


def evidence_of(entry: Intervention, assessment: Assessment) -> list[InterventionBody]:
    """All bodies of evidence of an intervention, as assessed."""
    return [InterventionBody(entry, body, body is assessment.headline) for body in assessment.bodies]


@dataclass(frozen=True)
class FrameworkTerm:
    """A term of a framework."""

    framework: Framework
    part: Term

    @property
    def path(self) -> str:
        """framework-slug/term-slug"""
        return f"{self.framework.slug}/{self.part.slug}"


@dataclass(frozen=True)
class TermDriver:
    """The mapping of a term to a driver."""

    term: FrameworkTerm
    part: TermMapping


def read_part(attribute: str, _default: Any, root: Any, _info: Any, **_arguments: Any) -> Any:
    """Graphene's default resolver for these roots: the attribute of the part."""
    return getattr(root.part, attribute)


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


KINDS = {kind.__name__: kind for kind in FINDABLE}
_HINT = "use an id that the API gave, as it is; to look up a slug, ask for e.g. study(slug: …)"


def encode(kind: str, slug: str) -> str:
    """The global id of ``slug`` among the objects of one kind."""
    return urlsafe_b64encode(f"{kind}:{slug}".encode()).decode()


def decode(identity: str) -> tuple[str, str]:
    """Kind and slug of a global id. Raises BAD_ID where it is none."""
    try:
        text = urlsafe_b64decode(identity.encode("ascii")).decode()
    except (ValueError, binascii.Error):
        raise fault("BAD_ID", "this is not an id of this API", _HINT) from None
    kind, colon, slug = text.partition(":")
    if not colon or encode(kind, slug) != identity:  # the decoder passes over what is no letter of its alphabet
        raise fault("BAD_ID", "this is not an id of this API", _HINT)
    return kind, slug


def entry_id(entry: Entry) -> str:
    return encode(type(entry).__name__, entry.slug)


def finding_id(finding: StudyFinding) -> str:
    return encode("Finding", f"{finding.study.slug}/{finding.part.id}")


def body_id(body: InterventionBody) -> str:
    return encode("EvidenceBody", f"{body.intervention.slug}/{body.part.id}")


def find_object(identity: str, context: ApiContext) -> Entry | StudyFinding | InterventionBody | None:
    """The object with a global id, or None where there is none (any more).

    Ids hold slugs, so those of an entry that was renamed are also found by its former ones.
    """
    kind, path = decode(identity)
    if kind in KINDS:
        return context.entry(KINDS[kind], path)
    slug, _, part = path.partition("/")
    if kind == "Finding" and isinstance(study := context.entry(Study, slug), Study):
        found = context.knowledge.evidence(f"{study.slug}/{part}")
        return StudyFinding(*found) if found else None
    if kind == "EvidenceBody" and isinstance(entry := context.entry(Intervention, slug), Intervention):
        bodies = evidence_of(entry, context.knowledge.assessments[entry.slug])
        return next((body for body in bodies if body.part.id == part), None)
    return None
