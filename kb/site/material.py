"""Material: the knowledge base with its relations and one renderer, from which all pages are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from markupsafe import Markup

from kb.grading import words
from kb.model import (
    Driver,
    Entry,
    Finding,
    Instrument,
    Intervention,
    KnowledgeBase,
    Reference,
    Scale,
    Study,
)
from kb.read.retractions import marked_works
from kb.site.contexts.frame import Link, Notice, Review, Source, day
from kb.view.relations import relate
from kb.view.render import Rendered, Renderer

_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.S)
_TAG = re.compile(r"<[^>]+>")


class Material:
    """Looks things up for the pages. Made once for a build; not for use by two threads at once."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.relations = relate(knowledge)
        self._renderer = Renderer(knowledge.references)

    def render(self, entry: Entry) -> Rendered:
        """The entry's text and bibliography."""
        return self._renderer.render(entry)

    def frame(
        self, entry: Entry, rendered: Rendered, sections: Iterable[tuple[str, str, object]] = ()
    ) -> dict[str, Any]:
        """The fields of EntryContext. ``sections`` are those after the text: name, heading, and whether it is there."""
        after = tuple(Link(title, f"#section-{name}") for name, title, shown in sections if shown)
        return {
            "title": entry.title,
            "description": entry.summary,
            "path": entry.path,
            "section": entry.folder,
            "kind": _kind(entry),
            "body": Markup(rendered.html),  # noqa: S704 - sanitized by kb.view.render
            "bibliography": Markup(rendered.bibliography_html),  # noqa: S704 - escaped by kb.read.bibliography
            "contents": (*headings(rendered.html), *after),
            "notices": tuple(notices(entry, self.knowledge)),
            "review": Review(day(entry.reviewed), day(entry.due), entry.stale(self.knowledge.today)),
        }

    def badge_note(self, intervention: str) -> str:
        """The verdict of an intervention, by its slug, with its certainty, in words."""
        assessment = self.knowledge.assessments[intervention]
        return words.graded(assessment.verdict, assessment.certainty)

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
        """A work and place; the link leads to the page's own bibliography where the work stands in it."""
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

    def evidence(self, path: str) -> tuple[Study, Finding] | None:
        """The study and finding named ``study/finding``, where they exist."""
        return self.knowledge.evidence(path)


def notices(entry: Entry, knowledge: KnowledgeBase) -> Iterator[Notice]:
    """What readers of an entry must know of the works that it rests on, and of its own."""
    for work in marked_works(entry, knowledge):
        own = isinstance(entry, Study) and entry.reference == work.key
        name = "This work" if own else f"{short_name(work)}, on which this page rests,"
        for what, notice in (("retracted", work.retracted), ("corrected", work.corrected)):
            if notice:
                yield Notice(f"{name} was {what} on {day(notice.date)}.", notice.link or "")


def scale_link(instrument: Instrument, scale: Scale | None) -> Link:
    """A scale of an instrument, or the instrument, as a link to it."""
    short = instrument.abbreviation or instrument.title
    same = scale is None or scale.label.casefold() in (instrument.title.casefold(), short.casefold())
    return Link(short if scale is None or same else f"{short}, {scale.label}", href(instrument))


def href(entry: Entry) -> str:
    """The address of an entry's page, from the site's root."""
    return f"/{entry.path}"


def links(entries: Iterable[Entry]) -> tuple[Link, ...]:
    """Links to entries, by their titles."""
    return tuple(Link(entry.title, href(entry)) for entry in entries)


def short_name(reference: Reference) -> str:
    """Author and year, as in a conversation: ``Kiser et al 2024``."""
    names = [person.family for person in reference.authors]
    if not names:
        who = reference.container or reference.title
    elif len(names) == 1 and not reference.more_authors:
        who = names[0]
    elif len(names) == 2 and not reference.more_authors:
        who = f"{names[0]} and {names[1]}"
    else:
        who = f"{names[0]} et al"
    return f"{who} {reference.year}" if reference.year else who


def headings(html: str) -> tuple[Link, ...]:
    """The headings of a rendered body, as links to their anchors."""
    return tuple(Link(unescape(_TAG.sub("", match[2])), f"#{match[1]}") for match in _HEADING.finditer(html))


def _kind(entry: Entry) -> str:
    return str(entry.driver_kind if isinstance(entry, Driver) else entry.kind).capitalize()
