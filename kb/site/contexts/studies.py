"""The page of a study: what it is, every result as reported, how far to trust it, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from kb.grading import study_grade
from kb.model import Direction, Driver, Instrument, Study
from kb.site.contexts.frame import EntryContext, entry_frame
from kb.view import figures
from kb.view.catalog import Catalog
from kb.view.evidence import ArmTable, FindingRow, arm_table, finding_row
from kb.view.forest_plot import Forest, forest
from kb.view.parts import Fact, Link
from kb.view.rows import DiscrepancyRow, discrepancy_rows


class JudgementRow(NamedTuple):
    """One domain of an appraisal."""

    domain: str
    """The tool's name of the domain."""
    judgement: str
    reason: str
    """Why, with the place in the study."""


@dataclass(frozen=True, kw_only=True)
class StudyPage(EntryContext):
    """The page of a study."""

    template: ClassVar[str] = "study"

    reference: Markup
    """The work, as an AMA-style citation."""
    reading: str
    """What the curator read, in words."""
    full_text: bool
    """Whether that was the full text."""
    facts: tuple[Fact, ...]
    """Design, population, setting and the like."""
    tests: tuple[FindingRow, ...]
    """The results that test an effect."""
    others: tuple[FindingRow, ...]
    """All other results."""
    forest: Forest
    """The results that test an effect or relate two things, drawn."""
    no_findings_reason: str
    """Why there are none, where there are none."""
    arms: ArmTable
    """The arms of the results."""
    appraisal_tool: str
    """The appraisal tool; empty where it was not appraised."""
    appraisal_overall: str
    """The overall judgement, in words."""
    judgements: tuple[JudgementRow, ...]
    """The judgement on each domain."""
    discrepancies: tuple[DiscrepancyRow, ...]
    """Contradictions noticed in the source."""
    classifications: tuple[Link, ...]
    """Terms under which a library classifies it."""
    interventions: tuple[Link, ...]
    """Interventions that it is about, strongest evidence first."""
    drivers: tuple[Link, ...]
    """Drivers it is about."""
    instruments: tuple[Link, ...]
    """Instruments used."""


def study_page(catalog: Catalog, entry: Study) -> StudyPage:
    """The page of a published study."""
    rendered = catalog.render(entry)
    appraisal = entry.appraisal
    reference = catalog.knowledge.references.get(entry.reference)
    interventions = catalog.relations.interventions_of_study.get(entry.slug, ())
    rows = [finding_row(catalog, entry, finding) for finding in entry.findings]
    sections = (
        ("findings", "Results as reported", True),
        ("appraisal", "Appraisal", True),
        ("discrepancies", "Discrepancies", entry.discrepancies),
    )
    return StudyPage(
        **entry_frame(catalog, entry, rendered, sections),
        reference=Markup(reference.html) if reference else Markup(),  # noqa: S704 - escaped by kb.read.bibliography
        reading=entry.reading_basis.label,
        full_text=entry.reading_basis.value == "full-text",
        facts=tuple(_facts(entry)),
        tests=tuple(row for row in rows if row.side is not Direction.NOT_APPLICABLE),
        others=tuple(row for row in rows if row.side is Direction.NOT_APPLICABLE),
        forest=forest(catalog, ((entry, finding, f"#finding-{finding.id}") for finding in entry.findings)),
        no_findings_reason=entry.no_findings_reason or "",
        arms=arm_table(entry),
        appraisal_tool=appraisal.tool if appraisal else "",
        appraisal_overall=appraisal.overall.label if appraisal else "",
        judgements=tuple(
            JudgementRow(item.domain, item.judgement.label, item.reason)
            for item in (appraisal.domains if appraisal else ())
        ),
        discrepancies=discrepancy_rows(entry),
        classifications=tuple(link for path in entry.classifications if (link := catalog.term(path))),
        interventions=catalog.interventions(item.slug for item in interventions),
        drivers=catalog.named(Driver, entry.drivers),
        instruments=catalog.named(Instrument, entry.instruments),
    )


def _facts(entry: Study) -> Iterator[Fact]:
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
