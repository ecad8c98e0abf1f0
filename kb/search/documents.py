"""Entries as the documents of the index: their words, and the values by which they are filtered and counted."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.model import (
    KINDS,
    Driver,
    Entry,
    EntryStatus,
    Framework,
    Instrument,
    Intervention,
    KnowledgeBase,
    Reference,
    Study,
)
from kb.read import citations
from kb.search import weights
from kb.search.words import terms

SHOWN = ("title", "summary", "body", "names", "authors")
"""The fields in which matches are highlighted, in the order in which they are shown."""


@dataclass(frozen=True)
class Document:
    """What the index knows of an entry. ``names`` are words by which people look for it that its text may lack."""

    kind: str
    slug: str
    title: str
    summary: str = ""
    body: str = ""
    names: tuple[str, ...] = ()
    abbreviation: str = ""
    authors: tuple[str, ...] = ()
    year: str = ""
    identifiers: tuple[str, ...] = ()
    """DOIs, PMIDs and numbers of registration, in small letters."""
    drivers: tuple[str, ...] = ()
    verdict: str = ""
    outcome: str = ""
    """The outcome of which the verdict speaks."""
    certainty: str = ""
    design: str = ""

    @property
    def key(self) -> str:
        """kind/slug, which no other entry has."""
        return f"{self.kind}/{self.slug}"

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """All texts that are searched, by what they count (`kb.search.weights.PARTS`)."""
        parts = {
            "title": (self.title, self.abbreviation),
            "text": (*self.names, self.summary, *self.body.split("\n")),
            "authors": (*self.authors, self.year),
        }
        return {part: tuple(filter(None, texts)) for part, texts in parts.items()}

    @property
    def searched(self) -> str:
        """The field that is searched: each part as often as it counts. No phrase reaches from a line into the next."""
        times = {**weights.PARTS, "title": self.title_counts}
        return "\n".join(text for part, texts in self.parts.items() for text in texts * times[part])

    @property
    def title_counts(self) -> int:
        """How often its title counts: the more, the fewer words it has."""
        return weights.of_title(len(terms(self.title)))

    @property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the fields by which entries are filtered and counted, and of the year."""
        single = ("kind", "verdict", "outcome", "certainty", "design", "year")
        found = {"driver": self.drivers, **{field: (getattr(self, field),) for field in single}}
        return {field: tuple(filter(None, values)) for field, values in found.items()}

    @property
    def shown(self) -> Mapping[str, str]:
        """The texts of the fields of SHOWN, one or more lines each."""
        names = "\n".join(filter(None, (self.abbreviation, *self.names)))
        return dict(zip(SHOWN, (self.title, self.summary, self.body, names, "\n".join(self.authors)), strict=True))


def documents(knowledge: KnowledgeBase, kinds: Sequence[type[Entry]] = KINDS) -> list[Document]:
    """A document for each published entry of these kinds, ordered by kind and slug."""
    labels = _labels(knowledge)
    entries = [entry for kind in kinds for entry in knowledge.of_kind(kind).values()]
    published = [_document(entry, knowledge, labels) for entry in entries if entry.status is EntryStatus.PUBLISHED]
    return sorted(published, key=lambda document: document.key)


def _document(entry: Entry, knowledge: KnowledgeBase, labels: Mapping[str, tuple[str, ...]]) -> Document:
    drivers: tuple[str, ...] = ()
    names: list[str | None] = [entry.slug.replace("-", " ")]
    authors: tuple[str, ...] = ()
    identifiers: list[str | None] = []
    verdict = outcome = certainty = design = abbreviation = year = ""
    match entry:
        case Intervention():
            drivers = tuple(dict.fromkeys(claim.driver for claim in entry.drivers))
            named = (labels[claim.term][0] for claim in entry.drivers if claim.term and claim.term in labels)
            names += [*entry.components, *entry.settings, *entry.populations, *named]
            assessment = knowledge.assessments[entry.slug]
            verdict = assessment.verdict.value
            outcome = assessment.outcome.value if assessment.outcome else ""
            certainty = assessment.certainty.word if assessment.certainty else ""
        case Instrument():
            drivers, abbreviation = entry.drivers, entry.abbreviation or ""
            names += [*(scale.label for scale in entry.scales), *entry.constructs]
        case Study():
            drivers, design = entry.drivers, entry.design.value
            names += [entry.population, entry.setting, entry.country]
            identifiers.append(entry.registration)
            names += dict.fromkeys(finding.contrast for finding in entry.findings)
            if reference := knowledge.references.get(entry.reference):
                names += [reference.title, reference.container]
                authors, year = tuple(map(str, reference.authors)), str(reference.year or "")
                identifiers += [reference.doi, *_pmids(reference)]
        case Driver():
            drivers = (entry.slug,)
            names += [entry.voice, entry.scope_note, *labels.get(entry.slug, ())]
        case Framework():
            names += [term.label for term in entry.terms]
    if not isinstance(entry, Driver):
        names += [knowledge.drivers[slug].title for slug in dict.fromkeys(drivers) if slug in knowledge.drivers]
    return Document(
        kind=entry.kind,
        slug=entry.slug,
        title=entry.title,
        summary=entry.summary,
        body=plain(entry.body, entry.sections),
        names=tuple(filter(None, names)),
        abbreviation=abbreviation,
        authors=authors,
        year=year,
        identifiers=tuple(dict.fromkeys(text.lower().split()[-1] for text in identifiers if text)),
        drivers=drivers,
        verdict=verdict,
        outcome=outcome,
        certainty=certainty,
        design=design,
    )


_PUBMED = re.compile(r"//pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")


def _pmids(reference: Reference) -> Iterator[str]:
    """The PMIDs that a record gives, as a field or in an address of PubMed."""
    if reference.work and "pmid" in reference.work.fields:
        yield reference.work.fields["pmid"]
    for address in (reference.url, reference.verified_at):
        if found := _PUBMED.search(address or ""):
            yield found[1]


def _labels(knowledge: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """The labels of frameworks' terms by framework/term, and by the drivers to which they correspond."""
    labels: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for framework in knowledge.frameworks.values():
        if framework.status is EntryStatus.PUBLISHED:
            for term in framework.terms:
                for key in (f"{framework.slug}/{term.slug}", *(mapping.driver for mapping in term.mappings)):
                    labels[key][term.label] = None
    return {key: tuple(values) for key, values in labels.items()}


# Each pattern begins where it cannot begin again further on, or ends soon, so that no text is looked through twice.
_INLINE = (
    (re.compile(r"(?<!\s)\s*" + citations.PATTERN), ""),
    (re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])"), r"\1"),
    (re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3})(?=\S)(.{1,500}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<!\\)`+"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*)$")
_START = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]|>)[ \t]+|^[ \t]*\|")
_NO_TEXT = re.compile(r"^[ \t]*(?:```.*|~~~.*|(?=[|:\- \t]*?---)[|:\- \t]*)?$")


def plain(markdown: str, sections: tuple[str, ...] = ()) -> str:
    """The words of a Markdown text, a paragraph, list item or table row a line, without markup and citations.

    ``sections`` are headings to leave out: those that every entry of a kind has say nothing about one of them.
    """
    paragraphs = [""]
    for line in markdown.splitlines():
        if _NO_TEXT.match(line):
            paragraphs.append("")
        elif heading := _HEADING.match(line):
            words = heading[1].rstrip(" \t#")
            paragraphs += ["" if words in sections else words, ""]
        elif start := _START.match(line):
            paragraphs.append(line[start.end() :].replace("|", " "))
        else:
            paragraphs[-1] += f" {line}"
    return "\n".join(text for text in map(_unmarked, paragraphs) if text)


def _unmarked(paragraph: str) -> str:
    for pattern, replacement in _INLINE:
        paragraph = pattern.sub(replacement, paragraph)
    return " ".join(html.unescape(paragraph).split())
