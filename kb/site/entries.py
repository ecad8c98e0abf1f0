"""The page of each entry: what its template lays out beside the entry itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any

from kb.grading import instrument_grade, intervention_grade, study_grade, support_of
from kb.model import (
    BodyAssessment,
    Certainty,
    Direction,
    Driver,
    Entry,
    Extent,
    Finding,
    Framework,
    Instrument,
    Intervention,
    Magnitude,
    Page,
    Study,
    Term,
)
from kb.site.context import Context
from kb.view import figures
from kb.view.catalog import Catalog, notices
from kb.view.evidence import (
    BodyCard,
    arm_columns,
    body_card,
    claim_rows,
    discrepancies,
    finding_row,
    headline_statement,
    mapping_rows,
)
from kb.view.forest_plot import forest
from kb.view.outlook import outlook
from kb.view.parts import Fact, Link, comparison, links
from kb.view.render import Rendered

NOT_KNOWN = "Not known"
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.S)
_TAG = re.compile(r"<[^>]+>")


def _context(
    catalog: Catalog, entry: Entry, rendered: Rendered, *sections: tuple[str, str, object], **given: Any
) -> Context:
    """What the page of every entry has. ``sections`` follow its text: name, heading, and whether it is there."""
    after = (Link(title, f"#section-{name}") for name, title, shown in sections if shown)
    return Context(
        template=entry.kind,
        title=entry.title,
        description=entry.summary,
        path=entry.path,
        section=entry.folder,
        entry=entry,
        rendered=rendered,
        contents=(*headings(rendered.html), *after),
        notices=tuple(notices(entry, catalog.knowledge)),
        **given,
    )


def headings(html: str) -> tuple[Link, ...]:
    """The headings of a rendered body, as links to their anchors."""
    return tuple(Link(unescape(_TAG.sub("", match[2])), f"#{match[1]}") for match in _HEADING.finditer(html))


def prose_page(catalog: Catalog, entry: Page) -> Context:
    """A published page of content/pages."""
    return _context(catalog, entry, catalog.render(entry))


def intervention_page(catalog: Catalog, entry: Intervention) -> Context:
    """The page of a published intervention: the verdict first, then its text, its evidence and its claims."""
    rendered = catalog.render(entry)
    relations = catalog.relations
    assessment = catalog.knowledge.assessments[entry.slug]
    headline, support = assessment.headline, support_of(assessment)
    bodies = [body_card(catalog, body) for body in assessment.bodies]
    supporting = next((card for card in bodies if card.assessed is support), None)
    graded: dict[str, Certainty] = {}
    for card in bodies:
        if card.assessed.certainty:
            graded.setdefault(card.meaning, card.assessed.certainty)
    drivers = list(dict.fromkeys(claim.driver for claim in entry.drivers))
    changes = outlook(catalog.knowledge, assessment)
    studies = links(relations.studies_of_intervention.get(entry.slug, ()))
    parts = relations.parts_of_intervention.get(entry.slug, ())
    return _context(
        catalog,
        entry,
        rendered,
        ("harms", "Harms", entry.harms),
        ("evidence", "The evidence", bodies),
        ("change", "What would change the rating", changes),
        ("claims", "Drivers it addresses", entry.drivers),
        ("studies", "Studies", studies),
        ("instruments", "Instruments to evaluate it with", entry.instruments),
        ("related", "Related interventions", entry.related),
        ("resources", "Where to start", entry.resources),
        assessment=assessment,
        meaning=next(
            (card.meaning for card in bodies if card.assessed is headline), intervention_grade(assessment).rationale
        ),
        statement=headline_statement(assessment),
        basis=_figures(supporting) if supporting else "",
        support=support,
        matters=_matters(catalog, headline, rendered) if headline else None,
        facts=tuple(_intervention_facts(catalog, entry, rendered)),
        drivers=catalog.drivers(drivers),
        compare=comparison(driver=drivers),
        bodies=bodies,
        certainties=sorted(graded.items(), key=lambda item: -item[1]),
        forest=forest(catalog, _findings(catalog, entry)),
        changes=changes,
        claims=list(claim_rows(catalog, entry.drivers, rendered)),
        studies=studies,
        instruments=catalog.named(Instrument, entry.instruments),
        part_of=catalog.interventions(entry.part_of),
        parts=catalog.interventions(part.slug for part in parts),
        related=catalog.interventions(entry.related),
        resources=[
            Link(item.title, item.url, f"named by {catalog.source(item.source, '').label}") for item in entry.resources
        ],
    )


def _findings(catalog: Catalog, entry: Intervention) -> Iterator[tuple[Study, Finding, str]]:
    """The findings behind all bodies of evidence, once each, leading to their body."""
    first = {path: body.id for body in reversed(entry.evidence) for path in body.findings}
    for path in dict.fromkeys(path for body in entry.evidence for path in body.findings):
        if found := catalog.evidence(path):
            yield *found, f"#evidence-{first[path]}"


def _figures(card: BodyCard) -> str:
    """A body's only finding: ``−0.79 points (95% CI …; P = .001; n = 123) on the …; scale …``, and how it was got."""
    if len(card.rows) != 1 or card.rows[0].finding.estimate is None:
        return ""
    row = card.rows[0]
    finding, comparator = row.finding, card.assessed.body.comparator
    size = f"n = {figures.number(finding.n)}" if finding.n is not None else ""
    inside = "; ".join(part for part in (row.confidence, row.p, size) if part)
    result = " ".join(part for part in (finding.measure.label, row.figure, f"({inside})" if inside else "") if part)
    measured = f" on the {row.measured_with.title}" if row.measured_with else ""
    scale = f"; {row.scale}" if row.scale else ""
    against = f"compared with: {comparator}" if comparator else ""
    design = "; ".join(part for part in (finding.comparison.label, against, row.when) if part)
    return f"{result}{measured}{scale}. {design}."


def _matters(catalog: Catalog, body: BodyAssessment, rendered: Rendered) -> Fact | None:
    """The smallest difference that matters to people, for a graded body measured in points."""
    scale = catalog.scale(body.body.instrument, body.body.scale)
    units = {found[1].unit for path in body.body.findings if (found := catalog.evidence(path))}
    if body.certainty is None or (scale is None and "points" not in units):
        return None
    label = "Smallest difference that matters"
    if scale is None:
        return Fact(label, f"{NOT_KNOWN}: the scale itself is not known.")
    if scale.mid is None:
        return Fact(label, f"{NOT_KNOWN}: no source that we read gives one for this scale.")
    text = f"{figures.number(scale.mid.value)} points ({figures.scale_meaning(scale)})."
    return Fact(label, text, catalog.source(scale.mid.source, scale.mid.place, rendered))


def _intervention_facts(catalog: Catalog, entry: Intervention, rendered: Rendered) -> Iterator[Fact]:
    yield Fact("Acts on", entry.level.label)
    yield Fact("Changes", entry.category.label)
    yield _extent_fact(catalog, "Cost", entry.cost, rendered)
    yield _extent_fact(catalog, "Effort", entry.effort, rendered)
    if entry.settings:
        yield Fact("Settings", "; ".join(entry.settings))
    if entry.populations:
        yield Fact("For", "; ".join(entry.populations))


def _extent_fact(catalog: Catalog, label: str, extent: Extent, rendered: Rendered) -> Fact:
    if extent.level is not Magnitude.UNKNOWN:
        text = f"{extent.level.label}. {extent.note}" if extent.note else extent.level.label
    else:
        text = f"{NOT_KNOWN}. {extent.note}" if extent.note else f"{NOT_KNOWN}: no source that we read reports it."
    source = catalog.source(extent.source, extent.place or "", rendered) if extent.source else None
    return Fact(label, text, source, "/how-we-grade/#cost-and-effort")


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
        ("quality", "Measurement properties", True),
        facts=tuple(_instrument_facts(catalog, entry, rendered)),
        source=partial(catalog.source, rendered=rendered),
        grade=grade,
        # The reasons of a COSMIN grade are in the table of its properties.
        grade_meaning=f"{grade.rationale.partition('. ')[0].rstrip('.')}." if entry.cosmin else grade.rationale,
        psychometrics=[finding_row(catalog, study, finding) for study, finding in psychometrics],
        studies=links(relations.studies_of_instrument.get(entry.slug, ())),
        interventions=catalog.interventions(item.slug for item in interventions),
        drivers=catalog.named(Driver, entry.drivers),
    )


def _instrument_facts(catalog: Catalog, entry: Instrument, rendered: Rendered) -> Iterator[Fact]:
    yield Fact("Measures", ", ".join(outcome.label for outcome in entry.constructs))
    if entry.item_count is not None:
        yield Fact("Items", figures.number(entry.item_count))
    if entry.response_scale:
        yield Fact("Answers", entry.response_scale)
    if entry.administration_minutes is not None:
        yield Fact("Minutes to fill in", figures.number(entry.administration_minutes))
    yield Fact("License", license_terms(entry))
    yield Fact("Described by", "", source=catalog.source(entry.source, entry.place, rendered))


def license_terms(entry: Instrument) -> str:
    """On which terms it may be used, as far as confirmed."""
    return "Terms of use not confirmed" if entry.licence == "unknown" else entry.licence.rstrip(".")


def study_page(catalog: Catalog, entry: Study) -> Context:
    """The page of a published study: every result as reported, how far to trust it, and where it contradicts itself."""
    rows = [finding_row(catalog, entry, finding) for finding in entry.findings]
    interventions = catalog.relations.interventions_of_study.get(entry.slug, ())
    return _context(
        catalog,
        entry,
        catalog.render(entry),
        ("findings", "Results as reported", True),
        ("appraisal", "Appraisal", True),
        ("discrepancies", "Discrepancies", entry.discrepancies),
        reference=catalog.knowledge.references.get(entry.reference),
        facts=tuple(_study_facts(entry)),
        tests=[row for row in rows if row.direction is not Direction.NOT_APPLICABLE],
        others=[row for row in rows if row.direction is Direction.NOT_APPLICABLE],
        forest=forest(catalog, ((entry, finding, f"#finding-{finding.id}") for finding in entry.findings)),
        columns=arm_columns(entry),
        discrepancies=discrepancies(entry),
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
        ("Country", entry.country),
        ("Dates", entry.dates),
        ("Participants", figures.number(entry.sample_size) if entry.sample_size is not None else None),
        ("Registration", entry.registration),
        ("Funding", entry.funding),
        ("Conflicts of interest", entry.conflicts),
    )
    yield from (Fact(label, text) for label, text in pairs if text)


def driver_page(catalog: Catalog, entry: Driver) -> Context:
    """The page of a published driver, with the interventions that address it, strongest evidence first."""
    rendered = catalog.render(entry)
    relations = catalog.relations
    answers = [
        (
            item,
            catalog.knowledge.assessments[item.slug],
            list(claim_rows(catalog, (claim for claim in item.drivers if claim.driver == entry.slug), rendered)),
        )
        for item in relations.interventions_of_driver.get(entry.slug, ())
    ]
    crosswalk = list(mapping_rows(catalog, relations.crosswalk_of_driver.get(entry.slug, ())))
    studies = links(relations.studies_of_driver.get(entry.slug, ()))
    return _context(
        catalog,
        entry,
        rendered,
        ("interventions", "What can be done", answers),
        ("studies", "Studies", studies),
        ("crosswalk", "In other frameworks", crosswalk),
        answers=answers,
        compare=comparison(driver=[entry.slug]),
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


PAGE_OF: dict[type[Entry], Callable[[Catalog, Any], Context]] = {
    Intervention: intervention_page,
    Instrument: instrument_page,
    Study: study_page,
    Driver: driver_page,
    Framework: framework_page,
    Page: prose_page,
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
