"""What someone sees who must choose an instrument: one row for each, and for each purpose those that fit, with reasons.

Nothing is judged by hand here: a criterion looks at fields of the entry, and its reason says what it found there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from kb.grading import instrument_grade
from kb.model import (
    Benchmark,
    BenchmarkKind,
    Comparison,
    Instrument,
    InstrumentAccess,
    Outcome,
    OutcomeGroup,
    People,
    Price,
    Reliability,
    ReliabilityKind,
    Scale,
    Sought,
    Word,
)
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.parts import Link, day

BEST = 3
"""How many instruments are named for a purpose."""
SHORT = 10
"""Items up to which an instrument is called short."""
MANY = 1000
"""People from which a benchmark is called large."""
RECENT = 10
"""Years within which a benchmark is called recent."""
RELIABLE = Decimal("0.7")
"""Reliability that is commonly asked for where groups are compared."""
_NOT_FOUND = "Not found"
_NOT_SOUGHT = "–"


class Cell(NamedTuple):
    """A fact in the table."""

    text: str
    key: str = ""
    """By what the column is sorted; empty where it is not known."""
    known: bool = True


class Row(NamedTuple):
    """One instrument in the table."""

    entry: Instrument
    measures: str
    items: Cell
    minutes: Cell
    terms: Cell
    """Terms of use; the price is below it."""
    price: str
    languages: Cell
    cutoffs: tuple[str, ...]
    benchmarks: Cell
    mid: Cell
    reliability: Cell
    cosmin: Cell


def surveys(catalog: Catalog) -> list[Instrument]:
    """The instruments that ask people how they are: those of burnout first, each by title."""
    found = [
        entry for entry in catalog.relations.instruments if _of(entry, OutcomeGroup.BURNOUT, OutcomeGroup.WELL_BEING)
    ]
    return sorted(found, key=lambda entry: (not _of(entry, OutcomeGroup.BURNOUT), entry.title))


def row(entry: Instrument) -> Row:
    """An instrument as a row of the table."""
    return Row(
        entry,
        ", ".join(outcome.label for outcome in entry.constructs),
        items=Cell(figures.number(entry.item_count), str(entry.item_count or "")),
        minutes=_cell(entry, Sought.MINUTES, minutes(entry), entry.minutes.value if entry.minutes else None),
        terms=Cell(
            is_free(entry), str(_order(entry) if entry.terms else ""), entry.terms is not None or bool(entry.prices)
        ),
        price=prices(entry) or ("" if _is_open(entry) else f"Price: {_missing(entry, Sought.PRICE).lower()}"),
        languages=_cell(entry, Sought.LANGUAGES, languages(entry), entry.languages.count if entry.languages else None),
        cutoffs=tuple(lines(entry)) or (_missing(entry, Sought.CUTOFF),),
        benchmarks=_cell(entry, Sought.BENCHMARK, _compared(entry), _most(entry)),
        mid=_cell(entry, Sought.MID, _mid(entry), None),
        reliability=_cell(entry, Sought.RELIABILITY, _range_of(entry), _lowest(entry)),
        cosmin=_cell(entry, Sought.COSMIN, instrument_grade(entry).label if entry.cosmin else "", None),
    )


def _cell(entry: Instrument, what: Sought, text: str, key: Decimal | int | None) -> Cell:
    return Cell(text, "" if key is None else str(key)) if text else Cell(_missing(entry, what), known=False)


def _missing(entry: Instrument, what: Sought) -> str:
    return _NOT_FOUND if entry.searched(what) else _NOT_SOUGHT


def _of(entry: Instrument, *groups: OutcomeGroup) -> bool:
    return any(outcome.group in groups for outcome in entry.constructs)


def _order(entry: Instrument) -> int | None:
    return list(InstrumentAccess).index(entry.terms.access) if entry.terms else None


def minutes(entry: Instrument) -> str:
    """``10 to 15``; empty where it is not known."""
    if entry.minutes is None:
        return ""
    most = f" to {figures.number(entry.minutes.most)}" if entry.minutes.most is not None else ""
    return figures.number(entry.minutes.value) + most


def _is_open(entry: Instrument) -> bool:
    return entry.terms is not None and entry.terms.access is InstrumentAccess.FREE


def is_free(entry: Instrument) -> str:
    """Whether it costs something, from its terms and prices: free, with permission, paid, or unknown."""
    access = entry.terms.access if entry.terms else None
    if access is InstrumentAccess.LICENSED or any(item.amount for item in entry.prices):
        return "Paid"
    if access is InstrumentAccess.CONDITIONS:
        return "Free, on conditions" if entry.prices else "Not sold; conditions may apply, ask the owner"
    return "Free" if access is InstrumentAccess.FREE or entry.prices else "Unknown, ask the owner"


def price(item: Price) -> str:
    """``Free``, or ``50 USD for the manual``."""
    if not item.amount:
        return "Free"
    return f"{figures.number(item.amount)} {item.currency}" + (f" for {item.per}" if item.per else "")


def prices(entry: Instrument) -> str:
    """All prices of an instrument; empty where none is known."""
    return "; ".join(price(item) for item in entry.prices)


def languages(entry: Instrument) -> str:
    """``27 or more, e.g. English``; empty where it is not known."""
    given = entry.languages
    if given is None:
        return ""
    names = f": {', '.join(given.names)}" if len(given.names) == given.count else ""
    return f"{given.count} at least{names}"


def lines(entry: Instrument) -> Iterator[str]:
    """The cutoffs of all scales, in short: ``Exhaustion ≥ 27``."""
    several = len(entry.scales) > 1
    for scale in entry.scales:
        for value, sign in dict.fromkeys((cutoff.value, cutoff.comparison) for cutoff in scale.cutoffs):
            shown = f"{figures.sign(sign)} {figures.number(value)}"
            yield f"{scale.label} {shown}" if several else shown


def benchmark_value(item: Benchmark) -> str:
    """``43.9%`` or ``2.06 (SD 2.47)``."""
    return f"{figures.number(item.value)}%" if item.kind is BenchmarkKind.SHARE else figures.spread(item.value, item.sd)


def benchmark(item: Benchmark) -> str:
    """A benchmark as a sentence without its source."""
    counted = f" with {item.counted}" if item.counted else " on average"
    people = f", {figures.number(item.n)} people" if item.n is not None else ""
    return f"{benchmark_value(item)}{counted}: {item.population}, {item.year}{people}"


def _compared(entry: Instrument) -> str:
    count = len(entry.benchmarks)
    if not count:
        return ""
    largest = _most(entry)
    return figures.count(count, "result") + (f", of up to {figures.number(largest)} people" if largest else "")


def _most(entry: Instrument) -> int | None:
    return max((item.n for item in entry.benchmarks if item.n is not None), default=None)


def _mid(entry: Instrument) -> str:
    return "; ".join(f"{scale.label} {figures.number(scale.mid.value)}" for scale in entry.scales if scale.mid)


def _all_reliability(entry: Instrument, kind: ReliabilityKind | None = None) -> list[Reliability]:
    found = (item for scale in entry.scales for item in scale.reliability)
    return [item for item in found if kind in (None, item.kind)]


def _lowest(entry: Instrument) -> Decimal | None:
    return min((item.value for item in _all_reliability(entry)), default=None)


def _span(found: list[Reliability]) -> str:
    low, high = min(item.value for item in found), max(item.value for item in found)
    return figures.number(low) if low == high else f"{figures.number(low)} to {figures.number(high)}"


def _range_of(entry: Instrument) -> str:
    parts = [(kind, _all_reliability(entry, kind)) for kind in ReliabilityKind]
    return "; ".join(f"{kind.label} {_span(found)}" for kind, found in parts if found)


class Reason(NamedTuple):
    """What speaks for an instrument, or is missing."""

    text: str
    met: bool


class Choice(NamedTuple):
    """An instrument that fits a purpose."""

    entry: Instrument
    link: Link
    good: tuple[str, ...]
    """What speaks for it."""
    missing: tuple[str, ...]
    """What the purpose asks for and it does not have, as far as known."""


Criterion = Callable[[Catalog, Instrument], Reason]


class Purpose(NamedTuple):
    """What a survey is for."""

    slug: str
    title: str
    rule: str
    """What is looked at, in a sentence."""
    must: tuple[Criterion, ...]
    """Without these an instrument is not named."""
    wants: tuple[Criterion, ...]
    """The more of these, the better."""
    advice: str = ""
    """What to mind, in a sentence."""


def recommended(catalog: Catalog, purpose: Purpose, among: Iterable[Instrument]) -> list[Choice]:
    """The instruments that fit best: by how much they have of what is wanted, then the shorter first, then by title."""
    fitting: list[tuple[int, int, str, Choice]] = []
    for entry in among:
        must = [criterion(catalog, entry) for criterion in purpose.must]
        if not all(reason.met for reason in must):
            continue
        wants = [criterion(catalog, entry) for criterion in purpose.wants]
        good = tuple(reason.text for reason in (*must, *wants) if reason.met)
        missing = tuple(reason.text for reason in wants if not reason.met)
        link = Link(entry.title, f"/{entry.path}", entry.abbreviation or "")
        fitting.append((len(missing), entry.item_count or 999, entry.title, Choice(entry, link, good, missing)))
    return [choice for *_, choice in sorted(fitting, key=lambda item: item[:3])][:BEST]


def _measures(*groups: OutcomeGroup) -> Criterion:
    def criterion(_: Catalog, entry: Instrument) -> Reason:
        found = [outcome.label for outcome in entry.constructs if outcome.group in groups]
        return Reason(f"Measures {', '.join(found)}" if found else "Does not measure burnout", bool(found))

    return criterion


_BURNOUT = _measures(OutcomeGroup.BURNOUT)
_WELL = _measures(OutcomeGroup.BURNOUT, OutcomeGroup.WELL_BEING)


def _broad(_: Catalog, entry: Instrument) -> Reason:
    found = [
        word.label for word in entry.constructs if word.group is OutcomeGroup.BURNOUT or word is Outcome.WELL_BEING
    ]
    return Reason(f"Measures {', '.join(found)}", bool(found))


def _short(_: Catalog, entry: Instrument) -> Reason:
    count = entry.item_count
    if count is None:
        return Reason("Number of questions not known", False)
    return Reason(figures.count(count, "question") + ("" if count <= SHORT else ", not short"), count <= SHORT)


def _open(_: Catalog, entry: Instrument) -> Reason:
    if entry.terms is None:
        return Reason("Terms of use not found", False)
    return Reason(entry.terms.access.label, entry.terms.access is not InstrumentAccess.LICENSED)


def _steady(_: Catalog, entry: Instrument) -> Reason:
    found = _all_reliability(entry, ReliabilityKind.TEST_RETEST)
    if not found:
        return Reason("Agreement over time not found", False)
    return Reason(f"Agreement over time {_span(found)}", min(item.value for item in found) >= RELIABLE)


def _consistent(_: Catalog, entry: Instrument) -> Reason:
    found = _all_reliability(entry, ReliabilityKind.INTERNAL_CONSISTENCY)
    if not found:
        return Reason("Internal consistency not found", False)
    return Reason(f"Internal consistency {_span(found)}", min(item.value for item in found) >= RELIABLE)


def _lined(_: Catalog, entry: Instrument) -> Reason:
    found = list(lines(entry))
    return Reason(f"Has a cutoff: {', '.join(found)}" if found else "No published cutoff found", bool(found))


def _accurate(_: Catalog, entry: Instrument) -> Reason:
    tested = [
        c for scale in entry.scales for c in scale.cutoffs if c.sensitivity is not None and c.specificity is not None
    ]
    if not tested:
        return Reason("How well its cutoff sorts people was not found", False)
    best = tested[0]
    return Reason(
        f"Its cutoff finds {figures.number(best.sensitivity)} of 100 people with trouble and clears "
        f"{figures.number(best.specificity)} of 100 without",
        True,
    )


def _of_colleagues(entry: Instrument) -> list[Benchmark]:
    """Results of people in health care."""
    return [item for item in entry.benchmarks if item.people is not People.OTHERS]


def _comparable(_: Catalog, entry: Instrument) -> Reason:
    found = _of_colleagues(entry)
    if not found:
        return Reason("No result of health workers to compare with", False)
    return Reason(f"{figures.count(len(found), 'result')} of health workers to compare with", True)


def _large(_: Catalog, entry: Instrument) -> Reason:
    most = max((item.n for item in _of_colleagues(entry) if item.n is not None), default=0)
    return Reason(f"Largest result from {figures.number(most)} people" if most else "No large result", most >= MANY)


def _recent(catalog: Catalog, entry: Instrument) -> Reason:
    year = max((item.year for item in _of_colleagues(entry)), default=0)
    return Reason(f"Newest result from {year}" if year else "No result", year >= catalog.knowledge.today.year - RECENT)


def _tested(who: People) -> Criterion:
    def criterion(_: Catalog, entry: Instrument) -> Reason:
        tests = [item for item in entry.tested_in if item.people is who]
        if doubts := [item.doubts for item in tests if item.doubts]:
            return Reason(f"Tested in {within(who)}, but {doubts[0]}", False)
        most = max((item.n or 0 for item in tests), default=0)
        size = f" ({figures.number(most)} people)" if most else ""
        return Reason(f"Tested in {within(who)}{size}" if tests else f"Not tested in {within(who)}", bool(tests))

    return criterion


def _tested_in_health(_: Catalog, entry: Instrument) -> Reason:
    if doubts := [item.doubts for item in entry.tested_in if item.doubts]:
        return Reason(f"In a test, {doubts[0]}", False)
    groups = {item.people for item in entry.tested_in} - {People.OTHERS}
    named = ", ".join(within(who) for who in People if who in groups)
    return Reason(f"Tested in {named}" if named else "No test in health workers found", bool(named))


def _compared_in(who: People) -> Criterion:
    def criterion(_: Catalog, entry: Instrument) -> Reason:
        met = any(item.people is who for item in entry.benchmarks)
        return Reason(f"{'Has a' if met else 'No'} result of {within(who)} to compare with", met)

    return criterion


def within(word: Word) -> str:
    """The label of a word as it goes within a sentence."""
    return word.label if word.label[:2].isupper() else word.label[0].lower() + word.label[1:]


def _translated(_: Catalog, entry: Instrument) -> Reason:
    count = entry.languages.count if entry.languages else 0
    return Reason(f"{count} languages at least" if count > 1 else "No list of languages found", count > 1)


def _causes(_: Catalog, entry: Instrument) -> Reason:
    count = len(entry.drivers)
    return Reason(
        f"Asks about {figures.count(count, 'cause')} too" if count else "Does not ask about causes", count > 1
    )


def _fresh(_: Catalog, entry: Instrument) -> Reason:
    if entry.recall is None:
        return Reason("What time its questions ask about was not found", False)
    return Reason(f"Asks about {entry.recall.text}", entry.recall.weeks <= 4)


def _used(catalog: Catalog, entry: Instrument) -> Reason:
    studies = {
        study.slug
        for study in catalog.relations.studies_of_instrument.get(entry.slug, ())
        for finding in study.findings
        if finding.instrument == entry.slug and finding.comparison in (Comparison.RANDOMIZED, Comparison.CONTROLLED)
    }
    text = f"Used in {figures.count(len(studies), 'controlled study', 'controlled studies')} here"
    return Reason(text if studies else "In no controlled study here", bool(studies))


def _positive(_: Catalog, entry: Instrument) -> Reason:
    found = [
        word.label
        for word in entry.constructs
        if word.better is not None and word.better.value == "more" and word.group is OutcomeGroup.WELL_BEING
    ]
    return Reason(f"Measures {', '.join(found)}", bool(found))


PURPOSES = (
    Purpose(
        "follow",
        "Follow burnout year after year",
        "It must measure burnout. Best is what is short, may be used without buying, gives stable results, and "
        "has a cutoff and results of others.",
        (_BURNOUT,),
        (_short, _open, _steady, _lined, _comparable),
        "Choose once and keep it. A change of instrument is the end of your trend.",
    ),
    Purpose(
        "compare",
        "Compare with others",
        "It must measure burnout or well-being and have results of other people. Best are large and recent ones, with "
        "a cutoff, and free use.",
        (_WELL, _comparable),
        (_large, _recent, _lined, _open),
        "Count exactly as they counted. Their answers are often those of few who were asked.",
    ),
    Purpose(
        "screen",
        "Find people in distress",
        "Its cutoff must have been tested: how many people with trouble it finds, how many without it clears. Best is "
        "what was tested in health workers, is short, free and consistent.",
        (_WELL, _accurate),
        (_tested_in_health, _short, _open, _consistent),
        "Only with a plan for those who score high, made before the first question is asked. A score is no diagnosis.",
    ),
    Purpose(
        "program",
        "Test a program",
        "It must measure burnout. Best is what gives stable results, is consistent, was used in controlled "
        "studies, was tested in health workers, and asks about the last weeks and not a year.",
        (_BURNOUT,),
        (_steady, _consistent, _used, _tested_in_health, _fresh, _open),
        "Decide before the start what would count as success, and ask a group without the program too.",
    ),
    Purpose(
        "nurses",
        "Ask nurses",
        "It must measure burnout or well-being as a whole and have been tested in nurses. Best is what has a cutoff, "
        "results of nurses, is consistent, short and free.",
        (_broad, _tested(People.NURSES)),
        (_lined, _compared_in(People.NURSES), _consistent, _short, _open),
    ),
    Purpose(
        "staff",
        "Ask the whole staff",
        "It must measure burnout and have been tested in staff of several professions. Best is what is short, free, in "
        "several languages, and has results of such staff.",
        (_BURNOUT, _tested(People.STAFF)),
        (_short, _open, _translated, _compared_in(People.STAFF), _lined),
        "Scores may not mean the same in all professions: follow each over time rather than rank them.",
    ),
    Purpose(
        "causes",
        "Find where to begin",
        "It must measure burnout or well-being and ask about more than one cause. Best is what is short, free, "
        "consistent and tested in health workers.",
        (_WELL, _causes),
        (_short, _open, _consistent, _tested_in_health),
    ),
    Purpose(
        "good",
        "See what is good about work",
        "It must measure something of which more is good. Best is what also measures burnout, is short, consistent, "
        "steady over time and tested in health workers.",
        (_positive,),
        (_BURNOUT, _short, _consistent, _steady, _tested_in_health),
    ),
)
"""What surveys are for, and by what an instrument is chosen for it."""


def searched_on(entries: Iterable[Instrument]) -> str:
    """The day or days of the searches that did not find something, in words."""
    days = sorted({search.searched for entry in entries for search in entry.not_found})
    return day(days[0]) if len(days) == 1 else f"{day(days[0])} to {day(days[-1])}" if days else ""


class ScaleRow(NamedTuple):
    """A scale whose scores can be read."""

    entry: Instrument
    scale: Scale | None
    """None for what is about several scales together."""
    name: str
    """Instrument and scale in short."""
    benchmarks: tuple[Benchmark, ...]
    """Results on it."""

    @property
    def anchor(self) -> str:
        """Its anchor on the page."""
        return f"{self.entry.slug}-{self.scale.slug if self.scale else 'all'}"


def scale_rows(entries: Iterable[Instrument]) -> Iterator[ScaleRow]:
    """The scales with a range, a cutoff or something to compare with; last, what is about several scales of one."""
    for entry in entries:
        short = entry.abbreviation or entry.title.partition(" (")[0]
        for scale in entry.scales:
            own = tuple(item for item in entry.benchmarks if item.scale == scale.slug)
            if scale.cutoffs or own or scale.score or (scale.min is not None and scale.max is not None):
                yield ScaleRow(entry, scale, short if len(entry.scales) == 1 else f"{short}: {scale.label}", own)
        if together := tuple(item for item in entry.benchmarks if item.scale is None):
            yield ScaleRow(entry, None, f"{short}: by several scales", together)
