"""The pages of the whole: home, lists of each kind, the evidence map, the crosswalk, references and downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kb.export.data import BULK, DESCRIPTIONS
from kb.grading import VERDICT_RANK
from kb.model import (
    Assessment,
    Certainty,
    ClaimBasis,
    Disputed,
    Driver,
    Entry,
    Intervention,
    Question,
    Release,
    Study,
    Verdict,
)
from kb.site.changes import changes_page
from kb.site.compare import compare_page
from kb.site.context import Context
from kb.site.files import API, DATA, FEEDS
from kb.site.measure import measure_page
from kb.site.plan import plan_page
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.evidence import MappingRow, Weight, discrepancies, mapping_rows
from kb.view.gap_map import GapMap, dot, driver_map, drivers_by_kind, outcome_map
from kb.view.instruments import license_terms
from kb.view.moves import between, digest, events, newest, weeks
from kb.view.parts import Link, overall, short_name
from kb.view.screening import rests_on
from kb.view.tally import tally

NOT_GRADED_MEANING = "No figure on burnout or well-being could be graded. Other outcomes may be graded."


class Item(NamedTuple):
    """An entry in a list."""

    entry: Entry
    facts: tuple[str, ...]
    """Short facts about it, in plain text."""
    assessment: Assessment | None = None
    """That of an intervention."""
    note: str = ""
    """Plain text after its title."""


Group = tuple[str, str, list[Item]]
"""A heading, empty where the list is not divided; a sentence under it, which may be empty; and the items."""


def home_page(catalog: Catalog) -> Context:
    """The home page: it starts from what wears people down and leads to what can be done about it."""
    relations, assessments = catalog.relations, catalog.knowledge.assessments
    strongest = [item for item in relations.interventions if VERDICT_RANK[assessments[item.slug].verdict] <= 1]
    happened = events(catalog)
    drivers, manifestations = drivers_by_kind(catalog).values()
    counts = (
        ("intervention", "interventions", len(relations.interventions)),
        ("study", "studies", len(relations.studies)),
        ("instrument", "instruments", len(relations.instruments)),
        ("framework", "frameworks", len(relations.frameworks)),
        ("reference", "references", len(catalog.knowledge.references)),
    )
    return Context(
        template="home",
        title="What is wearing people down?",
        description=(
            "What can be done about clinician burnout, by what drives it: interventions with their evidence, "
            "graded in the open, every figure with its source."
        ),
        path="",
        known=list(_known(catalog)),
        questions=catalog.relations.questions,
        tally=tally(catalog),
        rests_on=rests_on(catalog),
        drivers=_causes(catalog, drivers),
        manifestations=_causes(catalog, manifestations),
        strongest=[_intervention_item(catalog, item) for item in strongest[:5]],
        verdicts=tuple(Verdict),
        certainties=[
            *((level, level.meaning) for level in sorted(Certainty, reverse=True)),
            (None, NOT_GRADED_MEANING),
        ],
        newest=newest(happened),
        week=next(iter(weeks(happened)), None),
        counts=[Link(figures.count(total, one, many), f"/{many}/") for one, many, total in counts],
    )


def _known(catalog: Catalog) -> Iterator[str]:
    """What is known, in a few plain sentences: how many are proven, and how sure the surest is."""
    assessments = [catalog.knowledge.assessments[item.slug] for item in catalog.relations.interventions]
    if not assessments:
        return
    counts = Counter(assessment.verdict for assessment in assessments)
    proven, promising = counts[Verdict.EVIDENCE_BASED], counts[Verdict.PROMISING]
    yield (
        f"Of {figures.count(len(assessments), 'way', 'ways')} to act on burnout, {proven or 'none'} "
        f"{'is' if proven <= 1 else 'are'} proven, {promising or 'none'} {'is' if promising <= 1 else 'are'} "
        f"promising, and {counts[Verdict.UNTESTED] or 'none'} were never tested in what we read."
    )
    highest = max((assessment.certainty for assessment in assessments if assessment.certainty), default=None)
    if highest:
        yield f"No result has more than {highest.label} certainty, so test what you start, and measure."


def _causes(catalog: Catalog, drivers: Iterable[Driver]) -> list[tuple[Driver, int, Link | None]]:
    """Drivers, each with the number of interventions that address it, and the one with the strongest tie."""
    causes = []
    for driver in drivers:
        answers = catalog.relations.interventions_of_driver.get(driver.slug, ())
        strongest = [
            link._replace(
                note=", ".join(filter(None, (link.note, overall(catalog.knowledge.assessments[slug], driver))))
            )
            for slug in _strongest(catalog, driver)
            for link in catalog.interventions([slug])
        ]
        causes.append((driver, len(answers), next(iter(strongest), None)))
    return causes


def _strongest(catalog: Catalog, driver: Driver) -> list[str]:
    """The first intervention for a driver by what is measured or stated, among those that were tested; at most one."""
    assessments = catalog.knowledge.assessments
    found = (
        tie.intervention.slug
        for tie in catalog.relations.ties_of_driver.get(driver.slug, ())
        if (tie.favors or tie.basis is ClaimBasis.STATED)
        and VERDICT_RANK[assessments[tie.intervention.slug].verdict] <= VERDICT_RANK[Verdict.UNCERTAIN]
    )
    return list(found)[:1]


def _list(kind: str, description: str, note: str, groups: Iterable[Group]) -> Context:
    """The list of a kind of entry; ``note`` says how it is sorted and what it holds."""
    return Context(
        template="list",
        title=kind.capitalize(),
        description=description,
        path=f"{kind}/",
        section=kind,
        note=note,
        groups=list(groups),
    )


def questions_list(catalog: Catalog) -> Context:
    """The decisions that leaders face, each with what is known of the interventions it is about."""
    return _list(
        "questions",
        "Decisions that leaders of health organizations face, each answered from the evidence.",
        "Each page gives the short answer, how sure it is, what to do, and what it takes.",
        [("", "", [_question_item(catalog, entry) for entry in catalog.relations.questions])],
    )


def _question_item(catalog: Catalog, entry: Question) -> Item:
    found = catalog.interventions(catalog.listed(Intervention, entry.interventions))
    return Item(entry, tuple(f"{link.title}: {link.note}" for link in found))


def interventions_list(catalog: Catalog) -> Context:
    """All interventions, strongest evidence first, divided by what the verdict is called."""
    groups: dict[str, list[Item]] = {}
    for entry in catalog.relations.interventions:
        label = catalog.knowledge.assessments[entry.slug].label
        groups.setdefault(label, []).append(_intervention_item(catalog, entry))
    return _list(
        "interventions",
        "What can be done about clinician burnout, strongest evidence first.",
        "Strongest evidence first. Certainty says how much you can trust the figures.",
        ((label, _meaning(items[0]), items) for label, items in groups.items()),
    )


def _meaning(item: Item) -> str:
    """What the verdict of an item means; of one without results whose trials are known, that."""
    if item.assessment is None:
        return ""
    known = "Controlled studies are known, but none is entered yet."
    return known if item.assessment.waiting and not item.assessment.studies else item.assessment.verdict.meaning


def drivers_list(catalog: Catalog) -> Context:
    """All drivers and manifestations."""
    (conditions, found), (felt, others) = drivers_by_kind(catalog).items()
    return _list(
        "drivers",
        "What drives clinician burnout, and how it is felt.",
        "Each page lists what can be done, by what ties it to the driver.",
        [
            (conditions, "What raises or lowers burnout.", [_driver_item(catalog, entry) for entry in found]),
            (felt, "", [_driver_item(catalog, entry) for entry in others]),
        ],
    )


def studies_list(catalog: Catalog) -> Context:
    """All studies by title."""
    return _list(
        "studies",
        "The studies, reviews and reports behind the entries, with every result as reported.",
        "Studies, reviews, reports and commentaries by title. Each page says how much of it was read.",
        [("", "", [_study_item(catalog, study) for study in catalog.relations.studies])],
    )


def instruments_list(catalog: Catalog) -> Context:
    """All instruments by title."""
    items = []
    for entry in catalog.relations.instruments:
        measures = "Measures " + ", ".join(outcome.label for outcome in entry.constructs)
        size = (figures.count(entry.item_count, "item"),) if entry.item_count is not None else ()
        items.append(Item(entry, (measures, *size, license_terms(entry)), note=entry.abbreviation or ""))
    return _list(
        "instruments",
        "Questionnaires, indexes and metrics to measure burnout and what drives it.",
        "Names, score ranges and scoring only. The questions belong to their owners; "
        "ask them where the terms of use are not confirmed.",
        [("", "", items)],
    )


def frameworks_list(catalog: Catalog) -> Context:
    """All frameworks by title."""
    items = [Item(entry, (figures.count(len(entry.terms), "term"),)) for entry in catalog.relations.frameworks]
    return _list(
        "frameworks",
        "Other ways to organize this field, and how their terms match the drivers used here.",
        "Other ways to organize this field, with the drivers used here that their terms match.",
        [("", "", items)],
    )


def _intervention_item(catalog: Catalog, entry: Intervention) -> Item:
    assessment = catalog.knowledge.assessments[entry.slug]
    counted = (figures.count(assessment.study_count, "study", "studies"),) if assessment.study_count else ()
    marks = (mark.text for mark in assessment.marks)
    return Item(entry, (entry.category.label, entry.level.label, *counted, *marks), assessment)


def _driver_item(catalog: Catalog, entry: Driver) -> Item:
    addressing = catalog.relations.interventions_of_driver.get(entry.slug, ())
    number = figures.count(len(addressing), "intervention") if addressing else "No intervention yet"
    strongest = catalog.named(Intervention, _strongest(catalog, entry))
    return Item(entry, (number, *(f"strongest tie: {link.title}" for link in strongest)))


def _study_item(catalog: Catalog, entry: Study) -> Item:
    reference = catalog.knowledge.references.get(entry.reference)
    who = (short_name(reference),) if reference else ()
    size = (figures.count(entry.sample_size, "participant"),) if entry.sample_size is not None else ()
    return Item(entry, (*who, entry.design.label, *size, entry.reading_basis.label.lower()))


def gap_map_page(catalog: Catalog) -> Context:
    """The evidence map: drivers, then outcomes, against categories of intervention."""
    drivers = driver_map(catalog)
    return Context(
        template="gap_map",
        title="Evidence map",
        description="What has been tried against burnout and how sure the evidence is, and where there is none.",
        path="gap-map/",
        section="gap-map",
        maps=(drivers, outcome_map(catalog)),
        levels=[dot(1, level, 3) for level in (*sorted(Certainty, reverse=True), None)],
        summary=_summary(drivers),
    )


def _summary(drawn: GapMap) -> str:
    """How many cells hold something, something graded, and nothing."""
    cells = [cell for _, rows in drawn.groups for row in rows for cell in row.cells]
    levels = Counter(cell.dot.level > 0 if cell.dot else None for cell in cells)
    return (
        f"The first map has {len(cells)} cells, one for each driver and kind of change. {levels[True]} hold evidence "
        f"on burnout or well-being that could be graded, {levels[False]} hold only proposals, reports without figures "
        f"or results on other outcomes, and {levels[None]} are empty. A certainty is that on burnout overall, or on "
        f"well-being, not on the driver."
    )


def crosswalk_page(catalog: Catalog) -> Context:
    """The crosswalk: drivers as rows, and as columns the frameworks with a term that corresponds to one."""
    relations = catalog.relations
    mapped = [
        framework
        for framework in relations.frameworks
        if any(catalog.named(Driver, [mapping.driver]) for term in framework.terms for mapping in term.mappings)
    ]
    unmapped = [
        (framework, terms)
        for framework in relations.frameworks
        if (terms := [term for term in framework.terms if not term.mappings])
    ]

    def cells(driver: Driver) -> list[list[MappingRow]]:
        found = relations.crosswalk_of_driver.get(driver.slug, ())
        return [list(mapping_rows(catalog, (item for item in found if item[0] is framework))) for framework in mapped]

    return Context(
        template="crosswalk",
        title="Crosswalk",
        description="How the terms of other frameworks correspond to the drivers used here.",
        path="crosswalk/",
        section="frameworks",
        frameworks=mapped,
        groups=[
            (heading, [(driver, cells(driver)) for driver in drivers])
            for heading, drivers in drivers_by_kind(catalog).items()
            if drivers
        ],
        unmapped=unmapped,
    )


def references_page(catalog: Catalog) -> Context:
    """The whole bibliography, by author and year, with the entries that cite each work."""
    references = sorted(catalog.knowledge.references.values(), key=lambda r: (r.text.casefold(), r.key))
    return Context(
        template="references",
        title="References",
        description="Every work cited, how its record was verified, and which entries cite it.",
        path="references/",
        rows=[(reference, catalog.relations.cited_by.get(reference.key, ())) for reference in references],
    )


def discrepancies_page(catalog: Catalog) -> Context:
    """All discrepancies of all studies by their weight, the heaviest first, with what narrows them."""
    rows = discrepancies(catalog, catalog.relations.studies)
    studies = {row.study.slug for row in rows}
    touched = {entry.slug: entry.title for row in rows for entry in row.verdicts}
    disputed = {figure for row in rows for figure in row.discrepancy.disputed}
    groups = [(weight, found) for weight in Weight if (found := [row for row in rows if row.weight is weight])]
    return Context(
        template="discrepancies",
        title="Discrepancies",
        description="Where sources contradict themselves or each other, and what is recorded here.",
        path="discrepancies/",
        total=f"{figures.count(len(rows), 'contradiction')} in {figures.count(len(studies), 'source')}",
        groups=groups,
        # What each filter is called and which values it offers, as rows and addresses spell them, with their words.
        filters=(
            ("weight", "Weight", [(weight, weight.label) for weight, _ in groups]),
            ("disputed", "Cannot be right", [(word, word.label) for word in Disputed if word in disputed]),
            ("intervention", "Verdict on", sorted(touched.items(), key=lambda item: item[1])),
        ),
    )


def downloads_page(catalog: Catalog) -> Context:
    """All files with what they hold."""
    return Context(
        template="downloads",
        title="Downloads",
        description="All of the content as files: JSON, CSV, BibTeX, SKOS, Atom feeds and a calendar of reviews.",
        path="downloads/",
        groups=(
            ("All in one file", BULK),
            ("Entry by entry", DATA),
            ("Descriptions for programs", DESCRIPTIONS),
            ("To ask the API", API),
            ("To stay informed", FEEDS),
        ),
        driver_feeds=[Link(d.title, f"/feeds/drivers/{d.slug}.atom") for d in catalog.relations.drivers],
        version=catalog.knowledge.version,
        release=catalog.knowledge.release,
        releases=tuple(_since(catalog)),
    )


def _since(catalog: Catalog) -> Iterator[tuple[Release, str]]:
    """The releases, the last first, each with how much moved in the evidence since."""
    found = events(catalog)
    for release in reversed(catalog.knowledge.releases):
        yield release, digest(between(found, release.date)) or "Nothing moved."


def search_page(_: Catalog) -> Context:
    """The search, which asks the index beside the pages."""
    return Context(
        template="search", title="Search", description="Search all entries.", path="search/", section="search"
    )


LISTS: tuple[Callable[[Catalog], Context], ...] = (
    home_page,
    compare_page,
    questions_list,
    plan_page,
    measure_page,
    interventions_list,
    drivers_list,
    studies_list,
    instruments_list,
    frameworks_list,
    gap_map_page,
    crosswalk_page,
    references_page,
    discrepancies_page,
    downloads_page,
    changes_page,
    search_page,
)
"""Every page that shows no single entry."""
