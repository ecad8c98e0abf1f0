"""What tools answer, part by part: the docstrings are the schema that assistants get, ``text`` is what people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.model import Certainty, Verdict, VerdictMark
from kb.model.vocabulary import ClaimBasis, ScreeningDecision
from kb.view.parts import day


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What every answer carries."""

    content_version: str
    """The version of the content. Give it with what you quote."""
    as_of: date
    """The day of that version."""
    cite: str
    """How to cite this answer, in AMA style."""
    license: str
    """The terms under which the content may be used."""

    def text(self) -> str:
        """The answer as people read it, in Markdown."""
        return "\n".join([*self.lines(), "", f"Cite: {self.cite} License: {self.license}."])

    def lines(self) -> Iterator[str]:
        """The lines of the text before the citation."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Listed(Answer):
    """A part of a list."""

    total: int
    """How many there are in all."""
    start: int
    """How many come before this part."""
    next_start: int | None
    """Give it as start to go on; null at the end of the list."""

    def text(self) -> str:
        more = f"\n\nMore follow: ask again with start {self.next_start}." if self.next_start is not None else ""
        return super().text() + more


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A work, with the place in it where known."""

    work: str
    """Author and year."""
    place: str
    """Where in the work; empty where the work as a whole is meant."""
    citation: str
    """The work in AMA style. It says so where a work was retracted or corrected."""
    link: str | None
    """Where to find the work."""

    @property
    def short(self) -> str:
        """E.g. Kiser et al 2024, Table 2."""
        return f"{self.work}, {self.place}" if self.place else self.work


@dataclass(frozen=True, kw_only=True)
class Named:
    """An entry, and where to read it."""

    slug: str
    """Its name, by which tools take it."""
    title: str
    """Its title."""
    read: str
    """Its page, as a resource."""
    address: str
    """Its page on the web; from the site's root where the address of the site is not known."""


@dataclass(frozen=True, kw_only=True)
class Rating(Named):
    """What may be said of an intervention, and how sure that is."""

    said: str
    """The verdict with its outcome and certainty, in words. Quote all three together."""
    verdict: Verdict
    """The verdict. Never give it without outcome and certainty."""
    verdict_outcome: str | None
    """The outcome that the verdict speaks of; null where nothing was tested."""
    certainty: Certainty | None
    """How sure the evidence makes us; null where it is not graded."""
    provisional: bool
    """Whether the certainty is capped because the studies are not appraised."""
    marks: list[VerdictMark]
    """What must be said beside the verdict."""
    statement: str
    """What may be said of the effect. Say no more than this; "it" is the intervention."""

    def line(self) -> str:
        """The rating in one line."""
        marks = "".join(f" [{mark.text}]" for mark in self.marks)
        return f"**{self.title}** ({self.slug}): {self.said}.{marks} {self.statement}"


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """What some evidence gives, as the card of an intervention says it."""

    conditions: str
    """What it was compared with, when, and in what kind of study; empty where nothing counts."""
    figure: str
    """The estimate with its interval; empty where there is none. Never add figures up."""
    measure: str
    """What the estimate is: measure, unit, scale, which way is better."""
    of_hundred: str
    """What it means for 100 people; empty where that is not known."""
    studies: str
    """On how many studies and people it rests; empty where nothing counts."""
    appraised: str
    """How far its studies are appraised; empty where nothing counts."""

    def points(self) -> Iterator[str]:
        """The evidence and its estimate."""
        if self.studies:
            yield f"Evidence: {self.studies}; {self.conditions}. {self.appraised}."
        if self.figure:
            of_hundred = f" Of 100 people, better off: {self.of_hundred}." if self.of_hundred else ""
            yield f"Estimate: {self.figure} ({self.measure}).{of_hundred}"


@dataclass(frozen=True, kw_only=True)
class Hit(Named):
    """An entry that was found."""

    kind: str
    """What kind of entry it is."""
    summary: str
    """What it is, in a sentence."""
    rating: Rating | None
    """Of an intervention what may be said of it; null for other entries."""
    quality: str
    """Of a study its design and level of evidence, of an instrument how well it is established; else empty."""
    notices: list[str]
    """What must be said of the works that it rests on: that one was retracted, corrected or doubted."""
    sources: list[Cited]
    """The first results behind a verdict, each with the place, or the work that a study is; else empty."""

    def line(self) -> str:
        """The hit in one line."""
        about = f"{self.kind} {self.slug}{f'; {self.quality}' if self.quality else ''}"
        said = self.rating.line() if self.rating else f"**{self.title}** ({about})."
        notices = "".join(f" [{notice}]" for notice in self.notices)
        sources = f" Sources: {'; '.join(source.short for source in self.sources)}." if self.sources else ""
        return f"{said}{notices} {self.summary}{sources}"


@dataclass(frozen=True, kw_only=True)
class Found(Listed):
    """What a search found, best first."""

    corrected: str | None
    """The query with misspelt words corrected, whose results these are; null if none was misspelt."""
    hits: list[Hit]
    """The entries."""

    def lines(self) -> Iterator[str]:
        yield f"{self.total} found." + (f" Searched for: {self.corrected}." if self.corrected else "")
        for number, hit in enumerate(self.hits, self.start + 1):
            yield f"{number}. {hit.line()}"


@dataclass(frozen=True, kw_only=True)
class Option(Rating, Estimated):
    """An intervention that has to do with a driver."""

    basis: ClaimBasis
    """What ties it to the driver, the strongest tie: measured, stated, inferred or discussed."""
    disputed: list[str]
    """Why figures that count cannot be right, where a discrepancy says so. Say it with the figure."""
    cost: str
    """What it costs, as far as known."""
    effort: str
    """What work it takes, as far as known."""
    sources: list[Cited]
    """Who ties it to the driver, then the studies behind the verdict, each with the place."""

    def lines(self) -> Iterator[str]:
        """The option as an item of a list."""
        yield f"- {self.line()}"
        yield from (f"  - {point}" for point in self.points())
        yield from (f"  - DISPUTED: {doubt}" for doubt in self.disputed)
        yield f"  - Tie to the driver: {self.basis.label}. Cost: {self.cost}. Effort: {self.effort}."
        yield f"  - Sources: {'; '.join(source.short for source in self.sources) or 'none'}"


@dataclass(frozen=True, kw_only=True)
class Options(Listed):
    """The interventions for a driver, side by side: by what ties them to it, then strongest evidence first."""

    driver: str
    """The slug of the driver."""
    title: str
    """The driver."""
    options: list[Option]
    """The interventions. Their effects cannot be added up: they were measured apart, in different people."""

    def lines(self) -> Iterator[str]:
        yield f"Interventions for {self.title}: {self.total}. Their effects cannot be added up."
        for option in self.options:
            yield from option.lines()


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of certainty."""

    step: str
    """E.g. Down 1 for imprecision."""
    reason: str
    """Why."""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A result as its study reports it."""

    study: str
    """The slug of the study."""
    work: str
    """The study by author and year."""
    place: str
    """Where in the study."""
    figure: str
    """The figure with its unit."""
    confidence: str
    """Its confidence interval; empty where none is reported."""
    p: str
    """Its P value; empty where none is reported."""
    people: int | None
    """People analyzed; null where that is not reported."""
    compared: str
    """What was compared, and when."""
    measured_with: str
    """The instrument; empty where there is none."""
    favors: str
    """Which side it favors."""
    use: str
    """Whether it counts, and how; of others why not."""
    disputed: str
    """Why a figure of it cannot be right; empty where nobody says so. Say it with the figure."""

    def line(self) -> str:
        """The result in one line."""
        figures = " ".join(part for part in (self.figure, self.confidence and f"({self.confidence})", self.p) if part)
        about = "; ".join(part for part in (self.compared, self.measured_with, self.favors, self.use) if part)
        disputed = f" DISPUTED: {self.disputed}" if self.disputed else ""
        return f"{self.work}, {self.place}: {figures}. {about}.{disputed}"


@dataclass(frozen=True, kw_only=True)
class Body(Estimated):
    """A body of evidence: one outcome, one kind of comparison, one length of follow-up."""

    key: str
    """Its name."""
    outcome: str
    """What was measured."""
    headline: bool
    """Whether the verdict rests on it."""
    certainty: Certainty | None
    """How sure it makes us; null where it is not graded."""
    provisional: bool
    """Whether the certainty is capped because the studies are not appraised."""
    statement: str
    """What may be said of the effect. Say no more than this."""
    steps: list[Step]
    """The steps from the start to the certainty, each with its reason; of one that is not graded, why."""
    notes: list[str]
    """How studies differ, why the interval is wide, why nothing is averaged."""
    results: list[Reported]
    """Its results, those that count first; not more than a few."""
    results_in_all: int
    """How many results it has."""

    def lines(self) -> Iterator[str]:
        """The body as a section."""
        level = f"{self.certainty.label} certainty" if self.certainty else "not graded"
        rests = " The verdict rests on this." if self.headline else ""
        yield f"\n### {self.outcome}: {level}{' (provisional)' if self.provisional else ''}"
        yield f"{self.statement}{rests}"
        yield from (f"- {point}" for point in self.points())
        for step in self.steps:
            yield f"- {step.step}: {step.reason}"
        for note in self.notes:
            yield f"- {note}"
        for result in self.results:
            yield f"- {result.line()}"
        if self.results_in_all > len(self.results):
            yield f"- {self.results_in_all - len(self.results)} more results are on the page."


@dataclass(frozen=True, kw_only=True)
class Evidence(Listed):
    """The evidence behind a verdict, body by body; the one that the verdict rests on comes first."""

    rating: Rating
    """What may be said of the intervention."""
    needed: str
    """What would make it evidence-based."""
    waiting: int
    """Controlled studies that are known and wait to be entered; they count in no figure here."""
    harms: str
    """What is known of harms; empty where the sources say nothing, which does not mean that there are none."""
    bodies: list[Body]
    """The bodies of evidence. They overlap: their effects cannot be added up."""
    sources: list[Cited]
    """The works of these results."""

    def lines(self) -> Iterator[str]:
        yield self.rating.line()
        yield self.needed
        if self.waiting:
            yield f"Known, not entered yet: {self.waiting} controlled."
        yield f"Harms: {self.harms or 'our sources say nothing, which does not mean that there are none.'}"
        for body in self.bodies:
            yield from body.lines()
        yield from _sources(self.sources)


def _sources(works: list[Cited]) -> Iterator[str]:
    if works:
        yield "\nSources:"
        for work in works:
            yield f"- {work.citation}"


@dataclass(frozen=True, kw_only=True)
class SourcedFact:
    """Something that is known of an instrument."""

    about: str
    """What it is about."""
    text: str
    """What is known."""
    source: Cited | None
    """Where it is taken from; null for what the entry itself says."""


@dataclass(frozen=True, kw_only=True)
class InstrumentFacts(Answer, Named):
    """The facts of an instrument. Item texts are never given: they belong to their owners."""

    summary: str
    """What it is, in a sentence."""
    grade: str
    """How well its measurement properties are established: the COSMIN category with the reason, or not assessed."""
    facts: list[SourcedFact]
    """What is known of it, each with its source; what was looked for and not found is said too."""

    def lines(self) -> Iterator[str]:
        yield f"**{self.title}** ({self.slug}). {self.summary}"
        yield f"- Quality: {self.grade}"
        for fact in self.facts:
            source = f" ({fact.source.short})" if fact.source else ""
            yield f"- {fact.about}: {fact.text}{source}" if fact.text else f"- {fact.about}{source}"


@dataclass(frozen=True, kw_only=True)
class Suggestion(Named):
    """An instrument that fits a purpose. The sources of what is said of it are among its facts."""

    good: list[str]
    """What speaks for it."""
    missing: list[str]
    """What the purpose asks for and it does not have, as far as known."""


@dataclass(frozen=True, kw_only=True)
class Suggestions(Answer):
    """The instruments that fit a purpose best, by a published rule that looks at their facts."""

    purpose: str
    """What the survey is for."""
    rule: str
    """What is looked at."""
    advice: str
    """What to mind; may be empty."""
    address: str
    """The page that compares all instruments."""
    instruments: list[Suggestion]
    """The instruments, the best first."""

    def lines(self) -> Iterator[str]:
        yield f"{self.purpose}: {self.rule} {self.advice}".rstrip()
        for item in self.instruments:
            missing = f" Missing: {'; '.join(item.missing)}." if item.missing else ""
            yield f"- **{item.title}** ({item.slug}). {'; '.join(item.good)}.{missing}"


@dataclass(frozen=True, kw_only=True)
class Screened:
    """A work that was considered and is not an entry. It counts in no figure."""

    work: Cited
    """The work."""
    decision: ScreeningDecision
    """Whether it waits to be entered or was left out."""
    reason: str
    """Why it is not an entry."""
    kind: str
    """What kind of work it is."""
    screened: date
    """The day on which it was decided."""
    by: str
    """Who decided, as a role."""
    interventions: list[str]
    """The slugs of the interventions that it is about."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many there are of something."""

    what: str
    """What is counted."""
    count: int
    """How many."""


@dataclass(frozen=True, kw_only=True)
class Register(Listed):
    """The screening register: which works were considered, and what became of them."""

    considered: int
    """All works: entries and lines of the register."""
    counts: list[Counted]
    """What became of them, for the base as a whole."""
    works: list[Screened]
    """The works asked for."""

    def lines(self) -> Iterator[str]:
        counts = "; ".join(f"{item.what}: {item.count}" for item in self.counts)
        yield f"{self.considered} works were considered. {counts}. These are {self.total} of the register:"
        for work in self.works:
            about = f" About: {', '.join(work.interventions)}." if work.interventions else ""
            decided = f"{work.decision.label}: {work.reason} ({day(work.screened)}, {work.by})."
            yield f"- {work.work.citation} {decided}{about}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that happened to one entry, or to a work that is no entry."""

    date: date
    """The day."""
    kind: str
    """What kind of change it is."""
    about: str
    """The entry or work."""
    entry: str
    """The entry as folder/slug; of a work its key."""
    text: str
    """What happened, to be read after the name."""
    why: str
    """The reason; empty where none is recorded."""


@dataclass(frozen=True, kw_only=True)
class Changes(Listed):
    """What changed in the evidence, the last first."""

    digest: str
    """How much happened, in a sentence; empty where nothing did."""
    changes: list[Change]
    """The changes."""

    def lines(self) -> Iterator[str]:
        yield self.digest or "Nothing changed."
        for change in self.changes:
            yield f"- {day(change.date)}, {change.kind}: {change.about} {change.text}. {change.why}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Words(Listed):
    """The words of a page, in Markdown; total, start and next_start count characters."""

    read: str
    """The page, as a resource."""
    title: str
    """Its title."""
    words: str
    """The text."""

    def lines(self) -> Iterator[str]:
        yield self.words
