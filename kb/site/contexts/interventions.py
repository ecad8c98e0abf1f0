"""The page of an intervention: the verdict first, then its text, its bodies of evidence and its claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from kb.grading import intervention_grade, support_of
from kb.model import BodyAssessment, Extent, Finding, Instrument, Intervention, Magnitude, Study
from kb.site.contexts.compare import NOT_KNOWN, comparison
from kb.site.contexts.frame import EntryContext, entry_frame
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.evidence import BodyCard, body_card, headline_statement
from kb.view.forest_plot import Forest, forest
from kb.view.outlook import Change, outlook
from kb.view.parts import Badge, CertaintyMark, Fact, Link, badge, certainty_mark, links
from kb.view.render import Rendered
from kb.view.rows import ClaimRow, claim_rows


@dataclass(frozen=True, kw_only=True)
class InterventionPage(EntryContext):
    """The page of an intervention."""

    template: ClassVar[str] = "intervention"

    badge: Badge
    """Verdict and certainty."""
    verdict_meaning: str
    """What the verdict means."""
    certainty: CertaintyMark
    """The certainty of the headline body."""
    statement: str
    """What the evidence lets one say, in a sentence."""
    basis: str
    """The figures behind that sentence; empty where there is not just one finding."""
    headline: Link | None
    """The body of evidence that the verdict rests on."""
    matters: Fact | None
    """The smallest difference that matters on the scale of that body; None where it has no scale."""
    facts: tuple[Fact, ...]
    """Cost, effort, level, category and the like."""
    drivers: tuple[Link, ...]
    """The drivers addressed; the note is what people say of each."""
    compare: str
    """The address of the comparison with others for the same drivers."""
    components: tuple[str, ...]
    """The parts it is made of."""
    harms: str
    """Harms that a source reports; empty where the entry says nothing."""
    bodies: tuple[BodyCard, ...]
    """Its bodies of evidence."""
    certainties: tuple[CertaintyMark, ...]
    """What each certainty among them means, the highest first."""
    forest: Forest
    """Their findings, drawn."""
    changes: tuple[Change, ...]
    """What would change its rating."""
    claims: tuple[ClaimRow, ...]
    """Claims that it addresses a driver."""
    studies: tuple[Link, ...]
    """The studies behind it."""
    instruments: tuple[Link, ...]
    """Instruments to evaluate it with."""
    part_of: tuple[Link, ...]
    """Wider interventions that it is a part of."""
    parts: tuple[Link, ...]
    related: tuple[Link, ...]
    """Interventions to read beside it."""
    resources: tuple[Link, ...]
    """Where to start, on other sites."""


def intervention_page(catalog: Catalog, entry: Intervention) -> InterventionPage:
    """The page of a published intervention."""
    rendered = catalog.render(entry)
    assessment = catalog.knowledge.assessments[entry.slug]
    headline, support = assessment.headline, support_of(assessment)
    bodies = tuple(body_card(catalog, body, body is headline) for body in assessment.bodies)
    cards = {card.id: card for card in bodies}
    card = cards[support.body.id] if support else None
    reason = intervention_grade(assessment).rationale
    changes = outlook(catalog.knowledge, assessment)
    drivers = list(dict.fromkeys(claim.driver for claim in entry.drivers))
    relations = catalog.relations
    studies = links(relations.studies_of_intervention.get(entry.slug, ()))
    sections = (
        ("harms", "Harms", entry.harms),
        ("evidence", "The evidence", bodies),
        ("change", "What would change the rating", changes),
        ("claims", "Drivers it addresses", entry.drivers),
        ("studies", "Studies", studies),
        ("instruments", "Instruments to evaluate it with", entry.instruments),
        ("related", "Related interventions", entry.related),
        ("resources", "Where to start", entry.resources),
    )
    return InterventionPage(
        **entry_frame(catalog, entry, rendered, sections),
        badge=badge(assessment),
        verdict_meaning=assessment.verdict.meaning,
        certainty=cards[headline.body.id].certainty if headline else certainty_mark(None, reason),
        statement=headline_statement(assessment),
        basis=_figures(card) if card else "",
        headline=Link(card.title, f"#evidence-{card.id}") if card else None,
        matters=_matters(catalog, headline, rendered) if headline else None,
        facts=tuple(_facts(catalog, entry, rendered)),
        drivers=catalog.drivers(drivers),
        compare=comparison(driver=drivers),
        components=entry.components,
        harms=entry.harms or "",
        bodies=bodies,
        certainties=_certainties(bodies),
        forest=forest(catalog, _findings(catalog, entry)),
        changes=changes,
        claims=tuple(claim_rows(catalog, entry.drivers, rendered)),
        studies=studies,
        instruments=catalog.named(Instrument, entry.instruments),
        part_of=catalog.interventions(entry.part_of),
        parts=catalog.interventions(item.slug for item in relations.parts_of_intervention.get(entry.slug, ())),
        related=catalog.interventions(entry.related),
        resources=tuple(
            Link(item.title, item.url, f"named by {catalog.source(item.source, '').label}") for item in entry.resources
        ),
    )


def _certainties(bodies: Iterable[BodyCard]) -> tuple[CertaintyMark, ...]:
    marks: dict[str, CertaintyMark] = {}
    for card in bodies:
        if card.certainty.level:
            marks.setdefault(card.certainty.meaning, card.certainty)
    return tuple(sorted(marks.values(), key=lambda mark: -mark.level))


def _findings(catalog: Catalog, entry: Intervention) -> Iterator[tuple[Study, Finding, str]]:
    """The findings behind all bodies of evidence, once each, leading to their body."""
    first = {path: body.id for body in reversed(entry.evidence) for path in body.findings}
    for path in dict.fromkeys(path for body in entry.evidence for path in body.findings):
        if found := catalog.evidence(path):
            yield *found, f"#evidence-{first[path]}"


def _figures(card: BodyCard) -> str:
    """A body's only finding: ``−0.79 points (95% CI …; P = .001; n = 123) on the …; scale …``, and how it was got."""
    if len(card.rows) != 1 or card.rows[0].estimate == figures.ABSENT:
        return ""
    row = card.rows[0]
    inside = "; ".join(
        part for part in (row.confidence, row.p, f"n = {row.n}" if row.n != figures.ABSENT else "") if part
    )
    parts = [row.measure, f"{row.estimate} {row.unit}".strip(), f"({inside})" if inside else ""]
    scale = f"; {row.scale}" if row.scale else ""
    measured = f" on the {row.measured_with.title}" if row.measured_with else ""
    against = f"compared with: {card.comparator}" if card.comparator else ""
    design = "; ".join(part for part in (row.comparison, against, row.when) if part)
    return f"{' '.join(part for part in parts if part)}{measured}{scale}. {design}."


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


def _facts(catalog: Catalog, entry: Intervention, rendered: Rendered) -> Iterator[Fact]:
    yield Fact("Acts on", entry.level.label)
    yield Fact("Changes", entry.category.label)
    yield _extent_fact(catalog, "Cost", entry.cost, rendered)
    yield _extent_fact(catalog, "Effort", entry.effort, rendered)
    if entry.settings:
        yield Fact("Settings", "; ".join(entry.settings))
    if entry.populations:
        yield Fact("For", "; ".join(entry.populations))


def _extent_fact(catalog: Catalog, label: str, extent: Extent, rendered: Rendered) -> Fact:
    if extent.level is Magnitude.UNKNOWN:
        text = f"{NOT_KNOWN}. {extent.note}" if extent.note else f"{NOT_KNOWN}: no source that we read reports it."
    else:
        text = extent.level.label + (f". {extent.note}" if extent.note else "")
    source = catalog.source(extent.source, extent.place or "", rendered) if extent.source else None
    return Fact(label, text, source, "/how-we-grade/#cost-and-effort")
