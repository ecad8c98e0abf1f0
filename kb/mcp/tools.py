"""The tools: what each is for, what it takes, and how its answer is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from inspect import getdoc
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from kb.export.identity import LICENSE, TERMS
from kb.grading import instrument_grade, needed
from kb.mcp import parts
from kb.mcp.answers import (
    Answer,
    Change,
    Changes,
    Counted,
    Evidence,
    Found,
    Hit,
    InstrumentFacts,
    Option,
    Options,
    Register,
    Screened,
    Suggestion,
    Suggestions,
    Words,
)
from kb.mcp.lookup import SCHEME, AskError, Base, published, require_one_of, sentence, uri
from kb.mcp.pages import as_markdown
from kb.model import KINDS, Certainty, Driver, Entry, Instrument, Intervention, Outcome, ScreeningDecision
from kb.problems import did_you_mean
from kb.search import SearchFilter
from kb.text.characters import without_hidden
from kb.view import choosing, moves
from kb.view.bodies import body_card
from kb.view.catalog import notices
from kb.view.price import price
from kb.view.relations import Tie
from kb.view.screening import considered, flow

A = TypeVar("A", bound="Arguments")
T = TypeVar("T")
_LEVELS = {level.word: level for level in Certainty}
_PURPOSES = {purpose.slug: purpose for purpose in choosing.PURPOSES}
_PART = 20_000
"""Characters of a page that are read at once."""
_MOST_FAULTS = 5
"""Faults of arguments that are told at once."""


def _plain(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    return " ".join(without_hidden(text).split())


Name = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
First = Annotated[int, Field(ge=1, le=20, description="How many to show, 1 to 20.")]
Start = Annotated[int, Field(ge=0, le=100_000, description="How many to skip; give next_start of an answer to go on.")]


class Arguments(BaseModel):
    """What a tool takes. A value that is null counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Tool:
    """A tool. The docstring of its arguments is what assistants are told of it."""

    name: str
    title: str
    takes: type[Arguments]
    gives: type[Answer]
    answer: Callable[[Base, Any], Answer]
    choices: Mapping[str, Callable[[Base], Iterable[str]]] = field(default_factory=dict)
    """For arguments that take one of some words, which words."""

    @property
    def description(self) -> str:
        return getdoc(self.takes) or ""


def _head(base: Base, entry: Entry | None = None) -> dict[str, Any]:
    """What every answer carries."""
    knowledge = base.knowledge
    return {
        "content_version": knowledge.version,
        "as_of": knowledge.today,
        "cite": base.cite(entry),
        "license": f"{TERMS}, {LICENSE}",
    }


def _part_of(items: Sequence[T], start: int, first: int) -> tuple[Sequence[T], dict[str, Any]]:
    """Some items of a list, and what the answer says of where they lie in it."""
    end = start + first
    place = {"total": len(items), "start": start, "next_start": end if end < len(items) else None}
    return items[start:end], place


class Search(Arguments):
    """Find interventions, instruments, studies and drivers by words, e.g. a complaint such as "too much inbox".

    Misspelt words and synonyms are understood. Quotes find a phrase. Use it first to learn the slugs that other tools
    take. Of an intervention it gives what may be said, with certainty and marks: quote these with the verdict.
    """

    query: Annotated[str, Field(max_length=1_000, description="Words, in natural language."), AfterValidator(_plain)]
    kind: Name = Field("", description="Only entries of this kind.")
    min_certainty: Name = Field("", description="Only interventions with at least this certainty.")
    first: First = 10
    start: Start = 0


def search(base: Base, asked: Search) -> Found:
    """Entries that match, best first."""
    if base.context.index is None:
        raise AskError("The search is not available now. Try again in a minute; the other tools answer.")
    if not asked.query:
        raise AskError("query is empty. Write a few words, e.g. burnout of nurses.")
    wanted = SearchFilter(kinds=(asked.kind,) if asked.kind else (), min_certainty=_LEVELS.get(asked.min_certainty))
    found = base.context.index.search(asked.query, wanted, limit=asked.start + asked.first)
    kinds = {kind.kind: kind for kind in KINDS}
    entries = (base.knowledge.of_kind(kinds[hit.kind])[hit.slug] for hit in found.hits[asked.start :])
    end = asked.start + asked.first
    return Found(
        **_head(base),
        total=found.total,
        start=asked.start,
        next_start=end if end < found.total else None,
        corrected=found.suggestion,
        hits=[_hit(base, entry) for entry in entries],
    )


def _hit(base: Base, entry: Entry) -> Hit:
    return Hit(
        **parts.named(base, entry),
        kind=entry.kind,
        summary=entry.summary,
        rating=parts.rating(base, entry) if isinstance(entry, Intervention) else None,
        quality=parts.quality(entry),
        notices=[notice.text for notice in notices(entry, base.knowledge)],
        sources=parts.cited_each(base, parts.behind(base, entry), most=3),
    )


class Compare(Arguments):
    """Compare the interventions for one driver of burnout: what may be said of each, how sure, at what cost.

    They come by what ties them to the driver (measured, stated, inferred, discussed), then strongest evidence first.
    Quote each statement with its certainty and marks. Effects cannot be added up or compared by their figures alone.
    """

    driver: Name = Field(description="The slug of the driver.")
    min_certainty: Name = Field("", description="Only those with at least this certainty.")
    first: First = 10
    start: Start = 0


def compare(base: Base, asked: Compare) -> Options:
    """The interventions that have to do with a driver."""
    driver = base.find(Driver, asked.driver)
    least = _LEVELS.get(asked.min_certainty, 0)
    assessments = base.knowledge.assessments
    ties = base.catalog.relations.ties_of_driver.get(driver.slug, ())
    passing = [tie for tie in ties if (assessments[tie.intervention.slug].certainty or 0) >= least]
    shown, place = _part_of(passing, asked.start, asked.first)
    options = [_option(base, driver, tie) for tie in shown]
    return Options(**_head(base, driver), **place, driver=driver.slug, title=driver.title, options=options)


def _option(base: Base, driver: Driver, tie: Tie) -> Option:
    entry = tie.intervention
    headline = base.knowledge.assessments[entry.slug].headline
    card = body_card(base.catalog, headline) if headline else None
    claimed = [(claim.source, claim.place) for claim in entry.drivers if claim.driver == driver.slug]
    return Option(
        **parts.rated(base, entry),
        **parts.estimated(card),
        basis=tie.basis,
        disputed=list(
            dict.fromkeys(
                doubt
                for result in (headline.counted if headline else ())
                for doubt in parts.doubts(result.study, result.finding)
            )
        ),
        cost=price(entry).label,
        effort=entry.effort.level.label,
        sources=parts.cited_each(base, (*claimed, *parts.behind(base, entry)), most=parts.RESULTS),
    )


class Behind(Arguments):
    """Show the evidence behind the verdict on an intervention: each body of evidence with its estimate, its certainty,
    the steps that led to it, and the results with the place in the source.

    The body that the verdict rests on comes first. Bodies overlap, so never add their effects up. A result that is
    disputed must be called so.
    """

    intervention: Name = Field(description="The slug of the intervention, as search gives it.")
    outcome: Name = Field("", description="Only evidence on this outcome.")
    first: Annotated[int, Field(ge=1, le=10, description="How many bodies of evidence to show, 1 to 10.")] = 3
    start: Start = 0


def evidence(base: Base, asked: Behind) -> Evidence:
    """What the verdict on an intervention rests on."""
    entry = base.find(Intervention, asked.intervention)
    assessment = base.knowledge.assessments[entry.slug]
    bodies = sorted(assessment.bodies, key=lambda body: body is not assessment.headline)
    chosen = [body for body in bodies if asked.outcome in ("", body.outcome.value)]
    if asked.outcome and not chosen:
        tested = ", ".join(dict.fromkeys(body.outcome.value for body in bodies)) or "none"
        raise AskError(f"{entry.title} has no evidence on {asked.outcome!r}. Outcomes with evidence: {tested}.")
    shown, place = _part_of(chosen, asked.start, asked.first)
    works = dict.fromkeys(result.study.reference for body in shown for result in body.results[: parts.RESULTS])
    return Evidence(
        **_head(base, entry),
        **place,
        rating=parts.rating(base, entry),
        needed=needed(assessment),
        waiting=assessment.waiting,
        harms=entry.harms or "",
        bodies=[parts.body(base, body) for body in shown],
        sources=[parts.cited(base, key) for key in works],
    )


class Facts(Arguments):
    """Show the facts of one questionnaire or measure: what it measures, length, price, terms of use, languages,
    cutoffs, reliability, results of others to compare with, each with its source, and what was not found.

    Item texts are not here: they belong to their owners.
    """

    instrument: Name = Field(description="The slug of the instrument, as search or choose_instrument gives it.")


def instrument(base: Base, asked: Facts) -> InstrumentFacts:
    """What is known of an instrument."""
    entry = base.find(Instrument, asked.instrument)
    grade = instrument_grade(entry)
    return InstrumentFacts(
        **_head(base, entry),
        **parts.named(base, entry),
        summary=entry.summary,
        grade=f"{grade.label}. {grade.rationale}",
        facts=parts.facts(base, entry),
    )


class Choose(Arguments):
    """Name the questionnaires that fit a purpose best, by a published rule, with what speaks for each and what is
    missing. Give the reasons with the names, then look at the facts of each before you recommend one.
    """

    purpose: Name = Field(
        description="What the survey is for: " + "; ".join(f"{item.slug}: {item.title}" for item in _PURPOSES.values())
    )


def choose(base: Base, asked: Choose) -> Suggestions:
    """The instruments for a purpose."""
    purpose = _PURPOSES[asked.purpose]
    found = choosing.recommended(base.catalog, purpose, choosing.surveys(base.catalog))
    return Suggestions(
        **_head(base),
        purpose=purpose.title,
        rule=purpose.rule,
        advice=purpose.advice,
        address=base.address("measure/"),
        instruments=[
            Suggestion(**parts.named(base, choice.entry), good=list(choice.good), missing=list(choice.missing))
            for choice in found
        ],
    )


class Screening(Arguments):
    """Show works that were considered and are not entries: those that wait, and those that were left out, with why.

    Use it to tell what the evidence base does not hold yet. These works count in no figure.
    """

    decision: Name = Field("", description="Only works with this decision.")
    intervention: Name = Field("", description="Only works about this intervention, by its slug.")
    first: First = 10
    start: Start = 0


def screening(base: Base, asked: Screening) -> Register:
    """The screening register."""
    about = base.find(Intervention, asked.intervention).slug if asked.intervention else None
    order = (ScreeningDecision.WAITING, ScreeningDecision.EXCLUDED)
    decisions = [decision for decision in order if asked.decision in ("", decision)]
    works = [work.record for decision in decisions for work in considered(base.catalog, decision, about)]
    shown, place = _part_of(works, asked.start, asked.first)
    counts = flow(base.catalog)
    counted = [
        *counts.entered,
        *((f"Waiting: {what}", count) for what, count in counts.waiting),
        *((f"Left out: {what}", count) for what, count in counts.excluded),
    ]
    return Register(
        **_head(base),
        **place,
        considered=counts.considered,
        counts=[Counted(what=what, count=count) for what, count in counted],
        works=[
            Screened(
                work=parts.cited(base, record.key),
                decision=record.decision,
                reason=record.reason.label,
                kind=record.kind.label,
                screened=record.screened,
                by=record.by,
                interventions=list(record.interventions),
            )
            for record in shown
        ],
    )


class Since(Arguments):
    """Show what changed in the evidence, the last first: verdicts and certainty that moved, entries that came, were
    corrected or withdrawn, and works that were found, each with the reason where one is recorded.
    """

    since: date | SkipJsonSchema[None] = Field(None, description="Only changes of this day or later, year-month-day.")
    driver: Name = Field("", description="Only changes that bear on this driver.")
    intervention: Name = Field("", description="Only changes of this intervention, by its slug.")
    first: First = 10
    start: Start = 0


def changes(base: Base, asked: Since) -> Changes:
    """What changed."""
    found = moves.events(base.catalog)
    if asked.driver:
        found = moves.of_driver(base.catalog, found, base.find(Driver, asked.driver))
    if asked.intervention:
        entry = base.find(Intervention, asked.intervention)
        path = f"{entry.folder}/{entry.slug}"
        found = tuple(event for event in found if path in (event.path, *event.bears_on))
    if asked.since:
        found = tuple(event for event in found if event.date >= asked.since)
    shown, place = _part_of(found, asked.start, asked.first)
    return Changes(
        **_head(base),
        **place,
        digest=moves.digest(found),
        changes=[
            Change(
                date=event.date,
                kind=event.kind.heading,
                about=event.about.title,
                entry=event.path,
                text=event.text,
                why=event.why,
            )
            for event in shown
        ],
    )


class Read(Arguments):
    """Read the words of one page, in Markdown, with numbered citations and its bibliography.

    For entries, and for the guides, e.g. kb://pages/how-we-grade.
    """

    page: Name = Field(description="The page as other tools name it in read, e.g. kb://interventions/schwartz-rounds.")
    start: Start = 0


def read(base: Base, asked: Read) -> Words:
    """The words of a page."""
    entry = page_named(base, asked.page)
    text = as_markdown(base, entry)
    words, place = _part_of(text, asked.start, _PART)
    return Words(**_head(base, entry), **place, read=uri(entry), title=entry.title, words=str(words))


def page_named(base: Base, name: str) -> Entry:
    """The published entry at an address such as kb://interventions/coaching. Raises AskError."""
    folder, _, slug = name.removeprefix(base.site_url).removeprefix(SCHEME).strip("/").partition("/")
    kinds = {type(entry).folder: type(entry) for entry in published(base.knowledge)}
    if folder not in kinds or not slug:
        example = f"{SCHEME}interventions/coaching"
        raise AskError(f"{name!r} is no page. Write it like {example}; folders: {', '.join(kinds)}.")
    return base.find(kinds[folder], slug)


def _drivers(base: Base) -> Iterator[str]:
    return (driver.slug for driver in base.catalog.relations.drivers)


def _levels(_: Base) -> Iterable[str]:
    return _LEVELS


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "Search the evidence base",
            Search,
            Found,
            search,
            {"kind": lambda _: [kind.kind for kind in KINDS], "min_certainty": _levels},
        ),
        Tool(
            "compare_interventions",
            "Compare interventions for a driver",
            Compare,
            Options,
            compare,
            {"driver": _drivers, "min_certainty": _levels},
        ),
        Tool(
            "evidence_behind_verdict",
            "The evidence behind a verdict",
            Behind,
            Evidence,
            evidence,
            {"outcome": lambda _: map(str, Outcome)},
        ),
        Tool("instrument_facts", "The facts of an instrument", Facts, InstrumentFacts, instrument),
        Tool(
            "choose_instrument",
            "Choose an instrument",
            Choose,
            Suggestions,
            choose,
            {"purpose": lambda _: _PURPOSES},
        ),
        Tool(
            "screening_register",
            "What was considered",
            Screening,
            Register,
            screening,
            {"decision": lambda _: map(str, ScreeningDecision)},
        ),
        Tool("what_changed", "What changed in the evidence", Since, Changes, changes, {"driver": _drivers}),
        Tool("read_page", "Read a page", Read, Words, read),
    )
}
"""The tools by their names."""


def call(base: Base, tool: Tool, arguments: Mapping[str, Any]) -> Answer:
    """The answer of a tool. Raises AskError for arguments that do not fit, and for what is not there."""
    try:
        asked = tool.takes.model_validate({name: value for name, value in arguments.items() if value is not None})
    except ValidationError as error:
        raise AskError("\n".join(_faults(error, tool))) from None
    for name, words in tool.choices.items():
        if value := getattr(asked, name):
            require_one_of(name, value, words(base))
    return tool.answer(base, asked)


def _faults(error: ValidationError, tool: Tool) -> Iterator[str]:
    """What is wrong with some arguments, one sentence or two each."""
    fields = tool.takes.model_fields
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    first = {str(fault["loc"][0])[:200]: fault for fault in reversed(faults)}  # each way to fit has one of its own
    for name, fault in [*reversed(first.items())][:_MOST_FAULTS]:
        if fault["type"] == "extra_forbidden":
            hint = did_you_mean(name, fields, f"there are: {', '.join(fields)}")
            yield f"There is no argument {name!r}. {sentence(hint)}"
        elif fault["type"] == "missing":
            yield f"The argument {name} is missing. {sentence(fields[name].description or '')}"
        else:
            yield f"The argument {name} does not fit: {fault['msg']}. {sentence(fields[name].description or '')}"
