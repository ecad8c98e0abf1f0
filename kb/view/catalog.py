"""Catalog: looks up what is shown of a knowledge base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from kb.grading import favors, statements
from kb.model import (
    Driver,
    EffectDirection,
    Entry,
    Finding,
    Intervention,
    KnowledgeBase,
    Scale,
    Study,
)
from kb.read.retractions import marked_works
from kb.view.parts import Link, Notice, Source, day, href, scale_link, short_name
from kb.view.relations import relate
from kb.view.render import Rendered, Renderer


class Catalog:
    """A knowledge base with its relations and one renderer. Made once for a build."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.relations = relate(knowledge)
        self._renderer = Renderer(knowledge.references)

    def render(self, entry: Entry) -> Rendered:
        """The entry's text and bibliography."""
        return self._renderer.render(entry)

    def direction(self, study: Study, finding: Finding) -> EffectDirection:
        """Which side a finding favors, by its figures that are not disputed and by which way is good on its scale."""
        return favors(study, finding, self.knowledge.instruments)

    def listed(self, kind: type[Entry], slugs: Iterable[str]) -> list[str]:
        """The slugs of published entries of a kind among some, each once, in their order."""
        return [slug for slug in dict.fromkeys(slugs) if f"{kind.folder}/{slug}/" in self.relations.names]

    @cached_property
    def verdicts(self) -> Mapping[str, tuple[Intervention, ...]]:
        """The listed interventions whose verdict speaks of a body in which a finding counts, by study/finding."""
        found: dict[str, list[Intervention]] = {}
        for entry in self.relations.interventions:
            body = self.knowledge.assessments[entry.slug].headline
            for path in dict.fromkeys(result.path for result in body.counted) if body else ():
                found.setdefault(path, []).append(entry)
        return {path: tuple(entries) for path, entries in found.items()}

    def badge_note(self, intervention: str) -> str:
        """The verdict of an intervention, by its slug, with its outcome and certainty, in words."""
        return statements.verdict(self.knowledge.assessments[intervention])

    def named(self, kind: type[Entry], slugs: Iterable[str]) -> tuple[Link, ...]:
        """Links to the published entries of a kind among the slugs, in their order."""
        paths = (f"{kind.folder}/{slug}/" for slug in slugs)
        return tuple(Link(title, f"/{path}") for path in paths if (title := self.relations.names.get(path)))

    def interventions(self, slugs: Iterable[str]) -> tuple[Link, ...]:
        """Links to interventions, each with its verdict and certainty."""
        return tuple(
            link._replace(note=self.badge_note(slug)) for slug in slugs for link in self.named(Intervention, [slug])
        )

    def drivers(self, slugs: Iterable[str]) -> tuple[Link, ...]:
        """Links to drivers, each with what people say of it."""
        return tuple(
            link._replace(note=self.relations.voices.get(slug, ""))
            for slug in slugs
            for link in self.named(Driver, [slug])
        )

    def source(self, key: str, place: str, rendered: Rendered | None = None) -> Source:
        """A work and place; the link leads to the page's own bibliography where the work is in it."""
        reference = self.knowledge.references.get(key)
        if reference is None:
            return Source(key, "", place)
        number = next((c.number for c in rendered.bibliography if c.reference.key == key), 0) if rendered else 0
        return Source(short_name(reference), f"#ref-{number}" if number else f"/references/#{key}", place)

    def scale(self, instrument: str | None, scale: str | None) -> Scale | None:
        """A scale of an instrument, or None."""
        entry = self.knowledge.instruments.get(instrument or "")
        return entry.scale(scale) if entry else None

    def measured_with(self, instrument: str | None, scale: str | None) -> Link | None:
        """The scale and instrument of a finding or body, as a link to the instrument."""
        entry = self.knowledge.instruments.get(instrument or "")
        return scale_link(entry, entry.scale(scale)) if entry else None

    def term(self, path: str) -> Link | None:
        """A framework's term, named ``framework/term``."""
        slug, _, name = path.partition("/")
        framework = self.knowledge.frameworks.get(slug)
        term = framework.term(name) if framework else None
        if framework is None or term is None:
            return None
        return Link(term.label, f"{href(framework)}#term-{term.slug}", framework.title)

    def study_name(self, study: Study) -> str:
        """A study by author and year, e.g. ``Kiser et al 2024``."""
        reference = self.knowledge.references.get(study.reference)
        return short_name(reference) if reference else study.title

    def evidence(self, path: str) -> tuple[Study, Finding] | None:
        """The study and finding named ``study/finding``, where they exist."""
        return self.knowledge.evidence(path)


def notices(entry: Entry, knowledge: KnowledgeBase) -> Iterator[Notice]:
    """What readers of an entry must know of the works that it rests on, and of its own."""
    for work in marked_works(entry, knowledge):
        own = isinstance(entry, Study) and entry.reference == work.key
        name = "This work" if own else f"{short_name(work)}, which this page relies on,"
        notices = {"was retracted": work.retracted, "was corrected": work.corrected, "was doubted": work.concern}
        for what, notice in notices.items():
            if notice:
                see = " by its journal" if notice is work.concern else ""
                yield Notice(f"{name} {what}{see} on {day(notice.date)}.", notice.link or "")
