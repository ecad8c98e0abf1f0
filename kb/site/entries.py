"""The page of each entry: what its template lays out beside the entry itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from kb.grading import instrument_grade, intervention_grade, needed, study_grade
from kb.grading.outlook import scenarios
from kb.model import (
    Allocation,
    Assessment,
    BodyAssessment,
    ClaimBasis,
    Cost,
    Driver,
    EffectDirection,
    Entry,
    Extent,
    Framework,
    Instrument,
    Intervention,
    InterventionScope,
    Magnitude,
    Page,
    Question,
    ScreeningDecision,
    Study,
    Term,
)
from kb.model.study import NOT_READ
from kb.site.context import Context
from kb.view import choosing, figures
from kb.view.bodies import BodyCard, body_card, summary_of
from kb.view.body_plot import BodyPlot
from kb.view.catalog import Catalog, notices
from kb.view.evidence import arm_columns, claim_rows, discrepancies, finding_row, mapping_rows
from kb.view.forest_plot import forest
from kb.view.instruments import instrument_facts
from kb.view.parts import Fact, Link, comparison, links, overall, planning
from kb.view.price import price, price_text
from kb.view.relations import addressed
from kb.view.render import Rendered, Section
from kb.view.screening import considered, flow

PROTOCOL = "protocol"
"""Slug of the page that says how works are found."""
WAITING = ScreeningDecision.WAITING
NOT_KNOWN = "Not known"
SHORT = 4
"""Rows that a table, or the plot behind a verdict, has at most where it stands open; a longer one is folded."""
PLOTTED = 12
"""The same of the plots of a study, whose rows are a third as high."""
_FIRST = ("How to do it", "Who it suits")
"""The sections of an intervention's text that stand open; the card answers whether it works."""


def _context(
    catalog: Catalog,
    entry: Entry,
    rendered: Rendered,
    *sections: tuple[str, str, object],
    text: Iterable[Link] | None = None,
    **given: Any,
) -> Context:
    """What the page of every entry has. ``sections`` follow its text: name, heading, and whether it is there.

    ``text`` leads to the parts of the text, where these are not just its sections in their order.
    """
    after = (Link(title, f"#section-{name}") for name, title, shown in sections if shown)
    return Context(
        template=entry.kind,
        title=entry.title,
        description=entry.summary,
        path=entry.path,
        section=entry.folder,
        entry=entry,
        rendered=rendered,
        contents=(*(_headings(rendered.sections) if text is None else text), *after),
        notices=tuple(notices(entry, catalog.knowledge)),
        **given,
    )


def _headings(sections: Iterable[Section]) -> tuple[Link, ...]:
    """The sections of a text, as links to their anchors."""
    return tuple(Link(section.title, f"#{section.anchor}") for section in sections)


def prose_page(catalog: Catalog, entry: Page) -> Context:
    """A published page of content/pages; that of the protocol also shows what was considered."""
    if entry.slug != PROTOCOL:
        return _context(catalog, entry, catalog.render(entry))
    waiting, excluded = (considered(catalog, decision) for decision in (WAITING, ScreeningDecision.EXCLUDED))
    page = _context(
        catalog,
        entry,
        catalog.render(entry),
        ("flow", "What was considered", True),
        ("waiting", "Works that wait to be entered", waiting),
        ("excluded", "Works that were left out", excluded),
        flow=flow(catalog),
        waiting=waiting,
        excluded=excluded,
    )
    page.template = PROTOCOL
    return page


def intervention_page(catalog: Catalog, entry: Intervention) -> Context:
    """The page of a published intervention: a card, then what a leader needs to act, then all the rest, folded."""
    rendered = catalog.render(entry)
    relations = catalog.relations
    assessment = catalog.knowledge.assessments[entry.slug]
    shown = [
        body for body in assessment.bodies if entry.scope is InterventionScope.SINGLE or _of_a_class(body, assessment)
    ]
    bodies = [body_card(catalog, body, rendered) for body in shown]
    drivers = addressed(entry)
    changes = scenarios(entry, assessment, catalog.knowledge.instruments)
    studies = links(relations.studies_of_intervention.get(entry.slug, ()))
    waiting = considered(catalog, WAITING, entry.slug)
    headline = next((card for card in bodies if card.assessed is assessment.headline), None)
    plot = headline.plots[0] if headline and headline.plots else None
    whole = plot is not None and len(plot.lines) <= SHORT
    first = sorted((s for s in rendered.sections if s.title in _FIRST), key=lambda s: _FIRST.index(s.title))
    # Whether it works is asked first, then what it is.
    folded = sorted((s for s in rendered.sections if s not in first), key=lambda s: s.title != "Does it work")
    shown_plot = plot if whole or plot is None else plot._replace(lines=()) if plot.pooled else None
    return _context(
        catalog,
        entry,
        rendered,
        ("mechanism", "How it is thought to work", entry.mechanism),
        ("moderators", "For whom it works more or less", entry.moderators),
        ("summary", "Summary of findings", bodies),
        ("evidence", "The evidence", bodies),
        ("change", "What would change the rating", changes),
        ("waiting", "Known, not entered yet", waiting),
        ("claims", "Drivers it addresses", entry.drivers),
        ("studies", "Studies", studies),
        ("instruments", "Instruments to evaluate it with", entry.instruments),
        ("related", "Related interventions", entry.related),
        ("resources", "Where to start", entry.resources),
        text=(*_open(first, entry, shown_plot), *_headings(folded)),
        assessment=assessment,
        headline=headline,
        # Of a plot with many studies only what they give together; all of it is with its evidence.
        plot=shown_plot,
        plotted=len(plot.lines) if plot else 0,
        whole=whole,
        first=first,
        folded=folded,
        meaning=intervention_grade(assessment).rationale if assessment.certainty is None else "",
        needed=needed(assessment),
        glance=tuple(_glance(entry)),
        suits=tuple(_suits(entry)),
        drivers=catalog.drivers(drivers),
        compare=comparison(driver=drivers),
        bodies=bodies,
        summary=summary_of(bodies),
        elsewhere=len(assessment.bodies) - len(shown),
        keys=list(dict.fromkeys(key for card in bodies for item in card.plots for key in item.keys)),
        changes=changes,
        waiting=waiting,
        practical=(
            _extent_fact(catalog, "Cost", entry.cost, rendered, price_text(entry.cost)),
            _extent_fact(catalog, "Effort", entry.effort, rendered),
            *_practical(entry),
        ),
        mechanism=[(item.text, catalog.source(item.source, item.place, rendered)) for item in entry.mechanism],
        moderators=[(item.text, catalog.source(item.source, item.place, rendered)) for item in entry.moderators],
        claims=list(claim_rows(catalog, entry.drivers, rendered)),
        studies=studies,
        instruments=catalog.named(Instrument, entry.instruments),
        part_of=catalog.interventions(entry.part_of),
        parts=catalog.interventions(part.slug for part in relations.parts_of_intervention.get(entry.slug, ())),
        related=catalog.interventions(entry.related),
        resources=[
            Link(item.title, item.url, f"named by {catalog.source(item.source, '').label}") for item in entry.resources
        ],
    )


def _open(first: Iterable[Section], entry: Intervention, plot: BodyPlot | None) -> Iterator[Link]:
    """The parts of an intervention's page that stand open, in their order."""
    for section in first:
        if section.title == _FIRST[-1]:
            yield Link("What it takes", "#section-practical")
        yield from _headings([section])
    if entry.harms:
        yield Link("Harms", "#section-harms")
    if plot:
        yield Link("The result behind the verdict", "#section-headline")


def _of_a_class(body: BodyAssessment, assessment: Assessment) -> bool:
    """Whether the page of a class shows a body: of several studies on burnout or well-being, or one that decides."""
    decides = body.outcome.group.decides
    return body is assessment.headline or (decides and body.usable and (body.studies > 1 or bool(body.key.review)))


def _practical(entry: Intervention) -> Iterator[Fact]:
    found = (
        ("Time of clinicians", entry.practical.time),
        ("Who delivers it", entry.practical.delivery),
        ("What it needs", entry.practical.needs),
    )
    yield from (Fact(label, text) for label, text in found if text)


def _glance(entry: Intervention) -> Iterator[Fact]:
    """What a card says beside the verdict, each in a word or two."""
    yield Fact("Cost", price(entry).label)
    yield Fact("Effort", NOT_KNOWN if entry.effort.level is Magnitude.UNKNOWN else entry.effort.level.label)
    yield Fact("Acts on", entry.level.label)
    yield Fact("Changes", entry.category.label)


def _suits(entry: Intervention) -> Iterator[Fact]:
    if entry.settings:
        yield Fact("Settings", "; ".join(entry.settings))
    if entry.populations:
        yield Fact("For", "; ".join(entry.populations))


def _extent_fact(catalog: Catalog, label: str, extent: Extent | Cost, rendered: Rendered, price: str = "") -> Fact:
    known = [] if extent.level is Magnitude.UNKNOWN else [extent.level.label]
    said = known + [text.rstrip(".") for text in (price, extent.note) if text]
    if not known:
        said = [NOT_KNOWN, *said] if said else [f"{NOT_KNOWN}: no source that we read reports it"]
    source = catalog.source(extent.source, extent.place or "", rendered) if extent.source else None
    return Fact(label, f"{'. '.join(said)}.", source, "/how-we-grade/#cost-and-effort")


def instrument_page(catalog: Catalog, entry: Instrument) -> Context:
    """The page of a published instrument: its scales, how good it is, and where it was used."""
    rendered = catalog.render(entry)
    relations, grade = catalog.relations, instrument_grade(entry)
    interventions = relations.interventions_of_instrument.get(entry.slug, ())
    psychometrics = relations.psychometrics_of_instrument.get(entry.slug, ())
    return _context(
        catalog,
        entry,
        rendered,
        ("scales", "Scales", entry.scales),
        ("benchmarks", "To compare with", entry.benchmarks),
        ("quality", "Measurement properties", True),
        facts=tuple(instrument_facts(catalog, entry, rendered)),
        source=partial(catalog.source, rendered=rendered),
        benchmarks=[(item, entry.scale(item.scale), choosing.benchmark_value(item)) for item in entry.benchmarks],
        grade=grade,
        # The reasons of a COSMIN grade are in the table of its properties.
        grade_meaning=f"{grade.rationale.partition('. ')[0].rstrip('.')}." if entry.cosmin else grade.rationale,
        psychometrics=[finding_row(catalog, study, finding) for study, finding in psychometrics],
        studies=links(relations.studies_of_instrument.get(entry.slug, ())),
        interventions=catalog.interventions(item.slug for item in interventions),
        drivers=catalog.named(Driver, entry.drivers),
    )


def study_page(catalog: Catalog, entry: Study) -> Context:
    """The page of a published study: every result as reported, how far to trust it, and where it contradicts itself."""
    rows = [finding_row(catalog, entry, finding) for finding in entry.findings]
    interventions = catalog.relations.interventions_of_study.get(entry.slug, ())
    drawn = forest(catalog, ((entry, finding, f"#finding-{finding.id}") for finding in entry.findings))
    return _context(
        catalog,
        entry,
        catalog.render(entry),
        ("arms", "Arms", entry.arms),
        ("findings", "Results as reported", True),
        ("appraisal", "Appraisal", True),
        ("discrepancies", "Discrepancies", entry.discrepancies),
        reference=catalog.knowledge.references.get(entry.reference),
        facts=tuple(_study_facts(entry)),
        tests=[row for row in rows if row.direction is not EffectDirection.NOT_APPLICABLE],
        others=[row for row in rows if row.direction is EffectDirection.NOT_APPLICABLE],
        short=SHORT,
        forest=drawn,
        drawn=(drawn_rows := sum(len(plot.rows) for _, plots in drawn.groups for plot in plots)),
        plots_open=drawn_rows <= PLOTTED,
        by_arm=sum(len(finding.arms) for finding in entry.findings),
        columns=arm_columns(entry),
        arms=[(arm, next(iter(catalog.named(Intervention, [arm.intervention or ""])), None)) for arm in entry.arms],
        appraisals=[(a, catalog.source(a.by, a.place or "") if a.by else None) for a in entry.appraisals],
        reports=[catalog.source(key, "") for key in entry.reports],
        discrepancies=discrepancies(catalog, [entry]),
        classifications=[link for path in entry.classifications if (link := catalog.term(path))],
        interventions=catalog.interventions(item.slug for item in interventions),
        drivers=catalog.named(Driver, entry.drivers),
        instruments=catalog.named(Instrument, entry.instruments),
    )


def _study_facts(entry: Study) -> Iterator[Fact]:
    grade = study_grade(entry)
    yield Fact("Design", entry.design.label)
    yield Fact("Level of evidence", f"{grade.label}. {grade.rationale}")
    pairs = (
        ("Population", entry.population),
        ("Setting", entry.setting),
        ("Sites", figures.number(entry.sites) if entry.sites is not None else None),
        ("Country", entry.country),
        ("Dates", entry.dates),
        ("Participants", figures.number(entry.sample_size) if entry.sample_size is not None else None),
        ("Assigned", _allocated(entry.allocation) if entry.allocation else None),
        ("Registration", entry.registration),
        ("Funding", _read(entry.funding)),
        ("Conflicts of interest", _read(entry.conflicts)),
    )
    yield from (Fact(label, text) for label, text in pairs if text)


def _read(text: str) -> str:
    return "Not read" if text == NOT_READ else text


def _allocated(given: Allocation) -> str:
    """What was assigned to the arms, and how."""
    number = figures.count(given.clusters, "cluster") if given.clusters is not None else ""
    icc = f"correlation within clusters {figures.number(given.icc)}" if given.icc is not None else ""
    accounted = given.clustering.label.lower() if given.clustering else ""
    parts = (given.unit.label, given.design.label.lower(), number, accounted, icc)
    return "; ".join(part for part in parts if part)


def driver_page(catalog: Catalog, entry: Driver) -> Context:
    """The page of a published driver: interventions by what ties them to it; themes that only came up stand apart."""
    rendered = catalog.render(entry)
    relations = catalog.relations
    ties = [
        (
            tie,
            catalog.knowledge.assessments[tie.intervention.slug],
            overall(catalog.knowledge.assessments[tie.intervention.slug], entry),
            list(claim_rows(catalog, (c for c in tie.intervention.drivers if c.driver == entry.slug), rendered)),
        )
        for tie in relations.ties_of_driver.get(entry.slug, ())
    ]
    groups = [
        (basis, found)
        for basis in ClaimBasis
        if basis is not ClaimBasis.DISCUSSED and (found := [tie for tie in ties if tie[0].basis is basis])
    ]
    crosswalk = list(mapping_rows(catalog, relations.crosswalk_of_driver.get(entry.slug, ())))
    studies = links(relations.studies_of_driver.get(entry.slug, ()))
    discussed = [tie.intervention.slug for tie, *_ in ties if tie.basis is ClaimBasis.DISCUSSED]
    return _context(
        catalog,
        entry,
        rendered,
        ("interventions", "What can be done", groups),
        ("discussed", "Where it came up as a theme", discussed),
        ("studies", "Studies", studies),
        ("crosswalk", "In other frameworks", crosswalk),
        groups=groups,
        count=sum(len(found) for _, found in groups),
        discussed=catalog.named(Intervention, discussed),
        compare=comparison(driver=[entry.slug]),
        plan=planning(driver=[entry.slug]),
        studies=studies,
        instruments=links(relations.instruments_of_driver.get(entry.slug, ())),
        crosswalk=crosswalk,
    )


def framework_page(catalog: Catalog, entry: Framework) -> Context:
    """The page of a published framework, with its terms in its order."""
    rendered = catalog.render(entry)
    return _context(
        catalog,
        entry,
        rendered,
        ("terms", "Terms", entry.terms),
        source=catalog.source(entry.source, "", rendered),
        terms=[_term(catalog, entry, term) for term in entry.terms],
    )


def _term(catalog: Catalog, framework: Framework, term: Term) -> dict[str, object]:
    path = f"{framework.slug}/{term.slug}"
    relations = catalog.relations
    return {
        "term": term,
        "above": _above(framework, term),
        "mappings": list(mapping_rows(catalog, ((framework, term, mapping) for mapping in term.mappings))),
        "interventions": catalog.interventions(item.slug for item in relations.interventions_of_term.get(path, ())),
        "studies": links(relations.studies_of_term.get(path, ())),
    }


def _above(framework: Framework, term: Term) -> list[str]:
    """The labels above a term, from the widest."""
    above: list[Term] = []
    broader = framework.term(term.broader or "")
    while broader and broader not in (term, *above):
        above.insert(0, broader)
        broader = framework.term(broader.broader or "")
    return [item.label for item in above]


class Answer(NamedTuple):
    """What the evidence says of one intervention that a question is about."""

    link: Link
    summary: str
    assessment: Assessment
    headline: BodyCard | None
    """The body that the verdict speaks of, as its card shows it."""
    facts: tuple[Fact, ...]
    """What it costs and takes."""
    harms: str
    """Empty where none are recorded."""
    studies: tuple[Link, ...]
    """The studies with a result on it, each with its design and the people in it."""


def question_page(catalog: Catalog, entry: Question) -> Context:
    """The page of a published question: a short answer for each intervention, computed, then what to do."""
    rendered = catalog.render(entry)
    interventions = catalog.knowledge.interventions
    answers = [
        _answer(catalog, interventions[slug], rendered) for slug in catalog.listed(Intervention, entry.interventions)
    ]
    return _context(
        catalog,
        entry,
        rendered,
        ("evidence", "What this rests on", answers),
        ("takes", "What it takes", answers),
        ("studied", "Who was studied", answers),
        answers=answers,
    )


def _answer(catalog: Catalog, entry: Intervention, rendered: Rendered) -> Answer:
    assessment = catalog.knowledge.assessments[entry.slug]
    body = assessment.headline
    costs = (
        _extent_fact(catalog, "Cost", entry.cost, rendered, price_text(entry.cost)),
        _extent_fact(catalog, "Effort", entry.effort, rendered),
    )
    studies = catalog.relations.studies_of_intervention.get(entry.slug, ())
    return Answer(
        Link(entry.title, f"/{entry.path}"),
        entry.summary,
        assessment,
        body_card(catalog, body) if body else None,
        (*costs, *_practical(entry)),
        entry.harms or "",
        tuple(
            Link(study.title, f"/{study.path}", "; ".join(filter(None, (study.design.label, study.population))))
            for study in studies
        ),
    )


PAGE_OF: dict[type[Entry], Callable[[Catalog, Any], Context]] = {
    Intervention: intervention_page,
    Instrument: instrument_page,
    Study: study_page,
    Driver: driver_page,
    Framework: framework_page,
    Page: prose_page,
    Question: question_page,
}


def withdrawn_page(catalog: Catalog, entry: Entry) -> Context:
    """What stays of a withdrawn entry. Raises ValueError for another."""
    if entry.withdrawn is None:
        raise ValueError(f"{entry.path} is not withdrawn")
    replaced_by = catalog.knowledge.of_kind(type(entry)).get(entry.withdrawn.replaced_by or "")
    return Context(
        template="withdrawn",
        title=entry.title,
        description=f"This {entry.kind} was withdrawn.",
        path=entry.path,
        section=entry.folder,
        entry=entry,
        replaced_by=replaced_by,
    )


def moved_page(entry: Entry, path: str) -> Context:
    """The page at a former path of an entry. Static hosts know no redirects, so it leads on by a link."""
    return Context(
        template="moved",
        title=entry.title,
        description=f"This {entry.kind} has a new address.",
        path=path,
        section=entry.folder,
        canonical=entry.path,
    )
