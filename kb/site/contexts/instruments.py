"""The page of an instrument: its scales, how good it is, and where it was used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from kb.grading import instrument_grade
from kb.model import Driver, Instrument, Scale
from kb.site.contexts.frame import EntryContext, entry_frame
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.evidence import FindingRow, finding_row
from kb.view.parts import Fact, Link, Source, links
from kb.view.render import Rendered


class ThresholdRow(NamedTuple):
    """A score that divides, or the smallest difference that matters."""

    text: str
    """E.g. > 7.5: goes with a better quality of life."""
    source: Source
    """The work and place that give it."""


class ScaleRow(NamedTuple):
    """A scored scale. Texts are empty where nothing is known."""

    slug: str
    """Unique within the instrument, for the anchor scale-slug."""
    label: str
    items: str
    """How many items it has."""
    range: str
    """Its lowest and highest score."""
    better: str
    """Which way is better."""
    scoring: str
    """How the score is computed."""
    cutoffs: tuple[ThresholdRow, ...]
    """Scores that divide."""
    mid: ThresholdRow | None
    """The smallest difference that matters."""
    source: Source | None
    """The work that describes it, where it is not the instrument's."""


class PropertyRow(NamedTuple):
    """A measurement property rated by COSMIN."""

    property: str
    rating: str
    evidence: str
    """The quality of the evidence."""
    reason: str
    """Why."""


@dataclass(frozen=True, kw_only=True)
class InstrumentPage(EntryContext):
    """The page of an instrument."""

    template: ClassVar[str] = "instrument"

    abbreviation: str
    """Its short name; empty where it has none."""
    facts: tuple[Fact, ...]
    """What it measures, items, licence and the like."""
    scales: tuple[ScaleRow, ...]
    cosmin: str
    """The COSMIN grade, in words."""
    cosmin_reason: str
    """What that grade means."""
    properties: tuple[PropertyRow, ...]
    psychometrics: tuple[FindingRow, ...]
    """Results about the instrument itself."""
    studies: tuple[Link, ...]
    """Studies that used it."""
    interventions: tuple[Link, ...]
    """Interventions that it is recommended to evaluate."""
    drivers: tuple[Link, ...]
    """Drivers that it measures."""


def instrument_page(catalog: Catalog, entry: Instrument) -> InstrumentPage:
    """The page of a published instrument."""
    rendered = catalog.render(entry)
    relations, grade = catalog.relations, instrument_grade(entry)
    psychometrics = relations.psychometrics_of_instrument.get(entry.slug, ())
    sections = (("scales", "Scales", entry.scales), ("quality", "Measurement properties", True))
    return InstrumentPage(
        **entry_frame(catalog, entry, rendered, sections),
        abbreviation=entry.abbreviation or "",
        facts=tuple(_facts(catalog, entry, rendered)),
        scales=tuple(_scale_row(catalog, scale, rendered) for scale in entry.scales),
        cosmin=grade.label,
        cosmin_reason=grade.rationale.partition(". ")[0].rstrip(".") + "." if entry.cosmin else grade.rationale,
        properties=tuple(
            PropertyRow(item.property, item.rating, item.evidence, item.reason)
            for item in (entry.cosmin.properties if entry.cosmin else ())
        ),
        psychometrics=tuple(finding_row(catalog, study, finding) for study, finding in psychometrics),
        studies=links(relations.studies_of_instrument.get(entry.slug, ())),
        interventions=catalog.interventions(
            item.slug for item in relations.interventions_of_instrument.get(entry.slug, ())
        ),
        drivers=catalog.named(Driver, entry.drivers),
    )


def _facts(catalog: Catalog, entry: Instrument, rendered: Rendered) -> Iterator[Fact]:
    yield Fact("Measures", ", ".join(word.label for word in entry.constructs))
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


def _scale_row(catalog: Catalog, scale: Scale, rendered: Rendered) -> ScaleRow:
    mid = scale.mid
    return ScaleRow(
        slug=scale.slug,
        label=scale.label,
        items=figures.number(scale.item_count) if scale.item_count is not None else "",
        range=figures.scale_range(scale),
        better=figures.better(scale.higher_is_worse),
        scoring=scale.scoring or "",
        cutoffs=tuple(
            ThresholdRow(
                f"{cutoff.comparison} {figures.number(cutoff.value)}: {cutoff.meaning}",
                catalog.source(cutoff.source, cutoff.place, rendered),
            )
            for cutoff in scale.cutoffs
        ),
        mid=ThresholdRow(figures.number(mid.value), catalog.source(mid.source, mid.place, rendered)) if mid else None,
        source=catalog.source(scale.source, scale.place or "", rendered) if scale.source else None,
    )
